// Which colours values get: signed around zero where any is negative, else sequential from zero, a picture in grey.

import { NEGATIVE, POSITIVE, SEQUENTIAL_COLOURS, SIGNED_COLOURS, ZERO, css } from "../colours.js";
import { clamp, valueText } from "../numbers.js";

export const RANGES = { layer: "each layer", map: "each map", net: "the whole net" };

// Smallest, largest and mean size of each unit's values (HWC or [n]), and of all.
export function measure(values, units) {
  const low = new Float32Array(units).fill(Infinity);
  const high = new Float32Array(units).fill(-Infinity);
  const strength = new Float32Array(units);
  for (let i = 0, unit = 0; i < values.length; i++) {
    const value = values[i];
    if (value < low[unit]) low[unit] = value;
    if (value > high[unit]) high[unit] = value;
    strength[unit] += Math.abs(value);
    if (++unit === units) unit = 0;
  }
  const places = values.length / units || 1;
  let [least, most] = [Infinity, -Infinity];
  for (let unit = 0; unit < units; unit++) {
    strength[unit] /= places;
    least = Math.min(least, low[unit]);
    most = Math.max(most, high[unit]);
  }
  return { low, high, strength, least, most };
}

// Smallest and largest of all values: what a range of the whole layer needs, in a quarter of the time.
export function extent(values) {
  let [least, most] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return { least, most };
}

// {mode, low, high}: the values that the end colours stand for.
export function scaleBetween(least, most) {
  if (least < 0) {
    const limit = Math.max(-least, most);
    return { mode: "signed", low: -limit, high: limit };
  }
  return { mode: "sequential", low: 0, high: most > 0 ? most : 1 };
}

// Signed whatever the values are, as differences have it: the same limit on either side of zero.
export function signedScale(least, most) {
  const limit = Math.max(-least, most) || 1;
  return { mode: "signed", low: -limit, high: limit };
}

export const greyScale = (high = 1, low = 0) => ({ mode: "grey", low, high });

const GREY_COLOURS = Uint8ClampedArray.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));
const opaque = (colours) =>
  new Uint32Array(colours.length / 3).map((_, i) => {
    const [red, green, blue] = colours.subarray(3 * i, 3 * i + 3);
    return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0; // little endian, as every browser's machine
  });
const PALETTES = {
  signed: { colours: SIGNED_COLOURS, pixels: opaque(SIGNED_COLOURS) },
  sequential: { colours: SEQUENTIAL_COLOURS, pixels: opaque(SEQUENTIAL_COLOURS) },
  grey: { colours: GREY_COLOURS, pixels: opaque(GREY_COLOURS) },
};

// For the inner loops of painting: pixels[clamp((value - low) * factor)] with 32-bit pixels.
export function painter({ mode, low, high }) {
  const { pixels } = PALETTES[mode];
  const last = pixels.length - 1;
  return { pixels, last, low, factor: high > low ? last / (high - low) : 0 };
}

export function colourOf(value, scale) {
  const { colours } = PALETTES[scale.mode];
  const { last, low, factor } = painter(scale);
  const at = 3 * clamp(Math.round((value - low) * factor), 0, last);
  return [colours[at], colours[at + 1], colours[at + 2]];
}

// CSS of a bar with the colours from low to high.
export function ramp({ mode }) {
  const stops = mode === "signed" ? [NEGATIVE, ZERO, POSITIVE] : [0, 0.25, 0.5, 0.75, 1].map((at) => colourOf(at, { mode, low: 0, high: 1 }));
  return `linear-gradient(90deg, ${stops.map(css).join(", ")})`;
}

export const endTexts = ({ low, high }) => [low, high].map((end) => valueText(Number(end.toPrecision(3))));
