// A unit of a dense layer opened: which pixels of which maps feed it, or which values; their sum, bias, activation.

import { element } from "../../shared/dom.js";
import { termsAt } from "../../shared/nn/explain.js";
import { MapPicture, oneMap } from "../../shared/net_view/map_picture.js";
import { offStep, offWords, timesZero } from "./off_step.js";
import { Curve, activationName, figure, number, setNumber, sign } from "./pieces.js";
import { Softmax } from "./softmax.js";
import { UnitSum, spanning, spanningWeights } from "./unit_sum.js";

const SIDE = 70;

export class DenseView extends UnitSum {
  constructor(app, view) {
    super(app, view);
    const { parts } = this.explain();
    this.isMaps = parts[0].map.length > 1 || app.layers[parts[0].from].shape.length === 3;
    this.rows = element("div", { class: this.isMaps ? "share-rows dense" : "term-rows" });
    this.rest = number("rest", 0);
    this.bias = number("bias", 0);
    this.sum = number("sum", 0);
    this.computed = number("computed", 0);
    this.output = number("output", 0);
    const title = app.unitTitle(view.layer, view.unit);
    const name = this.shown.activation;
    this.restFigure = figure("all others", this.rest);
    this.softmax = name === "softmax" ? new Softmax(app, view) : null;
    this.curve = this.softmax || name === "linear" ? null : new Curve(name);
    const total = element("div", { class: "then" }, this.restFigure, sign("+"), figure("bias", this.bias), sign("="), figure(this.softmax ? `sum for ${title} (logit)` : "sum", this.sum), ...this.ends(title));
    this.lead = element("p", { class: "lead", text: this.leadText(title) });
    this.root = element("div", { class: "view" }, this.lead, element("div", { class: "dense-flow" }, element("div", { class: "dense-left" }, this.rows, this.more, total), ...(this.softmax ? [this.softmax.root] : [])));
    this.arrange();
  }

  // What comes after the sum; of softmax its own table says it.
  ends(title) {
    const { curve, softmax } = this;
    const result = figure(title, this.output);
    this.off = curve ? offStep(figure(`after ${activationName(this.shown.activation)}`, this.computed), timesZero(), sign("=")) : offStep(timesZero(), sign("="), result);
    if (curve) return [sign("\u2192"), curve.root, sign("\u2192"), this.off, result];
    return softmax ? [] : [this.off];
  }

  leadText(title) {
    return this.isMaps
      ? `Which pixels of which maps speak for ${title}, and which against: each pixel times its weight, all added up.`
      : `Each value before it times its weight, all added up for ${title}.`;
  }

  arrange() {
    const { parts } = this.explain();
    this.order = parts.map((_, at) => at).sort((a, b) => Math.abs(parts[b].total) - Math.abs(parts[a].total));
    this.lines = this.order.slice(0, this.count).map((at) => (this.isMaps ? this.mapRow(at, parts[at]) : this.termRow(at, parts[at])));
    this.rows.replaceChildren(...this.lines.map(({ node }) => node));
    const left = parts.length - this.lines.length;
    this.offerMore(left);
    this.restFigure.hidden = !left;
    this.restFigure.firstChild.textContent = `the ${left} others`;
  }

  title({ from, channel }) {
    const { app } = this;
    const open = () => app.openUnit(from, channel);
    return element("button", { type: "button", class: "row-name", text: app.unitTitle(from, channel), title: `Open ${app.unitTitle(from, channel)} of ${app.titles[from]}`, on: { click: open } });
  }

  mapRow(at, part) {
    const title = `${this.app.unitTitle(part.from, part.channel)} of ${this.app.titles[part.from]}`;
    const [input, weights, product] = [title, `Weights for ${title}`, `Products for ${title}`].map((label) => new MapPicture({ side: SIDE, label }));
    const total = number("total", 0);
    const node = element("div", { class: "share-row", "data-channel": part.channel }, this.title(part), input.root, sign("\u00d7"), weights.root, sign("="), product.root, sign("\u2192"), total);
    return { at, node, input, weights, product, total };
  }

  termRow(at, part) {
    const [value, weight, total] = [number("value", 0), number("weight", 0), number("total", 0)];
    const bar = element("i", { class: "term-bar" });
    const node = element("div", { class: "term-row", "data-channel": part.channel }, this.title(part), value, sign("\u00d7"), weight, sign("="), total, element("span", { class: "term-track" }, bar));
    return { at, node, value, weight, total, bar };
  }

  frame() {
    const explained = this.explain();
    const { parts, bias, sum, output } = explained;
    if (this.isMaps) this.frameMaps(parts);
    else this.frameTerms(parts);
    setNumber(this.rest, this.order.slice(this.lines.length).reduce((total, at) => total + parts[at].total, 0));
    setNumber(this.bias, bias);
    setNumber(this.sum, sum[0]);
    const { computed, isOff } = termsAt(this.app.net, this.layer, this.unit);
    this.off.hidden = !isOff;
    setNumber(this.computed, computed);
    setNumber(this.output, output[0]);
    this.curve?.show(sum[0], Math.abs(sum[0]) * 1.5 || 1);
    this.softmax?.frame();
  }

  frameMaps(parts) {
    const { app } = this;
    const weightScale = spanningWeights(parts.map(({ kernel }) => kernel));
    const productScale = spanning(parts.map(({ map }) => map));
    for (const { at, input, weights, product, total } of this.lines) {
      const { from, channel, map, kernel, total: sum, ...size } = parts[at];
      input.show(oneMap(app.values(from), app.layers[from], channel), size, app.scales.of(from, channel));
      weights.show(kernel, size, weightScale);
      product.show(map, size, productScale);
      setNumber(total, sum);
    }
  }

  frameTerms(parts) {
    const { terms } = termsAt(this.app.net, this.layer, this.unit);
    const most = Math.max(...parts.map(({ total }) => Math.abs(total)), 1e-30);
    for (const { at, value, weight, total, bar } of this.lines) {
      setNumber(value, terms[at].value);
      setNumber(weight, terms[at].weight);
      setNumber(total, parts[at].total);
      bar.style.transform = `scaleX(${Math.abs(parts[at].total) / most})`;
      bar.classList.toggle("negative", parts[at].total < 0);
    }
  }

  changed(changed) {
    if (changed.has("range")) this.frame();
  }

  words() {
    const title = this.app.unitTitle(this.layer, this.unit);
    const first = this.lines.slice(0, 3).map(({ node, total }) => `${node.querySelector(".row-name").textContent} ${total.textContent}`);
    return `${this.app.titles[this.layer]}, ${title} opened. Strongest: ${first.join(", ")}. Bias ${this.bias.textContent}, sum ${this.sum.textContent}, after ${activationName(this.shown.activation)} ${this.computed.textContent}.${offWords(!this.off.hidden)}`;
  }
}
