// What else than strokes is seen on paper: frames, punched holes, grids of dots, edges reaching in: the twin of
// cnnviz/imaging/paper_marks.py.

import { connectedParts } from "./imaging/regions.js";
import { roundEven } from "./imaging/resample.js";

const SMALL_PART = 0.15; // of the longest part: no stroke
const FRAME_BAND = 0.12; // of a frame's sides, in which all of it lies
const MARGIN = 0.12; // of the shorter side, within which the middle of a hole lies
const [ROUND, FULL] = [1.35, 0.7]; // sides of what is round at most, share of its rectangle that is filled at least
const [MAX_DOT, MIN_DOTS] = [0.025, 12]; // of the longer side; so many alike are a grid

// Ink without what is no stroke, as a Uint8Array; what reaches in from the border beside whole strokes is left where said.
export function strokesAlone(ink, mayReachIn) {
  const { width, height, data } = ink;
  const { labels, areas } = connectedParts(ink);
  const boxes = boxesOf(labels, areas, width, height);
  const parts = [...areas.keys()].slice(1);
  const largest = (some) => some.reduce((most, part) => Math.max(most, boxes[part].longer), 0);
  const small = parts.filter((part) => boxes[part].longer <= Math.max(3, MAX_DOT * Math.max(width, height)) && isRound(boxes[part], 1));
  const longest = largest(parts);
  const holes = parts.filter((part) => boxes[part].longer < longest && isDisc(boxes[part], areas[part]) && isAtMargin(boxes[part], width, height));
  const dropped = new Set([...(small.length >= MIN_DOTS ? small : []), ...holes]);
  const kept = parts.filter((part) => !dropped.has(part));
  const least = SMALL_PART * largest(kept);
  for (const part of kept) if (boxes[part].longer >= least && isFrame(labels, width, part, boxes[part])) dropped.add(part);
  const touches = ({ left, top, right, bottom }) => left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
  const isWhole = (part) => !touches(boxes[part]) && !dropped.has(part) && boxes[part].longer >= least;
  if (!mayReachIn && parts.some(isWhole)) parts.filter((part) => touches(boxes[part])).forEach((part) => dropped.add(part));
  return data.map((value, i) => (dropped.has(labels[i]) ? 0 : value));
}

function boxesOf(labels, areas, width, height) {
  const boxes = areas.map(() => ({ left: width, top: height, right: -1, bottom: -1 }));
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      if (!labels[i]) continue;
      const box = boxes[labels[i]];
      if (column < box.left) box.left = column;
      if (column > box.right) box.right = column;
      if (row < box.top) box.top = row;
      box.bottom = row;
    }
  return boxes.map((box) => {
    const [across, down] = [box.right - box.left + 1, box.bottom - box.top + 1];
    return { ...box, across, down, longer: Math.max(across, down), shorter: Math.min(across, down) };
  });
}

const isRound = ({ longer, shorter }, spare) => longer <= ROUND * shorter + spare;
const isDisc = (box, area) => isRound(box, 0) && area >= FULL * box.across * box.down;

function isAtMargin({ left, top, across, down }, width, height) {
  const [x, y] = [left + across / 2, top + down / 2];
  return Math.min(x, width - x, y, height - y) <= MARGIN * Math.min(width, height);
}

// Whether a part is a rectangle of lines around other ink.
function isFrame(labels, width, part, { left, top, right, bottom }) {
  const band = Math.max(1, roundEven(FRAME_BAND * (Math.min(right - left, bottom - top) + 1)));
  let hasOther = false;
  for (let row = top + band; row <= bottom - band; row++)
    for (let column = left + band; column <= right - band; column++) {
      const label = labels[row * width + column];
      if (label === part) return false;
      if (label) hasOther = true;
    }
  return hasOther;
}
