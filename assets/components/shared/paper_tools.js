// The buttons of a paper: pen, eraser, thickness, undo, redo, clear; and what they did, in words for those who listen.

import { element, svgElement } from "./dom.js";
import { SIDE } from "./ink.js";
import { pressShortcut } from "./paper_input.js";

const THICKNESS = { min: 4, max: 40, step: 2 }; // pixels of what the paper gives out

const ICONS = {
  pen: "M4 20l1-5L16 4l4 4L9 19l-5 1z M13.5 6.5l4 4",
  eraser: "M8 20l-5-5L14 4l7 7-9 9H8z M9 9l7 7 M12 20h9",
  undo: "M9 5L4 10l5 5 M4 10h9a6 6 0 0 1 0 12h-3",
  redo: "M15 5l5 5-5 5 M20 10h-9a6 6 0 0 0 0 12h3",
  clear: "M4 7h16 M9 7V4h6v3 M6 7l1 14h10l1-14 M10 11v6 M14 11v6",
};

// A row of controls that follows the paper; Ctrl+Z works on it too.
export function paperTools(paper) {
  const button = (icon, label, click) =>
    element("button", { type: "button", "aria-label": label, title: label, on: { click } }, drawIcon(ICONS[icon]));
  const choose = (tool) => () => {
    paper.tool = tool;
    show();
  };
  const pen = button("pen", "Pen", choose("pen"));
  const eraser = button("eraser", "Eraser", choose("eraser"));
  const undo = button("undo", "Undo", () => paper.undo());
  const redo = button("redo", "Redo", () => paper.redo());
  const clear = button("clear", "Clear", () => paper.clear());
  const said = element("span", { class: "said", role: "status" });
  const show = () => {
    pen.setAttribute("aria-pressed", paper.tool === "pen");
    eraser.setAttribute("aria-pressed", paper.tool === "eraser");
    undo.setAttribute("aria-disabled", !paper.canUndo); // not `disabled`: that would take the focus away
    redo.setAttribute("aria-disabled", !paper.canRedo);
    clear.setAttribute("aria-disabled", !paper.strokes.length);
  };
  paper.addEventListener("change", show);
  paper.addEventListener("say", ({ detail }) => (said.textContent = detail));
  show();
  const row = { class: "paper-tools", role: "toolbar", "aria-label": "Drawing", on: { keydown: (event) => pressShortcut(paper, event) } };
  return element("div", row, pen, eraser, thicknessSlider(paper), undo, redo, clear, said);
}

function thicknessSlider(paper) {
  const slider = element("input", { type: "range", "aria-label": "Thickness", title: "Thickness", ...asTexts(THICKNESS) });
  slider.value = Math.round(paper.thickness * SIDE);
  slider.addEventListener("input", () => (paper.thickness = slider.valueAsNumber / SIDE));
  return slider;
}

const asTexts = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));

function drawIcon(path) {
  return svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svgElement("path", { d: path }));
}
