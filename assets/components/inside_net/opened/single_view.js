// A unit whose maps are not added up over channels: pooling, activation, normalisation, sums of paths, copies.

import { element } from "../../shared/dom.js";
import { MERGES } from "../../shared/nn/arithmetic.js";
import { RESHAPED, partialMaps, termsAt } from "../../shared/nn/explain.js";
import { MapPicture, oneMap } from "../../shared/net_view/map_picture.js";
import { significant } from "../../shared/net_view/words.js";
import { scaleBetween } from "../../shared/net_view/scale.js";
import { percentText, sizeText } from "../../shared/numbers.js";
import { offStep, offWords, timesZero } from "./off_step.js";
import { Curve, activationName, figure, number, setNumber, sign } from "./pieces.js";
import { pixelWindow, placeFor, windowAt } from "./places.js";
import { Softmax } from "./softmax.js";

const SIDE = 190;

const SIGNS = { add: "+", multiply: "\u00d7" }; // between the paths
const CURVED = new Set(["activation", "clip"]);

const LEADS = {
  max_pool: ({ size }) => `Of each window of ${sizeText(...size)} pixels the largest value goes on.`,
  avg_pool: ({ size }) => `Of each window of ${sizeText(...size)} pixels the mean goes on.`,
  global_avg_pool: () => "The mean of the whole map goes on: one number.",
  global_max_pool: () => "The largest value of the whole map goes on: one number.",
  batch_norm: () => "Each map is shifted and stretched by what training has measured: value × factor + shift.",
  layer_norm: () => "The channels of each place are brought to mean 0 and variance 1, then stretched and shifted.",
  activation: ({ activation }) => `Each value goes through ${activationName(activation)}.`,
  clip: ({ low, high }) => `What is below ${significant(low)} becomes ${significant(low)}, what is above ${significant(high)} becomes ${significant(high)}.`,
  prelu: () => "What is below zero is multiplied with a slope that was learned; the rest goes on as it is.",
  zero_padding: ({ border: [top, bottom, left, right] }) => `Zeros around the maps: ${top} rows above, ${bottom} below, ${left} columns on the left, ${right} on the right.`,
  cropping: ({ border: [top, bottom, left, right] }) => `Left out: ${top} rows above, ${bottom} below, ${left} columns on the left, ${right} on the right.`,
  up_sampling: ({ size, interpolation }) => (interpolation === "nearest" ? `Each pixel is repeated ${size} \u00d7 ${size} times.` : `${size} times as many rows and columns: each new pixel is a mean of its neighbours, the nearer the more.`),
  scaling: () => "Each value times a fixed factor, plus a fixed number.",
  reshape: () => "The same values in another shape: row by row, pixel by pixel, channel by channel. Nothing is computed.",
  dropout: ({ rate }) => `While training, ${percentText(rate)} of the values are set to zero. Now all go on as they are.`,
  spatial_dropout: ({ rate }) => `While training, ${percentText(rate)} of the maps are set to zero. Now all go on as they are.`,
  flatten: () => "The maps are written as one long row: row by row, pixel by pixel, channel by channel. Nothing is computed.",
  add: () => "The maps of all paths are added, pixel by pixel.",
  multiply: () => "The maps of all paths are multiplied, pixel by pixel.",
  average: () => "The mean of the maps of all paths, pixel by pixel.",
  maximum: () => "The largest of the values of all paths, pixel by pixel.",
  concat: () => "The maps of all paths stand one after the other. Nothing is computed.",
  rescaling: ({ scale, shift, order }) => `The pixels, 0 to 255, are ${scale === 1 / 255 && shift === 0 ? "brought to 0 to 1" : "multiplied and shifted"}${order === "bgr" ? ", blue first" : ""}: that is what the net sees.`,
  input: () => "The pixels as they are.",
};

export class SingleView {
  constructor(app, view) {
    Object.assign(this, { app, layer: view.layer, unit: view.unit, shown: app.layers[view.layer] });
    const parts = this.shown.kind in MERGES ? this.shown.inputs.map((from) => ({ from, channel: this.unit })) : this.explain().parts;
    const onPlace = (place) => app.state.open(place);
    this.inputs = parts.map((part) => this.inputFor(part));
    const title = app.unitTitle(this.layer, this.unit);
    this.isMap = this.shown.shape.length === 3;
    this.output = this.isMap ? new MapPicture({ side: SIDE, caption: `${app.titles[this.layer]}, ${title}`, label: `${title}; arrow keys move the window, Enter shows the arithmetic`, bar: true, onPlace }) : null;
    if (this.output) this.output.canvas.dataset.first = "";
    this.result = number("output", 0);
    this.curve = this.curveOf();
    this.lead = element("p", { class: "lead", text: LEADS[this.shown.kind]?.(this.shown) ?? "" });
    const middle = this.curve ? [sign("\u2192"), this.curve.root, sign("\u2192")] : [sign("\u2192")];
    const sources = this.inputs.flatMap(({ picture }, at) => (at ? [sign(SIGNS[this.shown.kind] ?? ","), picture.root] : [picture.root]));
    this.off = offStep(timesZero(), sign("\u2192"));
    this.flow = element("div", { class: "single-flow" }, ...sources, ...middle, this.off, this.output?.root ?? figure(title, this.result));
    this.softmax = this.shown.activation === "softmax" && !this.isMap ? new Softmax(app, view) : null;
    this.root = element("div", { class: "view" }, this.lead, this.flow, ...(this.softmax ? [this.softmax.root] : []));
    this.root.addEventListener("click", (event) => event.target.matches("canvas.points") && app.state.open({ level: 2 }));
    this.root.addEventListener("keydown", (event) => event.key === "Enter" && event.target.matches("canvas") && app.state.open({ level: 2 }));
  }

  explain() {
    return partialMaps(this.app.net, this.layer, this.unit);
  }

  curveOf() {
    const { app, shown, unit } = this;
    if (CURVED.has(shown.kind) && shown.activation !== "softmax") return new Curve(shown.activation, shown);
    const { alpha } = app.net.weights(shown.index); // of a PReLU, if it has one slope for all of a map
    return alpha?.length === shown.units ? new Curve("leaky_relu", { get slope() { return alpha[unit]; } }) : null;
  }

  inputFor({ from, channel }) {
    const { app } = this;
    const caption = `${app.titles[from]}, ${app.unitTitle(from, channel)}`;
    const layer = app.layers[from];
    const onPlace = (place) => app.state.open(this.isMap ? placeFor(this.shown, place) : place);
    return { from, channel, layer, picture: new MapPicture({ side: SIDE, caption, label: caption, bar: true, onPlace }) };
  }

  place() {
    const { row, column } = this.app.state.values.view;
    return { row: Math.min(row, this.shown.height - 1), column: Math.min(column, this.shown.width - 1) };
  }

  frame() {
    const { app, shown, unit } = this;
    const place = this.place();
    const isFlat = RESHAPED.has(shown.kind);
    for (const { from, channel, layer, picture } of this.inputs) {
      const before = isFlat ? pixelWindow(termsAt(app.net, shown.index, unit, place.row, place.column).terms[0]) : windowAt(shown, place, layer);
      picture.show(oneMap(app.values(from), layer, channel), layer, app.scales.of(from, channel), { window: before, place });
    }
    this.softmax?.frame();
    this.off.hidden = !app.isOff(shown.index, unit);
    const { sum } = this.explain();
    if (this.curve) this.curve.show(this.entering(sum, place), extreme(sum));
    if (!this.output) return setNumber(this.result, app.values(shown.index)[unit]);
    const values = oneMap(app.values(shown.index), shown, unit);
    this.output.show(values, shown, app.scales.of(shown.index, unit), { window: pixelWindow(place), place });
  }

  // What goes into the curve at a place.
  entering(sum, { row, column }) {
    const { app, shown, unit } = this;
    return shown.kind === "prelu" ? termsAt(app.net, shown.index, unit, row, column).terms[0].value : sum[row * shown.width + column];
  }

  changed(changed) {
    if (changed.has("view") || changed.has("range")) this.frame();
  }

  words() {
    return `${this.app.titles[this.layer]}, ${this.app.unitTitle(this.layer, this.unit)} opened. ${this.lead.textContent}${offWords(!this.off.hidden)} ${this.app.describe(this.layer, this.unit)}.`;
  }
}

const extreme = (values) => {
  const { high } = scaleBetween(Math.min(0, ...values), Math.max(0, ...values));
  return high;
};
