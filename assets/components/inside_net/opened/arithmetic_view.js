// The arithmetic of one value: the window before, times the kernel, is the products; the channels' sums, bias, activation.

import { element } from "../../shared/dom.js";
import { RESHAPED, termsAt } from "../../shared/nn/explain.js";
import { MapPicture, oneMap } from "../../shared/net_view/map_picture.js";
import { Cells, cellsOf } from "./cells.js";
import { Curve, activationName, figure, number, setNumber, sign } from "./pieces.js";
import { formulaOf } from "./formulas.js";
import { offStep, offWords, timesZero } from "./off_step.js";
import { pixelWindow, placeFor, windowAt } from "./places.js";
import { Player } from "./player.js";

const SIDE = 172;
const MOST_GROUPS = 8;
const WEIGHTED = new Set(["conv", "depthwise_conv", "separable_conv", "transposed_conv"]);
const POOLS = { max_pool: "largest", global_max_pool: "largest", avg_pool: "mean", global_avg_pool: "mean" };

export class ArithmeticView {
  constructor(app, view) {
    Object.assign(this, { app, layer: view.layer, unit: view.unit, shown: app.layers[view.layer] });
    const { shown } = this;
    this.isMap = shown.shape.length === 3;
    this.isWeighted = WEIGHTED.has(shown.kind);
    const move = (place) => app.state.open(place);
    const title = `${app.titles[view.layer]}, ${app.unitTitle(view.layer, view.unit)}`;
    this.before = new MapPicture({ side: SIDE, bar: true, label: "The map before; arrow keys move the window", onPlace: (place) => move(this.isMap ? placeFor(shown, place) : place) });
    this.after = new MapPicture({ side: SIDE, caption: title, bar: true, label: `${title}; arrow keys move the window`, onPlace: move });
    this.after.canvas.dataset.first = "";
    this.player = this.isMap ? new Player(app, shown) : null;
    this.grids = { value: new Cells("window"), weight: new Cells("kernel"), product: new Cells("products") };
    this.sentence = element("p", { class: "formula" });
    this.groups = element("div", { class: "groups", role: "group", "aria-label": "Channels, the strongest first" });
    this.bias = number("bias", 0);
    this.sum = number("sum", 0);
    this.computed = number("computed", 0);
    this.output = number("output", 0);
    this.curve = this.isWeighted && shown.activation !== "linear" ? new Curve(shown.activation) : null;
    this.root = element("div", { class: "view" }, this.flow(), this.groups, ...(this.isWeighted ? [this.equation()] : []), ...(this.player ? [this.player.root] : []));
  }

  flow() {
    const { grids, isWeighted } = this;
    const products = isWeighted ? [sign("\u00d7"), grids.weight.root, sign("="), grids.product.root] : [];
    const windows = element("div", { class: "window", tabIndex: 0, role: "group", "aria-label": "The numbers of the window" }, grids.value.root, ...products);
    return element("div", { class: "arithmetic-flow" }, this.before.root, element("div", { class: "middle" }, windows, this.sentence, ...(isWeighted ? [] : [this.equation()])), ...(this.isMap ? [this.after.root] : []));
  }

  equation() {
    const { shown, curve } = this;
    const result = figure(this.isMap ? "this pixel" : "this value", this.output);
    if (this.isWeighted && !curve) this.off = offStep(timesZero(), sign("="), result);
    else this.off = offStep(figure(curve ? `after ${activationName(shown.activation)}` : "computed", this.computed), timesZero(), sign("="));
    if (!this.isWeighted) return element("div", { class: "then" }, sign("="), this.off, result);
    const ends = curve ? [sign("\u2192"), curve.root, sign("\u2192"), this.off, result] : [this.off];
    return element("div", { class: "then" }, sign("+"), figure("bias", this.bias), sign("="), figure("sum", this.sum), ...ends);
  }

  place() {
    const { row, column } = this.app.state.values.view;
    return { row: Math.min(row, this.shown.height - 1), column: Math.min(column, this.shown.width - 1) };
  }

  frame() {
    const { app, shown } = this;
    const place = this.place();
    const explained = termsAt(app.net, this.layer, this.unit, place.row, place.column);
    this.groupsNow = grouped(explained.terms);
    const chosen = this.chosen();
    this.showMaps(chosen, place);
    this.showGrids(chosen);
    if (this.isWeighted) this.showGroups(chosen, explained);
    if (!this.isWeighted) this.sentence.textContent = formulaOf(shown, explained, app.net.weights(shown.index), this.unit);
    this.off.hidden = !explained.isOff;
    setNumber(this.computed, explained.computed);
    setNumber(this.output, explained.output);
    this.curve?.show(explained.sum, Math.abs(explained.sum) * 1.5 || 1);
    this.player?.refresh(place);
  }

  // The channel that is looked at: the chosen one, else the strongest.
  chosen() {
    const { channel, from } = this.app.state.values.view;
    return this.groupsNow.find((group) => group.channel === channel && (from === undefined || group.from === from)) ?? this.groupsNow[0];
  }

  showMaps({ from, channel, terms }, place) {
    const { app, shown } = this;
    const source = app.layers[from];
    const window = RESHAPED.has(shown.kind) ? pixelWindow(terms[0]) : windowAt(shown, place, source);
    this.before.caption.textContent = `${app.titles[from]}, ${app.unitTitle(from, channel)}`;
    const middle = { row: Math.max((window.top + window.bottom - 1) >> 1, 0), column: Math.max((window.left + window.right - 1) >> 1, 0) };
    this.before.show(oneMap(app.values(from), source, channel), source, app.scales.of(from, channel), { window, place: this.isMap ? middle : place });
    if (!this.isMap) return;
    const values = oneMap(app.values(shown.index), shown, this.unit);
    this.after.show(values, shown, app.scales.of(shown.index, this.unit), { window: pixelWindow(place), place });
  }

  showGrids({ from, channel, terms }) {
    const { grids, app, shown } = this;
    const isPool = shown.kind in POOLS;
    const { rows, columns, at } = cellsOf(terms);
    const source = app.layers[from];
    const isOutside = (term) => term.row < 0 || term.column < 0 || term.row >= source.height || term.column >= source.width;
    const marked = POOLS[shown.kind] === "largest" ? (term) => term.weight === 1 : () => false;
    grids.value.show(rows, columns, at, "value", app.scales.of(from, channel), { isOutside, marked });
    grids.value.root.hidden = !this.isWeighted && !isPool;
    if (!this.isWeighted) return;
    grids.weight.show(rows, columns, at, "weight");
    grids.product.show(rows, columns, at, "product");
  }

  // All channels with their sums, the strongest first; the chosen one stands out.
  showGroups(chosen, { bias, sum }) {
    const { app, groups } = this;
    const shown = this.groupsNow.slice(0, MOST_GROUPS);
    if (!shown.includes(chosen)) shown.push(chosen);
    const rest = this.groupsNow.filter((group) => !shown.includes(group));
    const chip = (group) => {
      const text = element("span", { text: app.unitTitle(group.from, group.channel) });
      const node = element("button", { type: "button", class: "chip", "data-channel": group.channel, on: { click: () => app.state.open({ channel: group.channel, from: group.from }) } }, text, number("channel-sum", total(group.terms)));
      node.setAttribute("aria-pressed", String(group === chosen));
      return node;
    };
    const focused = groups.querySelector(":focus")?.dataset.channel;
    const nodes = shown.flatMap((group, at) => (at ? [sign("+"), chip(group)] : [chip(group)]));
    if (rest.length) nodes.push(sign("+"), figure(`the ${rest.length} others`, number("rest", rest.reduce((all, group) => all + total(group.terms), 0))));
    groups.replaceChildren(...nodes);
    if (focused !== undefined) groups.querySelector(`[data-channel="${focused}"]`)?.focus();
    setNumber(this.bias, bias);
    setNumber(this.sum, sum);
  }

  changed(changed) {
    if (changed.has("view") || changed.has("range")) this.frame();
  }

  words() {
    const { app, shown } = this;
    const { row, column } = this.place();
    const where = this.isMap ? `, row ${row + 1}, column ${column + 1}` : "";
    const steps = this.isWeighted ? ` Sum with bias ${this.sum.textContent}, after ${activationName(shown.activation)} ${this.computed.textContent}.` : ` ${this.sentence.textContent}`;
    return `The arithmetic of ${app.titles[this.layer]}, ${app.unitTitle(this.layer, this.unit)}${where}.${steps}${offWords(!this.off.hidden)}`;
  }

  close() {
    this.player?.pause();
  }
}

const total = (terms) => terms.reduce((sum, { product }) => sum + product, 0);

// Terms by the channel they come from, the strongest sum first.
function grouped(terms) {
  const groups = new Map();
  for (const term of terms) {
    const key = `${term.from} ${term.channel}`;
    if (!groups.has(key)) groups.set(key, { from: term.from, channel: term.channel, terms: [] });
    groups.get(key).terms.push(term);
  }
  return [...groups.values()].sort((a, b) => Math.abs(total(b.terms)) - Math.abs(total(a.terms)));
}
