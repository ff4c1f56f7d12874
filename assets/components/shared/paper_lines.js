// The lines of ruled and squared paper, and frames along its edges: the twin of cnnviz/imaging/paper_lines.py.

import { clamp } from "./numbers.js";

const LINE_SHARE = 0.85; // share of the width along which a line of the paper is seen
const MAX_SLOPE = 0.05; // of such a line
const SAMPLES = 100; // columns in which such lines are looked for
const [MIN_THICKNESS, MAX_THICKNESS] = [3, 0.025]; // of such a line: pixels, share of the longer side
const MAX_FRAME = 0.12; // the same of a line along the picture's edge
const THICKER = 1.6; // times as thick as the line usually is: there a stroke crosses it
const DARKER = 1.35; // times as dark as the line usually is: there a stroke lies on it
const SAME_LINE = 4; // pixels
const NEAREST = [0, -1, 1, -2, 2]; // rows beside a line in which its ink is looked for

// Ink without the lines that run from side to side or from top to bottom, as a Uint8Array; `least` is what counts as ink.
export function withoutLines(ink, sheet, least) {
  const { width, height } = ink;
  const across = transpose(withoutLevelLines(ink, sheet, least), width, height);
  const kept = withoutLevelLines({ width: height, height: width, data: across }, transpose(sheet, width, height), least);
  return transpose(kept, height, width);
}

function withoutLevelLines({ width, height, data }, sheet, least) {
  const mask = Uint8Array.from(data, (value) => Number(value >= least));
  const kept = data.slice();
  for (const rows of findLines(mask, sheet, width, height)) {
    const pieces = [];
    rows.forEach((wanted, column) => {
      const row = NEAREST.map((away) => clamp(wanted + away, 0, height - 1)).find((near) => mask[near * width + column]);
      if (row !== undefined) pieces.push({ row, column, ...runAt(mask, width, height, row, column) });
    });
    const thickness = quartileOf(pieces.map(({ first, last }) => last - first + 1));
    const places = pieces.map(({ row }) => row);
    const isEdge = Math.min(places.reduce((top, row) => Math.min(top, row), height), height - 1 - Math.max(0, ...places)) <= SAME_LINE;
    if (thickness > (isEdge ? MAX_FRAME : MAX_THICKNESS) * Math.max(width, height)) continue;
    const thickest = Math.max(MIN_THICKNESS, THICKER * thickness);
    const darkest = DARKER * quartileOf(pieces.map(({ row, column }) => data[row * width + column]));
    for (const { column, first, last } of pieces) {
      if (last - first + 1 > thickest) continue;
      for (let i = first * width + column; i <= last * width + column; i += width) if (kept[i] <= darkest) kept[i] = 0;
    }
  }
  return kept;
}

// First and last row of the unbroken ink above and below a pixel of ink.
function runAt(mask, width, height, row, column) {
  let [first, last] = [row, row];
  while (first > 0 && mask[(first - 1) * width + column]) first--;
  while (last < height - 1 && mask[(last + 1) * width + column]) last++;
  return { first, last };
}

// The rows of each long line, one for each column.
function findLines(mask, sheet, width, height) {
  const near = mask.slice();
  for (let i = 0; i < mask.length; i++) if (mask[i - width] || mask[i + width]) near[i] = 1;
  const columns = [];
  for (let column = 0; column < width; column += Math.max(1, Math.floor(width / SAMPLES))) columns.push(column);
  const found = [];
  const most = Math.floor(MAX_SLOPE * width);
  for (let rise = -most; rise <= most; rise += 2) {
    const shifts = columns.map((column) => shiftOf(rise, column, width));
    for (let row = 0; row < height; row++) {
      const hits = [];
      columns.forEach((column, at) => {
        const y = row + shifts[at];
        if (y >= 0 && y < height && sheet[y * width + column]) hits.push(near[y * width + column]);
      });
      const share = sumOf(hits) / Math.max(hits.length, columns.length / 4);
      if (share >= LINE_SHARE && reachesEnds(hits)) found.push({ share, rise, row });
    }
  }
  found.sort((a, b) => b.share - a.share || Math.abs(a.rise) - Math.abs(b.rise) || a.rise - b.rise || a.row - b.row);
  const taken = new Uint8Array(height);
  const lines = [];
  for (const { rise, row } of found) {
    if (taken[row]) continue;
    taken.fill(1, Math.max(0, row - SAME_LINE), row + SAME_LINE + 1);
    lines.push(Array.from({ length: width }, (_, column) => clamp(row + shiftOf(rise, column, width), 0, height - 1)));
  }
  return lines;
}

function reachesEnds(hits) {
  const end = Math.max(1, Math.floor(hits.length / 10));
  return Math.min(sumOf(hits.slice(0, end)), sumOf(hits.slice(-end))) / end >= 0.5;
}

// How far a line that rises so many pixels lies from its middle at a column.
const shiftOf = (rise, column, width) => Math.floor(rise * (column / Math.max(1, width - 1) - 0.5) + 0.5);
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
const sorted = (values) => Float64Array.from(values).sort();
const quartileOf = (values) => (values.length ? sorted(values)[Math.floor(values.length / 4)] : 0);

// The upper middle of some values; 0 of none.
export const medianOf = (values) => (values.length ? sorted(values)[Math.floor(values.length / 2)] : 0);

// The values along the border of a plane, those of the corners twice.
export function borderOf({ width, height, data }) {
  const border = [...data.subarray(0, width), ...data.subarray((height - 1) * width)];
  for (let row = 0; row < height; row++) border.push(data[row * width], data[(row + 1) * width - 1]);
  return border;
}

function transpose(data, width, height) {
  const out = new data.constructor(data.length);
  for (let row = 0, i = 0; row < height; row++) for (let column = 0; column < width; column++, i++) out[column * height + row] = data[i];
  return out;
}
