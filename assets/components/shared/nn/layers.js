// Kind of layer -> what it computes. A maker is given the layer, the layers it reads, its weights by name, and `space`
// to take arrays from; it returns {compute(out), pack()}: `compute` writes the values before the activation, `pack`
// brings changed weights into the form it reads them in.

import { ARITHMETIC } from "./arithmetic.js";
import { numPanels, packPanels, PANEL, runsOf } from "./convolution.js";
import { avgPool, depthwise, globalAvgPool, globalMaxPool, maxPool, padInto, transposed } from "./windows.js";

export const WHOLE = { size: [1, 1], stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0] };

const plain = (compute) => ({ compute, pack: () => {} });

const copy = (_, [from]) => plain((out) => out.set(from.values));

const window = (compute) => (layer, [from]) => plain((out) => compute(layer, from, layer, out));

// out = bias + windows of `from` times `kernel`; a dense layer is a convolution of one pixel.
export function product(step, from, to, kernel, bias, { take, backend }) {
  const [top, bottom, left, right] = step.padding;
  const isPadded = top + bottom + left + right > 0;
  const width = from.width + left + right;
  const padded = isPadded ? take((from.height + top + bottom) * width * from.units) : null;
  const panels = take(numPanels(to.units) * PANEL * step.size[0] * step.size[1] * from.units);
  const biases = take(numPanels(to.units) * PANEL);
  const runs = runsOf(step, width, from.units);
  const starts = asInt32(take(runs.starts.length));
  return {
    pack() {
      starts.set(runs.starts.map((start) => 4 * start)); // bytes
      packPanels(kernel, to.units, panels);
      if (bias) biases.set(bias);
    },
    compute(out) {
      if (isPadded) padInto(padded, width, from, [top, left]);
      backend().convolve({
        source: isPadded ? padded : from.values,
        out, panels, bias: biases, starts, length: runs.length,
        rowStep: step.stride[0] * width * from.units,
        pixelStep: step.stride[1] * from.units,
        height: to.height, width: to.width, units: to.units,
      });
    },
  };
}

const asInt32 = (floats) => floats && new Int32Array(floats.buffer, floats.byteOffset, floats.length);

function conv(layer, [from], { kernel, bias }, space) {
  return product(layer, from, layer, kernel, bias, space);
}

// Over each place of maps, if it is given maps.
function dense(layer, [from], { kernel, bias }, space) {
  return product(WHOLE, from, layer, kernel, bias, space);
}

function separableConv(layer, [from], weights, space) {
  const units = from.units * layer.multiplier;
  const between = { height: layer.height, width: layer.width, units, values: space.take(layer.height * layer.width * units) };
  const mixing = product(WHOLE, between, layer, weights.pointwise, weights.bias, space);
  return {
    pack: mixing.pack,
    compute(out) {
      depthwise(layer, from, between, weights.depthwise, null, between.values);
      mixing.compute(out);
    },
  };
}

// gamma (x - mean) / sqrt(variance + epsilon) + beta, as a factor and a shift for each channel.
function batchNorm(layer, [from], weights) {
  return plain((out) => {
    const { factor, shift } = batchNormLine(layer, weights);
    for (let i = 0; i < out.length; i++) out[i] = from.values[i] * factor[i % layer.units] + shift[i % layer.units];
  });
}

export function batchNormLine({ epsilon }, { gamma, beta, mean, variance }) {
  const factor = Float64Array.from(variance, (value, u) => (gamma ? gamma[u] : 1) / Math.sqrt(value + epsilon));
  return { factor, shift: factor.map((value, u) => (beta ? beta[u] : 0) - mean[u] * value) };
}

// The same with mean and variance of the place's own channels.
function layerNorm(layer, [from], { gamma, beta }) {
  return plain((out) => {
    const { units } = layer;
    for (let start = 0; start < out.length; start += units) {
      const { mean, factor } = placeStatistics(from.values.subarray(start, start + units), layer.epsilon);
      for (let u = 0; u < units; u++) out[start + u] = (from.values[start + u] - mean) * factor * gamma[u] + beta[u];
    }
  });
}

export function placeStatistics(values, epsilon) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, factor: 1 / Math.sqrt(variance + epsilon) };
}

function concat(layer, inputs) {
  return plain((out) => {
    let first = 0;
    for (const { values, units } of inputs) {
      for (let place = 0, i = 0; i < values.length; place++)
        for (let u = 0; u < units; u++, i++) out[place * layer.units + first + u] = values[i];
      first += units;
    }
  });
}

export const LAYERS = {
  input: () => plain(() => {}),
  conv,
  depthwise_conv: (layer, [from], { kernel, bias }) =>
    plain((out) => depthwise(layer, from, layer, kernel, bias, out)),
  separable_conv: separableConv,
  transposed_conv: (layer, [from], { kernel, bias }) =>
    plain((out) => transposed(layer, from, layer, kernel, bias, out)),
  max_pool: window(maxPool),
  avg_pool: window(avgPool),
  global_avg_pool: window(globalAvgPool),
  global_max_pool: window(globalMaxPool),
  batch_norm: batchNorm,
  layer_norm: layerNorm,
  activation: copy,
  dropout: copy,
  spatial_dropout: copy,
  flatten: copy,
  reshape: copy,
  clip: copy,
  dense,
  concat,
  ...ARITHMETIC,
};
