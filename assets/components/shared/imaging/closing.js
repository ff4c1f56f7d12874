// Grey morphology on planes {width, height, data}: strokes closed, so that the paper under them is left.

import { clamp } from "../numbers.js";

const MIN_SMOOTHED = 60; // pixels of the shorter side, above which a camera's noise is evened out first

// The sheet without what is darker and narrower than a square of this (odd) side, as a Uint8Array.
export function closed(dark, sheet, side) {
  const { width, height } = dark;
  const reach = (side - 1) / 2;
  const smooth = Math.min(width, height) > MIN_SMOOTHED ? meanOfNine(dark) : dark.data;
  const light = maximum({ width, height, data: smooth.map((value, i) => (sheet[i] ? value : 0)) }, reach);
  return maximum({ width, height, data: light.map((value, i) => (sheet[i] ? 255 - value : 0)) }, reach).map((value) => 255 - value);
}

// The largest value within so many rows and columns.
function maximum({ width, height, data }, reach) {
  const out = data.slice();
  for (let row = 0; row < height; row++) slideMaximum(out, { start: row * width, step: 1, length: width }, reach);
  for (let column = 0; column < width; column++) slideMaximum(out, { start: column, step: width, length: height }, reach);
  return out;
}

// Along one line, in three steps a pixel whatever the reach (van Herk 1992, Gil and Werman 1993).
function slideMaximum(data, { start, step, length }, reach) {
  const size = 2 * reach + 1;
  const padded = Math.ceil((length + 2 * reach) / size) * size;
  const [before, after] = [new Uint8Array(padded), new Uint8Array(padded)];
  for (let i = 0; i < length; i++) before[i + reach] = after[i + reach] = data[start + i * step];
  for (let i = 1; i < padded; i++) if (i % size && before[i - 1] > before[i]) before[i] = before[i - 1];
  for (let i = padded - 2; i >= 0; i--) if ((i + 1) % size && after[i + 1] > after[i]) after[i] = after[i + 1];
  for (let i = 0; i < length; i++) data[start + i * step] = Math.max(after[i], before[i + 2 * reach]);
}

// The mean of each pixel and its eight neighbours; beyond the border the picture is mirrored at the outermost pixel.
function meanOfNine({ width, height, data }) {
  const mirrored = (at, side) => clamp(at < 0 ? -at : at >= side ? 2 * side - 2 - at : at, 0, side - 1);
  const out = new Uint8Array(data.length);
  for (let row = 0, i = 0; row < height; row++) {
    const starts = [row - 1, row, row + 1].map((y) => mirrored(y, height) * width);
    for (let column = 0; column < width; column++, i++) {
      const [left, right] = [mirrored(column - 1, width), mirrored(column + 1, width)];
      let sum = 0;
      for (const start of starts) sum += data[start + left] + data[start + column] + data[start + right];
      out[i] = Math.round(sum / 9);
    }
  }
  return out;
}
