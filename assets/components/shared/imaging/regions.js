// What belongs together in a picture, where it lies, and how far its pixels are from the edge.

import { cut } from "./colour.js";

const STRAIGHT = 1; // lengths of steps, as OpenCV has them for 5x5
const DIAGONAL = 1.4;
const KNIGHT = 2.1969;
const FAR = 1e9;
const BORDER = 2; // a knight's step leads two rows away

// The smallest rectangle around all values that are not zero.
export function boundingBox({ width, height, data }) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      if (!data[i]) continue;
      if (column < left) left = column;
      if (column > right) right = column;
      if (row < top) top = row;
      bottom = row;
    }
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

// {labels: Int32Array, areas}: the parts that touch each other, also at corners, are numbered from 1; 0 is no part.
export function connectedParts({ width, height, data }) {
  const labels = new Int32Array(data.length);
  const areas = [0];
  const open = new Int32Array(data.length);
  for (let start = 0; start < data.length; start++) {
    if (!data[start] || labels[start]) continue;
    const label = areas.length;
    let [area, num] = [0, 1];
    open[0] = start;
    labels[start] = label;
    while (num) {
      const at = open[--num];
      area++;
      const row = Math.floor(at / width);
      const column = at - row * width;
      for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) {
          const next = y * width + x;
          if (!data[next] || labels[next]) continue;
          labels[next] = label;
          open[num++] = next;
        }
    }
    areas.push(area);
  }
  return { labels, areas };
}

// How far each pixel of a mask of 0 and 1 is from the nearest one of this value.
// Borgefors' chamfer distance with 5x5 steps (https://doi.org/10.1016/S0734-189X(86)80047-0): one pass from the top
// left, one back. Both are written out, because a drawing is measured anew for every frame of a stroke.
export function distanceTo({ width, height, data }, value) {
  const stride = width + 2 * BORDER;
  const distance = new Float32Array(stride * (height + 2 * BORDER)).fill(FAR);
  for (let row = 0, i = 0; row < height; row++)
    for (let at = (row + BORDER) * stride + BORDER, end = at + width; at < end; at++, i++)
      distance[at] = data[i] === value ? 0 : nearest(distance, at, at - stride, at - 2 * stride, -1);
  for (let row = height - 1, i = data.length - 1; row >= 0; row--)
    for (let end = (row + BORDER) * stride + BORDER, at = end + width - 1; at >= end; at--, i--)
      if (data[i] !== value) distance[at] = nearest(distance, at, at + stride, at + 2 * stride, 1);
  return cut({ width: stride, height: height + 2 * BORDER, data: distance }, { left: BORDER, top: BORDER, width, height }).data;
}

// The shortest way of a pixel over those before it: its neighbour `beside`, the next row and the one after that.
function nearest(distance, at, next, second, beside) {
  let least = distance[at];
  let way = distance[at + beside] + STRAIGHT;
  if (way < least) least = way;
  way = distance[next] + STRAIGHT;
  if (way < least) least = way;
  way = Math.min(distance[next - 1], distance[next + 1]) + DIAGONAL;
  if (way < least) least = way;
  way = Math.min(distance[next - 2], distance[next + 2], distance[second - 1], distance[second + 1]) + KNIGHT;
  return way < least ? way : least;
}
