// Signed maps as pictures; the same rules and colours as tests/kernel_lab/display.py.

import { SIGNED_COLOURS, signedColour } from "../shared/colours.js";

const WHITE = 255; // also the end of the colours of a map of zeros
const USUAL_TIMES = 4; // one strong edge must not pale the rest of the picture
const TINTS = [[255, 84, 84], [70, 214, 100], [92, 148, 255]]; // of the red, green and blue plane, where they are 255
export const RANGES = {
  auto: "As pixels where the weights sum to about 1. Else signed colours where values can fall below 0, strong from four times their usual size.",
  clip: "Below 0 is black, above 255 is white.",
  rescale: "The smallest value is black, the largest white.",
  absolute: "The size of a value without its sign; 255 and above is white.",
  signed: "Red is negative, white is zero, blue is positive.",
};

const TINTED_PIXELS = TINTS.map((tint) => Uint32Array.from({ length: 256 }, (_, value) => rgbPixel(...tinted(tint, value))));
const SIGNED_PIXELS = new Uint32Array(511).map((_, i) => rgbPixel(...SIGNED_COLOURS.subarray(3 * i, 3 * i + 3)));

function tinted(tint, value) {
  return tint.map((most) => Math.round((most * value) / 255));
}

function rgbPixel(red, green, blue) {
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0; // little endian, as every browser's machine
}

// Smallest and largest value, and the root of the mean square.
export function extent(planes) {
  let low = Infinity;
  let high = -Infinity;
  let squares = 0;
  for (const { data } of planes)
    for (let i = 0; i < data.length; i++) {
      const value = data[i];
      if (value < low) low = value;
      if (value > high) high = value;
      squares += value * value;
    }
  return [low, high, Math.sqrt(squares / (planes.length * planes[0].data.length))];
}

// Which rule shows these planes, and the values its two end colours stand for. `isPicture`: the weights sum to about 1, so
// the result is a picture again (sharpened, embossed), and the few values below 0 are no reason to colour it. `hasMinus`: some
// weight is negative, so that values may fall below 0: then colours stay also while none does. "map" is for maps on the way
// through a net: signed where values fall below 0, else from black to four times their usual size.
export function displayScale(planes, range, { isPicture = false, hasMinus = false } = {}) {
  const [least, most, usual] = extent(planes);
  const isColour = planes.length === 3;
  if (range === "map" && least >= 0 && most > 0) return { mode: "clip", low: 0, high: Math.min(most, USUAL_TIMES * usual), least, most };
  if (range === "map") return displayScale(planes, "auto");
  const automatic = (least < 0 || hasMinus) && !isColour && !isPicture ? "signed" : "clip";
  const mode = range === "auto" ? automatic : range === "signed" && isColour ? "rescale" : range;
  if (mode === "signed") {
    const largest = Math.max(Math.abs(least), Math.abs(most));
    const limit = (range === "auto" ? Math.min(largest, USUAL_TIMES * usual) : largest) || WHITE;
    return { mode, low: -limit, high: limit, least, most };
  }
  const stretch = mode === "rescale" && least < most;
  return { mode, low: stretch ? least : 0, high: stretch ? most : 255, least, most };
}

// Paint one plane (grey or signed colours) or three (red, green, blue) into 32-bit pixels.
function paintPlanes(planes, scale, pixels) {
  if (scale.mode === "signed") return paintSigned(planes[0].data, scale.high, pixels);
  if (scale.tint !== undefined) return paintTinted(planes[0].data, TINTED_PIXELS[scale.tint], pixels);
  const factor = 255 / (scale.high - scale.low);
  const [red, green, blue] = planes.length === 3 ? planes.map((plane) => plane.data) : Array(3).fill(planes[0].data);
  const isAbsolute = scale.mode === "absolute";
  for (let i = 0; i < pixels.length; i++) {
    const r = level(red[i], scale.low, factor, isAbsolute);
    if (red === green) {
      pixels[i] = (255 << 24) | (r << 16) | (r << 8) | r;
    } else {
      const g = level(green[i], scale.low, factor, isAbsolute);
      const b = level(blue[i], scale.low, factor, isAbsolute);
      pixels[i] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
  }
}

function paintTinted(data, colours, pixels) {
  for (let i = 0; i < pixels.length; i++) pixels[i] = colours[level(data[i], 0, 1, false)];
}

function level(value, low, factor, isAbsolute) {
  const share = ((isAbsolute ? Math.abs(value) : value) - low) * factor;
  return share <= 0 ? 0 : share >= 255 ? 255 : (share + 0.5) | 0;
}

function paintSigned(data, limit, pixels) {
  const factor = limit ? 255 / limit : 0;
  for (let i = 0; i < pixels.length; i++) {
    const step = data[i] * factor;
    pixels[i] = SIGNED_PIXELS[step >= 255 ? 510 : step <= -255 ? 0 : (step + 255.5) | 0];
  }
}

// The colour a value has in a picture shown with `scale`. `tint` is 0, 1 or 2 for the red, green and blue plane.
export function colourOf(value, scale) {
  if (scale.mode === "signed") return signedColour(value, scale.high);
  if (scale.tint !== undefined) return tinted(TINTS[scale.tint], level(value, 0, 1, false));
  const grey = level(value, scale.low, 255 / (scale.high - scale.low), scale.mode === "absolute");
  return [grey, grey, grey];
}

// An off-screen picture of planes, reused while its size stays.
export class Bitmap {
  paint(planes, scale) {
    const { width, height } = planes[0];
    if (!this.canvas || this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas = document.createElement("canvas");
      Object.assign(this.canvas, { width, height });
      this.context = this.canvas.getContext("2d");
      this.image = this.context.createImageData(width, height);
      this.pixels = new Uint32Array(this.image.data.buffer);
    }
    paintPlanes(planes, scale, this.pixels);
    this.context.putImageData(this.image, 0, 0);
    return this;
  }
}
