// Which weights of a unit a hand can change, and in which words an edit is told. Knows no page.

import { kernelOf } from "../../shared/nn/edits.js";

const ALONE = { bias: "bias", gamma: "scale (gamma)", beta: "shift (beta)", mean: "mean", variance: "variance", alpha: "slope below zero" };

// The numbers that a unit has one of: [{weight, label, at, value}].
export function singleWeights(net, index, unit) {
  const weights = net.weights(index);
  return Object.entries(ALONE).filter(([name]) => weights[name]?.length === net.layers[index].units).map(([weight, label]) => ({ weight, label, at: unit, value: weights[weight][unit] }));
}

// The layer whose units a unit reads, and through which of them it can be given weights: {from, channels: [numbers]}, or
// null for a layer without any. After a flatten these are the maps before it.
export function sourcesOf(net, index, unit) {
  const layer = net.layers[index];
  if (layer.kind === "dense") {
    const from = beforeFlatten(net, layer);
    return { from, channels: numbered(from.units) };
  }
  if (!kernelOf(net, index, unit, 0)) return null;
  const from = net.layers[layer.inputs[0]];
  if (layer.kind === "depthwise_conv") return { from, channels: [Math.floor(unit / (layer.units / from.units))] };
  return { from, channels: numbered(from.units) };
}

// The weights between a channel and a unit as a grid: {rows, columns, values, edit(position, value), put(values)}, where
// edit and put give changes for Net.edit; put only where there is a kernel.
export function gridOf(net, index, unit, channel) {
  const layer = net.layers[index];
  if (layer.kind === "dense") return denseGrid(net, layer, unit, channel);
  const values = kernelOf(net, index, unit, channel);
  const put = (kernel) => [{ layer: index, kernel: [...kernel], unit, channel }];
  const edit = (position, value) => put(Float32Array.from(values, (old, at) => (at === position ? value : old)));
  return { rows: layer.size[0], columns: layer.size[1], values, edit, put };
}

function denseGrid(net, layer, unit, channel) {
  const from = beforeFlatten(net, layer);
  const { kernel } = net.weights(layer.index);
  const at = (position) => (position * from.units + channel) * layer.units + unit;
  const edit = (position, value) => [{ layer: layer.index, weight: "kernel", at: at(position), value }];
  const values = Float32Array.from({ length: from.height * from.width }, (_, position) => kernel[at(position)]);
  return { rows: from.height, columns: from.width, values, edit };
}

// What lies before what only lays values out anew or passes them on.
function beforeFlatten(net, layer) {
  let from = net.layers[layer.inputs[0]];
  while (["flatten", "dropout"].includes(from.kind)) from = net.layers[from.inputs[0]];
  return from;
}

// A kernel in the middle of a larger one, zeros around; null where it does not fit.
export function fitKernel(matrix, { rows, columns }) {
  const side = matrix.length;
  const [above, left] = [(rows - side) / 2, (columns - side) / 2];
  if (above < 0 || left < 0 || above % 1 || left % 1) return null;
  return Float32Array.from({ length: rows * columns }, (_, at) => matrix[Math.floor(at / columns) - above]?.[(at % columns) - left] ?? 0);
}

// ["filter 3 of Convolution 1 off", "2 weights of filter 1 of Convolution 2", ...]: one text a unit and kind of change.
export function editTexts(edits, { layers, titles, unitTitle }) {
  const groups = new Map();
  for (const edit of edits) {
    const unit = edit.off ?? unitOf(layers[edit.layer], edit);
    const what = edit.off !== undefined ? "off" : edit.weight in ALONE ? edit.weight : "weights";
    const key = [edit.layer, unit, what].join();
    groups.set(key, { ...edit, unit, what, count: (groups.get(key)?.count ?? 0) + 1 });
  }
  return [...groups.values()].map(({ layer, unit, what, count }) => {
    const place = unit < 0 ? titles[layer] : `${unitTitle(layer, unit)} of ${titles[layer]}`;
    if (what === "off") return `${place} off`;
    return what === "weights" ? `${count === 1 ? "1 weight" : `${count} weights`} of ${place}` : `${ALONE[what]} of ${place}`;
  });
}

// The unit that a weight belongs to; -1 for one that all units share.
function unitOf({ kind, units, weights }, { weight, at }) {
  if (weight === "depthwise") return -1;
  if (kind === "transposed_conv" && weight === "kernel") return Math.floor(at / weights.kernel.shape[3]) % units;
  return at % units;
}

const numbered = (count) => Array.from({ length: count }, (_, at) => at);
