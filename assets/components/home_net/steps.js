// The pictures between a drawing and what the net sees, where somebody has asked for them.

import { element } from "../shared/dom.js";
import { sizeText } from "../shared/numbers.js";

const ROOM = { width: 1000, height: 850 }; // of a window in which they are open from the start

export class Steps {
  constructor(find) {
    this.details = find("steps");
    this.list = find("step-list");
    this.hint = find("step-hint");
    this.details.open = innerWidth >= ROOM.width && innerHeight >= ROOM.height;
    this.details.addEventListener("toggle", () => this.show(this.prepared));
  }

  show(prepared) {
    this.prepared = prepared;
    if (!this.details.open || !prepared) return;
    this.hint.hidden = prepared.steps.length > 0;
    if (this.list.childElementCount !== prepared.steps.length) this.list.replaceChildren(...prepared.steps.map(makeFigure));
    prepared.steps.forEach((step, i) => paint(this.list.children[i], step));
  }
}

function makeFigure({ name }) {
  const canvas = element("canvas", { role: "img", "aria-label": `The drawing after the step: ${name}` });
  return element("figure", {}, canvas, element("figcaption"));
}

function paint(figure, { name, width, height, data }) {
  const [canvas, caption] = figure.children;
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  data.forEach((level, i) => (pixels[i] = (255 << 24) | (level * 0x010101)));
  context.putImageData(image, 0, 0);
  caption.textContent = name;
  canvas.title = sizeText(width, height);
}
