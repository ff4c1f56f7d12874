// Kernel, activation, pooling, and again: each stage looks at what the one before gives.

import { element, svgElement } from "../shared/dom.js";
import { placeInside } from "../shared/keys.js";
import { ACTIVATIONS, activate, activateValue, addPlanes, convolve, pool, POOLINGS, poolValue, poolWindow, UNIT } from "../shared/nn/numerics.js";
import { clamp, sizeText, valueText } from "../shared/numbers.js";
import { button, fillSelect, labelled, select, titlesOf } from "./controls.js";
import { SmallMap } from "./maps.js";
import { markPixels, strokeBox } from "./view.js";

const MAX_STAGES = 5;
const CURVE = { width: 190, height: 120, reach: 3 }; // the plot shows -3 to 3 in units of 255

export class Chain {
  constructor(lab, presets) {
    Object.assign(this, { lab, presets, stages: [] });
    this.add = button("Add a stage", "Add a stage", () => this.resize(1));
    this.remove = button("Remove the last", "Remove the last stage", () => this.resize(-1));
    lab.find("chain-tools").append(this.add, this.remove);
  }

  get specs() {
    return this.lab.settings.values.chain;
  }

  change(index, patch) {
    this.lab.settings.change({ chain: this.specs.with(index, { ...this.specs[index], ...patch }) });
  }

  resize(by) {
    const chain = by > 0 ? [...this.specs, { ...this.specs.at(-1), kernel: "gaussian" }] : this.specs.slice(0, -1);
    this.lab.settings.change({ chain });
  }

  refresh() {
    const { specs } = this;
    while (this.stages.length > specs.length) this.stages.pop().node.remove();
    while (this.stages.length < specs.length) {
      this.stages.push(new ChainStage(this, this.stages.length));
      this.lab.find("stages").append(this.stages.at(-1).node);
    }
    this.add.disabled = specs.length >= MAX_STAGES;
    this.remove.disabled = specs.length <= 1;
    const { result } = this.lab;
    let plane = result.isOpen ? addPlanes(result.summed, [1, 1, 1], 0) : result.summed[0];
    this.stages.forEach((stage, i) => (plane = stage.show(plane, specs[i])));
  }

  kernelOf(name) {
    if (name === "mine") return this.lab.settings.kernelOf(0);
    const { matrix } = this.presets.find((preset) => preset.name === name);
    return { side: matrix.length, weights: matrix.flat() };
  }
}

class ChainStage {
  constructor(chain, index) {
    Object.assign(this, { chain, index });
    const change = (key, read = String) => (value) => chain.change(index, { [key]: read(value) });
    const kernels = { mine: index === 0 ? "The kernel above" : "The kernel above, again", ...titlesOf(Object.fromEntries(chain.presets.map((preset) => [preset.name, preset]))) };
    this.title = element("h3");
    this.kernel = select(kernels, change("kernel"));
    this.activation = select(titlesOf(ACTIVATIONS), change("activation"));
    this.pool = select(titlesOf(POOLINGS), change("pool"));
    this.size = select({}, change("size", Number));
    this.stride = select({}, change("stride", Number));
    this.sizeLabel = labelled("Window", this.size);
    this.strideLabel = labelled("Pooling stride", this.stride);
    this.maps = [
      new SmallMap((place) => this.point("kernel", place)),
      new SmallMap((place) => this.point("kernel", place)),
      new SmallMap((place) => this.point("pool", place)),
    ];
    this.curve = new Curve();
    this.numbers = element("p", { class: "pool-numbers", "aria-live": "polite" });
    this.problem = element("p", { class: "problem", role: "alert" });
    const [convolved, activated, pooled] = this.maps.map((map) => map.node);
    this.row = element("div", { class: "stage-maps" }, convolved, this.curve.node, activated, pooled);
    const fields = element("div", { class: "fields" });
    if (index > 0) fields.append(labelled("Kernel", this.kernel));
    fields.append(labelled("Activation", this.activation), labelled("Pooling", this.pool), this.sizeLabel, this.strideLabel);
    this.node = element("section", { class: "stage", "aria-label": `Stage ${index + 1}` }, this.title, fields, this.problem, this.row, this.numbers);
  }

  // Show the stage and give its map to the next one; null where nothing is left to work on.
  show(input, spec) {
    this.spec = spec;
    const { kernel, sides } = this.apply(input, spec);
    this.kernel.value = spec.kernel;
    this.activation.value = spec.activation;
    this.pool.value = spec.pool;
    const hasWindow = spec.pool !== "none" && !POOLINGS[spec.pool].isGlobal;
    this.sizeLabel.hidden = this.strideLabel.hidden = !hasWindow;
    this.row.hidden = this.numbers.hidden = !this.pooled;
    this.problem.hidden = Boolean(this.pooled);
    this.title.textContent = `Stage ${this.index + 1}`;
    if (!this.pooled) {
      this.problem.textContent = input
        ? `Nothing fits here any more: the map is ${sizeText(input.width, input.height)} and the kernel ${kernel.side}\u00d7${kernel.side}. Pool less before.`
        : "The stage before gives no map.";
      return null;
    }
    this.fillSizes(spec, sides);
    const shape = ({ width, height }) => sizeText(width, height);
    this.title.textContent = `Stage ${this.index + 1}: ${[input, this.convolved, this.pooled].map(shape).join(" \u2192 ")}`;
    const pooling = spec.pool === "none" ? "the same" : `${POOLINGS[spec.pool].title.toLowerCase()}${hasWindow ? ` ${spec.size}\u00d7${spec.size}, stride ${spec.stride}` : ""}`;
    this.maps[0].show([this.convolved], "After the kernel", "", "map");
    this.maps[1].show([this.activated], `After ${ACTIVATIONS[spec.activation].title}`, "", "map");
    this.maps[2].show([this.pooled], "After pooling", pooling, "map");
    const middle = { row: this.pooled.height >> 1, column: this.pooled.width >> 1 };
    this.point("pool", this.place && this.source === "pool" ? this.place : middle);
    return this.pooled;
  }

  apply(input, spec) {
    const kernel = this.chain.kernelOf(spec.kernel);
    const plain = { stride: 1, padding: "valid", border: "zero", dilation: 1 };
    this.convolved = input && (this.index === 0 && spec.kernel === "mine" ? input : convolve(input, kernel, plain));
    const fits = this.convolved && this.convolved.data.length > 0;
    this.activated = fits ? activate(this.convolved, spec.activation) : null;
    const sides = fits ? Math.min(this.activated.width, this.activated.height) : 0;
    this.used = { size: Math.min(spec.size, sides), stride: spec.stride };
    this.pooled = fits ? pool(this.activated, spec.pool, this.used.size, this.used.stride) : null;
    return { kernel, sides };
  }

  fillSizes(spec, sides) {
    const upTo = (from, most) => Object.fromEntries(Array.from({ length: most - from + 1 }, (_, i) => [i + from, String(i + from)]));
    fillSelect(this.size, upTo(2, 8), Object.keys(upTo(2, 8)).filter((size) => Number(size) <= sides));
    fillSelect(this.stride, upTo(1, 8));
    this.size.value = spec.size;
    this.stride.value = spec.stride;
  }

  // Mark a place in all three maps; from a map before pooling, the window that it falls into.
  point(source, place) {
    Object.assign(this, { source, place });
    const { pool: mode } = this.spec;
    const { size, stride } = this.used;
    const isPool = source === "pool";
    const pooledPlace = placeInside(isPool ? place : this.windowAround(place), this.pooled);
    const { row, column } = pooledPlace;
    const window = mode === "none" ? { top: row, left: column, height: 1, width: 1 } : poolWindow(this.activated, mode, size, stride, row, column);
    const { value, winner } = mode === "none" ? { value: this.pooled.data[row * this.pooled.width + column], winner: null } : poolValue(this.activated, mode, window);
    const at = isPool ? winner || { row: window.top, column: window.left } : place;
    const box = { top: window.top, left: window.left, bottom: window.top + window.height, right: window.left + window.width };
    const single = ({ row: r, column: c }) => ({ top: r, left: c, bottom: r + 1, right: c + 1 });
    this.maps[0].view.overlay = (context, frame) => strokeBox(context, frame, single(at));
    this.maps[1].view.overlay = (context, frame) => {
      strokeBox(context, frame, box);
      if (winner) markPixels(context, frame, [winner]);
    };
    this.maps[2].view.overlay = (context, frame) => strokeBox(context, frame, single(pooledPlace));
    this.maps.forEach((map) => map.view.draw());
    const before = this.convolved.data[at.row * this.convolved.width + at.column];
    this.curve.show(this.spec.activation, before);
    this.numbers.replaceChildren(...this.describe(window, value, winner));
  }

  windowAround({ row, column }) {
    if (this.spec.pool === "none") return { row, column };
    const { stride } = this.used;
    return { row: Math.floor(row / stride), column: Math.floor(column / stride) };
  }

  describe(window, value, winner) {
    const { pool: mode } = this.spec;
    if (mode === "none") return [`Value here: ${valueText(value)}.`];
    const name = POOLINGS[mode].title;
    if (window.width * window.height > 64) return [`${name} of ${window.width * window.height} values: ${valueText(value)}.`];
    const numbers = [];
    for (let r = window.top; r < window.top + window.height; r++)
      for (let c = window.left; c < window.left + window.width; c++) {
        const text = valueText(this.activated.data[r * this.activated.width + c]);
        const isWinner = winner && winner.row === r && winner.column === c;
        numbers.push(element(isWinner ? "b" : "span", { text: isWinner ? `${text} \u2190` : text }), ", ");
      }
    return [`${name} of `, ...numbers.slice(0, -1), ` = ${valueText(value)}`];
  }
}

// An activation's graph with the live value on it.
class Curve {
  constructor() {
    const { width, height } = CURVE;
    this.path = svgElement("path", { class: "graph" });
    this.dot = svgElement("circle", { class: "dot", r: 5 });
    const axes = [svgElement("line", { class: "axis", x1: 0, x2: width, y1: this.y(0), y2: this.y(0) }), svgElement("line", { class: "axis", x1: width / 2, x2: width / 2, y1: 0, y2: height })];
    this.plot = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, role: "img" }, ...axes, this.path, this.dot);
    this.caption = element("figcaption");
    this.node = element("figure", { class: "map curve" }, this.caption, this.plot);
  }

  x(value) {
    return ((value / CURVE.reach + 1) / 2) * CURVE.width;
  }

  y(value) {
    return CURVE.height * (0.72 - (value / CURVE.reach) * 0.62);
  }

  show(name, value) {
    const { apply, title } = ACTIVATIONS[name];
    if (this.name !== name) {
      this.name = name;
      const points = Array.from({ length: 121 }, (_, i) => (i / 60 - 1) * CURVE.reach);
      this.path.setAttribute("d", points.map((x, i) => `${i ? "L" : "M"}${this.x(x).toFixed(1)} ${this.y(apply(x)).toFixed(1)}`).join(""));
    }
    const x = value / UNIT;
    const shown = clamp(x, -CURVE.reach, CURVE.reach);
    this.dot.setAttribute("cx", this.x(shown));
    this.dot.setAttribute("cy", this.y(apply(shown)));
    const text = `${valueText(value)} \u2192 ${valueText(activateValue(value, name))}`;
    this.caption.replaceChildren(element("b", { text: title === "None" ? "No activation" : title }), element("br"), text);
    this.plot.setAttribute("aria-label", `${title}: ${text}. The axis counts in 255, as a net sees pixels from 0 to 1.`);
  }
}
