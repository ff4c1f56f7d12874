// The confusion matrix of the validation after an epoch, the newest until another one is chosen.

import { element } from "../shared/dom.js";
import { drawMatrix, matrixWords, mostMistakes, paintMatrix, paletteOf } from "../shared/net_view/matrix.js";
import { matrixAt } from "./history.js";

const LARGEST = 380; // CSS pixels
const NONE = "No epoch with a matrix has ended yet.";

export class MatrixFigure {
  constructor() {
    this.title = element("span", { class: "legend" });
    this.canvas = element("canvas", { role: "img" });
    this.slider = element("input", { type: "range", min: 1, step: 1, "aria-label": "Epoch of the matrix", on: { input: () => this.choose(Number(this.slider.value)) } });
    this.words = element("p", { class: "hint" });
    const head = element("figcaption", {}, element("strong", { text: "confusion matrix" }), this.title);
    this.root = element("figure", { class: "chart matrix" }, head, this.canvas, this.slider, this.words);
    this.chosen = null; // the newest
  }

  choose(epoch) {
    this.chosen = epoch < Number(this.slider.max) ? epoch : null;
    this.show(this.history);
  }

  show(history) {
    this.history = history;
    const last = history.epochs.at(-1)?.epoch ?? 0;
    if (this.chosen > last) this.chosen = null; // it was taken back
    const found = matrixAt(history, this.chosen ?? last);
    for (const part of [this.canvas, this.slider]) part.hidden = !found;
    this.slider.max = last;
    this.slider.value = this.chosen ?? last;
    if (!found) {
      this.words.textContent = NONE;
      return;
    }
    const { epoch, matrix } = found;
    const side = Math.min(this.root.clientWidth, LARGEST);
    const names = history.about?.classes ?? [];
    const shown = [matrix, side, last, names, paletteOf(this.root)]; // what it depends on
    if (this.shown?.every((value, i) => value === shown[i])) return;
    this.shown = shown;
    const all = history.epochs.map((row) => row.confusion).filter(Boolean);
    this.drawn = { matrix, look: { side, most: mostMistakes(...all) } };
    if (side) drawMatrix(this.canvas, matrix, this.drawn.look);
    this.title.textContent = `validation, epoch ${epoch}`;
    const classes = matrix.map((_, i) => names[i] ?? String(i));
    this.words.textContent = `Rows: true class, columns: what the net says, both in the order ${classes.length <= 12 ? classes.join(", ") : "of the classes"}. ${matrixWords(matrix, classes)}`;
    this.canvas.setAttribute("aria-label", `Confusion matrix after epoch ${epoch}: ${matrixWords(matrix, classes)}`);
  }

  // What is saved of it; null before there is one.
  get picture() {
    if (this.canvas.hidden || !this.drawn?.look.side) return null;
    const { matrix, look } = this.drawn;
    return { title: `confusion matrix, ${this.title.textContent}`, names: [], width: look.side, height: look.side, draw: (context) => paintMatrix(context, matrix, look) };
  }

  close() {}
}
