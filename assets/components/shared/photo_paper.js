// Paper and ink of a photographed drawing, found locally: the twin of cnnviz/imaging/photo_paper.py, which says why.
// Planes are {width, height, data}; a sheet is a Uint8Array of 0 and 1.

import { connectedParts } from "./imaging/regions.js";
import { resize, roundEven } from "./imaging/resample.js";
import { borderOf, medianOf, withoutLines } from "./paper_lines.js";

const CELLS = 32; // of the longer side of the map of the paper
const REACH = 5; // cells to each side whose median is the paper
const SHEET_CONTRAST = 40; // grey levels between a sheet and what it lies on
const SAME_SHADE = 4; // grey levels within which even paper lies:
const [EVEN_BORDER, EVEN_SHARE] = [0.7, 0.42]; // so much of the border, and of the picture
const STEP = 3; // cells within which at least half of the contrast changes at a sheet's edge
const MIN_SHEET = 0.34; // of the shorter side, in both directions
const MAX_SHEET_BORDER = 0.25; // share of the picture's border that a sheet may touch
const SHEET_EDGE = 0.015; // of the longer side: the blurred edge of a sheet is no ink
const MIN_CONTRAST = 24; // grey levels between paper and ink
const NOISE = 0.3; // share of the contrast below which a pixel is paper
const SMALL_PART = 0.15; // of the longest part: no stroke
const FRAME_BAND = 0.12; // of a frame's sides, in which all of it lies

// A grey photo as black ink on white paper; all white where nothing stands out.
export function flattenPhoto(grey) {
  const { width, height } = grey;
  for (const sheet of [findSheet(grey), new Uint8Array(grey.data.length).fill(1)]) {
    if (!sheet) continue;
    const shade = evenShade(grey, sheet);
    const paper = shade === null ? resize(paperOf(cellsOf(grey, sheet)), width, height).data : new Uint8Array(grey.data.length).fill(shade);
    const ink = inkOn(grey, sheet, paper);
    if (!ink.data.some(Boolean)) continue;
    return { width, height, data: alone(ink, shade !== null).map((value) => 255 - value) };
  }
  return { width, height, data: new Uint8Array(grey.data.length).fill(255) };
}

// The sheet that lies on something of another brightness, without its edges; null where all of the picture is paper.
function findSheet(grey) {
  const cells = paperOf(cellsOf(grey, new Uint8Array(grey.data.length).fill(1)));
  const level = stepOf(cells);
  if (level === null) return null;
  for (const isLight of [true, false]) {
    const alike = (value) => Number(isLight ? value > level : value <= level);
    const mask = { ...cells, data: Uint8Array.from(cells.data, alike) };
    const border = borderOf(mask);
    if (border.filter(Boolean).length > MAX_SHEET_BORDER * border.length) continue;
    const { labels, areas } = connectedParts(mask);
    for (let part = 1; part < areas.length; part++) {
      const own = { ...cells, data: Uint8Array.from(labels, (label) => Number(label === part)) };
      if (holdsSquare(own)) return solid({ ...grey, data: Uint8Array.from(grey.data, alike) }, own);
    }
  }
  return null;
}

function holdsSquare({ width, height, data }) {
  const side = Math.max(1, roundEven(MIN_SHEET * Math.min(width, height)));
  const largest = new Uint16Array(data.length); // side of the largest square that ends here
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) {
      if (!data[i]) continue;
      largest[i] = row && column ? 1 + Math.min(largest[i - 1], largest[i - width], largest[i - width - 1]) : 1;
      if (largest[i] >= side) return true;
    }
  return false;
}

// The grey level between two shades of paper with an edge between them (Otsu 1979); null: there is no edge.
function stepOf({ width, height, data }) {
  const counts = new Float64Array(256);
  for (const value of data) counts[value]++;
  const total = data.reduce((sum, value) => sum + value, 0);
  let [below, sum, best, dark, light] = [0, 0, -1, 0, 0];
  for (let level = 0; level < 256; level++) {
    below += counts[level];
    sum += counts[level] * level;
    const above = data.length - below;
    const [darker, lighter] = [sum / Math.max(below, 1), (total - sum) / Math.max(above, 1)];
    const spread = below * above * (lighter - darker) ** 2;
    if (spread > best) [best, dark, light] = [spread, darker, lighter];
  }
  const middle = (dark + light) / 2;
  let [steps, num] = [0, 0];
  const compare = (one, other) => {
    if (data[one] > middle === data[other] > middle) return;
    steps += Math.abs(data[one] - data[other]);
    num++;
  };
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const at = row * width + column;
      if (row + STEP < height) compare(at, at + STEP * width);
      if (column + STEP < width) compare(at, at + STEP);
    }
  return light - dark >= SHEET_CONTRAST && num > 0 && steps / num >= (light - dark) / 2 ? middle : null;
}

// The part of `alike` that covers most of the cells of `around`, its holes filled, its edges cut off.
function solid(alike, around) {
  const { width, height } = alike;
  const { labels, areas } = connectedParts(alike);
  const counts = new Uint32Array(areas.length);
  for (let row = 0, i = 0; row < height; row++) {
    const start = Math.floor((row * around.height) / height) * around.width;
    for (let column = 0; column < width; column++, i++)
      if (around.data[start + Math.floor((column * around.width) / width)]) counts[labels[i]]++;
  }
  counts[0] = 0;
  const most = counts.indexOf(Math.max(...counts));
  const rest = connectedParts({ width, height, data: Uint8Array.from(labels, (label) => Number(label !== most)) });
  const outer = new Set(borderOf({ width, height, data: rest.labels }).filter(Boolean));
  const filled = Uint8Array.from(rest.labels, (label) => Number(!outer.has(label)));
  const edge = Math.max(1, roundEven(SHEET_EDGE * Math.max(width, height)));
  return erode(erode(filled, width, height, edge, 1, width), height, width, edge, width, 1);
}

// Minimum over `edge` neighbours to both sides along lines of `length` pixels, `step` apart; beyond the picture lies more of it.
function erode(mask, length, lines, edge, step, stride) {
  const out = mask.slice();
  for (let line = 0; line < lines; line++)
    for (let at = 0; at < length; at++) {
      if (mask[line * stride + at * step]) continue;
      for (let near = Math.max(0, at - edge); near <= Math.min(length - 1, at + edge); near++) out[line * stride + near * step] = 0;
    }
  return out;
}

// {width, height, data, known}: the median of the sheet's pixels in each cell, and where most of a cell is sheet.
function cellsOf({ width, height, data }, sheet) {
  const scale = Math.min(1, CELLS / Math.max(width, height));
  const [rows, columns] = [height, width].map((side) => Math.max(1, Math.floor(side * scale)));
  const cells = { width: columns, height: rows, data: new Uint8Array(rows * columns), known: new Uint8Array(rows * columns) };
  const edge = (at, side, num) => Math.floor((at * side) / num);
  for (let row = 0, cell = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, cell++) {
      const [top, bottom] = [edge(row, height, rows), edge(row + 1, height, rows)];
      const [left, right] = [edge(column, width, columns), edge(column + 1, width, columns)];
      const values = [];
      for (let y = top; y < bottom; y++)
        for (let i = y * width + left; i < y * width + right; i++) if (sheet[i]) values.push(data[i]);
      cells.known[cell] = 2 * values.length > (bottom - top) * (right - left) ? 1 : 0;
      cells.data[cell] = medianOf(values);
    }
  return cells;
}

// The paper in every cell: the median of the known cells around it.
function paperOf({ width, height, data, known }) {
  const paper = { width, height, data: new Uint8Array(data.length) };
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const values = [];
      for (let y = Math.max(0, row - REACH); y <= Math.min(height - 1, row + REACH); y++)
        for (let x = Math.max(0, column - REACH); x <= Math.min(width - 1, column + REACH); x++)
          if (known[y * width + x]) values.push(data[y * width + x]);
      paper.data[row * width + column] = medianOf(values);
    }
  return paper;
}

// The shade of paper that is even, as what was drawn on a screen; null elsewhere.
function evenShade(grey, sheet) {
  const border = borderOf(grey);
  const shade = medianOf(border);
  const share = (values) => values.reduce((sum, value) => sum + (Math.abs(value - shade) <= SAME_SHADE ? 1 : 0), 0) / values.length;
  return share(border) >= EVEN_BORDER && share(grey.data) >= EVEN_SHARE && sheet.every(Boolean) ? shade : null;
}

// White ink on black, whichever way round it was drawn: shares of the paper's own light.
function inkOn({ width, height, data }, sheet, paper) {
  const away = Int16Array.from(data, (value, i) => (sheet[i] ? value - paper[i] : 0));
  let [darker, lighter] = [0, 0];
  for (const one of away) {
    if (one <= -MIN_CONTRAST / 2) darker -= one;
    else if (one >= MIN_CONTRAST / 2) lighter += one;
  }
  const isDark = darker >= lighter;
  const share = (one, of) => Math.fround(isDark ? -one / Math.max(of, 1) : one / Math.max(255 - of, 1));
  const ink = Uint8Array.from(away, (one, i) =>
    Math.abs(one) < MIN_CONTRAST / 2 ? 0 : roundEven(Math.fround(Math.min(Math.max(share(one, paper[i]), 0), 1) * 255)),
  );
  const least = Math.max(NOISE * ink.reduce((most, value) => Math.max(most, value), 0), MIN_CONTRAST / 2);
  const kept = withoutLines({ width, height, data: ink }, sheet, least);
  const contrast = kept.reduce((most, value) => Math.max(most, value), 0);
  const isEmpty = contrast < MIN_CONTRAST;
  return { width, height, data: kept.map((value) => (isEmpty || value < Math.fround(NOISE * contrast) ? 0 : value)) };
}

// Ink without frames around other ink; what reaches in from the border beside whole strokes is left where so said.
function alone(ink, mayReachIn) {
  const { width, height, data } = ink;
  const { labels, areas } = connectedParts(ink);
  const boxes = areas.map(() => ({ left: width, top: height, right: -1, bottom: -1 }));
  labels.forEach((label, i) => {
    const [row, column, box] = [Math.floor(i / width), i % width, boxes[label]];
    Object.assign(box, { left: Math.min(box.left, column), right: Math.max(box.right, column), top: Math.min(box.top, row), bottom: Math.max(box.bottom, row) });
  });
  const extents = boxes.map(({ left, top, right, bottom }) => Math.max(right - left, bottom - top) + 1);
  const parts = [...areas.keys()].slice(1);
  const least = SMALL_PART * parts.reduce((most, part) => Math.max(most, extents[part]), 0);
  const dropped = new Set(parts.filter((part) => extents[part] >= least && isFrame(labels, width, part, boxes[part])));
  const touches = ({ left, top, right, bottom }) => left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
  const isWhole = (part) => !touches(boxes[part]) && !dropped.has(part) && extents[part] >= least;
  if (!mayReachIn && parts.some(isWhole)) parts.filter((part) => touches(boxes[part])).forEach((part) => dropped.add(part));
  return data.map((value, i) => (dropped.has(labels[i]) ? 0 : value));
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
