// Which part of the picture a value of a layer is made of.

import { upSampled } from "./arithmetic.js";

const EVERYTHING = new Set(["dense", "flatten", "reshape", "global_avg_pool", "global_max_pool"]);
const WINDOWS = new Set(["conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool"]);

// {top, left, bottom, right} in pixels of the picture, bottom and right not included.
export function receptiveField(layers, index, row, column) {
  const [top, bottom] = spanOf(layers, index, [row, row], 0);
  const [left, right] = spanOf(layers, index, [column, column], 1);
  return { top, left, bottom: bottom + 1, right: right + 1 };
}

const length = (layer, axis) => (axis === 0 ? layer.height : layer.width);

// The first and the last place of the picture along an axis (0: rows) behind those of a layer; null behind none.
function spanOf(layers, index, span, axis) {
  if (index === 0) return span;
  const layer = layers[index];
  const spans = layer.inputs
    .map((input) => {
      const from = layers[input];
      const before = inside(spanBefore(layer, from, span, axis), length(from, axis));
      return before && spanOf(layers, input, before, axis);
    })
    .filter(Boolean);
  return spans.length ? [Math.min(...spans.map(([first]) => first)), Math.max(...spans.map(([, last]) => last))] : [0, -1];
}

function inside([first, last], count) {
  const [low, high] = [Math.max(first, 0), Math.min(last, count - 1)];
  return low <= high ? [low, high] : null;
}

// Along the axis, the places of an input that those of a layer are made of; beyond the border where there are zeros.
function spanBefore(layer, from, [first, last], axis) {
  const count = length(from, axis);
  const isSingle = count === 1 && length(layer, axis) > 1 && from.height * from.width === 1; // taken at every place
  if (isSingle || EVERYTHING.has(layer.kind)) return [0, count - 1];
  if (WINDOWS.has(layer.kind)) {
    const [stride, before, reach] = [layer.stride[axis], layer.padding[2 * axis], (layer.size[axis] - 1) * layer.dilation[axis]];
    return [first * stride - before, last * stride - before + reach];
  }
  if (layer.kind === "transposed_conv") {
    const [stride, before, size] = [layer.stride[axis], layer.padding[2 * axis], layer.size[axis]];
    return [Math.ceil((first + before - size + 1) / stride), Math.floor((last + before) / stride)];
  }
  if (layer.kind === "up_sampling") return [upSampled(layer, first, count)[0][0], upSampled(layer, last, count).at(-1)[0]];
  if (layer.kind === "zero_padding") return [first - layer.border[2 * axis], last - layer.border[2 * axis]];
  if (layer.kind === "cropping") return [first + layer.border[2 * axis], last + layer.border[2 * axis]];
  return [first, last];
}
