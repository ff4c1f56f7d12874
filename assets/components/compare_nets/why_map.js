// What speaks for a class in one net, over the picture that it sees.

import { clearedContext, fitCanvas } from "../shared/canvas.js";
import { element } from "../shared/dom.js";
import { Bitmap } from "../shared/net_view/bitmap.js";
import { paintOver } from "../shared/net_view/map_over_picture.js";
import { extent } from "../shared/net_view/scale.js";

const MOST = 220; // CSS pixels of a side
const OPACITY = 0.7;

export class WhyMap {
  constructor() {
    Object.assign(this, { bitmap: new Bitmap(), map: null, width: 0 });
    this.problem = element("p", { class: "hint", hidden: true });
    this.canvas = element("canvas", { role: "img", hidden: true });
    this.words = element("p", { class: "hint" });
    this.root = element("div", { class: "net-why" }, this.problem, this.canvas, this.words);
  }

  // map: {values, height, width}; asked: {pixels, shape, words: "what speaks for 7"}.
  take(map, asked) {
    Object.assign(this, { map, asked });
    this.problem.hidden = true;
    this.canvas.hidden = false;
    this.root.classList.remove("stale");
    this.words.textContent = asked.words;
  }

  // A map of before stays, pale.
  wait(words) {
    this.root.classList.add("stale");
    this.problem.hidden = true;
    this.words.textContent = words;
  }

  fail(sentence) {
    this.map = null;
    this.canvas.hidden = true;
    this.root.classList.remove("stale");
    this.problem.textContent = sentence;
    this.problem.hidden = false;
    this.words.textContent = "";
  }

  // The size of the strongest value; 0 without a map.
  get limit() {
    if (!this.map) return 0;
    const { least, most } = extent(this.map.values);
    return Math.max(-least, most);
  }

  draw(limit, method) {
    const { map, canvas, width } = this;
    if (!map || !width) return;
    const { pixels, shape, words } = this.asked;
    const [rows, columns] = shape;
    const cell = Math.min(width, MOST) / Math.max(rows, columns);
    fitCanvas(canvas, cell * columns, cell * rows);
    const context = clearedContext(canvas);
    paintOver(context, { map, limit, picture: { pixels, shape }, opacity: OPACITY, bitmap: this.bitmap }, [0, 0, canvas.width, canvas.height]);
    canvas.setAttribute("aria-label", `${method.title}: ${words}`);
  }
}
