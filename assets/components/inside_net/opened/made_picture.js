// Below a unit that is opened: a picture that is made to excite it, better with every frame, and how its activation rises.

import { clearedContext, drawPixels, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { MARK } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { activationOf, Maximization } from "../../shared/nn/maximization.js";
import { significant } from "../../shared/net_view/words.js";
import { countText, plural } from "../../shared/numbers.js";
import { Slices } from "../../shared/slices.js";
import { settingField } from "../why/setting_field.js";

const SLICE_MS = 9;
const CURVE = [220, 96]; // CSS pixels
const SIDE = 168;
const COMPARED = 200; // test images that the best one is looked for among
const PLACE = { left: 4, right: 4, top: 6, bottom: 6 }; // around the curve, CSS pixels

export class MadePicture {
  constructor(app, { layer, unit }) {
    const maker = app.makers.find(({ name }) => name === "maximise");
    Object.assign(this, { app, layer, unit, maker, made: null, best: null, slices: new Slices(), settings: Object.fromEntries(maker.settings.map((one) => [one.name, one.default])) });
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.begin = button("Make it", () => this.start());
    this.turn = button("Stop", () => (this.isRunning ? this.stop() : this.goOn()));
    this.seed = button("Other seed", () => this.otherSeed());
    this.look = button("Look at it", () => this.lookAt());
    this.canvas = element("canvas", { role: "img", class: "made-canvas" });
    this.curve = element("canvas", { role: "img" });
    this.said = element("p", { class: "made-said" });
    this.compared = element("p", { class: "hint" });
    this.fields = element("div", { class: "made-fields" }, ...maker.settings.map((setting) => settingField(setting, (value) => this.set(setting.name, value))));
    const meaning = element("details", {}, element("summary", { text: "What it means" }), element("p", { text: maker.says }), element("p", { class: "made-formula", text: maker.formula }), element("p", { text: `What it does not mean: ${maker.caution}` }), element("p", { class: "hint", text: maker.source }));
    const settings = element("details", {}, element("summary", { text: "Settings" }), this.fields);
    this.shown = element("div", { class: "made-shown", hidden: true }, this.canvas, element("div", { class: "made-words" }, this.curve, this.said, this.compared, element("div", { class: "made-buttons" }, this.turn, this.seed, this.look)));
    this.root = element("section", { class: "made-picture", "aria-label": "Make a picture that excites it" }, element("h3", { text: "Make a picture that excites it" }), this.begin, this.shown, settings, meaning);
    this.canvas.style.width = `${(SIDE * Math.min(1, app.layers[0].width / app.layers[0].height)).toFixed(0)}px`;
  }

  set(name, value) {
    this.settings = { ...this.settings, [name]: value };
    if (!this.made) return;
    this.made.settings = this.settings;
    if (name === "seed") this.start();
    if (name === "steps") this.until = value;
  }

  async start() {
    const { app } = this;
    this.stop();
    const request = (this.request = {});
    this.begin.disabled = true;
    try {
      const given = await app.backward.open();
      if (!given || request !== this.request) return;
      this.made = new Maximization(given, this.layer, this.unit, this.settings);
    } catch (error) {
      if (request !== this.request) return;
      this.begin.disabled = false;
      this.compared.textContent = error.message;
      this.shown.hidden = false;
      return;
    }
    this.begin.hidden = true;
    this.shown.hidden = false;
    this.until = this.settings.steps;
    this.compare();
    this.goOn();
  }

  otherSeed() {
    const field = this.fields.children[this.maker.settings.findIndex(({ name }) => name === "seed")].querySelector("input");
    field.value = String(this.settings.seed + 1);
    field.dispatchEvent(new Event("change"));
  }

  // As far as the steps that are set, or as many again.
  goOn() {
    if (this.made.activations.length >= this.until) this.until = this.made.activations.length + this.settings.steps;
    this.isRunning = true;
    this.turn.textContent = "Stop";
    this.next = requestAnimationFrame(() => this.work());
  }

  // As many steps as a frame has time for, and the newest picture.
  work() {
    const end = performance.now() + SLICE_MS;
    do this.made.step();
    while (this.made.activations.length < this.until && performance.now() < end);
    if (this.made.activations.length >= this.until) this.stop();
    else this.next = requestAnimationFrame(() => this.work());
    this.draw();
  }

  stop() {
    this.isRunning = false;
    cancelAnimationFrame(this.next);
    this.turn.textContent = "Go on";
  }

  // The largest activation of the first test images, between frames.
  async compare() {
    const { app } = this;
    this.best = null;
    this.slices.stop();
    const pictures = this.app.testPictures;
    const { given } = this.made;
    if (!given.isQuick || !(await pictures.open(app.imagesUrl)) || given !== this.made?.given) return;
    this.slices.add(largest(given.net, this.layer, this.unit, pictures.set.images.slice(0, COMPARED)), (best) => {
      this.best = best;
      if (!this.isRunning) this.draw();
    }, () => {});
  }

  // What its number is; the test images above are found by the strongest place of a map instead.
  get mean() {
    const { height, width } = this.app.layers[this.layer];
    return height * width > 1 ? ", mean over the map," : "";
  }

  draw() {
    const { made, app, best } = this;
    const { pixels, activation } = made.whole();
    drawPixels(this.canvas, pixels, app.layers[0].shape);
    this.whole = pixels;
    const title = `${app.titles[this.layer]}, ${app.unitTitle(this.layer, this.unit)}`;
    this.canvas.setAttribute("aria-label", `Picture made for ${title}`);
    this.said.replaceChildren("Activation ", element("b", { text: significant(activation), "data-value": String(activation) }), `${this.mean} after ${plural(made.activations.length, "step")}`);
    this.compared.textContent = best ? `Dashed: ${significant(best.value)}${this.mean || ","} the largest of the first ${countText(best.count)} test images.` : "";
    this.drawCurve([...made.activations, activation]);
  }

  drawCurve(values) {
    const { curve, best } = this;
    fitCanvas(curve, ...CURVE);
    const context = clearedContext(curve);
    const ratio = screenRatio();
    const all = best ? [...values, best.value] : values;
    const [low, high] = [Math.min(...all), Math.max(...all)];
    const x = (at) => (PLACE.left + (at / Math.max(values.length - 1, 1)) * (CURVE[0] - PLACE.left - PLACE.right)) * ratio;
    const y = (value) => (CURVE[1] - PLACE.bottom - ((value - low) / (high - low || 1)) * (CURVE[1] - PLACE.top - PLACE.bottom)) * ratio;
    const line = (points, style, dash) => {
      Object.assign(context, { strokeStyle: style, lineWidth: 2 * ratio });
      context.setLineDash(dash.map((length) => length * ratio));
      context.beginPath();
      for (const [at, value] of points) context.lineTo(x(at), y(value));
      context.stroke();
    };
    if (best) line([[0, best.value], [values.length - 1, best.value]], MARK, [5, 4]);
    line([...values.entries()], getComputedStyle(curve).color, []);
    curve.setAttribute("aria-label", `Activation over ${plural(values.length - 1, "step")}, from ${significant(values[0])} to ${significant(values.at(-1))}`);
  }

  lookAt() {
    const { app } = this;
    this.stop();
    app.show({ pixels: this.whole.slice(), name: `Made for ${app.unitTitle(this.layer, this.unit)} of ${app.titles[this.layer]}` });
  }

  // The weights have changed, or another epoch is shown: what was made holds no more.
  forget() {
    if (this.made) this.start();
  }

  close() {
    this.request = null;
    this.stop();
    this.slices.stop();
  }
}

function* largest(net, layer, unit, images) {
  let value = -Infinity;
  for (const pixels of images) {
    net.run(pixels);
    value = Math.max(value, activationOf(net, layer, unit));
    yield;
  }
  return { value, count: images.length };
}
