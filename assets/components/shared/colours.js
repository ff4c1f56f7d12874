// The colours of values. They are those of cnnviz/plots/style.py and tests/kernel_lab/display.py: the same colour
// means the same thing on every page.

import { clamp } from "./numbers.js";

export const NEGATIVE = [178, 24, 43];
export const ZERO = [247, 247, 247];
export const POSITIVE = [33, 102, 172];
export const MARK = "#E69F00"; // Okabe and Ito's orange: stands out from grey, red and blue

// Red, green and blue of 511 steps: 255 to either side, so that zero has a colour of its own.
export const SIGNED_COLOURS = Uint8ClampedArray.from({ length: 511 * 3 }, (_, i) => {
  const step = Math.floor(i / 3) - 255;
  const end = step < 0 ? NEGATIVE : POSITIVE;
  return Math.round(ZERO[i % 3] + ((end[i % 3] - ZERO[i % 3]) * Math.abs(step)) / 255);
});

// Viridis, ten stops as plotly draws it: dark is nothing, yellow is much.
const STOPS = [
  [68, 1, 84], [72, 40, 120], [62, 73, 137], [49, 104, 142], [38, 130, 142],
  [31, 158, 137], [53, 183, 121], [110, 206, 88], [181, 222, 43], [253, 231, 37],
];

// Red, green and blue of 256 steps, for values of which none is negative.
export const SEQUENTIAL_COLOURS = Uint8ClampedArray.from({ length: 256 * 3 }, (_, i) => {
  const at = (Math.floor(i / 3) / 255) * (STOPS.length - 1);
  const from = Math.min(Math.floor(at), STOPS.length - 2);
  return Math.round(STOPS[from][i % 3] + (STOPS[from + 1][i % 3] - STOPS[from][i % 3]) * (at - from));
});

// The colour of a value where `limit` has the strongest one.
export function signedColour(value, limit) {
  const at = 3 * (Math.round(255 * clamp(limit ? value / limit : 0, -1, 1)) + 255);
  return [SIGNED_COLOURS[at], SIGNED_COLOURS[at + 1], SIGNED_COLOURS[at + 2]];
}

// Relative luminance, 0 to 1, of [red, green, blue] (WCAG 2.2).
function luminance(colour) {
  const [red, green, blue] = colour.map((level) => {
    const share = level / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// Black or white, whichever contrasts more with a colour (WCAG 2.2): at least 4.5 on any.
export function inkOn(colour) {
  return luminance(colour) > 0.179 ? "#000" : "#fff";
}

// Contrast of two colours, 1 to 21 (WCAG 2.2).
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

// A colour, darker or lighter by as little as makes it readable on a ground.
export function readableOn(colour, ground, least) {
  const end = luminance(ground) > 0.179 ? 0 : 255;
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = colour.map((level) => Math.round(level + (end - level) * share));
    if (contrast(mixed, ground) >= least) return mixed;
  }
  return [end, end, end];
}

export const css = ([red, green, blue]) => `rgb(${red},${green},${blue})`;
