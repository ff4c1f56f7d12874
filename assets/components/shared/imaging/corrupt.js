// A level of a corruption as cnnviz/evaluation/corruptions.py defines it, done to one test image: the same pixels.

import { roundEven } from "./resample.js";
import { transform } from "./transform.js";

// pixels: HWC, 0 to 255; changes: those of the level, each the settings of `transform`; index: place of the image in its
// test set, which says which of the changes it is given, and the seed of its noise. Gives a Uint8Array.
export function corrupt(pixels, shape, changes, index) {
  const settings = { ...changes[index % changes.length], seed: index + 1 };
  return Uint8Array.from(transform(pixels, shape, settings), roundEven);
}
