// Kind of layer -> the way back through it. A maker is given the layer, the layers it reads, its weights by name, and
// `space` to take arrays from, as in layers.js; it returns {back(slopes, add), pack()}: `back` is given the slopes by what
// the layer makes (before its activation), and adds those by its inputs to the arrays that `add(path)` gives.

import { ARITHMETIC_BACK } from "./backward_arithmetic.js";
import { batchNormLine, placeStatistics, product, WHOLE } from "./layers.js";
import { eachTap } from "./windows.js";

const plain = (back) => ({ back, pack: () => {} });

const sumInto = (sums, values) => {
  for (let i = 0; i < sums.length; i++) sums[i] += values[i];
};

const copy = () => plain((slopes, add) => sumInto(add(0), slopes));

// The slopes by the input of a convolution are a convolution, too: of the slopes by its output, pulled apart by the
// stride and with zeros around, with the kernel turned by 180 degrees and its channels exchanged.
function productBack(step, from, to, kernel, { take, backend }) {
  const [rows, columns] = step.size;
  const [top, , left] = step.padding;
  const reach = [(rows - 1) * step.dilation[0], (columns - 1) * step.dilation[1]];
  const apart = { height: from.height + reach[0], width: from.width + reach[1], units: to.units };
  apart.values = take(apart.height * apart.width * to.units);
  const turned = new Float32Array(kernel.length);
  const result = take(from.height * from.width * from.units);
  const turning = { size: step.size, stride: [1, 1], dilation: step.dilation, padding: [0, 0, 0, 0] };
  const { pack, compute } = product(turning, apart, from, turned, null, { take, backend });
  return {
    pack() {
      turn(kernel, rows * columns, from.units, to.units, turned);
      pack();
    },
    back(slopes, sums) {
      apart.values.fill(0);
      for (let r = 0; r < to.height; r++)
        for (let c = 0; c < to.width; c++) {
          const place = (r * step.stride[0] + reach[0] - top) * apart.width + c * step.stride[1] + reach[1] - left;
          const at = (r * to.width + c) * to.units;
          apart.values.set(slopes.subarray(at, at + to.units), place * to.units);
        }
      compute(result);
      sumInto(sums, result);
    },
  };
}

// kernel (taps, in, out) -> turned (taps the other way round, out, in)
function turn(kernel, taps, inputs, outputs, turned) {
  for (let tap = 0, k = 0; tap < taps; tap++) {
    const start = (taps - 1 - tap) * inputs * outputs;
    for (let i = 0; i < inputs; i++) for (let o = 0; o < outputs; o++, k++) turned[start + o * inputs + i] = kernel[k];
  }
}

const multiplied = (stepOf) => (layer, [from], { kernel }, space) => {
  const { pack, back } = productBack(stepOf(layer), from, layer, kernel, space);
  return { pack, back: (slopes, add) => back(slopes, add(0)) };
};

function depthwiseBack(step, from, to, kernel, slopes, sums) {
  const { units } = from;
  eachTap(step, from, to, (p, q, tap) => {
    let a = p * units * step.multiplier;
    let w = tap * units * step.multiplier;
    for (let b = q * units; b < (q + 1) * units; b++)
      for (let m = 0; m < step.multiplier; m++, a++, w++) sums[b] += slopes[a] * kernel[w];
  });
}

function separableConv(layer, [from], weights, space) {
  const between = { height: layer.height, width: layer.width, units: from.units * layer.multiplier };
  const mixing = productBack(WHOLE, between, layer, weights.pointwise, space);
  const middle = new Float32Array(between.height * between.width * between.units);
  return {
    pack: mixing.pack,
    back(slopes, add) {
      middle.fill(0);
      mixing.back(slopes, middle);
      depthwiseBack(layer, from, between, weights.depthwise, middle, add(0));
    },
  };
}

function transposed(layer, [from], { kernel }) {
  return plain((slopes, add) => {
    const sums = add(0);
    eachTap(layer, layer, from, (p, q, tap) => {
      for (let u = 0, w = tap * layer.units * from.units; u < layer.units; u++) {
        const slope = slopes[q * layer.units + u];
        for (let b = p * from.units; b < (p + 1) * from.units; b++, w++) sums[b] += slope * kernel[w];
      }
    });
  });
}

// To the first of the largest under each window.
function maxPool(layer, [from]) {
  return plain((slopes, add) => {
    const sums = add(0);
    const isGiven = new Uint8Array(slopes.length);
    eachTap(layer, from, layer, (p, q) => {
      for (let u = 0, a = p * from.units, b = q * from.units; u < from.units; u++, a++, b++)
        if (!isGiven[a] && from.values[b] === layer.values[a]) {
          isGiven[a] = 1;
          sums[b] += slopes[a];
        }
    });
  });
}

function avgPool(layer, [from]) {
  const counts = new Uint16Array(layer.height * layer.width);
  eachTap(layer, from, layer, (p) => counts[p]++);
  return plain((slopes, add) => {
    const sums = add(0);
    eachTap(layer, from, layer, (p, q) => {
      for (let u = 0, a = p * from.units, b = q * from.units; u < from.units; u++, a++, b++) sums[b] += slopes[a] / counts[p];
    });
  });
}

function globalAvgPool(_, [{ values, units }]) {
  return plain((slopes, add) => {
    const sums = add(0);
    for (let i = 0; i < sums.length; i++) sums[i] += (slopes[i % units] * units) / values.length;
  });
}

// In equal shares to all places that are the largest, as TensorFlow does.
function globalMaxPool(layer, [{ values, units }]) {
  return plain((slopes, add) => {
    const sums = add(0);
    const counts = new Uint32Array(units);
    for (let i = 0; i < values.length; i++) if (values[i] === layer.values[i % units]) counts[i % units]++;
    for (let i = 0; i < values.length; i++)
      if (values[i] === layer.values[i % units]) sums[i] += slopes[i % units] / counts[i % units];
  });
}

function batchNorm(layer, _, weights) {
  return plain((slopes, add) => {
    const sums = add(0);
    const { factor } = batchNormLine(layer, weights);
    for (let i = 0; i < sums.length; i++) sums[i] += slopes[i] * factor[i % layer.units];
  });
}

// With h = gamma dS/dy and z = (x - mean) / deviation: (h - mean of h - z times the mean of h z) / deviation.
function layerNorm(layer, [from], { gamma }) {
  const { units, epsilon } = layer;
  return plain((slopes, add) => {
    const sums = add(0);
    for (let start = 0; start < sums.length; start += units) {
      const { mean, factor } = placeStatistics(from.values.subarray(start, start + units), epsilon);
      const z = (u) => (from.values[start + u] - mean) * factor;
      let [plainMean, meanOfZ] = [0, 0];
      for (let u = 0; u < units; u++) {
        plainMean += (slopes[start + u] * gamma[u]) / units;
        meanOfZ += (slopes[start + u] * gamma[u] * z(u)) / units;
      }
      for (let u = 0; u < units; u++) sums[start + u] += factor * (slopes[start + u] * gamma[u] - plainMean - z(u) * meanOfZ);
    }
  });
}

function concat(layer, inputs) {
  return plain((slopes, add) => {
    let first = 0;
    for (const [path, { units }] of inputs.entries()) {
      const sums = add(path);
      for (let i = 0; i < sums.length; i++) sums[i] += slopes[Math.floor(i / units) * layer.units + first + (i % units)];
      first += units;
    }
  });
}

export const BACKWARD = {
  conv: multiplied((layer) => layer),
  depthwise_conv: (layer, [from], { kernel }) =>
    plain((slopes, add) => depthwiseBack(layer, from, layer, kernel, slopes, add(0))),
  separable_conv: separableConv,
  transposed_conv: transposed,
  max_pool: maxPool,
  avg_pool: avgPool,
  global_avg_pool: globalAvgPool,
  global_max_pool: globalMaxPool,
  batch_norm: batchNorm,
  layer_norm: layerNorm,
  activation: copy,
  dropout: copy,
  spatial_dropout: copy,
  flatten: copy,
  reshape: copy,
  clip: copy,
  dense: multiplied(() => WHOLE),
  concat,
  ...ARITHMETIC_BACK,
};
