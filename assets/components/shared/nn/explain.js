// What is behind one number or one map of a net that has been run. Exact: every sum is that of the net, in doubles.
//
// The arithmetic's order, as a page writes it down: the terms of the layers read, in the order of `inputs`; of each the
// rows of the window, then its columns, then its channels; then the bias; then the activation.

import { activate } from "./activations.js";
import { MERGES } from "./arithmetic.js";
import { kernelOf } from "./edits.js";
import { biasOf, statisticsAt, TERMS } from "./terms.js";

// Kinds that keep all values and give them other places.
export const RESHAPED = new Set(["flatten", "reshape"]);

// How one value came about.
// terms: [{from, row, column, channel, value, weight, product}], `from` is the layer whose place it is (of a dense layer
// after a flatten: the maps); a row or column outside of the maps is padding. sum = all products + bias; output is what
// the net has, after the activation, 0 if the unit is switched off; computed is what it would have if it were not. softmax: the sums of all units at this place, for
// an activation that needs them all. statistics: {mean, variance} of a layer normalisation.
export function termsAt(net, index, unit, row = 0, column = 0) {
  const layer = net.layers[index];
  const terms = [];
  TERMS[layer.kind](net, layer, unit, row, column, (from, r, c, channel, value, weight) => {
    terms.push({ from: from.index, row: r, column: c, channel, value, weight, product: value * weight });
  });
  const bias = biasOf(net, layer, unit, row, column);
  const place = (row * layer.width + column) * layer.units;
  const sum = terms.reduce((all, { product }) => all + product, 0) + bias;
  const output = layer.values[place + unit];
  const isOff = net.off[index].has(unit);
  const softmax = layer.activation === "softmax" ? net.before(index).slice(place, place + layer.units) : null;
  return {
    terms,
    bias,
    sum,
    activation: layer.activation,
    output,
    isOff,
    computed: !isOff ? output : softmax ? activationOf("softmax", [...softmax])[unit] : activationOf(layer.activation, sum, layer),
    softmax,
    statistics: layer.kind === "layer_norm" ? statisticsAt(net, layer, row, column) : null,
  };
}

// Each input channel's share of a unit's map.
// parts: [{from, channel, map, width, height, kernel, total}]: `map` on the grid of the unit, or, where the unit is one
// number made of maps (dense after flatten, global pooling), on the grid of those maps; `kernel` the weights, row by row
// (of a dense layer: on that grid), null where there are none; `total` the sum of the map. All parts and the bias give
// `sum`, and the activation of that is `output`: both on the grid of the unit.
export function partialMaps(net, index, unit) {
  const layer = net.layers[index];
  const parts = new Map();
  const sum = new Float64Array(layer.height * layer.width);
  for (let row = 0, place = 0; row < layer.height; row++)
    for (let column = 0; column < layer.width; column++, place++) {
      TERMS[layer.kind](net, layer, unit, row, column, (from, r, c, channel, value, weight) => {
        const part = partOf(parts, layer, from, channel);
        const at = part.isGathered ? r * from.width + c : place;
        part.map[at] += value * weight;
        if (part.isGathered) part.weights[at] = weight;
        sum[place] += value * weight;
      });
      sum[place] += biasOf(net, layer, unit, row, column);
    }
  return {
    parts: [...parts.values()].map((part) => finished(net, layer, unit, part)),
    bias: biasOf(net, layer, unit, 0, 0),
    sum: Float32Array.from(sum),
    output: Float32Array.from(sum, (_, place) => layer.values[place * layer.units + unit]),
  };
}

function partOf(parts, layer, from, channel) {
  const key = `${from.index} ${channel}`;
  if (!parts.has(key)) {
    const isWhole = layer.shape.length === 1 || layer.kind.startsWith("global_"); // one number of a whole map
    const isGathered = isWhole && from.shape.length === 3 && !RESHAPED.has(layer.kind);
    const { width, height } = isGathered ? from : layer;
    const [map, weights] = [new Float64Array(width * height), new Float32Array(isGathered ? width * height : 0)];
    parts.set(key, { from: from.index, channel, map, weights, width, height, isGathered });
  }
  return parts.get(key);
}

function finished(net, layer, unit, { from, channel, map, weights, width, height, isGathered }) {
  const kernel = layer.kind === "dense" && isGathered ? weights : fullKernel(net, layer, unit, channel);
  const total = map.reduce((sum, value) => sum + value, 0);
  return { from, channel, map: Float32Array.from(map), width, height, kernel, total };
}

// The kernel between a channel and a unit; of a separable convolution that of both steps together.
function fullKernel(net, layer, unit, channel) {
  const kernel = kernelOf(net, layer.index, unit, channel);
  if (layer.kind !== "separable_conv") return kernel;
  const { pointwise } = net.weights(layer.index);
  return kernel.map((weight) => weight * pointwise[channel * layer.units + unit]);
}

// How much each input channel can give a unit, for the width and colour of an edge, whatever the picture.
// [{from, channel, norm, mean}]: the root of the sum of the squared weights, and their signed mean.
export function contributions(net, index, unit) {
  const layer = net.layers[index];
  const found = new Map();
  const add = (from, channel, weight) => {
    const key = `${from.index} ${channel}`;
    if (!found.has(key)) found.set(key, { from: from.index, channel, squares: 0, sum: 0, count: 0 });
    const entry = found.get(key);
    entry.squares += weight * weight;
    entry.sum += weight;
    entry.count++;
  };
  if (layer.kind in MERGES) {
    for (const path of layer.inputs) add(net.layers[path], unit, 1);
  } else if (layer.kind === "transposed_conv") {
    const from = net.layers[layer.inputs[0]];
    for (let channel = 0; channel < from.units; channel++) {
      for (const weight of kernelOf(net, index, unit, channel)) add(from, channel, weight);
    }
  } else {
    TERMS[layer.kind](net, layer, unit, 0, 0, (from, _row, _column, channel, _value, weight) => add(from, channel, weight));
  }
  return [...found.values()].map(({ from, channel, squares, sum, count }) => ({
    from,
    channel,
    norm: Math.sqrt(squares),
    mean: sum / count,
  }));
}

// The activation of one number; of softmax, of a list of numbers.
export function activationOf(name, values, layer) {
  const data = Float64Array.from([values].flat());
  activate(name, data, data.length, layer);
  return Array.isArray(values) ? [...data] : data[0];
}
