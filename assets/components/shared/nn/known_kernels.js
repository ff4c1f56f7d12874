// How much a learned filter is like a kernel with a name, and how much a random one is: the twin of
// cnnviz/inspection/known_kernels.py, which says what is compared with what. Kernels are of 3 x 3, row by row.

import { uniform } from "./attribution.js";

const SIDE = 3;
const EIGHTH = 45; // degrees
const NUM_RANDOM = 1000;
const QUANTILE = 0.95;
const SEED = 1;
const RING = [0, 1, 2, 5, 8, 7, 6, 3]; // around the middle, by the clock

const dot = (one, other) => one.reduce((sum, value, at) => sum + value * other[at], 0);

function unit(matrix) {
  const values = Float64Array.from(matrix.flat());
  const length = Math.sqrt(dot(values, values));
  return values.map((value) => value / length);
}

function turned(matrix, eighths) {
  const result = matrix.slice();
  RING.forEach((place, at) => (result[RING[(at + eighths) % RING.length]] = matrix[place]));
  return result;
}

const isDirected = (matrix) => turned(matrix, 2).some((value, at) => Math.abs(value - matrix[at]) > 1e-8);

// presets: [{title, matrix: rows}]. [{title, turn, matrix, plain}]: all as they are, then the turned ones; none twice. matrix
// is of length 1, plain as the preset has it.
export function turnedKernels(presets) {
  const plain = presets.map(({ title, matrix }) => ({ title, turn: 0, matrix: unit(matrix), plain: matrix.flat() }));
  const found = [];
  const add = (kernel) => found.some(({ matrix }) => Math.abs(Math.abs(dot(matrix, kernel.matrix)) - 1) < 1e-5) || found.push(kernel);
  plain.forEach(add);
  for (const one of plain.filter(({ matrix }) => isDirected(matrix))) {
    for (let eighths = 1; eighths < RING.length; eighths++) add({ title: one.title, turn: EIGHTH * eighths, matrix: turned(one.matrix, eighths), plain: turned(one.plain, eighths) });
  }
  return found;
}

export const knownText = ({ title, turn }) => (turn ? `${title}, turned by ${turn}\u00b0` : title);

// planes: arrays of rows * columns weights, each compared with the same known kernel. {known, cosine, row, column}, or null.
export function nearestKnown(planes, [rows, columns], known) {
  const squares = planes.reduce((sum, plane) => sum + dot(plane, plane), 0);
  if (rows < SIDE || columns < SIDE || !known.length || !squares) return null;
  const sums = Float64Array.from(planes[0], (_, at) => planes.reduce((sum, plane) => sum + plane[at], 0));
  let best = { cosine: 0 };
  for (const one of known) {
    for (let row = 0; row + SIDE <= rows; row++)
      for (let column = 0; column + SIDE <= columns; column++) {
        const product = productAt(sums, columns, row, column, one.matrix);
        if (!best.known || Math.abs(product) > Math.abs(best.cosine)) best = { known: one, cosine: product, row, column };
      }
  }
  return { ...best, cosine: best.cosine / Math.sqrt(squares * planes.length) };
}

function productAt(sums, columns, row, column, matrix) {
  let product = 0;
  for (let i = 0; i < SIDE; i++) for (let j = 0; j < SIDE; j++) product += sums[(row + i) * columns + column + j] * matrix[i * SIDE + j];
  return product;
}

// What random kernels of a size reach with the nearest known one, 0 to 1: all but 1 in 20 stay below or reach it; null
// where nothing can be compared.
export function chanceLevel([rows, columns], numPlanes, known) {
  if (rows < SIDE || columns < SIDE || !known.length) return null;
  const next = uniform(SEED);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const found = Float64Array.from({ length: NUM_RANDOM }, () => {
    const drawn = Float64Array.from({ length: rows * columns * numPlanes }, normal);
    const planes = Array.from({ length: numPlanes }, (_, plane) => drawn.filter((__, at) => at % numPlanes === plane));
    return Math.abs(nearestKnown(planes, [rows, columns], known).cosine);
  });
  return found.sort()[Math.ceil(QUANTILE * NUM_RANDOM) - 1];
}
