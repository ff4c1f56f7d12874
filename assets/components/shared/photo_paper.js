// Paper and ink of a photographed drawing, found locally: the twin of cnnviz/imaging/photo_paper.py, which says why.
// Planes are {width, height, data}; a sheet is a Uint8Array of 0 and 1.

import { closed } from "./imaging/closing.js";
import { connectedParts, distanceTo } from "./imaging/regions.js";
import { resize, roundEven } from "./imaging/resample.js";
import { borderOf, medianOf, withoutLines } from "./paper_lines.js";
import { strokesAlone } from "./paper_marks.js";

const CELLS = 32; // of the longer side of the map of the paper
const REACH = 5; // cells to each side whose median is the paper
const SHEET_CONTRAST = 40; // grey levels between a sheet and what it lies on
const SAME_SHADE = 4; // grey levels within which even paper lies:
const [EVEN_BORDER, EVEN_SHARE] = [0.7, 0.42]; // so much of the border, and of the picture
const STEP = 3; // cells within which at least half of the contrast changes at a sheet's edge
const MIN_SHEET = 0.34; // of the shorter side, in both directions
const [MAX_SHEET_BORDER, MAX_DARK_BORDER] = [0.25, 0.02]; // share of the picture's border that a sheet may touch, a dark one
const SHEET_EDGE = 0.015; // of the longer side: the blurred edge of a sheet is no ink
const SIZES = [0.05, 0.1, 0.2]; // of squares that no stroke fills, shares of a sheet's side
const STRONG = 0.6; // share of the contrast of what is surely ink
const BESIDE = 1.5; // widths of the widest stroke, in which paper is seen beside it
const SHADOW = 0.7; // of the ink's contrast; a shadow's is less
const MIN_CONTRAST = 24; // grey levels between paper and ink
const NOISE = 0.3; // share of the contrast below which a pixel is paper

// A grey photo as black ink on white paper; all white where nothing stands out.
export function flattenPhoto(grey) {
  const { width, height } = grey;
  for (const sheet of [findSheet(grey), new Uint8Array(grey.data.length).fill(1)]) {
    if (!sheet) continue;
    let shade = evenShade(grey, sheet);
    let dark = grey;
    if (!isInkDark(grey, sheet, shade)) [dark, shade] = [inverted(grey), shade === null ? null : 255 - shade];
    const paper = paperUnder(dark, sheet);
    const isEven = shade !== null && !isShaded(dark, shade, paper);
    const strokes = strokesAlone(inkOn(dark, sheet, isEven ? paper.map(() => shade) : paper), isEven);
    if (strokes.some(Boolean)) return { width, height, data: strokes.map((value) => 255 - value) };
  }
  return { width, height, data: new Uint8Array(grey.data.length).fill(255) };
}

const inverted = (plane) => ({ ...plane, data: plane.data.map((value) => 255 - value) });
const largestOf = (values) => values.reduce((most, value) => Math.max(most, value), 0);

// The sheet that lies on something of another brightness, without its edges; null where all of the picture is paper.
function findSheet(grey) {
  const cells = paperOf(cellsOf(grey, new Uint8Array(grey.data.length).fill(1)));
  const level = stepOf(cells);
  if (level === null) return null;
  for (const isLight of [true, false]) {
    const alike = (value) => Number(isLight ? value > level : value <= level);
    const mask = { ...cells, data: Uint8Array.from(cells.data, alike) };
    const border = borderOf(mask);
    if (border.filter(Boolean).length > (isLight ? MAX_SHEET_BORDER : MAX_DARK_BORDER) * border.length) continue;
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

// Whether the ink is darker than the paper: what differs from most of its surroundings, in strokes.
function isInkDark(grey, sheet, shade) {
  const { width, height, data } = grey;
  const paper = shade === null ? resize(paperOf(cellsOf(grey, sheet)), width, height).data : new Uint8Array(data.length).fill(shade);
  const away = Int16Array.from(data, (value, i) => (sheet[i] ? paper[i] - value : 0));
  const sums = [grey, inverted(grey)].map((picture, at) => {
    let sum = 0;
    for (const size of SIZES) {
      const under = closed(picture, sheet, sideOf(size, sheet));
      for (let i = 0; i < under.length; i++) {
        const hat = Math.min(at ? -away[i] : away[i], under[i] - picture.data[i]);
        if (hat >= MIN_CONTRAST / 2) sum += hat;
      }
    }
    return sum;
  });
  return sums.some(Boolean) ? sums[0] >= sums[1] : away.reduce((sum, value) => sum + value, 0) >= 0;
}

// The paper under dark ink: what is left of the picture where strokes are closed.
function paperUnder(dark, sheet) {
  const { width, height, data } = dark;
  const widest = sideOf(SIZES[2], sheet);
  const paper = closed(dark, sheet, widest);
  const ink = Float32Array.from(paper, (value, i) => (sheet[i] ? (value - data[i]) / Math.max(value, 1) : 0));
  const least = Math.fround(STRONG * largestOf(ink));
  const framed = { width: width + 2, height: height + 2, data: new Uint8Array((width + 2) * (height + 2)) };
  for (let row = 0, i = 0; row < height; row++)
    for (let column = 0; column < width; column++, i++) framed.data[(row + 1) * framed.width + column + 1] = Number(ink[i] >= least);
  const stroke = 2 * largestOf(distanceTo(framed, 0));
  return closed(dark, sheet, Math.min(widest, Math.max(sideOf(SIZES[0], sheet), Math.floor(BESIDE * stroke) | 1)));
}

// An odd number of pixels, of the side of a square as large as the sheet.
const sideOf = (share, sheet) => Math.max(3, roundEven(share * Math.sqrt(sheet.reduce((sum, value) => sum + value, 0))) | 1);

// Whether paper that is mostly even has a shadow: what is wider than a stroke is much lighter than strokes are.
function isShaded(dark, shade, paper) {
  const most = (values) => values.reduce((found, value) => Math.max(found, shade - value), -255);
  const wide = most(paper);
  return wide > SAME_SHADE && wide <= SHADOW * most(dark.data);
}

// White ink on black, of dark ink: shares of the paper's own light.
function inkOn({ width, height, data }, sheet, paper) {
  const ink = Uint8Array.from(data, (value, i) => {
    const away = sheet[i] ? paper[i] - value : 0;
    const share = Math.min(Math.max(Math.fround(away / Math.max(paper[i], 1)), 0), 1);
    return away < MIN_CONTRAST / 2 ? 0 : roundEven(Math.fround(share * 255));
  });
  const least = Math.max(NOISE * largestOf(ink), MIN_CONTRAST / 2);
  const kept = withoutLines({ width, height, data: ink }, sheet, least);
  const contrast = largestOf(kept);
  const isEmpty = contrast < MIN_CONTRAST;
  return { width, height, data: kept.map((value) => (isEmpty || value < Math.fround(NOISE * contrast) ? 0 : value)) };
}
