// Which parts of a picture speak for a class, for a net in the browser: the methods of
// cnnviz/inspection/attribution/methods.py with the same names, settings and numbers.
//
// A method is given {net, way, pixels, of, layer} (an open Net, its Backward, the picture (HWC, 0 to 255), the class, the
// layer; also what a page calls that layer, "title") and its settings. It is a generator, which yields between passes so that a page can draw meanwhile, and returns
// {values, height, width, units, facts}: signed and raw. Slopes are by the whole range of a pixel.

import { BadNet } from "./net_file.js";

const RANGE = 255;
const LEVELS = { black: 0, grey: RANGE / 2, white: RANGE };

// The score of a class before softmax or sigmoid, of the picture that the net was run on.
export function scoreOf(net, of) {
  const last = net.layers.at(-1);
  const before = net.before(last.index);
  if (before.length > 1) return before[of];
  return of === 0 ? -before[0] : before[0];
}

// A picture of nothing: one level, or the mean colour.
export function baselinePixels(pixels, units, baseline) {
  if (baseline !== "mean") return new Float32Array(pixels.length).fill(LEVELS[baseline]);
  const sums = new Float64Array(units);
  for (let i = 0; i < pixels.length; i++) sums[i % units] += pixels[i];
  return Float32Array.from(pixels, (_, i) => (sums[i % units] * units) / pixels.length);
}

const inRange = (layer) => (layer === 0 ? RANGE : 1);

// Forth and back.
function look({ net, way }, pixels, of) {
  net.run(pixels);
  way.run(of);
}

function withShape(net, layer, values, facts = {}) {
  const { height, width, units } = net.layers[layer];
  return { values, height, width, units, facts };
}

function saliency(given) {
  const { net, way, pixels, of, layer } = given;
  look(given, pixels, of);
  return withShape(net, layer, way.slopes(layer).map((slope) => slope * inRange(layer)));
}

function gradientXInput(given) {
  const { net, way, pixels, of, layer } = given;
  look(given, pixels, of);
  const values = net.values(layer);
  return withShape(net, layer, way.slopes(layer).map((slope, i) => slope * values[i]));
}

// Numbers from 0 to 1 from a seed (mulberry32).
export function uniform(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

// Of a Gauss distribution (Box and Muller); other ones than NumPy's.
function gaussian(seed) {
  const next = uniform(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

// The mean over noisy copies; pixels beyond black and white are let be.
function* smoothGrad(given, { samples, noise, seed }) {
  const { net, way, pixels, of, layer } = given;
  const next = gaussian(seed);
  const sums = new Float64Array(net.values(layer).length);
  for (let sample = 0; sample < samples; sample++) {
    look(given, Float32Array.from(pixels, (value) => value + RANGE * noise * next()), of);
    way.slopes(layer).forEach((slope, i) => (sums[i] += (slope * inRange(layer)) / samples));
    yield;
  }
  return withShape(net, layer, Float32Array.from(sums));
}

// Along the straight way from a baseline to the picture, by the midpoint rule; at a layer the values go a way of their own.
function* integratedGradients(given, { steps, baseline }) {
  const { net, way, pixels, of, layer } = given;
  const start = baselinePixels(pixels, net.layers[0].units, baseline);
  const between = (share) => Float32Array.from(pixels, (value, i) => start[i] + share * (value - start[i]));
  const at = (share) => {
    net.run(between(share));
    return { values: Float64Array.from(net.values(layer)), score: scoreOf(net, of) };
  };
  const first = at(0);
  let before = first;
  const sums = new Float64Array(before.values.length);
  for (let step = 0; step < steps; step++) {
    look(given, between((step + 0.5) / steps), of);
    const slopes = way.slopes(layer).slice();
    const after = at((step + 1) / steps);
    for (let i = 0; i < sums.length; i++) sums[i] += slopes[i] * (after.values[i] - before.values[i]);
    before = after;
    yield;
  }
  const facts = { sum: sums.reduce((sum, value) => sum + value, 0), change_of_score: before.score - first.score };
  return withShape(net, layer, Float32Array.from(sums), facts);
}

const requireMaps = ({ net, layer, title = net.layers[layer].name }) => {
  const hasMaps = ({ height, width, kind }) => height * width > 1 && kind !== "input" && kind !== "rescaling";
  if (hasMaps(net.layers[layer])) return;
  if (!net.layers.some(hasMaps)) throw new BadNet("Grad-CAM weights the maps of a layer, and this net has none after its picture: choose another method, or a net with a convolution.");
  throw new BadNet(`Grad-CAM weights maps: expected a layer that gives maps, such as a convolution. Received: ${title}.`);
};

// maps: the layer's values; weights: one for each map.
function weighted({ net, layer }, weights) {
  const { height, width, units, values } = net.layers[layer];
  const sums = new Float32Array(height * width);
  for (let place = 0, i = 0; place < sums.length; place++) {
    let sum = 0;
    for (let u = 0; u < units; u++, i++) sum += weights[u] * values[i];
    sums[place] = sum;
  }
  return { values: sums, height, width, units: 1, facts: {} };
}

function gradCam(given) {
  const { net, way, pixels, of, layer } = given;
  requireMaps(given);
  look(given, pixels, of);
  const { height, width, units } = net.layers[layer];
  const weights = new Float64Array(units);
  way.slopes(layer).forEach((slope, i) => (weights[i % units] += slope / (height * width)));
  return weighted(given, weights);
}

function gradCamPlusPlus(given) {
  const { net, way, pixels, of, layer } = given;
  requireMaps(given);
  look(given, pixels, of);
  const { units, values } = net.layers[layer];
  const sums = new Float64Array(units);
  values.forEach((value, i) => (sums[i % units] += value));
  const weights = new Float64Array(units);
  way.slopes(layer).forEach((slope, i) => {
    const below = 2 * slope ** 2 + slope ** 3 * sums[i % units];
    if (below !== 0) weights[i % units] += (slope ** 2 / below) * Math.max(slope, 0);
  });
  return weighted(given, weights);
}

// Where a patch begins; the last place ends at the border.
function placesOf(length, patch, stride) {
  const places = [];
  for (let at = 0; at + patch <= length; at += stride) places.push(at);
  return places.at(-1) + patch === length ? places : [...places, length - patch];
}

function* occlusion({ net, pixels, of }, { patch, stride, baseline }) {
  const { height, width, units } = net.layers[0];
  const limit = Math.min(height, width);
  for (const [what, number] of [["The patch covers", patch], ["The step of the patch goes over", stride]])
    if (number > limit) throw new BadNet(`${what} more than the picture: expected at most ${limit} pixels. Received: ${number}.`);
  const [tops, lefts] = [placesOf(height, patch, stride), placesOf(width, patch, stride)];
  const nothing = baselinePixels(pixels, units, baseline);
  net.run(pixels);
  const whole = scoreOf(net, of);
  const [sums, counts] = [new Float64Array(height * width), new Uint32Array(height * width)];
  const covered = Float32Array.from(pixels);
  const rowsOf = (top, left) => Array.from({ length: patch }, (_, row) => (top + row) * width + left);
  const put = (starts, from) => starts.forEach((start) => covered.set(from.subarray(start * units, (start + patch) * units), start * units));
  for (const top of tops)
    for (const left of lefts) {
      const starts = rowsOf(top, left);
      put(starts, nothing);
      net.run(covered);
      put(starts, pixels);
      const fall = whole - scoreOf(net, of);
      for (const start of starts)
        for (let place = start; place < start + patch; place++) {
          sums[place] += fall;
          counts[place]++;
        }
      yield;
    }
  const values = Float32Array.from(sums, (sum, place) => sum / (counts[place] || 1));
  return { values, height, width, units: 1, facts: { rows: tops.length, columns: lefts.length } };
}

// A method of one pass.
const once = (method) =>
  function* (given) {
    yield;
    return method(given);
  };

export const METHODS = {
  saliency: once(saliency),
  gradient_x_input: once(gradientXInput),
  smoothgrad: smoothGrad,
  integrated_gradients: integratedGradients,
  grad_cam: once(gradCam),
  grad_cam_plus_plus: once(gradCamPlusPlus),
  occlusion,
};

// What a generator returns, at once.
export function finished(job) {
  for (;;) {
    const { value, done } = job.next();
    if (done) return value;
  }
}

// The sum over the channels, which is what is drawn: (H, W), or the values of a vector.
export function mapOf({ values, height, width, units }) {
  if (height * width === 1) return { values, height: 1, width: values.length };
  const sums = new Float32Array(height * width);
  for (let i = 0; i < values.length; i++) sums[Math.floor(i / units)] += values[i];
  return { values: sums, height, width };
}
