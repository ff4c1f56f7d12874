// The settings: what they may be at this moment, and who wants to know when they change. Their shape is that of
// LabSettings in cnnviz/kernel_lab/settings.py, which writes them into the link.

import { flipKernel, outputSize } from "../shared/nn/numerics.js";
import { parseNumber } from "../shared/numbers.js";

export const SIDES = [3, 5, 7];
const MAX_STRIDE = 8;
const MAX_DILATION = 8;
export const MAX_WEIGHT = 1000;
export const PADDINGS = { valid: "Valid (none)", same: "Same", full: "Full" };
export const BORDERS = { zero: "Zeros", reflect: "Reflect", replicate: "Replicate", wrap: "Wrap" };
export const KIND_TITLES = {
  grey: "Grey, one kernel",
  sum: "Colour, summed",
  depthwise: "Depthwise",
  pointwise: "1\u00d71",
  separable: "Separable",
  transposed: "Transposed",
};
export const usesColour = (kind) => kind !== "grey" && kind !== "transposed";
export const canHaveKernelEach = (kind) => ["sum", "depthwise", "separable"].includes(kind);

export class Settings {
  constructor(values) {
    this.values = values;
    this.listeners = [];
  }

  onChange(listener) {
    this.listeners.push(listener);
  }

  change(patch, { silent = false } = {}) {
    this.values = { ...this.values, ...patch };
    if (!silent) this.listeners.forEach((listener) => listener(patch));
  }

  get side() {
    return this.values.kernels[0].length;
  }

  weightsOf(plane) {
    const { kernels } = this.values;
    return kernels[kernels.length === 1 ? 0 : plane].flat();
  }

  divisorOf(plane) {
    const { divisor } = this.values;
    if (divisor !== "auto") return divisor;
    const sum = this.weightsOf(plane).reduce((total, weight) => total + weight, 0);
    return Math.abs(sum) > 1e-9 ? sum : 1;
  }

  // The kernel as it is laid on a plane: divided, and turned by 180 degrees if so set.
  kernelOf(plane) {
    const divisor = this.divisorOf(plane);
    const weights = this.weightsOf(plane).map((weight) => weight / divisor);
    return { side: this.side, weights: this.values.flip ? flipKernel(weights) : weights };
  }

  get sliding() {
    const { stride, padding, border, dilation } = this.values;
    return { stride, padding, border, dilation };
  }

  setWeights(weights, planes = [0]) {
    const side = Math.sqrt(weights.length);
    const matrix = Array.from({ length: side }, (_, r) => weights.slice(r * side, (r + 1) * side));
    this.change({ kernels: this.values.kernels.map((old, i) => (planes.includes(i) ? matrix : old)) });
  }
}

// What can be set for a picture of this size, so that no control offers the impossible.
export function limits(width, height, side, { stride, padding, dilation, kind }) {
  const least = Math.min(width, height);
  const fits = (change) =>
    kind === "pointwise" || outputSize(least, change.side || side, { stride, padding, dilation, ...change }) > 0;
  const largest = (max, test) => {
    let value = max;
    while (value > 1 && !test(value)) value--;
    return value;
  };
  return {
    sides: SIDES.filter((wanted) => kind === "transposed" || fits({ side: wanted })),
    paddings: Object.keys(PADDINGS).filter((wanted) => fits({ padding: wanted })),
    stride: Math.min(MAX_STRIDE, least),
    dilation: largest(MAX_DILATION, (value) => fits({ dilation: value }) || kind === "transposed"),
  };
}

// A sentence on what is wrong with the text of a weight, or "" if nothing is.
export function weightProblem(text, row, column) {
  const place = `row ${row + 1}, column ${column + 1}`;
  if (!text.trim()) return `The cell in ${place} is empty. Type a number such as 1, -0.5 or 1/9.`;
  const value = parseNumber(text);
  if (value === null || !Number.isFinite(value))
    return `The cell in ${place} holds no number. Type one such as 1, -0.5 or 1/9. Received: ${text.slice(0, 40)}.`;
  if (Math.abs(value) > MAX_WEIGHT)
    return `The weight in ${place} is too large: expected -${MAX_WEIGHT} to ${MAX_WEIGHT}. Received: ${text.slice(0, 40)}.`;
  return "";
}
