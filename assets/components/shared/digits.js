// Ten digits as pen strokes on a square of side 1, and the changes that turn one into another. [x, y], y downwards.

import { PEN } from "./paper.js";

// The net reads each of them, and each change (tests/e2e/test_home.py).
const KNOTS = [
  [[[0.6, 0.15], [0.44, 0.13], [0.29, 0.34], [0.29, 0.66], [0.46, 0.88], [0.66, 0.76], [0.72, 0.46], [0.62, 0.17], [0.48, 0.12]]],
  [[[0.36, 0.3], [0.54, 0.12]], [[0.54, 0.12], [0.52, 0.5], [0.5, 0.88]]],
  [[[0.28, 0.3], [0.4, 0.14], [0.62, 0.14], [0.7, 0.34], [0.5, 0.6], [0.27, 0.87]], [[0.27, 0.87], [0.5, 0.86], [0.76, 0.86]]],
  [[[0.3, 0.18], [0.52, 0.11], [0.7, 0.25], [0.6, 0.42], [0.44, 0.48]], [[0.44, 0.48], [0.66, 0.54], [0.72, 0.72], [0.54, 0.88], [0.28, 0.82]]],
  [[[0.42, 0.12], [0.34, 0.4], [0.26, 0.58]], [[0.26, 0.58], [0.5, 0.57], [0.76, 0.56]], [[0.6, 0.34], [0.59, 0.6], [0.57, 0.9]]],
  [[[0.7, 0.13], [0.5, 0.13], [0.34, 0.14]], [[0.34, 0.14], [0.32, 0.3], [0.3, 0.46]], [[0.3, 0.46], [0.5, 0.4], [0.7, 0.54], [0.68, 0.76], [0.48, 0.88], [0.27, 0.82]]],
  [[[0.62, 0.1], [0.42, 0.3], [0.3, 0.6], [0.4, 0.84], [0.6, 0.86], [0.7, 0.68], [0.58, 0.54], [0.4, 0.58], [0.31, 0.7]]],
  [[[0.26, 0.16], [0.5, 0.15], [0.74, 0.14]], [[0.74, 0.14], [0.58, 0.45], [0.44, 0.9]]],
  [[[0.64, 0.2], [0.46, 0.11], [0.33, 0.24], [0.46, 0.42], [0.64, 0.58], [0.66, 0.78], [0.48, 0.89], [0.32, 0.77], [0.36, 0.58], [0.56, 0.42], [0.67, 0.26], [0.64, 0.2]]],
  [[[0.68, 0.24], [0.52, 0.12], [0.34, 0.26], [0.4, 0.46], [0.58, 0.46], [0.68, 0.26]], [[0.68, 0.26], [0.67, 0.55], [0.58, 0.9]]],
];
const SLANTED_ONE = [[[0.62, 0.14], [0.54, 0.5], [0.46, 0.9]]];

const POINTS = 10; // between two knots

// A smooth pen movement through all knots (Catmull and Rom 1974).
function curve(knots) {
  const at = (i) => knots[Math.min(Math.max(i, 0), knots.length - 1)];
  const points = [];
  for (let i = 0; i + 1 < knots.length; i++)
    for (let step = 0; step < POINTS; step++) {
      const t = step / POINTS;
      points.push([0, 1].map((axis) => between(at(i - 1)[axis], at(i)[axis], at(i + 1)[axis], at(i + 2)[axis], t)));
    }
  return [...points, knots.at(-1)];
}

const between = (before, start, end, after, t) =>
  start + (t / 2) * (end - before + t * (2 * before - 5 * start + 4 * end - after + t * (3 * (start - end) + after - before)));

const strokes = (digit) => digit.map((knots) => ({ tool: "pen", thickness: PEN, points: curve(knots) }));

export const DIGITS = KNOTS.map(strokes);

// What is drawn by itself: a digit, and after a rest the strokes that make another one of it.
export const SCENES = [
  { first: strokes(SLANTED_ONE), then: strokes([[[0.24, 0.16], [0.42, 0.15], [0.62, 0.14]]]) }, // a 1 turns into a 7
  { first: strokes(KNOTS[3]), then: strokes([[[0.3, 0.18], [0.3, 0.34], [0.44, 0.48]], [[0.44, 0.48], [0.28, 0.62], [0.28, 0.82]]]) }, // a 3 into an 8
  { first: strokes(KNOTS[5]), then: strokes([[[0.3, 0.46], [0.25, 0.64], [0.27, 0.82]]]) }, // a 5 into a 6
];
