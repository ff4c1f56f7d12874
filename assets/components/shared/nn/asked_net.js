// What is known of a net that is asked why, whoever computes the answer.

import { scoreOf } from "./attribution.js";
import { answerOf } from "./fooling.js";

export const QUICK = new Set(["saliency", "gradient_x_input", "grad_cam", "grad_cam_plus_plus"]); // once forth and back

// Of the picture that the net was run on: {of: the class that it says, score of it}.
export function saidBy(net) {
  const best = answerOf(net);
  return { of: best, score: scoreOf(net, best) };
}

// The layer whose values a method is about; of those about maps the last layer whose values have places.
export function layerFor({ layers }, { about }, layer) {
  if (about === "pixels") return 0;
  return layer ?? (about === "maps" ? layers.findLast(({ height, width }) => height * width > 1).index : 0);
}

// The difference of two maps of one size.
export function less(map, other) {
  return { ...map, values: map.values.map((value, at) => value - other.values[at]) };
}
