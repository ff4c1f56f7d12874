// The kernel: a grid of numbers to type, drag and wheel; presets; size, turns.

import { css, inkOn, signedColour } from "../shared/colours.js";
import { element } from "../shared/dom.js";
import { arrowStep } from "../shared/keys.js";
import { flipKernel, mirrorKernel, resizeKernel, rotateKernel, transposeKernel } from "../shared/nn/numerics.js";
import { clamp, parseNumber, weightLabel } from "../shared/numbers.js";
import { button, fillSelect } from "./controls.js";
import { attachPaste } from "./pasted_kernel.js";
import { PLANE_NAMES } from "./pipeline.js";
import { canHaveKernelEach, MAX_WEIGHT, SIDES, weightProblem } from "./settings.js";

const DRAG_STEP = 8; // screen pixels of a drag for one step
const CUSTOM = "custom";
const OWN = "A kernel of your own. The wheel and the arrow keys change a number too; fractions such as 1/9 are fine.";
const POINTWISE = "A 1\u00d71 kernel has one weight for each plane, and no neighbours.";
const TURNS = [
  ["\u2921", "Transpose: rows become columns", transposeKernel],
  ["\u21bb", "Rotate by 90 degrees", rotateKernel],
  ["\u21c4", "Flip left and right", mirrorKernel],
  ["\u21c5", "Flip top and bottom", (weights, side) => flipKernel(mirrorKernel(weights, side))],
];
export class Editor {
  constructor(find, settings, presets, room) {
    Object.assign(this, { find, settings, presets, room, plane: 0, isDragging: false });
    this.grid = find("grid");
    this.makeControls();
    attachPaste(this.grid, () => this.pastedSides, (kernel) => this.takePasted(kernel), (problem) => this.say(problem));
    this.grid.addEventListener("wheel", (event) => this.onWheel(event), { passive: false });
    this.refresh();
  }

  get planes() {
    return this.plane === -1 ? [0, 1, 2] : [this.plane];
  }

  get weights() {
    return this.settings.weightsOf(Math.max(0, this.plane));
  }

  makeControls() {
    const { find, settings } = this;
    fillSelect(find("preset"), { ...Object.fromEntries(this.presets.map(({ name, title }) => [name, title])), [CUSTOM]: "My own" });
    find("preset").addEventListener("change", () => this.takePreset(find("preset").value));
    SIDES.forEach((side) =>
      find("sides").append(button(`${side}\u00d7${side}`, `Kernel of ${side} by ${side}`, () => this.resize(side), { "data-side": side })),
    );
    TURNS.forEach(([icon, title, turn]) => find("turns").append(button(icon, title, () => this.setWeights(turn(this.weights, settings.side)))));
  }

  setWeights(weights) {
    this.say("");
    this.settings.setWeights(weights, this.settings.values.kernels.length === 1 ? [0] : this.planes);
  }

  takePreset(name) {
    const preset = this.presets.find((candidate) => candidate.name === name);
    if (!preset) return;
    this.takeGrid(preset.matrix.flat());
  }

  // A whole kernel; of three, all keep their size.
  takeGrid(weights) {
    const side = Math.sqrt(weights.length);
    const wanted = this.settings.values.kernels.length === 3 ? this.settings.side : side;
    this.setWeights(resizeKernel(weights, side, wanted));
  }

  takePasted({ rows, divisor }) {
    const { settings } = this;
    settings.change({ divisor: divisor ?? (settings.values.divisor === "auto" ? "auto" : 1) }, { silent: true });
    this.takeGrid(rows.flat());
  }

  // Three kernels have one size, and a small picture has no room for a large one.
  get pastedSides() {
    return this.settings.values.kernels.length === 3 ? [this.settings.side] : this.room().sides;
  }

  resize(side) {
    const { settings } = this;
    const kernels = settings.values.kernels.map((matrix) => {
      const weights = resizeKernel(matrix.flat(), settings.side, side);
      return Array.from({ length: side }, (_, r) => weights.slice(r * side, (r + 1) * side));
    });
    this.say("");
    settings.change({ kernels });
  }

  say(problem) {
    const place = this.find("kernel-problem");
    place.textContent = problem && `${problem} The picture still shows the kernel before.`;
    place.hidden = !problem;
  }

  refresh() {
    const { find, settings } = this;
    const { values, side } = settings;
    if (values.kernels.length === 1 || !canHaveKernelEach(values.kind)) this.plane = 0;
    this.showPlaneChoice();
    if (this.grid.childElementCount !== side * side) this.makeCells(side);
    const { weights } = this;
    const largest = Math.max(...weights.map(Math.abs)) || 1;
    const focused = this.grid.getRootNode().activeElement;
    [...this.grid.children].forEach((cell, i) => {
      const isTyping = cell === focused && !this.isDragging && parseNumber(cell.value) === weights[i];
      const colour = signedColour(weights[i], largest);
      if (!isTyping) cell.value = weightLabel(weights[i]);
      cell.classList.remove("bad");
      Object.assign(cell.style, { backgroundColor: css(colour), color: inkOn(colour) });
    });
    this.hideUnused();
    const preset = this.presets.find(({ matrix }) => isSame(matrix.flat(), weights));
    find("preset").value = preset ? preset.name : CUSTOM;
    find("meaning").textContent = values.kind === "pointwise" ? POINTWISE : preset ? preset.meaning : OWN;
    const { sides } = this.room();
    [...find("sides").children].forEach((node) => {
      const own = Number(node.dataset.side);
      node.setAttribute("aria-pressed", String(own === side));
      node.disabled = !sides.includes(own) && own !== side;
    });
  }

  // A 1x1 kernel has no grid.
  hideUnused() {
    const isPointwise = this.settings.values.kind === "pointwise";
    for (const part of ["preset", "grid", "kernel-tools", "kernel-hint"]) this.find(part).hidden = isPointwise;
  }

  showPlaneChoice() {
    const place = this.find("plane-choice");
    place.hidden = this.settings.values.kernels.length === 1 || !canHaveKernelEach(this.settings.values.kind);
    if (!place.childElementCount)
      PLANE_NAMES.forEach((name, i) =>
        place.append(button(name, `Edit the kernel of the ${name.toLowerCase()} plane`, () => { this.plane = i; this.refresh(); })),
      );
    [...place.children].forEach((node, i) => node.setAttribute("aria-pressed", String(i === this.plane)));
  }

  makeCells(side) {
    this.grid.dataset.side = side;
    this.grid.style.gridTemplateColumns = `repeat(${side}, 1fr)`;
    this.grid.replaceChildren(
      ...Array.from({ length: side * side }, (_, i) => this.makeCell(Math.floor(i / side), i % side, i)),
    );
  }

  makeCell(row, column, index) {
    const cell = element("input", {
      type: "text",
      inputmode: "text",
      autocomplete: "off",
      spellcheck: "false",
      "aria-label": `Weight in row ${row + 1}, column ${column + 1}`,
    });
    cell.addEventListener("input", () => this.onType(cell, row, column, index));
    cell.addEventListener("blur", () => this.isClean() && this.refresh());
    cell.addEventListener("keydown", (event) => {
      const [down] = arrowStep(event) ?? [0];
      if (!down) return;
      event.preventDefault();
      this.nudge(index, event.shiftKey ? -down / 10 : -down);
    });
    this.attachDrag(cell, index);
    return cell;
  }

  isClean() {
    return !this.grid.querySelector(".bad");
  }

  onType(cell, row, column, index) {
    const problem = weightProblem(cell.value, row, column);
    this.say(problem);
    cell.classList.toggle("bad", Boolean(problem));
    if (!problem) this.setWeights(this.weights.with(index, parseNumber(cell.value)));
  }

  nudge(index, amount) {
    const value = clamp(this.weights[index] + amount, -MAX_WEIGHT, MAX_WEIGHT);
    const old = this.isDragging;
    this.isDragging = true; // the cell shows the new value even while it has the focus
    this.setWeights(this.weights.with(index, Number(value.toFixed(6))));
    this.isDragging = old;
  }

  onWheel(event) {
    const index = [...this.grid.children].indexOf(event.target);
    if (index < 0) return;
    event.preventDefault();
    this.nudge(index, (event.deltaY < 0 ? 1 : -1) * (event.shiftKey ? 0.1 : this.step));
  }

  // Whole steps for kernels of whole numbers, hundredths for those that are fractions.
  get step() {
    return this.weights.every(Number.isInteger) ? 1 : 0.05;
  }

  attachDrag(cell, index) {
    let start = null;
    cell.addEventListener("pointerdown", (event) => {
      start = { y: event.clientY, value: this.weights[index], step: this.step };
    });
    cell.addEventListener("pointermove", (event) => {
      if (!start || !event.buttons) return;
      const steps = Math.round((start.y - event.clientY) / DRAG_STEP);
      if (!this.isDragging && steps === 0) return;
      if (!this.isDragging) cell.setPointerCapture(event.pointerId);
      this.isDragging = true;
      event.preventDefault();
      const value = clamp(start.value + steps * (event.shiftKey ? start.step / 10 : start.step), -MAX_WEIGHT, MAX_WEIGHT);
      this.setWeights(this.weights.with(index, Number(value.toFixed(6))));
    });
    const end = () => {
      if (this.isDragging) this.settings.change({});
      start = null;
      this.isDragging = false;
    };
    cell.addEventListener("pointerup", end);
    cell.addEventListener("pointercancel", end);
  }
}

const isSame = (a, b) => a.length === b.length && a.every((value, i) => Math.abs(value - b[i]) < 1e-4);
