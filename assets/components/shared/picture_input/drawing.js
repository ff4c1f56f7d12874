// A drawing of one's own: the net follows while the stroke is drawn.

import { DIGITS } from "../digits.js";
import { element } from "../dom.js";
import { recall } from "../drawing_memory.js";
import { Paper } from "../paper.js";
import { paperTools } from "../paper_tools.js";
import { prepare } from "../prepare_image.js";

const FIRST = 7; // the digit that draws itself where there is no other picture
const DEMO_MS = 900;

export class Drawing {
  constructor(panel) {
    this.panel = panel;
    this.canvas = element("canvas", { "aria-label": "Paper to draw on" });
    this.paper = new Paper(this.canvas, { onChange: () => this.draw(), onEnd: () => this.draw() });
    if (panel.data.drawing) this.paper.resume(recall());
    this.root = element("div", { class: "drawing" }, this.canvas, paperTools(this.paper));
  }

  enter(isFirst) {
    const { style } = this.panel.data;
    if (isFirst && style === "digit" && this.paper.isEmpty) this.paper.demo(DIGITS[FIRST], DEMO_MS);
    else this.draw();
  }

  draw() {
    const { shape, style } = this.panel.data;
    if (this.panel.source !== "draw") return; // it may still draw itself when another source was chosen
    const picture = this.paper.pixels();
    const { image, problem } = prepare(picture, shape, style);
    const isEmpty = this.paper.isEmpty || problem; // an empty paper is a picture, too: the net says something of that as well
    this.panel.show({ pixels: image, name: isEmpty ? "The empty paper" : this.paper.isDemo ? `A drawn ${FIRST}` : "Your drawing", from: { picture } }, this);
  }

  close() {
    this.paper.close();
  }
}
