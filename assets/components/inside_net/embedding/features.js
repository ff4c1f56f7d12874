// What a layer makes of the test images: one row an image. Maps are averaged over their places.

import { answerOf } from "../../shared/nn/evaluator.js";

const UNCHANGED = new Set(["dropout"]);
const NOT_LEARNED = new Set(["input", "rescaling"]);

// Those that can be chosen: what a net only passes on says nothing of its own.
export function featureLayers(layers) {
  return layers.filter(({ kind }) => !UNCHANGED.has(kind) && !NOT_LEARNED.has(kind));
}

// The penultimate layer: what the last layer with weights reads (as cnnviz/inspection/embeddings.default_layer).
export function defaultLayer(layers) {
  const head = layers.findLast(({ kind, weights }) => !NOT_LEARNED.has(kind) && Object.keys(weights).length > 0) ?? layers.at(-1);
  let layer = layers[head.inputs[0] ?? head.index];
  while (UNCHANGED.has(layer.kind)) layer = layers[layer.inputs[0]];
  const isEnd = layers.at(-1).shape.length === 3 || NOT_LEARNED.has(layer.kind);
  return isEnd ? head : layer;
}

export const isAveraged = ({ height, width }) => height * width > 1;

// Puts the feature of what a layer gives into `row`, from `at` on.
export function putFeature(values, { units, height, width }, row, at = 0) {
  if (height * width === 1) return row.set(values, at);
  row.fill(0, at, at + units);
  for (let i = 0; i < values.length; i++) row[at + (i % units)] += values[i];
  for (let unit = 0; unit < units; unit++) row[at + unit] /= height * width;
}

// A generator: an image, then a pause. Returns {size, count, rows (count * size), said, labels, classes, image(index), shape}.
export function* collectFeatures(net, pictures, layer, told) {
  const { images, labels, classes } = pictures.set;
  const rows = new Float32Array(images.length * layer.units);
  const last = net.layers.at(-1);
  const said = images.map(() => -1);
  for (const [index, pixels] of images.entries()) {
    net.run(pixels);
    putFeature(net.values(layer.index), layer, rows, index * layer.units);
    if (last.shape.length === 1) said[index] = answerOf(last);
    told((index + 1) / images.length);
    yield;
  }
  return { size: layer.units, count: images.length, rows, said, labels, classes, image: (index) => images[index], shape: net.layers[0].shape };
}
