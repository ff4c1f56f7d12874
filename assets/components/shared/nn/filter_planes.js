// The filters of a convolution, of whichever kind, in one form: the twin of cnnviz/inspection/layer_filters.py.

import { chanceLevel, nearestKnown } from "./known_kernels.js";

const KINDS = {
  conv: ([, , planes, filters]) => ({ planes, filters, at: ({ kernel }, tap, plane, unit) => kernel[(tap * planes + plane) * filters + unit] }),
  depthwise_conv: ([, , inputs, multiplier]) => ({ planes: 1, filters: inputs * multiplier, at: ({ kernel }, tap, _, unit) => kernel[tap * inputs * multiplier + unit] }),
  separable_conv: ([, , planes], [, , , filters]) => ({ planes, filters, at: ({ depthwise, pointwise }, tap, plane, unit) => depthwise[tap * planes + plane] * pointwise[plane * filters + unit] }),
  transposed_conv: ([, , filters, planes]) => ({ planes, filters, at: ({ kernel }, tap, plane, unit) => kernel[(tap * filters + unit) * planes + plane] }),
};
const SAME_PLANES = new Set(["rescaling", "zero_padding", "cropping"]);

export const isConvolution = ({ kind }) => kind in KINDS;

export class FilterPlanes {
  // weights: {name: values} of the layer, as Net.weights gives them.
  constructor(layers, layer, weights) {
    const shapes = Object.values(layer.weights).map(({ shape }) => shape);
    Object.assign(this, { layer, weights, size: shapes[0].slice(0, 2), ...KINDS[layer.kind](...shapes) });
    this.readsPicture = layer.kind !== "depthwise_conv" && isPictureBefore(layers, layer) && this.planes === layers[0].units;
  }

  // The weights between a plane of the input and a filter, row by row.
  plane(unit, plane) {
    const [rows, columns] = this.size;
    return Float32Array.from({ length: rows * columns }, (_, tap) => this.at(this.weights, tap, plane, unit));
  }

  all(unit) {
    return Array.from({ length: this.planes }, (_, plane) => this.plane(unit, plane));
  }

  bias(unit) {
    return this.weights.bias?.[unit] ?? null;
  }

  // {strength: root of the summed squares, shares: what each plane has of them, order: the planes by it}
  measure(unit) {
    const squares = Array.from({ length: this.planes }, (_, plane) => this.squares(unit, plane));
    const whole = squares.reduce((sum, value) => sum + value, 0);
    const order = [...squares.keys()].sort((a, b) => squares[b] - squares[a] || a - b);
    return { strength: Math.sqrt(whole), shares: squares.map((value) => (whole ? value / whole : 0)), order };
  }

  squares(unit, plane, other = null) {
    const taps = this.size[0] * this.size[1];
    let sum = 0;
    for (let tap = 0; tap < taps; tap++) sum += (this.at(this.weights, tap, plane, unit) - (other ? other.at(other.weights, tap, plane, unit) : 0)) ** 2;
    return sum;
  }

  // The planes that are compared with known kernels: over the picture all, else one, the strongest if none is named.
  compared(unit, plane = null) {
    if (this.readsPicture && plane === null) return this.all(unit);
    return [this.plane(unit, plane ?? this.measure(unit).order[0])];
  }

  nearest(unit, known, plane = null) {
    return nearestKnown(this.compared(unit, plane), this.size, known);
  }

  chance(known, plane = null) {
    return chanceLevel(this.size, this.readsPicture && plane === null ? this.planes : 1, known);
  }

  // How far a filter is from itself with other weights: the root of the summed squares of the change.
  distance(unit, other) {
    let sum = 0;
    for (let plane = 0; plane < this.planes; plane++) sum += this.squares(unit, plane, other);
    return Math.sqrt(sum);
  }

  // The largest size of any weight.
  get most() {
    const taps = this.size[0] * this.size[1];
    let most = 0;
    for (let tap = 0; tap < taps; tap++)
      for (let plane = 0; plane < this.planes; plane++)
        for (let unit = 0; unit < this.filters; unit++) most = Math.max(most, Math.abs(this.at(this.weights, tap, plane, unit)));
    return most;
  }
}

function isPictureBefore(layers, layer) {
  let before = layers[layer.inputs[0]];
  while (SAME_PLANES.has(before.kind)) before = layers[before.inputs[0]];
  return before.kind === "input";
}
