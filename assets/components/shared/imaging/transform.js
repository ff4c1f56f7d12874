// What a hand does to a picture before the net sees it. Pixels in, pixels out, always in this order:
//   1. shift, turn and scale about the middle, in one step: bilinear; beyond the edge the edge pixels go on
//   2. blur: Gaussian
//   3. contrast about the middle grey, then brightness
//   4. invert
//   5. noise: Gaussian, the same for the same seed
//   6. what is below 0 or above 255 is cut
//   7. the cover: a square of one grey

import { clamp } from "../numbers.js";

export const UNCHANGED = Object.freeze({
  x: 0, // pixels to the right
  y: 0, // pixels down
  turn: 0, // degrees, clockwise
  scale: 1,
  blur: 0, // standard deviation in pixels
  contrast: 1, // factor
  brightness: 0, // levels that are added, of 255
  invert: false,
  noise: 0, // standard deviation in levels
  seed: 1,
  cover: null, // {top, left, side: pixels; grey: 0 to 255}
});

// pixels: HWC, 0 to 255; gives a Float32Array of the same form.
export function transform(pixels, [height, width, channels], settings = {}) {
  const { blur, contrast, brightness, invert, noise, seed, cover, ...place } = { ...UNCHANGED, ...settings };
  const size = { height, width, channels };
  let out = new Float32Array(pixels);
  if (place.x || place.y || place.turn || place.scale !== 1) out = move(out, size, place);
  if (blur > 0) out = gaussianBlur(out, size, blur);
  if (contrast !== 1 || brightness) out = out.map((value) => (value - 127.5) * contrast + 127.5 + brightness);
  if (invert) out = out.map((value) => 255 - value);
  if (noise > 0) addNoise(out, noise, seed);
  out = out.map((value) => clamp(value, 0, 255));
  if (cover) paintCover(out, size, cover);
  return out;
}

// Each pixel of the result looks back to where it comes from.
function move(pixels, { height, width, channels }, { x, y, turn, scale }) {
  const angle = (turn * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle) / scale, Math.sin(angle) / scale];
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const out = new Float32Array(pixels.length);
  for (let row = 0, to = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [dx, dy] = [column - middleX - x, row - middleY - y];
      const fromX = clamp(middleX + cos * dx + sin * dy, 0, width - 1);
      const fromY = clamp(middleY - sin * dx + cos * dy, 0, height - 1);
      const [left, top] = [Math.floor(fromX), Math.floor(fromY)];
      const [right, bottom] = [Math.min(left + 1, width - 1), Math.min(top + 1, height - 1)];
      const [shareX, shareY] = [fromX - left, fromY - top];
      for (let channel = 0; channel < channels; channel++, to++) {
        const at = (i, j) => pixels[(i * width + j) * channels + channel];
        const above = at(top, left) * (1 - shareX) + at(top, right) * shareX;
        const below = at(bottom, left) * (1 - shareX) + at(bottom, right) * shareX;
        out[to] = above * (1 - shareY) + below * shareY;
      }
    }
  return out;
}

// As cv2.GaussianBlur with BORDER_REPLICATE and a kernel of 3 standard deviations to either side.
function gaussianBlur(pixels, { height, width, channels }, sigma) {
  const radius = Math.ceil(3 * sigma);
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const along = (from, count, step, lines) => {
    const out = new Float32Array(from.length);
    for (const line of lines)
      for (let at = 0; at < count; at++) {
        let total = 0;
        for (let tap = -radius; tap <= radius; tap++) total += weights[tap + radius] * from[line + clamp(at + tap, 0, count - 1) * step];
        out[line + at * step] = total / sum;
      }
    return out;
  };
  const rowLength = width * channels;
  const rows = Array.from({ length: height * channels }, (_, i) => Math.floor(i / channels) * rowLength + (i % channels));
  const columns = Array.from({ length: rowLength }, (_, i) => i);
  return along(along(pixels, width, channels, rows), height, rowLength, columns);
}

function addNoise(pixels, deviation, seed) {
  const random = randomNumbers(seed);
  for (let i = 0; i < pixels.length; i++) {
    const length = Math.sqrt(-2 * Math.log(1 - random())); // Box and Muller
    pixels[i] += deviation * length * Math.cos(2 * Math.PI * random());
  }
}

// Numbers from 0 to 1 that depend on the seed alone (mulberry32).
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

function paintCover(pixels, { height, width, channels }, { top, left, side, grey }) {
  for (let row = Math.max(top, 0); row < Math.min(top + side, height); row++) {
    const from = (row * width + Math.max(left, 0)) * channels;
    pixels.fill(grey, from, Math.max(from, (row * width + Math.min(left + side, width)) * channels));
  }
}
