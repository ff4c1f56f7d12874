// Figures that stand one above the other: an epoch is at one place in all of them, also while they glide.

import { labelled } from "./chart.js";
import { FONT } from "./look.js";

const GLIDE_MS = 180;
const FRAME_MS = 90; // between two pictures of a glide: every frame would cost five times as much
const GLIDE_PIXELS = 12; // a smaller shift is made at once
const ROOM_STEP = 24; // of the room for labels, which would else shake the figure with each digit

let ruler = null; // a canvas of text widths

// Show [[chart, model], ...] with one room for labels and one glide, so that an epoch stands at one place in all of them.
export function showTogether(shown, look) {
  const context = (ruler ??= document.createElement("canvas").getContext("2d"));
  context.font = `${FONT} ${look.font}`;
  const widest = Math.max(34, ...shown.flatMap(([, model]) => labelled(model, look).map(({ label }) => context.measureText(label).width)));
  const room = ROOM_STEP * Math.ceil((widest + 14) / ROOM_STEP);
  const isFar = shown.some(([chart, model]) => chart.shiftTo(model, look) >= GLIDE_PIXELS);
  const goers = shown.map(([chart, model]) => chart.show(model, look, { room, isFar })).filter(Boolean);
  glide(goers, performance.now() - FRAME_MS); // begun, so that what is new comes into sight
}

// All in one step: of figures that moved by their own clocks, one would be ahead.
function glide(goers, start) {
  const share = Math.min((performance.now() - start) / GLIDE_MS, 1);
  const going = goers.filter((goes) => goes(share));
  if (share < 1 && going.length) setTimeout(() => glide(going, start), FRAME_MS);
}
