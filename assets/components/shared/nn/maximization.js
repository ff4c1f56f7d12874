// A picture that excites a unit: what cnnviz/inspection/maximization.py does, step for step.

import { uniform } from "./attribution.js";

const RANGE = 255;
const NOISE = 20; // grey levels, to either side, that the first picture differs from grey
const EDGE = 20; // grey levels between neighbours from which on total variation pulls with about its whole strength
const TINY = 1e-12;

// After net.run: the mean of a unit's map before its activation; of a class its score before softmax.
export function activationOf(net, layer, unit) {
  const { units, values } = net.layers[layer];
  const before = net.before(layer);
  let sum = 0;
  for (let at = unit; at < values.length; at += units) sum += before[at];
  return sum / (values.length / units);
}

// {activation, slope: by each value of a picture}; the slope is overwritten by the next pass.
export function climb({ net, way }, pixels, layer, unit) {
  net.run(pixels);
  const { units, values } = net.layers[layer];
  const activation = activationOf(net, layer, unit);
  const places = values.length / units;
  way.fromSum(layer, Array.from({ length: places }, (_, place) => [place * units + unit, 1 / places]));
  return { activation, slope: way.slopes(0) };
}

// Makes a picture better step by step; the same seed gives the same pictures.
export class Maximization {
  // given: {net, way}; settings: {seed, rate, jitter, blur, tv}, which may be changed between steps.
  constructor(given, layer, unit, settings) {
    const { shape } = given.net.layers[0];
    this.next = uniform(settings.seed);
    Object.assign(this, { given, layer, unit, settings, shape, activations: [] });
    this.pixels = Float32Array.from({ length: given.net.layers[0].values.length }, () => RANGE / 2 + NOISE * (2 * this.next() - 1));
  }

  step() {
    const { given, layer, unit, settings, shape } = this;
    const [rows, columns] = [0, 1].map(() => Math.floor((2 * settings.jitter + 1) * this.next()) - settings.jitter);
    const { activation, slope } = climb(given, rolled(this.pixels, shape, rows, columns), layer, unit);
    this.activations.push(activation);
    this.pixels = nextImage(this.pixels, rolled(slope, shape, -rows, -columns), shape, settings);
  }

  // {pixels, activation} of the picture in whole values, as one can look at it.
  whole() {
    const pixels = this.pixels.map((value) => Math.floor(value + 0.5));
    this.given.net.run(pixels);
    return { pixels, activation: activationOf(this.given.net, this.layer, this.unit) };
  }
}

// Shifted, what leaves at one side comes back at the other.
function rolled(values, [height, width, units], rows, columns) {
  const out = new Float32Array(values.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const from = (row * width + column) * units;
      const to = (((row + rows + height * 64) % height) * width + ((column + columns + width * 64) % width)) * units;
      for (let unit = 0; unit < units; unit++) out[to + unit] = values[from + unit];
    }
  return out;
}

// One step: by the slope, brought to a mean size of 1, and by what draws neighbours together; then a little blur.
export function nextImage(values, slope, shape, { rate, blur, tv }) {
  let sum = 0;
  for (const one of slope) sum += one * one;
  const size = Math.sqrt(sum / slope.length) + TINY;
  const pull = pullOf(values, shape);
  const moved = new Float64Array(values.length);
  for (let at = 0; at < moved.length; at++) {
    moved[at] = Math.min(Math.max(values[at] + rate * (slope[at] / size + tv * pull[at]), 0), RANGE);
  }
  const soft = blurred(moved, shape);
  return Float32Array.from(moved, (value, at) => (1 - blur) * value + blur * soft[at]);
}

// Less total variation: for each pixel the sum over its four neighbours of d / sqrt(d^2 + EDGE^2).
function pullOf(values, [height, width, units]) {
  const total = new Float64Array(values.length);
  const [right, down] = [units, width * units];
  const between = (at, other) => {
    const difference = values[other] - values[at];
    const flow = difference / Math.sqrt(difference * difference + EDGE * EDGE);
    total[at] += flow;
    total[other] -= flow;
  };
  for (let at = 0; at < values.length; at++) {
    if (at % down < down - right) between(at, at + right);
    if (at < (height - 1) * down) between(at, at + down);
  }
  return total;
}

// Means of neighbours with weights 1, 2, 1 along columns and rows; beyond the border lies what is at it.
function blurred(values, [height, width, units]) {
  const along = (from, step, lastOf) => from.map((value, at) => {
    const { isFirst, isLast } = lastOf(at);
    return (from[isFirst ? at : at - step] + 2 * value + from[isLast ? at : at + step]) / 4;
  });
  const line = width * units;
  const rows = along(values, line, (at) => ({ isFirst: at < line, isLast: at >= (height - 1) * line }));
  return along(rows, units, (at) => ({ isFirst: at % line < units, isLast: at % line >= line - units }));
}
