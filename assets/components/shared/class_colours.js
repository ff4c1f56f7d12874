// The colours of classes, where dots are told apart: ten that reach 3 to 1 on a light and on a dark ground; further classes have
// the same ones in another shape. What a name is needed for stands beside the dots.

import { inkOn } from "./colours.js";

const COLOURS = [
  [59, 125, 216], [209, 105, 28], [47, 143, 74], [214, 62, 64], [150, 94, 214],
  [146, 102, 74], [214, 84, 160], [116, 128, 145], [143, 137, 30], [20, 146, 168],
];
export const SHAPES = ["disc", "square", "triangle", "diamond"];

const PATHS = {
  disc: (path, r) => path.arc(0, 0, r, 0, 2 * Math.PI),
  square: (path, r) => path.rect(-0.88 * r, -0.88 * r, 1.76 * r, 1.76 * r),
  triangle: (path, r) => polygon(path, [[0, -1.2 * r], [1.1 * r, 0.8 * r], [-1.1 * r, 0.8 * r]]),
  diamond: (path, r) => polygon(path, [[0, -1.25 * r], [1.25 * r, 0], [0, 1.25 * r], [-1.25 * r, 0]]),
};

function polygon(path, corners) {
  for (const [x, y] of corners) path.lineTo(x, y);
  path.closePath();
}

// {colour: [red, green, blue], shape} of the class of that number, from 0.
export function classStyle(number) {
  const turn = Math.floor(number / COLOURS.length);
  return { colour: COLOURS[number % COLOURS.length], shape: SHAPES[turn % SHAPES.length], ink: inkOn(COLOURS[number % COLOURS.length]) };
}

// A dot of a shape around the origin, to be filled.
export function dotPath(shape, radius) {
  const path = new Path2D();
  PATHS[shape](path, radius);
  return path;
}
