// Which rows of numbers are nearest to one.

// How far two rows are from each other, by name: 1 less the cosine of their angle (0 to 2; nothing but zeros is 1 from
// everything), or the length of their difference.
export const METRICS = { cosine: cosineDistance, euclidean: euclideanDistance };

function cosineDistance(rows, from, one, size) {
  let [product, square, own] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const value = rows[from + i];
    product += value * one[i];
    square += value * value;
    own += one[i] * one[i];
  }
  return square && own ? 1 - product / Math.sqrt(square * own) : 1;
}

function euclideanDistance(rows, from, one, size) {
  let square = 0;
  for (let i = 0; i < size; i++) square += (rows[from + i] - one[i]) ** 2;
  return Math.sqrt(square);
}

// From `one` to each of the rows (Float32Array, count * one.length).
export function distancesFrom(rows, one, metric) {
  const distance = METRICS[metric];
  return Float64Array.from({ length: rows.length / one.length }, (_, row) => distance(rows, row * one.length, one, one.length));
}

// The `count` nearest of those for which isWanted(index) holds: [{index, distance}], the nearest first.
export function nearest(distances, count, isWanted = () => true) {
  const found = [];
  for (let index = 0; index < distances.length; index++) {
    const distance = distances[index];
    if ((found.length === count && distance >= found.at(-1).distance) || !isWanted(index)) continue;
    const at = found.findIndex((other) => other.distance > distance);
    found.splice(at < 0 ? found.length : at, 0, { index, distance });
    found.length = Math.min(found.length, count);
  }
  return found;
}
