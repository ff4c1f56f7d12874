// Which products make one value, for every kind of layer: value = bias + sum of value * weight, then the activation.
//
// TERMS[kind](net, layer, unit, row, column, visit) calls visit(from, row, column, channel, value, weight) for each
// term, in the order in which the sum is written down: the layers read, then the rows of the window, its columns, the
// channels. `from` is the layer that the place is on. Under the padding the place is outside of the maps and the value
// 0. A maximum is a sum as well: the weight of the winner (the first among equals) is 1, that of all others 0.

import { beforeBorder, factorOf, placeIn, planeOf, slopeAt, upSampled } from "./arithmetic.js";
import { batchNormLine, placeStatistics } from "./layers.js";

const inputs = (net, layer) => layer.inputs.map((index) => net.layers[index]);

// The maps that a vector was made of without a change of its values; the vector itself if there are none.
export function originOf(net, layer) {
  let origin = layer;
  while (origin.kind === "dropout" && origin.shape.length === 1) origin = net.layers[origin.inputs[0]];
  return origin.kind === "flatten" ? net.layers[origin.inputs[0]] : layer;
}

// Calls tap(row, column, number of the tap, is inside) for each place under a window.
function eachPlace({ size, stride, dilation, padding }, from, row, column, tap) {
  for (let i = 0; i < size[0]; i++)
    for (let j = 0; j < size[1]; j++) {
      const r = row * stride[0] + i * dilation[0] - padding[0];
      const c = column * stride[1] + j * dilation[1] - padding[2];
      tap(r, c, i * size[1] + j, r >= 0 && c >= 0 && r < from.height && c < from.width);
    }
}

const valueAt = ({ values, width, units }, row, column, channel) => values[(row * width + column) * units + channel];

// weightOf(tap, channel); `channels` are the first and the one after the last.
function slide(layer, from, [first, stop], row, column, weightOf, visit) {
  eachPlace(layer, from, row, column, (r, c, tap, isInside) => {
    for (let channel = first; channel < stop; channel++) {
      visit(from, r, c, channel, isInside ? valueAt(from, r, c, channel) : 0, weightOf(tap, channel));
    }
  });
}

function conv(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const { kernel } = net.weights(layer.index);
  const weightOf = (tap, channel) => kernel[(tap * from.units + channel) * layer.units + unit];
  slide(layer, from, [0, from.units], row, column, weightOf, visit);
}

function depthwiseConv(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const { kernel } = net.weights(layer.index);
  const own = Math.floor(unit / layer.multiplier);
  slide(layer, from, [own, own + 1], row, column, (tap) => kernel[tap * layer.units + unit], visit);
}

// The weight of a term is that of both steps: depthwise times pointwise.
function separableConv(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const { depthwise, pointwise } = net.weights(layer.index);
  const weightOf = (tap, channel) =>
    depthwise[tap * from.units + channel] * pointwise[channel * layer.units + unit];
  slide(layer, from, [0, from.units], row, column, weightOf, visit);
}

// The input pixels that paint this place, each with the tap that falls on it.
function transposedConv(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const { kernel } = net.weights(layer.index);
  const { size, stride, padding } = layer;
  for (let r = 0; r < from.height; r++)
    for (let c = 0; c < from.width; c++) {
      const i = row + padding[0] - r * stride[0];
      const j = column + padding[2] - c * stride[1];
      if (i < 0 || j < 0 || i >= size[0] || j >= size[1]) continue;
      const at = ((i * size[1] + j) * layer.units + unit) * from.units;
      for (let ch = 0; ch < from.units; ch++) visit(from, r, c, ch, valueAt(from, r, c, ch), kernel[at + ch]);
    }
}

function dense(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const { kernel } = net.weights(layer.index);
  const origin = originOf(net, from);
  if (origin === from) {
    for (let i = 0; i < from.units; i++) {
      visit(from, row, column, i, valueAt(from, row, column, i), kernel[i * layer.units + unit]);
    }
    return;
  }
  for (let i = 0; i < from.units; i++) {
    const place = Math.floor(i / origin.units);
    const [r, c] = [Math.floor(place / origin.width), place % origin.width];
    visit(origin, r, c, i % origin.units, from.values[i], kernel[i * layer.units + unit]);
  }
}

const wholeMap = (from) => ({
  size: [from.height, from.width], stride: [1, 1], dilation: [1, 1], padding: [0, 0, 0, 0],
});

const pooling = (weightOf, isGlobal) => (net, layer, unit, row, column, visit) => {
  const [from] = inputs(net, layer);
  const places = [];
  eachPlace(isGlobal ? wholeMap(from) : layer, from, row, column, (r, c, _, isInside) => {
    if (isInside) places.push([r, c, valueAt(from, r, c, unit)]);
  });
  const values = places.map(([, , value]) => value);
  for (const [i, [r, c, value]] of places.entries()) visit(from, r, c, unit, value, weightOf(values, i));
};

const winner = (values, i) => (values.indexOf(Math.max(...values)) === i ? 1 : 0);
const share = (values) => 1 / values.length;

// One place of the input, its own, with a weight.
const same = (weightOf) => (net, layer, unit, row, column, visit) => {
  const [from] = inputs(net, layer);
  visit(from, row, column, unit, valueAt(from, row, column, unit), weightOf(net, layer, unit, row, column));
};

function placeFactor(net, layer, unit, row, column) {
  const { factor } = statisticsAt(net, layer, row, column);
  return factor * net.weights(layer.index).gamma[unit];
}

// 1, or the learned slope where the value is below zero.
function placeSlope(net, layer, unit, row, column) {
  const [from] = inputs(net, layer);
  const at = (row * layer.width + column) * layer.units + unit;
  return from.values[at] < 0 ? slopeAt(net.weights(layer.index).alpha, at) : 1;
}

// Mean, variance and factor of a place of a layer normalisation.
export function statisticsAt(net, layer, row, column) {
  const [from] = inputs(net, layer);
  const start = (row * from.width + column) * from.units;
  return placeStatistics(from.values.subarray(start, start + from.units), layer.epsilon);
}

function concat(net, layer, unit, row, column, visit) {
  let first = 0;
  for (const from of inputs(net, layer)) {
    const channel = unit - first;
    if (channel >= 0 && channel < from.units) visit(from, row, column, channel, valueAt(from, row, column, channel), 1);
    first += from.units;
  }
}

// The same value, wherever it stood.
function reshape(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const at = (row * layer.width + column) * layer.units + unit;
  const place = Math.floor(at / from.units);
  visit(from, Math.floor(place / from.width), place % from.width, at % from.units, from.values[at], 1);
}

function rescaling(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const plane = planeOf(layer, unit);
  visit(from, row, column, plane, valueAt(from, row, column, plane), Math.fround(factorOf(layer.scale, unit)));
}

function border(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  const [r, c] = beforeBorder(layer, row, column);
  const isInside = r >= 0 && c >= 0 && r < from.height && c < from.width;
  visit(from, r, c, unit, isInside ? valueAt(from, r, c, unit) : 0, 1);
}

function upSampling(net, layer, unit, row, column, visit) {
  const [from] = inputs(net, layer);
  for (const [r, down] of upSampled(layer, row, from.height))
    for (const [c, across] of upSampled(layer, column, from.width)) visit(from, r, c, unit, valueAt(from, r, c, unit), down * across);
}

// weightOf(values of all paths at this place, number of one)
const merge = (weightOf) => (net, layer, unit, row, column, visit) => {
  const places = inputs(net, layer).map((from) => [from, ...placeIn(from, layer, row, column)]);
  const values = places.map(([from, r, c]) => valueAt(from, r, c, unit));
  for (const [i, [from, r, c]] of places.entries()) visit(from, r, c, unit, values[i], weightOf(values, i));
};

// A product is no sum: all of it is said of the first path, whose weight the others are together; their own is 0.
const others = (values, i) => (i ? 0 : values.slice(1).reduce((all, value) => all * value, 1));

const one = same(() => 1);

export const TERMS = {
  input: () => {},
  rescaling,
  conv,
  depthwise_conv: depthwiseConv,
  separable_conv: separableConv,
  transposed_conv: transposedConv,
  dense,
  max_pool: pooling(winner, false),
  avg_pool: pooling(share, false),
  global_max_pool: pooling(winner, true),
  global_avg_pool: pooling(share, true),
  batch_norm: same((net, layer, unit) => batchNormLine(layer, net.weights(layer.index)).factor[unit]),
  layer_norm: same(placeFactor),
  activation: one,
  dropout: one,
  spatial_dropout: one,
  flatten: reshape,
  reshape,
  clip: one,
  scaling: same((_, layer, unit) => Math.fround(factorOf(layer.scale, unit))),
  prelu: same(placeSlope),
  zero_padding: border,
  cropping: border,
  up_sampling: upSampling,
  add: merge(() => 1),
  multiply: merge(others),
  average: merge(share),
  maximum: merge(winner),
  concat,
};

// What is added to the terms of a value.
export function biasOf(net, layer, unit, row, column) {
  const weights = net.weights(layer.index);
  if (layer.kind === "batch_norm") return batchNormLine(layer, weights).shift[unit];
  if (layer.kind === "layer_norm") {
    const { mean, factor } = statisticsAt(net, layer, row, column);
    return weights.beta[unit] - mean * factor * weights.gamma[unit];
  }
  if (layer.kind === "rescaling") return factorOf(layer.shift, unit);
  if (layer.kind === "scaling") return factorOf(layer.offset, unit);
  return weights.bias ? weights.bias[unit] : 0;
}
