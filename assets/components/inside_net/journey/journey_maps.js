// The maps of the journey: computed for each picture; what they have in common.

import { oneMap } from "../../shared/net_view/map_picture.js";
import { isSilent } from "../../shared/net_view/orders.js";
import { measure } from "../../shared/net_view/scale.js";

const FILTERS = ["conv", "depthwise_conv", "separable_conv", "transposed_conv"];
const POOLS = ["max_pool", "avg_pool", "global_max_pool", "global_avg_pool"];
export const JOURNEY_KINDS = new Set([...FILTERS, ...POOLS]);

// The map of each column's unit; values(index) gives all values of a layer.
export function mapsOf(columns, values) {
  return columns.map(({ layer, unit }) => oneMap(values(layer.index), layer, unit));
}

// Each row's picture through the net that is shown, as it was edited; given up when it is no longer current.
export async function computeMaps(app, rows, columns, isCurrent) {
  const net = await app.openCalculator();
  for (const row of rows) {
    if (!isCurrent()) return;
    net.run(row.picture.pixels);
    row.measures = columns.map(({ layer }) => measure(net.values(layer.index), layer.units));
    row.maps = mapsOf(columns, (index) => net.values(index));
    if (app.live.isWorker) await new Promise((resolve) => setTimeout(resolve)); // a large net: the page goes on in between
  }
}

// The first unit that is 0 everywhere in no column and no row; the first of all, if there is none.
export function firstSpeaking(rows, columns, count) {
  const isSpeaking = (unit) => rows.every(({ measures }) => columns.every(({ layer }, at) => !isSilent(measures[at], unit % layer.units)));
  return Math.max(Array.from({ length: count }, (_, unit) => unit).findIndex(isSpeaking), 0);
}

// What maps of one size have in common: of each place what all have there: the value nearest to zero where all have its sign, else 0. Where nothing is
// negative, as after a ReLU, that is the smallest one.
export function common(maps) {
  return Float32Array.from(maps[0], (_, place) => {
    const values = maps.map((map) => map[place]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least > 0 ? least : most < 0 ? most : 0;
  });
}

// How alike they are: the mean of Pearson's correlation over all pairs, -1 to 1. A map that is the same everywhere is
// like no other one: 0. Null where nothing can be said: fewer than two maps, or all of them the same everywhere.
export function likeness(maps) {
  const ways = maps.map(direction);
  if (maps.length < 2 || ways.every((map) => map === null)) return null;
  let [sum, pairs] = [0, 0];
  for (let i = 0; i < maps.length; i++)
    for (let j = 0; j < i; j++, pairs++) sum += ways[i] && ways[j] ? dot(ways[i], ways[j]) : 0;
  return sum / pairs;
}

// The map less its mean, of length 1; null if it is the same everywhere.
function direction(map) {
  if (map.every((value) => value === map[0])) return null;
  const middle = map.reduce((sum, value) => sum + value, 0) / map.length;
  const centred = Float64Array.from(map, (value) => value - middle);
  const length = Math.sqrt(dot(centred, centred));
  return centred.map((value) => value / length);
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

// Of the numbers that are known; null if none is.
export function mean(numbers) {
  const known = numbers.filter((number) => number !== null);
  return known.length ? known.reduce((sum, number) => sum + number, 0) / known.length : null;
}
