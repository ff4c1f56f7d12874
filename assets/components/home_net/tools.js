// The buttons of the paper, and the digits to try: always in sight.

import { element, svgElement } from "../shared/dom.js";
import { DIGITS } from "../shared/digits.js";

export class Tools {
  // `onSample()` is called when a digit was put on the paper.
  constructor(find, paper, onSample) {
    this.paper = paper;
    const button = (text, act, options = {}) => element("button", { type: "button", text, ...options, on: { click: act } });
    this.undo = button("Undo", () => paper.undo());
    this.redo = button("Redo", () => paper.redo());
    this.clear = button("Clear", () => paper.clear());
    find("tools").append(this.undo, this.redo, this.clear);
    const samples = DIGITS.map((strokes, digit) => {
      const put = () => {
        paper.load(strokes);
        onSample();
      };
      const sample = button("", put, { "aria-label": `Draw a ${digit}` });
      sample.append(sketch(strokes));
      return sample;
    });
    find("samples").append(...samples);
    this.refresh();
  }

  refresh() {
    this.undo.disabled = !this.paper.canUndo;
    this.redo.disabled = !this.paper.canRedo;
    this.clear.disabled = this.paper.isEmpty;
  }
}

function sketch(strokes) {
  const lines = strokes.map(({ points }) => svgElement("path", { d: `M${points.map((point) => point.join(" ")).join("L")}` }));
  return svgElement("svg", { viewBox: "0 0 1 1", "aria-hidden": "true" }, ...lines);
}
