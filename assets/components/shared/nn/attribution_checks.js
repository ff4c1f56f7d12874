// Whether the map of a method can be trusted, as cnnviz/inspection/attribution/checks.py has it: generators, which yield
// between passes.

import { baselinePixels, mapOf, METHODS, uniform } from "./attribution.js";

const STEPS = 20; // of a deletion curve
const RANDOM_ORDERS = 5;
const LEAST_CHANGE = 0.05; // of a probability: where all curves stay within it, their order says nothing
export const SAME_MAP = 0.5; // rank correlation from which on two maps count as alike

// Probability of a class from what the net gives: of one output the second class's, else a share of the whole.
function probabilityOf(net, of) {
  const last = net.layers.at(-1);
  const { output } = net.manifest;
  if (last.values.length === 1) {
    const [value] = last.values;
    const second = output === "sigmoid" ? value : 1 / (1 + Math.exp(-value));
    return of === 0 ? 1 - second : second;
  }
  const isShare = output === "softmax" || output === "sigmoid";
  const most = isShare ? 0 : Math.max(...last.values);
  const shares = Array.from(last.values, (value) => (isShare ? value : Math.exp(value - most)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  return total > 0 ? shares[of] / total : 1 / shares.length;
}

// The value of a map at each pixel of a larger picture: the map's place that the pixel lies in.
function atPixels({ values, height, width }, rows, columns) {
  return Float32Array.from({ length: rows * columns }, (_, place) => {
    const row = Math.floor((Math.floor(place / columns) * height) / rows);
    return values[row * width + Math.floor(((place % columns) * width) / columns)];
  });
}

function shuffle(order, next) {
  for (let i = order.length - 1; i > 0; i--) {
    const other = Math.floor(next() * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}

// {curve, random: curves, area, areas, passes, tells}: the probability of a class while pixels are taken away.
export function* deletion({ net, pixels, of }, map, baseline, seed = 0) {
  const { height, width, units } = net.layers[0];
  const places = height * width;
  const marks = atPixels(map, height, width);
  const next = uniform(seed);
  const plain = Array.from({ length: places }, (_, place) => place);
  const orders = [plain.toSorted((one, other) => marks[other] - marks[one])];
  for (let order = 0; order < RANDOM_ORDERS; order++) orders.push(shuffle([...plain], next));
  const nothing = baselinePixels(pixels, units, baseline);
  const curves = [];
  for (const order of orders) {
    const left = Float32Array.from(pixels);
    const curve = [];
    let gone = 0;
    for (let step = 0; step <= STEPS; step++) {
      for (const until = Math.round((step / STEPS) * places); gone < until; gone++) {
        const at = order[gone] * units;
        left.set(nothing.subarray(at, at + units), at);
      }
      net.run(left);
      curve.push(probabilityOf(net, of));
      yield;
    }
    curves.push(curve);
  }
  const [area, ...areas] = curves.map(areaOf);
  const all = curves.flat();
  const tells = Math.max(...all) - Math.min(...all) >= LEAST_CHANGE;
  return { curve: curves[0], random: curves.slice(1), area, areas, tells, passes: tells && asWritten(area) < asWritten(Math.min(...areas)) };
}

const asWritten = (area) => Number(area.toFixed(2));
const areaOf = (curve) => (curve.reduce((sum, value) => sum + value, 0) - (curve[0] + curve.at(-1)) / 2) / (curve.length - 1);

// The trained weights with those of layer after layer shuffled, from the last on: {layer, weights} of each stage.
export function* shuffledWeights(net, seed = 0) {
  const next = uniform(seed);
  const weights = net.trained.slice();
  for (const layer of net.layers.toReversed()) {
    const arrays = Object.values(layer.weights);
    if (!arrays.length) continue;
    for (const { offset, shape } of arrays) {
      shuffle(weights.subarray(offset, offset + shape.reduce((product, side) => product * side, 1)), next);
    }
    yield { layer, weights: weights.slice() };
  }
}

// How alike a map is to those of a net whose weights are shuffled, [{layer, alike}]; `given` has the net to shuffle.
export function* randomisation(given, method, settings, map) {
  const { net } = given;
  const trained = net.trained;
  const stages = [];
  try {
    for (const { layer, weights } of shuffledWeights(net)) {
      net.load(weights);
      const other = yield* METHODS[method](given, settings);
      stages.push({ layer, alike: rankCorrelation(map.values, mapOf(other).values) });
    }
  } finally {
    net.load(trained);
  }
  const tells = map.values.some((value) => value !== map.values[0]); // a flat map has nothing to compare
  return { stages, tells, passes: tells && Math.abs(stages.at(-1)?.alike ?? 0) < SAME_MAP };
}

// Spearman's; 0 where a map is flat, because then it tells nothing.
export function rankCorrelation(one, other) {
  const [a, b] = [ranks(one), ranks(other)];
  const middle = (a.length - 1) / 2;
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (a[i] - middle) * (b[i] - middle);
    first += (a[i] - middle) ** 2;
    second += (b[i] - middle) ** 2;
  }
  return first && second ? both / Math.sqrt(first * second) : 0;
}

// Ties share the mean of their ranks.
function ranks(values) {
  const order = Array.from(values, (_, i) => i).toSorted((one, other) => values[one] - values[other]);
  const found = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let stop = start + 1;
    while (stop < order.length && values[order[stop]] === values[order[start]]) stop++;
    for (let i = start; i < stop; i++) found[order[i]] = (start + stop - 1) / 2;
    start = stop;
  }
  return found;
}
