// The filters of a convolution, of whichever kind, in one form: the twin of cnnviz/inspection/layer_filters.py.

import { chanceLevel, nearestKnown } from "./known_kernels.js";

// Kind -> {planes, filters, values, steps: from one weight to that of the next tap, plane and filter}
const KINDS = {
  conv: ({ kernel }, [[, , planes, filters]]) => ({ planes, filters, values: kernel, steps: [planes * filters, filters, 1] }),
  depthwise_conv: ({ kernel }, [[, , inputs, multiplier]]) => ({ planes: 1, filters: inputs * multiplier, values: kernel, steps: [inputs * multiplier, 0, 1] }),
  separable_conv: ({ depthwise, pointwise }, [[, , planes], [, , , filters]]) => {
    const values = Float32Array.from({ length: depthwise.length * filters }, (_, at) => depthwise[Math.floor(at / filters)] * pointwise[at % (planes * filters)]);
    return { planes, filters, values, steps: [planes * filters, filters, 1] };
  },
  transposed_conv: ({ kernel }, [[, , filters, planes]]) => ({ planes, filters, values: kernel, steps: [planes * filters, 1, planes] }),
};
const SAME_PLANES = new Set(["rescaling", "zero_padding", "cropping"]);

export const isConvolution = ({ kind }) => kind in KINDS;

export class FilterPlanes {
  // weights: {name: values} of the layer, as Net.weights gives them.
  constructor(layers, layer, weights) {
    const shapes = Object.values(layer.weights).map(({ shape }) => shape);
    Object.assign(this, { layer, biases: weights.bias, size: shapes[0].slice(0, 2), ...KINDS[layer.kind](weights, shapes) });
    this.taps = this.size[0] * this.size[1];
    this.readsPicture = layer.kind !== "depthwise_conv" && isPictureBefore(layers, layer) && this.planes === layers[0].units;
  }

  // The weights between a plane of the input and a filter, row by row.
  plane(unit, plane) {
    const { values, steps: [tapStep, planeStep, unitStep] } = this;
    const first = plane * planeStep + unit * unitStep;
    return Float32Array.from({ length: this.taps }, (_, tap) => values[first + tap * tapStep]);
  }

  all(unit) {
    return Array.from({ length: this.planes }, (_, plane) => this.plane(unit, plane));
  }

  bias(unit) {
    return this.biases?.[unit] ?? null;
  }

  // {strength: root of the summed squares, shares: what each plane has of them, order: the planes by it}
  measure(unit) {
    const squares = this.squares.subarray(unit * this.planes, (unit + 1) * this.planes);
    const whole = squares.reduce((sum, value) => sum + value, 0);
    const order = [...squares.keys()].sort((a, b) => squares[b] - squares[a] || a - b);
    return { strength: Math.sqrt(whole), shares: Array.from(squares, (value) => (whole ? value / whole : 0)), order };
  }

  // The summed squares of each plane of each filter, in one pass: a layer may have millions of weights.
  get squares() {
    if (this.summed) return this.summed;
    const { values, planes, filters, steps: [tapStep, planeStep, unitStep] } = this;
    const summed = (this.summed = new Float64Array(filters * planes));
    for (let tap = 0; tap < this.taps; tap++)
      for (let plane = 0; plane < planes; plane++)
        for (let unit = 0, at = tap * tapStep + plane * planeStep; unit < filters; unit++, at += unitStep) summed[unit * planes + plane] += values[at] * values[at];
    return summed;
  }

  // The planes that are compared with known kernels: over the picture all, else one.
  compared(unit, plane) {
    return this.readsPicture && plane === null ? this.all(unit) : [this.plane(unit, plane)];
  }

  // plane: null for all, over the picture.
  nearest(unit, known, plane) {
    return nearestKnown(this.compared(unit, plane), this.size, known);
  }

  chance(known, plane = null) {
    return chanceLevel(this.size, this.readsPicture && plane === null ? this.planes : 1, known);
  }

  // How far a filter is from itself with other weights: the root of the summed squares of the change.
  distance(unit, other) {
    const [tapStep, planeStep, unitStep] = this.steps;
    let sum = 0;
    for (let tap = 0; tap < this.taps; tap++)
      for (let plane = 0, at = tap * tapStep + unit * unitStep; plane < this.planes; plane++, at += planeStep) sum += (this.values[at] - other.values[at]) ** 2;
    return Math.sqrt(sum);
  }

  // The largest size of any weight.
  get most() {
    this.largest ??= this.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return this.largest;
  }
}

function isPictureBefore(layers, layer) {
  let before = layers[layer.inputs[0]];
  while (SAME_PLANES.has(before.kind)) before = layers[before.inputs[0]];
  return before.kind === "input";
}
