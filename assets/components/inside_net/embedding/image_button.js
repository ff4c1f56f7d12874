// An image of the test set as a button: its picture, a few words, and a click that looks at it.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { drawInside } from "./thumbnails.js";

export class ImageButton {
  constructor(side, onClick) {
    Object.assign(this, { side, index: -1, canvas: element("canvas", { "aria-hidden": "true" }) });
    this.words = element("span");
    this.note = element("span", { class: "hint" });
    this.root = element("button", { type: "button", class: "image-button", on: { click: () => onClick(this.index) } }, this.canvas, this.words, this.note);
  }

  // mark(context, width, height): what is drawn over the picture. Nothing is touched while it is the same.
  show({ index, thumbnails, words, note = "", label, isMistake = false, key = label }, mark = () => {}) {
    const { canvas, side } = this;
    this.root.hidden = false;
    if (key === this.key && thumbnails === this.thumbnails) return;
    Object.assign(this, { index, key, thumbnails });
    fitCanvas(canvas, side * thumbnails.part.width, side * thumbnails.part.height);
    const context = clearedContext(canvas);
    drawInside(context, thumbnails.of(index), thumbnails.part, canvas.width / 2, canvas.height / 2, side * screenRatio());
    mark(context, canvas.width, canvas.height);
    this.words.textContent = words;
    this.note.textContent = note;
    this.root.setAttribute("aria-label", label);
    this.root.title = label;
    this.root.classList.toggle("wrong", isMistake);
  }
}

// "Test image 12: 3. The net says 5."
export function imageText({ labels, said, classes, numbers }, index) {
  const answer = said[index] === labels[index] || said[index] < 0 ? "" : `. The net says ${classes[said[index]]}`;
  return `Test image ${(numbers?.[index] ?? index) + 1}: ${classes[labels[index]]}${answer}`;
}
