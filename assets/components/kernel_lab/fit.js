// Finding the kernel that turns one picture into another. Pure functions, no DOM.
//
// With x the pixels under the kernel and y the target's pixel, the mean squared error of w is
// w'Aw - 2c'w + yy, where A, c, yy are the (co)variances of x and y: all steps work on these few numbers.

import { UNIT } from "../shared/nn/numerics.js";

const MAX_SAMPLES = 30_000;

// {A, c, yy, meanX, meanY, num}: `target` is as large as the picture after a valid convolution of this side.
export function gatherMoments(picture, target, side) {
  const taps = side * side;
  const every = Math.max(1, Math.ceil(target.data.length / MAX_SAMPLES));
  const sums = new Float64Array(taps);
  const products = new Float64Array(taps * taps);
  const cross = new Float64Array(taps);
  const x = new Float64Array(taps);
  let [num, sumY, sumYY] = [0, 0, 0];
  for (let at = 0; at < target.data.length; at += every, num++) {
    const from = Math.floor(at / target.width) * picture.width + (at % target.width);
    for (let tap = 0; tap < taps; tap++) x[tap] = picture.data[from + Math.floor(tap / side) * picture.width + (tap % side)] / UNIT;
    const y = target.data[at] / UNIT;
    sumY += y;
    sumYY += y * y;
    for (let i = 0; i < taps; i++) {
      sums[i] += x[i];
      cross[i] += x[i] * y;
      for (let j = 0; j <= i; j++) products[i * taps + j] += x[i] * x[j];
    }
  }
  const meanX = sums.map((sum) => sum / num);
  const meanY = sumY / num;
  const A = Array.from({ length: taps }, (_, i) =>
    Array.from({ length: taps }, (_, j) => products[Math.max(i, j) * taps + Math.min(i, j)] / num - meanX[i] * meanX[j]),
  );
  const c = Array.from(cross, (sum, i) => sum / num - meanX[i] * meanY);
  return { A, c, yy: sumYY / num - meanY * meanY, meanX, meanY, num };
}

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const times = (matrix, vector) => matrix.map((row) => dot(row, vector));

// Root of the mean squared error of a kernel, on the scale of pixels; its best bias is part of it.
export function errorOf({ A, c, yy }, weights) {
  return UNIT * Math.sqrt(Math.max(0, dot(weights, times(A, weights)) - 2 * dot(c, weights) + yy));
}

export function biasOf({ meanX, meanY }, weights) {
  return UNIT * (meanY - dot(meanX, weights));
}

// Solve A w = c by Cholesky's method; a trace of ridge keeps flat pictures solvable.
export function leastSquares({ A, c }) {
  const n = c.length;
  const ridge = 1e-10 * (A.reduce((sum, row, i) => sum + row[i], 0) / n || 1);
  const L = A.map(() => new Float64Array(n));
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = A[i][j] + (i === j ? ridge : 0);
      for (let k = 0; k < j; k++) sum -= L[i][k] * L[j][k];
      L[i][j] = i === j ? Math.sqrt(Math.max(sum, 1e-300)) : sum / L[j][j];
    }
  const half = [];
  for (let i = 0; i < n; i++) half.push((c[i] - dot(half, L[i].slice(0, i))) / L[i][i]);
  const weights = new Array(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    let sum = half[i];
    for (let k = i + 1; k < n; k++) sum -= L[k][i] * weights[k];
    weights[i] = sum / L[i][i];
  }
  return weights;
}

// The largest curvature of the error: steps longer than its inverse would overshoot.
export function steepest({ A }) {
  let vector = A.map((_, i) => 1 + i / A.length);
  let length = 1;
  for (let round = 0; round < 40; round++) {
    vector = times(A, vector);
    length = Math.hypot(...vector) || 1;
    vector = vector.map((value) => value / length);
  }
  return length;
}

// One step downhill with Nesterov's momentum: {weights, velocity, step}.
export function descend({ A, c }, { weights, velocity, step }, rate) {
  const momentum = step / (step + 3);
  const ahead = weights.map((weight, i) => weight + momentum * velocity[i]);
  const slope = times(A, ahead).map((value, i) => value - c[i]);
  const next = ahead.map((weight, i) => weight - rate * slope[i]);
  return { weights: next, velocity: next.map((weight, i) => weight - weights[i]), step: step + 1 };
}
