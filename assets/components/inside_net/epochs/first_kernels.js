// Beside a training: the kernels of the first convolution, as they are at the epoch that is shown. Those over red, green
// and blue are small pictures in colour, all others on the signed scale; all on one.

import { fitCanvas, clearedContext, screenRatio } from "../../shared/canvas.js";
import { css, signedColour } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { significant } from "../../shared/net_view/words.js";
import { countText } from "../../shared/numbers.js";

const SIDE = 34; // CSS pixels of a kernel
const GAP = 6;
const MOST = 64; // kernels that are drawn
const COLOURS = 3; // planes of a picture in colour
const MIDDLE = 127.5;

// Each weight's colour, [red, green, blue]: a plane as that colour, middle grey is 0 and `limit` the full colour; of a
// kernel with other planes the first one. kernel: weights as Keras has them (rows, columns, planes, filters).
export function kernelColours(kernel, [rows, columns, planes, filters], filter, limit) {
  const weight = (place, plane) => kernel[(place * planes + plane) * filters + filter];
  const ofPlanes = (place) => [0, 1, 2].map((plane) => Math.round(MIDDLE + (MIDDLE * weight(place, plane)) / limit));
  return Array.from({ length: rows * columns }, (_, place) => (planes === COLOURS ? ofPlanes(place) : signedColour(weight(place, 0), limit)));
}

export class FirstKernels {
  constructor(app) {
    this.app = app;
    this.canvas = element("canvas", { role: "img" });
    this.words = element("p", { class: "hint" });
    this.root = app.find("kernels");
    this.root.append(element("strong", { text: "Learned kernels of the first convolution" }), this.canvas, this.words);
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
  }

  changed(_, changed) {
    if (changed.has("net") || changed.has("url")) this.draw();
  }

  draw() {
    const layer = this.app.current && this.app.layers.find(({ kind }) => kind === "conv");
    this.root.hidden = !layer;
    if (!layer) return;
    const { shape } = layer.weights.kernel;
    const { kernel } = this.app.net.weights(layer.index);
    const [rows, columns, planes, filters] = shape;
    const limit = kernel.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0) || 1;
    const count = Math.min(filters, MOST);
    const inRow = Math.max(1, Math.floor((this.root.clientWidth + GAP) / (SIDE + GAP)));
    fitCanvas(this.canvas, Math.min(inRow, count) * (SIDE + GAP) - GAP, Math.ceil(count / inRow) * (SIDE + GAP) - GAP);
    const context = clearedContext(this.canvas);
    context.scale(screenRatio(), screenRatio());
    const cell = SIDE / Math.max(rows, columns);
    for (let filter = 0; filter < count; filter++) {
      const [left, top] = [(filter % inRow) * (SIDE + GAP), Math.floor(filter / inRow) * (SIDE + GAP)];
      kernelColours(kernel, shape, filter, limit).forEach((colour, place) => {
        context.fillStyle = css(colour);
        context.fillRect(left + (place % columns) * cell, top + Math.floor(place / columns) * cell, cell + 0.3, cell + 0.3); // no seams
      });
    }
    this.say(shape, significant(limit), count, planes);
  }

  say([rows, columns, , filters], most, count, planes) {
    const shown = filters > count ? `, the first ${count} of ${countText(filters)}` : "";
    const first = planes > 1 ? `, the first of their ${planes} planes` : "";
    const signed = `Red is negative, white 0, blue positive${first}`;
    const scale = planes === COLOURS ? "Grey is 0; more of a colour is a positive weight for it, less a negative one" : signed;
    const words = `${scale}, up to ${most} either way${shown}.`;
    if (this.words.textContent !== words) this.words.textContent = words;
    this.canvas.setAttribute("aria-label", `${countText(count)} kernels of ${rows} by ${columns} weights`);
  }

  close() {
    this.sizes.disconnect();
  }
}
