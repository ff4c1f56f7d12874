// Principal component analysis: the directions in which rows of numbers vary most.

const EXTRA = 8; // directions that are followed beside those that are wanted: they make it converge
const MOST_STEPS = 400;
const RITZ_EVERY = 4;
const EXACT = 1e-8; // of all variance: what may be left between a direction and what the matrix makes of it
const NOTHING = 1e-12; // of all variance: a direction that explains no more is none

// rows: Float32Array of count * size. A generator, so that it can be computed between frames; it returns {mean, axes, shares}:
// `axes` are `wanted` Float32Arrays of length 1 (of zeros where the rows vary in fewer directions), `shares` what each explains of the variance, 0 to 1. As in scikit-learn
// the largest entry of an axis is positive.
export function* principalAxes(rows, count, size, wanted) {
  const { mean, columns, side, depth, isGram } = centred(rows, count, size);
  const matrix = new Float64Array(side * side);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j <= i; j++) matrix[i * side + j] = matrix[j * side + i] = dot(columns, i * depth, columns, j * depth, depth);
    yield;
  }
  let total = 0;
  for (let i = 0; i < side; i++) total += matrix[i * side + i];
  const { values, vectors } = yield* largest(matrix, side, Math.min(wanted, side), total);
  const axes = Array.from({ length: wanted }, () => new Float32Array(size));
  const isReal = (at) => values[at] > NOTHING * total;
  vectors.forEach((vector, at) => isReal(at) && axes[at].set(signed(isGram ? acrossRows(columns, vector, count, size) : vector)));
  return { mean, axes, shares: axes.map((_, at) => (isReal(at) ? values[at] / total : 0)) };
}

// The rows less their mean, or the other way round where that makes the smaller matrix of products: `side` runs of `depth`.
function centred(rows, count, size) {
  const mean = new Float64Array(size);
  for (let i = 0; i < rows.length; i++) mean[i % size] += rows[i];
  for (let at = 0; at < size; at++) mean[at] /= count;
  const isGram = count < size;
  const columns = new Float64Array(rows.length); // one type in all loops: they are twice as fast
  for (let row = 0; row < count; row++) {
    for (let at = 0; at < size; at++) columns[isGram ? row * size + at : at * count + row] = rows[row * size + at] - mean[at];
  }
  return { mean: Float32Array.from(mean), columns, side: isGram ? count : size, depth: isGram ? size : count, isGram };
}

function dot(one, from, other, start, length) {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += one[from + i] * other[start + i];
  return sum;
}

// The largest eigenvalues of a symmetric matrix and their vectors, by iteration of a subspace.
function* largest(matrix, side, wanted, total) {
  const width = Math.min(wanted + EXTRA, side);
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647 - 0.5;
  let vectors = orthonormal(Array.from({ length: width }, () => Float64Array.from({ length: side }, random)));
  let found = { values: [], vectors };
  for (let step = 1; step <= MOST_STEPS; step++) {
    const images = vectors.map((vector) => product(matrix, vector));
    yield;
    if (step % RITZ_EVERY === 0 || width === side) {
      found = ritz(vectors, images);
      if (found.errors.slice(0, wanted).every((error) => error <= EXACT * total)) break;
      vectors = orthonormal(found.images);
    } else vectors = orthonormal(images);
  }
  return { values: found.values.slice(0, wanted), vectors: found.vectors.slice(0, wanted) };
}

function product(matrix, vector) {
  const { length } = vector;
  return Float64Array.from(vector, (_, row) => dot(matrix, row * length, vector, 0, length));
}

// Gram and Schmidt, twice: once leaves what rounding has put in. A vector that is left with nothing becomes zero.
function orthonormal(vectors) {
  vectors.forEach((vector, at) => {
    for (let again = 0; again < 2; again++) {
      for (const other of vectors.slice(0, at)) add(vector, other, -dot(vector, 0, other, 0, vector.length));
      const length = Math.sqrt(dot(vector, 0, vector, 0, vector.length));
      for (let i = 0; i < vector.length; i++) vector[i] = length > 1e-300 ? vector[i] / length : 0;
    }
  });
  return vectors;
}

function add(vector, other, factor) {
  for (let i = 0; i < vector.length; i++) vector[i] += factor * other[i];
}

// The best eigenvectors within the span of `vectors`; images: what the matrix makes of these.
function ritz(vectors, images) {
  const small = vectors.map((one) => images.map((image) => dot(one, 0, image, 0, one.length)));
  const { values, turns } = jacobi(small);
  const mixed = (from) => turns.map((turn) => {
    const sum = new Float64Array(vectors[0].length);
    turn.forEach((share, at) => add(sum, from[at], share));
    return sum;
  });
  const [best, bestImages] = [mixed(vectors), mixed(images)];
  const errors = best.map((vector, at) => Math.hypot(...Array.from(vector, (value, i) => bestImages[at][i] - values[at] * value)));
  return { values, vectors: best, images: bestImages, errors };
}

// Jacobi's rotations: all eigenvalues of a small symmetric matrix, the largest first, and of each its vector.
function jacobi(given) {
  const size = given.length;
  const matrix = given.map((row) => [...row]);
  const turns = matrix.map((_, i) => matrix.map((__, j) => Number(i === j)));
  for (let sweep = 0; sweep < 40; sweep++) {
    for (let i = 0; i < size; i++) for (let j = i + 1; j < size; j++) rotate(matrix, turns, i, j);
  }
  const order = matrix.map((_, i) => i).sort((i, j) => matrix[j][j] - matrix[i][i]);
  return { values: order.map((i) => matrix[i][i]), turns: order.map((i) => turns.map((row) => row[i])) };
}

// Makes the entry (i, j) zero.
function rotate(matrix, turns, i, j) {
  if (Math.abs(matrix[i][j]) < 1e-300) return;
  const ratio = (matrix[j][j] - matrix[i][i]) / (2 * matrix[i][j]);
  const tangent = (ratio < 0 ? -1 : 1) / (Math.abs(ratio) + Math.hypot(ratio, 1));
  const cosine = 1 / Math.hypot(tangent, 1);
  const sine = tangent * cosine;
  const turn = (row) => ([row[i], row[j]] = [cosine * row[i] - sine * row[j], sine * row[i] + cosine * row[j]]);
  for (const row of matrix) turn(row);
  for (const row of turns) turn(row);
  const [above, below] = [matrix[i], matrix[j]];
  for (let at = 0; at < matrix.length; at++) [above[at], below[at]] = [cosine * above[at] - sine * below[at], sine * above[at] + cosine * below[at]];
}

// The axis among the features of an eigenvector among the rows.
function acrossRows(rows, vector, count, size) {
  const axis = new Float64Array(size);
  for (let row = 0; row < count; row++) for (let at = 0; at < size; at++) axis[at] += vector[row] * rows[row * size + at];
  return orthonormal([axis])[0];
}

function signed(axis) {
  let most = 0;
  axis.forEach((value, at) => Math.abs(value) > Math.abs(axis[most]) && (most = at));
  return axis[most] < 0 ? axis.map((value) => -value) : axis;
}

// Where a feature stands along the axes.
export function project({ mean, axes }, feature, from = 0) {
  return axes.map((axis) => {
    let sum = 0;
    for (let i = 0; i < axis.length; i++) sum += (feature[from + i] - mean[i]) * axis[i];
    return sum;
  });
}
