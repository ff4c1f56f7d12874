// A drawing of one's own: the net follows while the stroke is drawn.

import { element } from "../../shared/dom.js";
import { Paper } from "../../shared/paper.js";
import { prepare } from "../../shared/prepare_image.js";

const SIDE = 280; // pixels of the paper

export class Drawing {
  constructor(panel) {
    this.panel = panel;
    this.canvas = element("canvas", { class: "paper", width: SIDE, height: SIDE, "aria-label": "Paper to draw on" });
    this.paper = new Paper(this.canvas, { onChange: () => this.draw(), onEnd: () => this.draw() });
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.eraser = button("Eraser", () => this.switchTool());
    this.root = element("div", { class: "drawing" }, this.canvas,
      element("div", { class: "row" }, button("Undo", () => this.after(() => this.paper.undo())), button("Clear", () => this.after(() => this.paper.clear()))),
      this.eraser,
    );
  }

  enter() {
    if (!this.paper.isEmpty) this.draw();
  }

  switchTool() {
    this.paper.tool = this.paper.tool === "pen" ? "eraser" : "pen";
    this.eraser.setAttribute("aria-pressed", String(this.paper.tool === "eraser"));
  }

  after(change) {
    change();
    this.draw();
  }

  draw() {
    const { shape, style } = this.panel.data;
    if (this.paper.isEmpty) return;
    const { image, problem } = prepare(this.paper.pixels(), shape, style);
    if (problem) this.panel.say(problem);
    else this.panel.show({ pixels: image, name: "Your drawing" });
  }
}
