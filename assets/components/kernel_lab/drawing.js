// A paper in the place of the picture: what is drawn goes through the kernel while it is drawn.

import { element } from "../shared/dom.js";
import { LAB, recall, remember } from "../shared/drawing_memory.js";
import { Paper } from "../shared/paper.js";
import { paperTools } from "../shared/paper_tools.js";
import { makePicture } from "./pipeline.js";
import { withoutAlpha } from "./sources.js";

const textOf = (strokes) => JSON.stringify(strokes.map(({ tool, thickness, points }) => [tool, thickness, points]));

export class Drawing {
  // `take(picture)` is told of each change, `keep(drawing)` of the end of each stroke.
  constructor(place, { take, keep }) {
    Object.assign(this, { place, take, keep });
  }

  get isOpen() {
    return !this.place.hidden;
  }

  // The paper, with the strokes of before: those that Python knows, or what it has not heard of.
  open(strokes) {
    if (this.isOpen) return;
    this.place.hidden = false;
    if (!this.paper) {
      const canvas = element("canvas", {
        tabIndex: 0,
        role: "application",
        "aria-label": "Paper. Draw with mouse, pen or finger. Arrow keys move the pen, Space puts it down and lifts it.",
      });
      this.place.append(element("div", { class: "sheet" }, canvas));
      this.paper = new Paper(canvas, { onChange: () => this.isOpen && this.show(), onEnd: () => this.end() });
      this.place.append(paperTools(this.paper));
      const known = recall(LAB, strokes);
      if (known.length) this.paper.resume(known);
      if (textOf(known) !== textOf(strokes)) this.keep(this.paper.drawing());
    }
    this.show();
  }

  end() {
    remember(this.paper.strokes, LAB);
    this.keep(this.paper.drawing());
  }

  show() {
    const { width, height, data } = this.paper.pixels();
    this.take(makePicture("Your drawing", width, height, withoutAlpha(data)));
  }

  hide() {
    this.place.hidden = true;
  }

  close() {
    this.paper?.close();
  }
}
