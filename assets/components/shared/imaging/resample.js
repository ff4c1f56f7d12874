// Scaling pictures as OpenCV does: by the area's mean, bilinear, bicubic.
//
// A picture is {width, height, data: Uint8Array}, rows of pixels, with as many interleaved channels as `data` has room
// for. Each axis is scaled by itself: output i is the sum of weight[k] * input[index[k]] over its `reach` taps.

import { clamp } from "../numbers.js";

const CUBIC = -0.75; // OpenCV's slope of the cubic

// Half to even, as NumPy and OpenCV round.
export function roundEven(value) {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

export const channelsOf = ({ width, height, data }) => data.length / (width * height);

// The picture at another size: by area where it shrinks, bilinear where it grows (imaging/decode.resize).
export function resize(picture, width, height) {
  const smaller = resample(picture, Math.min(width, picture.width), Math.min(height, picture.height), areaTaps);
  return resample(smaller, width, height, linearTaps);
}

export const resizeCubic = (picture, width, height) => resample(picture, width, height, cubicTaps);

function resample(picture, width, height, makeTaps) {
  if (picture.width === width && picture.height === height) return picture;
  const channels = channelsOf(picture);
  const across = sumRows(picture, makeTaps(picture.width, width), width, channels);
  const down = makeTaps(picture.height, height);
  const rowLength = width * channels;
  const data = new Uint8Array(rowLength * height);
  const sums = new Float64Array(rowLength);
  const isHalved = picture.width === 2 * width && picture.height === 2 * height;
  const round = isHalved ? Math.round : roundEven; // OpenCV has a way of its own for halves of both sides
  for (let row = 0; row < height; row++) {
    sums.fill(0);
    for (let tap = row * down.reach; tap < (row + 1) * down.reach; tap++) {
      const [from, weight] = [down.index[tap] * rowLength, down.weight[tap]];
      if (weight !== 0) for (let i = 0; i < rowLength; i++) sums[i] += weight * across[from + i];
    }
    for (let i = 0; i < rowLength; i++) data[row * rowLength + i] = clamp(round(sums[i]), 0, 255);
  }
  return { width, height, data };
}

// Every row of the picture, scaled along its length.
function sumRows({ width: oldWidth, height, data }, { reach, index, weight }, width, channels) {
  const sums = new Float64Array(width * height * channels);
  for (let row = 0, to = 0; row < height; row++) {
    const start = row * oldWidth * channels;
    for (let column = 0; column < width; column++) {
      for (let channel = 0; channel < channels; channel++, to++) {
        let sum = 0;
        for (let tap = column * reach; tap < (column + 1) * reach; tap++)
          sum += weight[tap] * data[start + index[tap] * channels + channel];
        sums[to] = sum;
      }
    }
  }
  return sums;
}

function makeTable(oldSize, size, reach, fill) {
  const table = { reach, index: new Int32Array(size * reach), weight: new Float64Array(size * reach) };
  for (let place = 0; place < size; place++)
    fill(place, (tap, index, weight) => {
      table.index[place * reach + tap] = clamp(index, 0, oldSize - 1); // beyond the border lies the border's pixel
      table.weight[place * reach + tap] = weight;
    });
  return table;
}

function areaTaps(oldSize, size) {
  const scale = oldSize / size;
  return makeTable(oldSize, size, Math.ceil(scale) + 1, (place, set) => {
    const [from, to] = [place * scale, (place + 1) * scale];
    const first = Math.floor(from);
    for (let tap = 0; tap <= Math.ceil(scale); tap++) {
      const overlap = Math.min(to, first + tap + 1) - Math.max(from, first + tap);
      set(tap, first + tap, overlap > 1e-6 ? overlap / scale : 0);
    }
  });
}

// Where a pixel of the new axis lies on the old one: the pixel before it, and how far beyond that (0 to 1).
function placeOn(oldSize, size, place) {
  const at = (place + 0.5) * (oldSize / size) - 0.5;
  return [Math.floor(at), at - Math.floor(at)];
}

function linearTaps(oldSize, size) {
  return makeTable(oldSize, size, 2, (place, set) => {
    const [before, beyond] = placeOn(oldSize, size, place);
    set(0, before, 1 - beyond);
    set(1, before + 1, beyond);
  });
}

// Keys' cubic convolution (https://doi.org/10.1109/TASSP.1981.1163711), with OpenCV's slope.
function cubicTaps(oldSize, size) {
  const near = (x) => ((CUBIC + 2) * x - (CUBIC + 3)) * x * x + 1;
  const far = (x) => ((CUBIC * x - 5 * CUBIC) * x + 8 * CUBIC) * x - 4 * CUBIC;
  return makeTable(oldSize, size, 4, (place, set) => {
    const [before, beyond] = placeOn(oldSize, size, place);
    const weights = [far(1 + beyond), near(beyond), near(1 - beyond), far(2 - beyond)];
    weights.forEach((weight, tap) => set(tap, before - 1 + tap, weight));
  });
}
