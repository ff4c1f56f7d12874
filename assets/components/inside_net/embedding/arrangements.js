// Where the images stand, and where another picture stands among them.

import { clamp } from "../../shared/numbers.js";
import { nearest } from "../../shared/nn/nearest.js";
import { principalAxes, project } from "../../shared/nn/principal_axes.js";

const NUM_AROUND = 5; // neighbours that a picture is placed between

// A generator; returns an arrangement {method, dimensions, points: Float32Array of x, y, z, shares, place(feature, distances)}.
export function* byPrincipalAxes(set, dimensions, before) {
  const found = yield* principalAxes(set.rows, set.count, set.size, dimensions);
  return ofAxes(set, found, before);
}

// before: the arrangement that is shown. An axis may point either way: it goes on as the one before did.
function ofAxes(set, { mean, axes, shares }, before) {
  const axisPoints = axes.map((axis) => Float32Array.from({ length: set.count }, (_, row) => project({ mean, axes: [axis] }, set.rows, row * set.size)[0]));
  axes.forEach((axis, at) => {
    if (!before || before.points.length !== 3 * set.count) return;
    const along = axisPoints[at].reduce((sum, value, row) => sum + value * before.points[3 * row + at], 0);
    if (along < 0) for (const one of [axis, axisPoints[at]]) one.forEach((value, i) => (one[i] = -value));
  });
  const points = new Float32Array(3 * set.count);
  axisPoints.forEach((line, at) => line.forEach((value, row) => (points[3 * row + at] = value)));
  const place = (feature) => filled(project({ mean, axes }, feature));
  return { method: "pca", dimensions: axes.length, points, shares, place };
}

// As a worker has arranged them. By PCA another picture is projected as they were; t-SNE and UMAP know no place for it: it
// stands between its nearest neighbours.
export function byWorker(points, dimensions, { method, shares, mean, components }) {
  if (method !== "pca") return { method, dimensions, points, shares: null, place: (_, distances) => between(points, distances) };
  const axes = Array.from({ length: dimensions }, (_, at) => components.subarray(at * mean.length, (at + 1) * mean.length));
  return { method, dimensions, points, shares, place: (feature) => filled(project({ mean, axes }, feature)) };
}

// The mean of the nearest points; one that is nearer by half counts twice as much.
function between(points, distances) {
  const around = nearest(distances, NUM_AROUND);
  const least = 1e-6 * Math.max(...around.map(({ distance }) => distance), 1e-9);
  const weights = around.map(({ distance }) => 1 / Math.max(distance, least));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return [0, 1, 2].map((at) => around.reduce((sum, { index }, i) => sum + (weights[i] / total) * points[3 * index + at], 0));
}

const filled = (place) => [0, 1, 2].map((at) => place[at] ?? 0);

// Where points stand that are on the way from one arrangement to the next; share: 0 to 1 of the time.
export function onTheWay(from, to, share) {
  const eased = clamp(share, 0, 1) ** 2 * (3 - 2 * clamp(share, 0, 1));
  return to.map((value, i) => from[i] + (value - from[i]) * eased);
}
