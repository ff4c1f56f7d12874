// A drawing of one's own: the net follows while the stroke is drawn.

import { element } from "../../shared/dom.js";
import { Paper } from "../../shared/paper.js";
import { paperTools } from "../../shared/paper_tools.js";
import { prepare } from "../../shared/prepare_image.js";

export class Drawing {
  constructor(panel) {
    this.panel = panel;
    this.canvas = element("canvas", { "aria-label": "Paper to draw on" });
    this.paper = new Paper(this.canvas, { onChange: () => this.draw(), onEnd: () => this.draw() });
    this.root = element("div", { class: "drawing" }, this.canvas, paperTools(this.paper));
  }

  enter() {
    this.draw();
  }

  draw() {
    const { shape, style } = this.panel.data;
    if (this.paper.isEmpty) return;
    const { image, problem } = prepare(this.paper.pixels(), shape, style);
    if (problem) this.panel.say(problem);
    else this.panel.show({ pixels: image, name: "Your drawing" });
  }

  close() {
    this.paper.close();
  }
}
