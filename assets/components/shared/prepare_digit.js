// From a drawing to what a net of digits sees: the twin of cnnviz/imaging/preprocess.prepare_digit, step by step.
// tests/js/test_prepare.py holds it against that one, pixel by pixel.

import { cut, toGrey, toRgb } from "./imaging/colour.js";
import { boundingBox, connectedParts, distanceTo } from "./imaging/regions.js";
import { resize, resizeCubic, roundEven } from "./imaging/resample.js";
import { clamp } from "./numbers.js";

export const SIDE = 28; // pixels of a prepared digit
const BOX = 20; // pixels of the box it is scaled into
const WORKING_SIDE = 160; // strokes are measured and evened out at about this size
const STROKE = [2.9, 3.5]; // thinnest and thickest stroke that is left alone, in pixels of the box
const MAX_THINNING = 0.5; // share of its width that a stroke may lose
const MIN_CONTRAST = 24; // grey levels between paper and ink; below this nothing was drawn
const NOISE = 0.3; // share of the contrast below which a pixel is paper
const SPECK = 0.02; // parts smaller than this share of the largest one are dust

// `image` is white ink on black, row by row, 0 to 255; `problem` says why there is none (it is all zeros then).
// `steps` are the pictures after each step: {name, width, height, data: Uint8Array}.
export function prepareDigit(picture) {
  const grey = toGrey(toRgb(picture));
  const ink = findInk(grey);
  if (!ink) {
    const problem = "Nothing is drawn here: expected ink that stands out from the paper. Draw a digit first. Received: a picture of one shade.";
    return { image: new Float32Array(SIDE * SIDE), problem, steps: [] };
  }
  const crop = cropToInk(ink);
  const stroke = evenStroke(crop);
  const box = fitBox(stroke);
  const centre = centreMass(box);
  const steps = Object.entries({ grey, ink, crop, stroke, box, centre }).map(([name, step]) => ({ name, ...step }));
  return { image: Float32Array.from(centre.data), problem: "", steps };
}

// White ink on black, whichever way round it was drawn: the paper is what the border mostly shows.
function findInk({ width, height, data }) {
  const paper = borderMedian({ width, height, data });
  const counts = new Uint32Array(256);
  for (let i = 0; i < data.length; i++) counts[data[i]]++;
  let [darker, lighter] = [0, 0];
  counts.forEach((num, level) => (level < paper ? (darker += num * (paper - level)) : (lighter += num * (level - paper))));
  const isDark = darker >= lighter;
  const contrast = isDark ? paper - counts.findIndex(Boolean) : counts.findLastIndex(Boolean) - paper;
  if (contrast < MIN_CONTRAST) return null;
  const inkOf = Uint8Array.from(counts, (_, level) => {
    const share = Math.fround(Math.max(0, isDark ? paper - level : level - paper) / contrast);
    return share < Math.fround(NOISE) ? 0 : roundEven(Math.fround(share * 255));
  });
  const ink = new Uint8Array(data.length);
  for (let i = 0; i < ink.length; i++) ink[i] = inkOf[data[i]];
  return { width, height, data: ink };
}

function borderMedian({ width, height, data }) {
  const border = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let row = 0; row < height; row++) border.push(data[row * width], data[(row + 1) * width - 1]);
  border.sort((a, b) => a - b);
  return (border[(border.length - 1) >> 1] + border[border.length >> 1]) / 2;
}

// The smallest rectangle around the ink, dust left out.
function cropToInk(ink) {
  const { labels, areas } = connectedParts(ink);
  const least = SPECK * areas.reduce((most, area) => Math.max(most, area));
  const clean = { ...ink, data: Uint8Array.from(ink.data) };
  for (let i = 0; i < labels.length; i++) if (areas[labels[i]] < least) clean.data[i] = 0;
  return cut(clean, boundingBox(clean));
}

// Thicken hair lines and thin markers until the stroke is one that STROKE leaves alone: the outline moves along the
// signed distance to it, so a stroke keeps its form.
function evenStroke(crop) {
  const zoom = WORKING_SIDE / Math.max(crop.width, crop.height);
  const scaled = (side) => Math.max(1, roundEven(side * zoom));
  const large = zoom > 1 ? resizeCubic(crop, scaled(crop.width), scaled(crop.height)) : crop;
  const side = Math.max(large.width, large.height);
  const mask = framedMask(large, Math.floor((side * STROKE[0]) / BOX) + 2);
  const inside = distanceTo(mask, 0);
  const outside = distanceTo(mask, 1);
  const width = strokeWidth(inside);
  const wanted = clamp(width, ...STROKE.map((limit) => (limit * side) / BOX));
  // The box grows with the stroke, so the change is a little more than the plain difference.
  const change = Math.max((wanted - width) / (1 - wanted / side), -MAX_THINNING * width);
  const moved = moveOutline(mask, inside, outside, change / 2);
  const stroke = cut(moved, boundingBox(moved));
  const data = new Uint8Array(stroke.data.length);
  for (let i = 0; i < data.length; i++) data[i] = roundEven(Math.fround(stroke.data[i] * 255));
  return { ...stroke, data };
}

// Ink, 0 to 1, wherever the signed distance to the outline is less than `by`; single precision, as NumPy computes it.
function moveOutline({ width, height }, inside, outside, by) {
  const data = new Float32Array(inside.length);
  const offset = Math.fround(by);
  for (let i = 0; i < data.length; i++) {
    const ink = Math.fround(Math.fround(Math.fround(offset + inside[i]) - outside[i]) + 0.5);
    if (ink > 0) data[i] = Math.min(ink, 1);
  }
  return { width, height, data };
}

// 1 where there is ink, with room around it.
function framedMask({ width, height, data }, margin) {
  const framed = { width: width + 2 * margin, height: height + 2 * margin };
  framed.data = new Uint8Array(framed.width * framed.height);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      framed.data[(row + margin) * framed.width + column + margin] = data[row * width + column] > 127 ? 1 : 0;
  return framed;
}

// From the distance of each ink pixel to the paper: a bar's mean is a quarter of its width.
function strokeWidth(inside) {
  let [sum, num] = [0, 0];
  for (let i = 0; i < inside.length; i++) {
    sum += inside[i];
    if (inside[i] > 0) num++;
  }
  return (4 * sum) / num - 1;
}

// Scale ink until its longer side is 20 pixels.
function fitBox(stroke) {
  const scale = BOX / Math.max(stroke.width, stroke.height);
  const [width, height] = [stroke.width, stroke.height].map((side) => Math.max(1, roundEven(side * scale)));
  return resize(stroke, width, height);
}

// The box in a picture of 28x28, its centre of mass in the middle as far as it fits.
function centreMass({ width, height, data }) {
  let [total, down, across] = [0, 0, 0];
  data.forEach((value, i) => {
    total += value;
    down += value * Math.floor(i / width);
    across += value * (i % width);
  });
  const top = clamp(roundEven(SIDE / 2 - down / total), 0, SIDE - height);
  const left = clamp(roundEven(SIDE / 2 - across / total), 0, SIDE - width);
  const picture = new Uint8Array(SIDE * SIDE);
  for (let row = 0; row < height; row++)
    picture.set(data.subarray(row * width, (row + 1) * width), (top + row) * SIDE + left);
  return { width: SIDE, height: SIDE, data: picture };
}
