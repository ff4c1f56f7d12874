// The filters at each kept epoch, as far as their nets are here; and, of one filter, a strip of them and how far it has moved.

import { element, svgElement } from "../../shared/dom.js";
import { significant } from "../../shared/net_view/words.js";
import { FilterPlanes } from "../../shared/nn/filter_planes.js";
import { drawInColour, drawPlanes } from "./kernel_drawing.js";

const SIDE = 30; // CSS pixels of a kernel
const HEIGHT = 40; // of the line
const ONE_NET = "Only one epoch is kept, so nothing is known of how it came about.";

export class FilterHistory {
  constructor(app, timeline, onChange) {
    Object.assign(this, { app, timeline, onChange, nets: null, weights: [], made: new Map() });
  }

  get stops() {
    return this.timeline.stops;
  }

  // The nets of all kept epochs, one after the other; they are fetched once, for the timeline too.
  async follow() {
    const { nets } = this.timeline;
    if (nets === this.nets && this.weights.length === this.stops.length) return;
    Object.assign(this, { nets, weights: [], made: new Map() });
    for (let at = 0; at < this.stops.length && !nets.isFull; at++) {
      const weights = await nets.weights(at).catch(() => null); // the timeline says why it did not arrive
      if (nets !== this.nets || nets.isLeft) return;
      this.weights[at] = weights;
      this.onChange();
    }
  }

  // The filters of a layer at a stop, or null.
  at(stop, layer) {
    const all = this.weights[stop];
    const key = `${stop} ${layer.index}`;
    if (all && !this.made.has(key)) {
      const size = (shape) => shape.reduce((product, side) => product * side, 1);
      const weights = Object.entries(layer.weights).map(([name, { offset, shape }]) => [name, all.subarray(offset, offset + size(shape))]);
      this.made.set(key, new FilterPlanes(this.app.layers, layer, Object.fromEntries(weights)));
    }
    return this.made.get(key) ?? null;
  }

  // [{stop, filters}] of those that are here.
  known(layer) {
    return [...this.stops.keys()].map((stop) => ({ stop, filters: this.at(stop, layer) })).filter(({ filters }) => filters);
  }

  // The largest weight at any epoch, so that no colour changes while one goes through them.
  most(layer) {
    return Math.max(0, ...this.known(layer).map(({ filters }) => filters.most));
  }
}

export class HistoryStrip {
  constructor(history) {
    this.history = history;
    this.list = element("div", { class: "filter-epochs" });
    this.line = svgElement("svg", { class: "filter-moved", viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
    this.words = element("p", { class: "hint" });
    this.root = element("section", { "aria-label": "Over the epochs" }, element("h4", { text: "Over the epochs" }), this.list, this.line, this.words);
  }

  // of: {layer, unit, planes or null for colour, limit, order, now: its filters}
  show({ layer, unit, planes, limit, order, now }) {
    const { history } = this;
    const known = history.known(layer);
    this.root.hidden = history.timeline.root.hidden;
    this.line.style.display = known.length > 1 ? "" : "none";
    if (history.stops.length < 2) {
      this.list.replaceChildren();
      this.words.textContent = ONE_NET;
      return;
    }
    this.list.replaceChildren(
      ...known.map(({ stop, filters }) => {
        const canvas = element("canvas", { "aria-hidden": "true" });
        if (planes) drawPlanes(canvas, filters, unit, planes, { side: SIDE, limit });
        else drawInColour(canvas, filters, unit, { side: SIDE, limit, order });
        const { title } = history.stops[stop];
        return element("button", { type: "button", title, "aria-label": title, "aria-pressed": String(stop === history.timeline.at), on: { click: () => history.timeline.go(stop) } }, canvas);
      }),
    );
    this.drawLine(known, unit, now);
  }

  drawLine(known, unit, now) {
    const { stops, timeline } = this.history;
    if (known.length < 2) {
      this.words.textContent = `${known.length} of ${stops.length} epochs are here`;
      return;
    }
    const [first] = known;
    const moved = known.map(({ filters }) => filters.distance(unit, first.filters));
    const most = Math.max(...moved) || 1;
    const x = (stop) => (100 * stop) / (stops.length - 1);
    const y = (value) => HEIGHT - 3 - (value / most) * (HEIGHT - 6);
    const points = known.map(({ stop }, at) => `${x(stop)},${y(moved[at])}`).join(" ");
    const here = x(timeline.at);
    this.line.replaceChildren(svgElement("line", { x1: here, x2: here, y1: 0, y2: HEIGHT }), svgElement("polyline", { points }));
    const words = `Moved by ${significant(now.distance(unit, first.filters))} since ${stops[first.stop].title.toLowerCase()}; its own size is ${significant(now.measure(unit).strength)}.`;
    this.line.setAttribute("aria-label", words);
    this.words.textContent = words;
    this.words.title = "The size is the root of the summed squares of its weights, the way moved that of their changes.";
  }
}
