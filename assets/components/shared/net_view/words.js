// What layers and units are called, and what a map shows in words. Units, rows and columns are counted from 1.

import { planeOf } from "../nn/arithmetic.js";
import { inPercent, partText, plural, probabilityText, sizeText } from "../numbers.js";

const TITLES = {
  input: "Picture",
  rescaling: "Picture",
  conv: "Convolution",
  depthwise_conv: "Depthwise convolution",
  separable_conv: "Separable convolution",
  transposed_conv: "Transposed convolution",
  max_pool: "Max pooling",
  avg_pool: "Average pooling",
  global_avg_pool: "Global average",
  global_max_pool: "Global maximum",
  batch_norm: "Batch normalisation",
  layer_norm: "Layer normalisation",
  activation: "Activation",
  dropout: "Dropout",
  spatial_dropout: "Spatial dropout",
  flatten: "Flatten",
  dense: "Dense",
  add: "Sum",
  multiply: "Product",
  average: "Mean of paths",
  maximum: "Maximum of paths",
  concat: "Put together",
  zero_padding: "Zero padding",
  cropping: "Cropping",
  up_sampling: "Up-sampling",
  scaling: "Scaling",
  prelu: "PReLU",
  clip: "Clipping",
  reshape: "Other shape",
  backbone: "Pretrained net",
};
const BLOCK_TITLES = { residual: "Residual block", branches: "Branches", repeat: "Repeated block" };
export const FILTERS = new Set(["conv", "depthwise_conv", "separable_conv", "transposed_conv"]);

// Three significant digits: what is computed again from such numbers agrees but for their last digit. With an exponent
// where they would take much room.
export function significant(value) {
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  const isPlain = rounded === 0 || (size >= 0.001 && size < 1e6) || !Number.isFinite(rounded);
  const text = isPlain ? String(rounded) : rounded.toExponential().replace("+", "");
  return text.replaceAll("-", "\u2212");
}

export const isPicture = (layer) => layer.kind === "input" || layer.kind === "rescaling";

// Two numbers of one sentence, with the decimals that the larger one needs for three significant digits: 2.90 of 2.91.
export function significantPair(...values) {
  const largest = Math.max(...values.map(Math.abs));
  if (!(largest >= 0.001 && largest < 1e6)) return values.map(significant);
  const decimals = Math.max(0, 2 - Math.floor(Math.log10(largest)));
  return values.map((value) => (Number(value.toFixed(decimals)) || 0).toFixed(decimals).replace("-", "\u2212"));
}

export const percent = (share) => partText(share);
export const probability = (share) => probabilityText(share);

// A probability in whole per cent, for a sentence.
export const roughProbability = (share) => inPercent(share > 0.99 ? "more than 99" : String(Math.round(100 * share)));

// Whether the values of a net with this output are probabilities.
export const isShares = (output) => output === "softmax" || output === "sigmoid";

// "Convolution 2": numbered where a net has several of a kind.
export function layerTitles(layers) {
  const counts = {};
  for (const { kind } of layers) counts[kind] = (counts[kind] ?? 0) + 1;
  const seen = {};
  return layers.map((layer) => {
    const title = TITLES[layer.kind] ?? layer.title ?? layer.kind;
    seen[layer.kind] = (seen[layer.kind] ?? 0) + 1;
    return counts[layer.kind] > 1 && !isPicture(layer) ? `${title} ${seen[layer.kind]}` : title;
  });
}

// Full name of a block -> "Residual block 2", numbered as layers are. The last part of a name is its kind with a number.
export function blockTitles(layers) {
  const names = [...new Set(layers.map(({ block }) => block).filter(Boolean))];
  const titleOf = (name) => BLOCK_TITLES[name.split(".").at(-1).replace(/_\d+$/, "")] ?? "Block";
  const all = names.map(titleOf);
  return new Map(names.map((name, at) => {
    const same = all.filter((title) => title === all[at]).length;
    const number = all.slice(0, at + 1).filter((title) => title === all[at]).length;
    return [name, same > 1 ? `${all[at]} ${number}` : all[at]];
  }));
}

// "16 filters": what its units are.
export function unitsText(layer, isAnswer = false) {
  if (isPicture(layer)) return plural(layer.units, "plane");
  if (FILTERS.has(layer.kind)) return plural(layer.units, "filter");
  if (isAnswer) return plural(layer.units, "class");
  return plural(layer.units, layer.shape.length === 3 ? "map" : "value");
}

export function unitNoun(layer) {
  if (isPicture(layer)) return "plane";
  return FILTERS.has(layer.kind) ? "filter" : layer.shape.length === 3 ? "map" : "value";
}

export const shapeOf = ({ height, width, shape }) => (shape.length === 3 ? sizeText(height, width) : "");

const PLANES = ["red", "green", "blue"];

export function unitTitle(layer, unit, classes) {
  if (isPicture(layer)) return layer.units === 3 ? `${PLANES[planeOf(layer, unit)]} plane` : "grey plane";
  return classes?.[unit] ?? `${unitNoun(layer)} ${unit + 1}`;
}

// Where a unit is strongest: {row, column, value}, and its smallest value.
export function strongest(values, layer, unit) {
  let best = unit;
  let least = values[unit];
  for (let at = unit; at < values.length; at += layer.units) {
    if (values[at] > values[best]) best = at;
    if (values[at] < least) least = values[at];
  }
  const place = Math.floor(best / layer.units);
  return { row: Math.floor(place / layer.width), column: place % layer.width, value: values[best], least };
}

// "Convolution 2, unit 7: strongest at row 3, column 5, value 1.2", of a layer with its title (`layerTitles`); a unit
// that answers for a class has its name.
export function describeUnit(values, { layer, title }, unit, name = `unit ${unit + 1}`) {
  const start = `${title}, ${name}`;
  if (layer.shape.length < 3) return `${start}: value ${significant(values[unit])}`;
  const { row, column, value, least } = strongest(values, layer, unit);
  if (value === 0 && least === 0) return `${start}: 0 everywhere on this picture`;
  return `${start}: strongest at row ${row + 1}, column ${column + 1}, value ${significant(value)}`;
}
