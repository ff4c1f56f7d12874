// A filter opened: each map before it, the kernel that slides over it, what comes of it; then the sum of all of them,
// the bias, the activation and the filter's own map.

import { element, svgElement } from "../../shared/dom.js";
import { MapPicture, oneMap } from "../../shared/net_view/map_picture.js";
import { measure } from "../../shared/net_view/scale.js";
import { unitNoun } from "../../shared/net_view/words.js";
import { offStep, offWords, timesZero } from "./off_step.js";
import { Curve, activationName, figure, number, setNumber, sign } from "./pieces.js";
import { pixelWindow, placeFor, windowAt } from "./places.js";
import { UnitSum, spanning, spanningWeights } from "./unit_sum.js";

const ROW = 84; // pixels
const JOIN = 74;
const SIDE = { map: 70, kernel: 58, large: 142 };

export class SumView extends UnitSum {
  constructor(app, view) {
    super(app, view);
    this.source = app.layers[this.shown.inputs[0]];
    this.rows = element("div", { class: "share-rows" });
    this.joins = svgElement("svg", { class: "joins", width: JOIN, "aria-hidden": "true" });
    const onPlace = (place, event) => this.point(place, event);
    const picture = (caption) => new MapPicture({ side: SIDE.large, caption, label: `${caption}; arrow keys move the window, Enter shows the arithmetic`, bar: true, onPlace });
    this.sum = picture("sum, before the activation");
    this.output = picture(`${app.titles[view.layer]}, ${app.unitTitle(view.layer, view.unit)}`);
    this.bias = number("bias", 0);
    this.curve = new Curve(this.shown.activation);
    this.isLinear = this.shown.activation === "linear";
    (this.isLinear ? this.sum : this.output).canvas.dataset.first = "";
    this.end = element("div", { class: "then" }, figure("bias", this.bias), sign("="), element("div", { class: "column-of" }, this.sum.root, ...this.after()));
    this.lead = element("p", { class: "lead" });
    this.root = element("div", { class: "view" }, this.lead, element("div", { class: "sum-flow" }, this.rows, this.joins, this.end), this.more);
    this.root.addEventListener("keydown", (event) => event.key === "Enter" && event.target.matches("canvas") && this.dive());
    this.root.addEventListener("click", (event) => event.target.matches("canvas.points") && this.dive());
    this.arrange();
  }

  // What comes below the map of the sum.
  after() {
    const down = (...nodes) => element("div", { class: "down" }, sign("\u2193"), ...nodes, sign("\u2193"));
    this.off = offStep(down(timesZero()), ...(this.isLinear ? [this.output.root] : []));
    return this.isLinear ? [this.off] : [down(this.curve.root), this.off, this.output.root];
  }

  // Which channels have rows: the strongest, in an order that stays while the picture moves.
  arrange() {
    const { parts } = this.explain();
    const strengths = parts.map(({ map }) => measure(map, 1).strength[0]);
    this.order = parts.map((_, at) => at).sort((a, b) => strengths[b] - strengths[a]);
    const shown = this.order.slice(0, this.count);
    this.rest = this.order.slice(this.count);
    this.lines = shown.map((at) => this.row(at));
    if (this.rest.length) this.lines.push(this.restRow());
    this.rows.replaceChildren(...this.lines.map(({ node }) => node));
    this.offerMore(this.rest.length);
    const many = parts.length;
    const noun = unitNoun(this.source);
    this.lead.textContent = many === 1 ? this.oneLead() : `A kernel slides over each of the ${many} ${noun === "plane" ? "planes" : "maps"} before it. What they give is added up. The strongest stand first.`;
    this.drawJoins(strengths);
  }

  oneLead() {
    return this.shown.kind === "depthwise_conv" ? "A depthwise convolution looks at one map only: there is nothing to add up but the bias." : "A kernel slides over the one map before it.";
  }

  row(at) {
    const { app, source } = this;
    const { channel } = this.explain().parts[at];
    const title = app.unitTitle(source.index, channel);
    const onPlace = (place, event) => this.pointBefore(place, event);
    const input = new MapPicture({ side: SIDE.map, label: `${title} of ${app.titles[source.index]}`, onPlace });
    const kernel = new MapPicture({ side: SIDE.kernel, label: `The kernel for ${title}` });
    const partial = new MapPicture({ side: SIDE.map, label: `What the kernel finds in ${title}`, onPlace: (place, event) => this.point(place, event) });
    const name = element("button", { type: "button", class: "row-name", text: title, title: `Open ${title}`, on: { click: () => app.openUnit(source.index, channel) } });
    const node = element("div", { class: "share-row", "data-channel": channel }, name, input.root, sign("\u2217"), kernel.root, sign("="), partial.root);
    return { at, channel, node, input, kernel, partial };
  }

  restRow() {
    const partial = new MapPicture({ side: SIDE.map, label: "The sum of all others", onPlace: (place, event) => this.point(place, event) });
    const node = element("div", { class: "share-row rest" }, element("span", { class: "row-name", text: `the ${this.rest.length} others together` }), sign("="), partial.root);
    return { at: -1, node, partial };
  }

  // Thin curves from each part to the plus sign; the stronger, the wider.
  drawJoins(strengths) {
    const { lines, joins } = this;
    const height = lines.length * ROW;
    const middle = height / 2;
    const most = Math.max(...strengths, 1e-30);
    joins.setAttribute("height", height);
    const paths = lines.map(({ at }, position) => {
      const y = (position + 0.5) * ROW;
      const width = at < 0 ? 1.2 : 0.8 + 3 * (strengths[at] / most);
      return svgElement("path", { d: `M2 ${y}C${JOIN * 0.45} ${y} ${JOIN * 0.25} ${middle} ${JOIN - 26} ${middle}`, "stroke-width": width.toFixed(2) });
    });
    const plus = svgElement("text", { x: JOIN - 13, y: middle + 6 });
    plus.textContent = "+"; // of the bias, where there is one part only
    joins.replaceChildren(...paths, svgElement("circle", { cx: JOIN - 13, cy: middle, r: 12 }), plus);
  }

  frame() {
    const { app, source, shown } = this;
    const { parts, bias, sum, output } = this.explain();
    const size = { height: shown.height, width: shown.width };
    const values = app.values(source.index);
    const place = this.place();
    const before = windowAt(shown, place, source);
    const at = { window: pixelWindow(place), place };
    const rest = total(this.rest.map((index) => parts[index].map), sum.length);
    const partialScale = spanning([...this.lines.map((line) => (line.at < 0 ? rest : parts[line.at].map))]);
    const kernelScale = spanningWeights(parts.map(({ kernel }) => kernel));
    const outputScale = app.scales.of(this.layer, this.unit); // as in the whole net
    const sumScale = this.isLinear ? outputScale : spanning([sum]);
    for (const line of this.lines) {
      if (line.at < 0) line.partial.show(rest, size, partialScale, at);
      else this.showRow(line, parts[line.at], { values, before, place, partialScale, kernelScale, at, size });
    }
    setNumber(this.bias, bias);
    this.sum.show(sum, size, sumScale, at);
    this.off.hidden = !app.isOff(this.layer, this.unit);
    if (!this.isLinear || !this.off.hidden) this.output.show(output, size, outputScale, at);
    const here = place.row * shown.width + place.column;
    this.curve.show(sum[here], Math.max(Math.abs(sumScale.low), sumScale.high));
  }

  showRow(line, { channel, map, kernel }, { values, before, place, partialScale, kernelScale, at, size }) {
    const { app, source, shown } = this;
    line.input.show(oneMap(values, source, channel), source, app.scales.of(source.index, channel), { window: before, place: centre(before, source, place) });
    line.kernel.show(kernel, { height: shown.size[0], width: shown.size[1] }, kernelScale);
    line.partial.show(map, size, partialScale, at);
  }

  place() {
    const { row, column } = this.app.state.values.view;
    return { row: Math.min(row, this.shown.height - 1), column: Math.min(column, this.shown.width - 1) };
  }

  point({ row, column }) {
    this.app.state.open({ row, column });
  }

  pointBefore(place) {
    this.point(placeFor(this.shown, place));
  }

  dive() {
    this.app.state.open({ level: 2 });
  }

  changed(changed) {
    if (changed.has("view") || changed.has("range")) this.frame();
  }

  settle() {
    const { parts } = this.explain();
    const strengths = parts.map(({ map }) => measure(map, 1).strength[0]);
    const shown = this.lines.filter(({ at }) => at >= 0).map(({ at }) => at);
    const best = [...strengths.keys()].sort((a, b) => strengths[b] - strengths[a]).slice(0, shown.length);
    if (best.join() !== shown.join() && !this.root.matches(":hover, :focus-within")) {
      this.arrange();
      this.frame();
    }
  }

  words() {
    const { app, layer, unit, shown } = this;
    return `${app.titles[layer]}, ${app.unitTitle(layer, unit)} opened. ${this.lead.textContent} Bias ${this.bias.textContent}, then ${activationName(shown.activation)}.${offWords(app.isOff(layer, unit))} ${app.describe(layer, unit)}.`;
  }
}

function total(maps, length) {
  const sum = new Float32Array(length);
  for (const map of maps) for (let i = 0; i < length; i++) sum[i] += map[i];
  return sum;
}

const centre = ({ top, left, bottom, right }, { height, width }) => ({
  row: Math.min(Math.max((top + bottom - 1) >> 1, 0), height - 1),
  column: Math.min(Math.max((left + right - 1) >> 1, 0), width - 1),
});
