// Around the points: what the pointer is at, and what can be pressed.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { imageText } from "./image_button.js";
import { Scatter } from "./scatter.js";
import { ScatterHands } from "./scatter_hands.js";

const SIDE = 96; // CSS pixels of the image that is pointed at
const isFinger = () => window.matchMedia("(pointer: coarse)").matches;
const hintOf = (isSolid) => `Drag to ${isSolid ? "turn" : "move"}${isFinger() ? "" : ", shift-drag to choose with a lasso"}. A click looks at that image.`;
const HINT_MS = 1800;

export class ScatterCard {
  // onPick(index), onChoose(indices)
  constructor({ onPick, onChoose }) {
    this.scatter = new Scatter();
    this.hands = new ScatterHands(this.scatter, { onPick, onChoose, onPoint: (...at) => this.point(...at), onHint: (text) => this.hint(text) });
    const button = (text, title, click) => element("button", { type: "button", text, title, "aria-label": title, on: { click } });
    const toggle = (text, title, act) => {
      const made = button(text, title, () => {
        made.setAttribute("aria-pressed", String(act()));
        this.scatter.draw();
      });
      made.setAttribute("aria-pressed", "false");
      return made;
    };
    this.tools = element("div", { class: "scatter-tools" },
      toggle("Pictures", "Pictures in place of dots", () => (this.scatter.isPictures = !this.scatter.isPictures)),
      toggle("Lasso", "Lasso: choose images by a line around them", () => this.turnLasso()),
      button("+", "Zoom in", () => this.hands.zoom(1.5)), button("\u2212", "Zoom out", () => this.hands.zoom(1 / 1.5)), button("All", "All points in sight again", () => this.reset()));
    this.picture = element("canvas");
    this.words = element("p");
    this.card = element("div", { class: "embedding-card", "aria-hidden": "true", hidden: true }, this.picture, this.words);
    this.hinted = element("p", { class: "scatter-hint", hidden: true });
    this.about = element("p", { class: "hint" });
    this.root = element("div", { class: "scatter" }, this.scatter.canvas, this.tools, this.card, this.hinted);
  }

  turnLasso() {
    this.hands.isLasso = !this.hands.isLasso;
    this.scatter.canvas.classList.toggle("lasso", this.hands.isLasso);
    return this.hands.isLasso;
  }

  reset() {
    this.scatter.view.reset();
    this.scatter.draw();
  }

  take(set, arrangement, thumbnails) {
    this.set = set;
    this.point(-1);
    this.scatter.take({ ...arrangement, thumbnails });
    this.about.textContent = hintOf(arrangement.dimensions === 3);
  }

  // Beside the pointer, where there is room.
  point(index, x = 0, y = 0) {
    const { scatter, card } = this;
    const isOther = index !== scatter.hover;
    scatter.hover = index;
    scatter.canvas.classList.toggle("pointed", index >= 0);
    card.hidden = index < 0;
    if (index >= 0) {
      if (isOther) this.fill(index);
      const left = x + 18 + card.offsetWidth < scatter.view.width ? x + 18 : x - 18 - card.offsetWidth;
      const top = Math.min(Math.max(y - card.offsetHeight / 2, 4), scatter.view.height - card.offsetHeight - 4);
      Object.assign(card.style, { left: `${Math.max(left, 2)}px`, top: `${top}px` });
    }
    if (isOther) this.hands.redraw({ isStill: true });
  }

  fill(index) {
    const { thumbnails } = this.scatter;
    const { width, height } = thumbnails.part;
    fitCanvas(this.picture, SIDE * width, SIDE * height);
    const context = clearedContext(this.picture);
    context.imageSmoothingEnabled = thumbnails.of(index).width > SIDE * screenRatio();
    context.drawImage(thumbnails.of(index), 0, 0, this.picture.width, this.picture.height);
    this.words.textContent = imageText(this.set, index);
    this.words.classList.toggle("wrong", this.set.said[index] >= 0 && this.set.said[index] !== this.set.labels[index]);
  }

  hint(text) {
    this.hinted.textContent = text;
    this.hinted.hidden = false;
    clearTimeout(this.hiding);
    this.hiding = setTimeout(() => (this.hinted.hidden = true), HINT_MS);
  }
}
