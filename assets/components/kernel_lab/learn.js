// Learn a kernel from a target: the other way round. A hidden kernel to find, or a pair of pictures of one's own.

import { signedColour } from "../shared/colours.js";
import { element, svgElement } from "../shared/dom.js";
import { addPlanes, convolve, makePlane } from "../shared/nn/numerics.js";
import { clamp, plural, valueText } from "../shared/numbers.js";
import { button, labelled, select } from "./controls.js";
import { Bitmap, extent } from "./display.js";
import { biasOf, descend, errorOf, gatherMoments, leastSquares, steepest } from "./fit.js";
import { SmallMap } from "./maps.js";
import { cellTable } from "./products.js";
import { MAX_WEIGHT } from "./settings.js";
import { PictureProblem, readBlob, readDrawable } from "./sources.js";

const STEPS_PER_FRAME = 3;
const MAX_STEPS = 6000;
const GOOD_ENOUGH = 0.02; // on the scale of pixels
const TARGETS = { hidden: "A hidden kernel", own: "A picture of my own" };
const WHITE = 255;
const PLOT = { width: 320, height: 170, left: 38, bottom: 20 };

export class Learn {
  constructor(lab, presets) {
    Object.assign(this, { lab, presets, source: "hidden", side: 3, ownTarget: null });
    const choose = select(TARGETS, (value) => this.setSource(value));
    this.sideSelect = select({ 3: "3\u00d73", 5: "5\u00d75", 7: "7\u00d77" }, (value) => { this.side = Number(value); this.restart(); });
    this.file = element("input", { type: "file", accept: "image/*", "aria-label": "Target picture", on: { change: () => this.takeFile() } });
    this.fileLabel = element("label", { class: "file" }, element("span", { class: "field-name", text: "" }), element("button", { type: "button", text: "Choose the target", tabIndex: -1 }), this.file);
    this.anew = button("New challenge", "Hide another kernel", () => this.challenge());
    this.play = button("\u25b6 Gradient descent", "Let gradient descent find the kernel step by step", () => this.toggle(), { class: "main" });
    this.stepButton = button("One step", "One step of gradient descent", () => this.run(1));
    this.solve = button("Least squares", "Compute the best kernel at once", () => this.solveAtOnce());
    this.reveal = button("Reveal", "Show the hidden kernel", () => this.showHidden());
    this.take = button("Use this kernel", "Put the learned kernel into the editor", () => this.useLearned());
    this.problem = element("p", { class: "problem", role: "alert" });
    this.status = element("p", { class: "formula", role: "status" });
    this.maps = [new SmallMap(), new SmallMap(), new SmallMap()];
    this.kernelPlace = element("div");
    this.line = svgElement("polyline", { class: "graph" });
    this.labels = svgElement("g");
    this.plot = svgElement("svg", { viewBox: `0 0 ${PLOT.width} ${PLOT.height}`, role: "img" }, this.labels, this.line);
    const text = element("p", { class: "hint", text: "A net is never told its kernels: it finds them from examples. Here is one picture, and the same picture through a kernel that nobody names. Try to find it by hand above, or let arithmetic do it." });
    lab.find("learn").append(
      text,
      element("div", { class: "fields" }, labelled("Target", choose), labelled("Size of the kernel to learn", this.sideSelect), this.fileLabel, this.anew),
      element("div", { class: "tools" }, this.play, this.stepButton, this.solve, this.take, this.reveal),
      this.problem,
      this.status,
      element("div", { class: "learn" }, ...this.maps.map((map) => map.node), this.kernelPlace, element("figure", { class: "plot picture" }, element("figcaption", {}, element("b", { text: "Error by step" })), this.plot)),
    );
  }

  refresh() {
    if (!this.hidden) this.hide();
    const { grey } = this.lab.picture;
    if (this.known !== grey) {
      this.known = grey;
      this.ownTarget = null;
      this.restart();
    } else this.show();
  }

  point() {}

  setSource(source) {
    this.source = source;
    this.restart();
  }

  challenge() {
    this.hide();
    this.restart();
  }

  // Small whole numbers, not all zero: findable by hand.
  hide() {
    const weights = Array.from({ length: 9 }, () => Math.floor(Math.random() * 5) - 2);
    this.hidden = { side: 3, weights: weights.some(Boolean) ? weights : weights.with(4, 1) };
  }

  async takeFile() {
    const [file] = this.file.files;
    this.problem.textContent = "";
    if (!file) return;
    try {
      const bitmap = await readBlob(file, "Target");
      if (file !== this.file.files[0]) return; // another one was chosen meanwhile
      const { grey } = this.lab.picture;
      const canvas = element("canvas", { width: bitmap.picture.width, height: bitmap.picture.height });
      canvas.getContext("2d").drawImage(new Bitmap().paint(bitmap.picture.planes, { mode: "clip", low: 0, high: 255 }).canvas, 0, 0);
      this.ownTarget = readDrawable(canvas, grey, "Target").grey;
      this.restart();
    } catch (error) {
      if (!(error instanceof PictureProblem)) throw error;
      if (file !== this.file.files[0]) return;
      this.problem.textContent = error.message;
    }
  }

  // The target, cut to where a valid convolution of `side` has values.
  targetFor(side) {
    const { grey } = this.lab.picture;
    const plain = { stride: 1, padding: "valid", border: "zero", dilation: 1 };
    const whole = this.source === "hidden" ? convolve(grey, this.hidden, plain) : this.ownTarget;
    const margin = this.source === "hidden" ? (side - 3) / 2 : (side - 1) / 2;
    return whole && cropPlane(whole, margin);
  }

  restart() {
    this.isRunning = false;
    this.isRevealed = false;
    const { grey } = this.lab.picture;
    const isTooSmall = Math.min(grey.width, grey.height) < this.side + 2;
    this.target = isTooSmall ? null : this.targetFor(this.side);
    this.moments = this.target && gatherMoments(grey, this.target, this.side);
    this.rate = this.moments && 1 / (steepest(this.moments) || 1);
    const zeros = () => new Array(this.side ** 2).fill(0);
    this.state = { weights: zeros(), velocity: zeros(), step: 0 };
    this.errors = this.moments ? [errorOf(this.moments, this.state.weights)] : [];
    this.problem.textContent = isTooSmall ? "This picture is too small to learn from. Take a larger one." : "";
    this.how = "";
    this.show();
  }

  toggle() {
    this.isRunning = !this.isRunning;
    if (this.isRunning) this.tick();
    this.show();
  }

  tick() {
    if (!this.isRunning || this.lab.isClosed || this.lab.panel !== "learn") return this.stop();
    this.run(STEPS_PER_FRAME);
    if (this.errors.at(-1) < GOOD_ENOUGH || this.state.step >= MAX_STEPS) return this.stop();
    requestAnimationFrame(() => this.tick());
  }

  stop() {
    this.isRunning = false;
    this.show();
  }

  run(steps) {
    for (let i = 0; i < steps; i++) {
      this.state = descend(this.moments, this.state, this.rate);
      this.errors.push(errorOf(this.moments, this.state.weights));
    }
    this.how = `After ${plural(this.state.step, "step")} of gradient descent`;
    this.show();
  }

  solveAtOnce() {
    this.isRunning = false;
    this.state = { ...this.state, weights: leastSquares(this.moments) };
    this.errors.push(errorOf(this.moments, this.state.weights));
    this.how = "By least squares, in one go,";
    this.show();
  }

  useLearned() {
    this.lab.editor.setWeights(this.state.weights.map((weight) => Number(Number(clamp(weight, -MAX_WEIGHT, MAX_WEIGHT).toFixed(6)).toPrecision(5))));
  }

  showHidden() {
    this.isRevealed = true;
    this.show();
  }

  show() {
    const isReady = Boolean(this.moments);
    [this.play, this.stepButton, this.solve, this.take].forEach((node) => (node.disabled = !isReady));
    this.reveal.hidden = this.anew.hidden = this.source !== "hidden";
    this.fileLabel.hidden = this.source !== "own";
    this.play.textContent = this.isRunning ? "Pause" : "\u25b6 Gradient descent";
    this.maps.forEach((map) => (map.node.hidden = !isReady));
    if (!isReady) {
      this.status.textContent = this.source === "own" && !this.problem.textContent ? "Choose the filtered picture; the picture at the top is the one before the filter." : "";
      this.kernelPlace.replaceChildren();
      return;
    }
    const { weights } = this.state;
    const bias = biasOf(this.moments, weights);
    const plain = { stride: 1, padding: "valid", border: "zero", dilation: 1 };
    const { grey } = this.lab.picture;
    this.maps[0].show([grey], "Picture", "");
    const learned = addPlanes([convolve(grey, { side: this.side, weights }, plain)], [1], bias);
    this.maps[1].show([this.target], "Target", "", rangeFor(this.target));
    this.maps[2].show([learned], "Through the learned kernel", "", rangeFor(this.target));
    this.showKernels(weights, bias);
    this.showErrors();
  }

  showKernels(weights, bias) {
    const table = (title, values, side) => {
      const largest = Math.max(...values.map(Math.abs)) || 1;
      const cells = values.map((value) => ({ value }));
      return cellTable(title, side, cells, ({ value }) => [value, signedColour(value, largest), false]);
    };
    const children = [table("Learned kernel", weights, this.side)];
    if (Math.abs(bias) > 0.5) children.push(element("p", { class: "hint", text: `and a bias of ${valueText(bias)}` }));
    if (this.isRevealed && this.source === "hidden") children.push(table("Hidden kernel", this.hidden.weights, 3));
    this.kernelPlace.replaceChildren(...children);
    const yours = this.lab.settings.side === this.side ? errorOf(this.moments, this.lab.settings.kernelOf(0).weights) : null;
    const found = this.how ? `${this.how} the learned kernel is off by ${valueText(this.errors.at(-1))} per pixel. ` : "";
    const own = yours === null ? "" : yours < 0.5 ? "The kernel above hits the target. You found it!" : `The kernel above is off by ${valueText(Number(yours.toFixed(1)))}.`;
    this.status.textContent = found + own;
  }

  showErrors() {
    const { width, height, left, bottom } = PLOT;
    const floor = GOOD_ENOUGH / 2;
    const logs = this.errors.map((error) => Math.log10(Math.max(error, floor)));
    const [low, high] = [Math.floor(Math.log10(floor)), Math.ceil(Math.max(...logs, 0))];
    const x = (i) => left + (i / Math.max(1, logs.length - 1)) * (width - left - 8);
    const y = (log) => 8 + ((high - log) / (high - low)) * (height - bottom - 16);
    this.line.setAttribute("points", logs.map((log, i) => `${x(i).toFixed(1)},${y(log).toFixed(1)}`).join(" "));
    const ticks = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    this.labels.replaceChildren(
      ...ticks.flatMap((tick) => [
        svgElement("line", { class: "axis", x1: left, x2: width - 8, y1: y(tick), y2: y(tick) }),
        textAt(left - 5, y(tick) + 4, String(10 ** tick), "end"),
      ]),
      textAt(width - 8, height - 4, plural(this.errors.length - 1, "step"), "end"),
    );
    this.plot.setAttribute("aria-label", `Error by step, from ${valueText(this.errors[0])} to ${valueText(this.errors.at(-1))} in ${plural(this.errors.length - 1, "step")}`);
  }
}

function textAt(x, y, text, anchor) {
  const node = svgElement("text", { x, y, "text-anchor": anchor });
  node.textContent = text;
  return node;
}

// A kernel of large weights makes values far beyond white: then the whole range is shown.
function rangeFor(plane) {
  const [low, high] = extent([plane]);
  return low >= 0 && high > WHITE ? "rescale" : "auto";
}

function cropPlane(plane, margin) {
  if (margin === 0) return plane;
  const [before, cut] = margin > 0 ? [margin, 2 * margin] : [0, 0];
  const out = makePlane(plane.width - cut, plane.height - cut);
  for (let r = 0; r < out.height; r++)
    for (let c = 0; c < out.width; c++) out.data[r * out.width + c] = plane.data[(r + before) * plane.width + c + before];
  return out;
}
