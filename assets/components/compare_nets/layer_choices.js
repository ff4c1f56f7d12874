// Which layer of each net is looked at: one by its place and kind, so that different nets can be laid beside each other.

import { FILTERS } from "../shared/net_view/words.js";

const isConvolution = ({ kind }) => FILTERS.has(kind);
const isPooling = ({ kind, shape }) => kind.endsWith("_pool") && shape.length === 3;
const isInnerDense = ({ kind, index }, layers) => kind === "dense" && index < layers.length - 1;
const nth = (layers, isOne, at) => layers.filter((layer) => isOne(layer, layers)).at(at);

export const OWN = "own"; // each net's own

// name -> text, and which of a net's layers it is; undefined: the net has none.
export const LAYER_CHOICES = {
  "conv-1": { text: "first convolution", find: (layers) => nth(layers, isConvolution, 0) },
  "conv-2": { text: "second convolution", find: (layers) => nth(layers, isConvolution, 1) },
  "conv-last": { text: "last convolution", find: (layers) => nth(layers, isConvolution, -1) },
  "pool-1": { text: "first pooling", find: (layers) => nth(layers, isPooling, 0) },
  "pool-last": { text: "last pooling", find: (layers) => nth(layers, isPooling, -1) },
  "maps-last": { text: "last maps", find: (layers) => nth(layers, ({ height, width }) => height * width > 1, -1) },
  "dense-1": { text: "first dense layer", find: (layers) => nth(layers, isInnerDense, 0) },
  [OWN]: { text: "each net's own choice", find: () => undefined },
};
