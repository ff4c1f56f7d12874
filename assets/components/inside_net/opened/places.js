// Which pixels before a layer a pixel of it looks at, and back: {top, left, bottom, right}, bottom and right excluded.

import { beforeBorder, placeIn, upSampled } from "../../shared/nn/arithmetic.js";

const WINDOWED = new Set(["conv", "depthwise_conv", "separable_conv", "max_pool", "avg_pool"]);
const BORDERS = new Set(["zero_padding", "cropping"]);

export function windowAt(layer, { row, column }, source) {
  if (layer.kind === "transposed_conv") return transposedWindow(layer, { row, column }, source);
  if (WINDOWED.has(layer.kind)) {
    const [top, bottom] = reach(row, layer, 0);
    const [left, right] = reach(column, layer, 1);
    return { top, left, bottom, right };
  }
  if (BORDERS.has(layer.kind)) return around(...beforeBorder(layer, row, column));
  if (layer.kind === "up_sampling") return upSampledWindow(layer, { row, column }, source);
  if (layer.shape.length < 3 || layer.kind.startsWith("global_")) return { top: 0, left: 0, bottom: source.height, right: source.width };
  return around(...placeIn(source, layer, row, column));
}

const around = (row, column) => ({ top: row, left: column, bottom: row + 1, right: column + 1 });

function upSampledWindow(layer, { row, column }, source) {
  const [rows, columns] = [upSampled(layer, row, source.height), upSampled(layer, column, source.width)];
  return { top: rows[0][0], left: columns[0][0], bottom: rows.at(-1)[0] + 1, right: columns.at(-1)[0] + 1 };
}

function reach(at, { size, stride, dilation, padding }, axis) {
  const from = at * stride[axis] - padding[2 * axis];
  return [from, from + (size[axis] - 1) * dilation[axis] + 1];
}

// A transposed convolution paints: these pixels paint on the one that is asked for.
function transposedWindow({ size, stride, padding }, { row, column }, source) {
  const along = (at, axis, most) => {
    const place = at + padding[2 * axis];
    return [Math.max(Math.ceil((place - size[axis] + 1) / stride[axis]), 0), Math.min(Math.floor(place / stride[axis]), most - 1) + 1];
  };
  const [top, bottom] = along(row, 0, source.height);
  const [left, right] = along(column, 1, source.width);
  return { top, left, bottom, right };
}

// The pixel of the layer whose window has its middle next to a pixel before it.
export function placeFor(layer, { row, column }) {
  const inside = (at, most) => Math.min(Math.max(at, 0), most - 1);
  const back = (at, axis) => {
    if (layer.kind === "transposed_conv") return at * layer.stride[axis] + (layer.size[axis] >> 1) - layer.padding[2 * axis];
    if (BORDERS.has(layer.kind)) return 2 * at - beforeBorder(layer, at, at)[axis]; // as far the other way
    if (layer.kind === "up_sampling") return at * layer.size + (layer.size >> 1);
    if (!WINDOWED.has(layer.kind)) return at;
    const span = (layer.size[axis] - 1) * layer.dilation[axis] + 1;
    return Math.round((at + layer.padding[2 * axis] - (span - 1) / 2) / layer.stride[axis]);
  };
  return { row: inside(back(row, 0), layer.height), column: inside(back(column, 1), layer.width) };
}

export const pixelWindow = ({ row, column }) => around(row, column);
