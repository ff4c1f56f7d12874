// The smallest change of a picture that flips a net's answer: what cnnviz/inspection/fooling.py does, with the same numbers.
//
// Generators, which yield between passes so that a page can draw, and ask the same net, meanwhile and stop them. `given` is {net, way, pixels, said,
// target}: an open Net, its Backward, the picture (HWC, whole values from 0 to 255), the class that the net says of it, and the
// class that it shall say, or null for any other. Each try is judged by the net itself, on whole pixel values.

import { scoreOf, uniform } from "./attribution.js";

const LARGEST = 255;

// The class that the net says of the picture it was run on.
export function answerOf(net) {
  const { values } = net.layers.at(-1);
  return values.length === 1 ? Number(scoreOf(net, 1) > 0) : values.indexOf(Math.max(...values));
}

export const numClasses = (net) => Math.max(2, net.layers.at(-1).values.length);

export const wholePixels = (pixels) => Float32Array.from(pixels, (value) => Math.min(Math.max(Math.round(value), 0), LARGEST));

// {said, next}: the class that the net says of a picture, and the one that is nearest to being said instead.
export function firstTwo(net, pixels) {
  net.run(pixels);
  const said = answerOf(net);
  return { said, next: wanted(net, { said, target: null }) };
}

export const isFlipped = (answer, { said, target }) => (target === null ? answer !== said : answer === target);

// The class that is wanted; of all others the one with the largest score.
function wanted(net, { said, target }) {
  if (target !== null) return target;
  const last = net.layers.at(-1);
  if (last.values.length === 1) return 1 - said;
  const scores = net.before(last.index);
  let best = said === 0 ? 1 : 0;
  for (let of = 0; of < scores.length; of++) if (of !== said && scores[of] > scores[best]) best = of;
  return best;
}

// After net.run: the score of the wanted class less that of the one said at first.
export const marginOf = (given) => scoreOf(given.net, wanted(given.net, given)) - scoreOf(given.net, given.said);

function judge(given, pixels) {
  given.net.run(pixels);
  return { flips: isFlipped(answerOf(given.net), given), margin: marginOf(given) };
}

// How the margin changes with each value of a picture; overwritten by the next pass.
function slopeOf(given, pixels) {
  const { net, way, said } = given;
  net.run(pixels);
  const last = net.layers.at(-1);
  const other = wanted(net, given);
  if (last.values.length === 1) way.from(last.index, 0, other === 1 ? 2 : -2);
  else way.fromSum(last.index, [[other, 1], [said, -1]]);
  return way.slopes(0);
}

// Whole grey levels of one of several steps: 2.5 times what would just reach `size`, as Madry and others take.
const stepOf = (size, iterations) => (iterations === 1 ? size : Math.max(1, Math.ceil((2.5 * size) / iterations)));

// Every pixel by the sign of the slope: at once by `size`, or in small steps, never further. {after, flips}
export function* gradientStep(given, { size, iterations = 1 }) {
  const { pixels } = given;
  const each = stepOf(size, iterations);
  let after = pixels;
  for (let step = 0; step < iterations; step++) {
    const slope = slopeOf(given, after);
    after = after.map((value, at) => {
      const moved = value + each * Math.sign(slope[at]);
      return Math.min(Math.max(moved, pixels[at] - size, 0), pixels[at] + size, LARGEST);
    });
    yield;
  }
  return { after, flips: judge(given, after).flips };
}

// The smallest size that was found to flip the answer, {size, after, flips}: doubled until one does, then by halving. A larger
// step need not flip what a smaller one does.
export function* smallestStep(given, { iterations = 1 } = {}) {
  const attempt = function* (size) {
    return { size, ...(yield* gradientStep(given, { size, iterations })) };
  };
  let low = 0;
  let found = yield* attempt(1);
  while (!found.flips) {
    if (found.size === LARGEST) return found;
    low = found.size;
    found = yield* attempt(Math.min(2 * low, LARGEST));
  }
  while (found.size - low > 1) {
    const tried = yield* attempt(Math.floor((low + found.size) / 2));
    if (tried.flips) found = tried;
    else low = tried.size;
  }
  return found;
}

// Pixel after pixel to black or white, each channel for itself, then back with all that are not needed: {after, flips, count}.
// Gives up where no pixel has a slope any more, or with `most` changed. Yields the number of pixels changed so far.
export function* fewestPixels(given, { candidates = 16, most = Infinity } = {}) {
  const { net, pixels } = given;
  const { units } = net.layers[0];
  const changed = [];
  let after = pixels.slice();
  while (!judge(given, after).flips) {
    const places = changed.length < most ? bestPlaces(slopeOf(given, after), after, units, new Set(changed)).slice(0, candidates) : [];
    if (!places.length) return { after, flips: false, count: changed.length };
    let best = null;
    for (const { place, colour } of places) {
      const tried = after.slice();
      tried.set(colour, place * units);
      const { margin } = judge(given, tried);
      if (!best || margin > best.margin) best = { place, tried, margin };
      yield changed.length;
    }
    after = best.tried;
    changed.push(best.place);
  }
  return yield* withoutNeedless(given, after, changed);
}

// [{place, colour}]: what helps most by the slope first, each channel of it at the end that it should go to.
function bestPlaces(slope, image, units, changed) {
  const found = [];
  for (let place = 0; place < image.length / units; place++) {
    if (changed.has(place)) continue;
    const colour = new Float32Array(units);
    let gain = 0;
    for (let unit = 0, at = place * units; unit < units; unit++, at++) {
      colour[unit] = slope[at] > 0 ? LARGEST : 0;
      gain += slope[at] * (colour[unit] - image[at]);
    }
    if (gain > 0) found.push({ place, colour, gain });
  }
  return found.sort((one, other) => other.gain - one.gain);
}

function* withoutNeedless(given, flipped, changed) {
  const { net, pixels } = given;
  const { units } = net.layers[0];
  const needed = new Set(changed);
  let after = flipped;
  for (let before = Infinity; needed.size < before; ) {
    before = needed.size;
    for (const place of [...needed]) {
      const less = after.slice();
      less.set(pixels.subarray(place * units, (place + 1) * units), place * units);
      if (judge(given, less).flips) {
        after = less;
        needed.delete(place);
      }
      yield needed.size;
    }
  }
  return { after, flips: true, count: needed.size };
}

// {count of places with a change, largest, mean: grey levels over all values}
export function sizeOfChange(before, after, units) {
  let [largest, sum] = [0, 0];
  const places = new Set();
  after.forEach((value, at) => {
    const size = Math.abs(value - before[at]);
    if (!size) return;
    places.add(Math.floor(at / units));
    largest = Math.max(largest, size);
    sum += size;
  });
  return { count: places.size, largest, mean: sum / after.length };
}

// How many of these pictures a change of one kind fools, {fooled, byChance, asked}: `change(given)` is a job that gives {flips};
// byChance is for noise of `noise` grey levels, up or down at random. Pictures of which the net says the target anyway are not
// asked. Yields the same and the share of the pictures that are done.
export function* shareFooled({ net, way, target }, images, change, noise = 0) {
  const next = uniform(0);
  const counts = { fooled: 0, byChance: 0, asked: 0 };
  for (const [index, image] of images.entries()) {
    const pixels = wholePixels(image);
    net.run(pixels);
    const said = answerOf(net);
    if (said !== target) {
      const given = { net, way, pixels, said, target };
      const job = change(given);
      let step = job.next();
      for (; !step.done; step = job.next()) yield { ...counts, share: index / images.length };
      counts.asked++;
      if (step.value.flips) counts.fooled++;
      if (noise && judge(given, wholePixels(pixels.map((value) => value + (next() < 0.5 ? -noise : noise)))).flips) counts.byChance++;
    }
    yield { ...counts, share: (index + 1) / images.length };
  }
  return counts;
}
