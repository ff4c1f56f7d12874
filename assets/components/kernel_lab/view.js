// One picture on a canvas: pixels enlarged without blur, grid and numbers when they are large, a marked window.
// Two views share a Zoom, so that they show the same part.

import { TYPEFACE, fitCanvas, clearedContext, screenRatio } from "../shared/canvas.js";
import { MARK, css, inkOn, NEGATIVE, POSITIVE, ZERO } from "../shared/colours.js";
import { placeInside } from "../shared/keys.js";
import { clamp, shortText, sizeText, valueText } from "../shared/numbers.js";
import { Bitmap, colourOf, RANGES } from "./display.js";

const GRID_FROM = 7; // pixels of the screen for one of the picture
const NUMBERS_FROM = 17; // and for its number
// Of numbers: shares of a cell, and of its width at most; pixels of the screen, of which fewer than the least are no writing.
const FONT = { share: 0.3, largestShare: 0.42, room: 0.84, readable: 12, least: 6 };

export class Zoom {
  constructor() {
    this.reset();
    this.listeners = [];
  }

  reset() {
    Object.assign(this, { factor: 1, x: 0.5, y: 0.5 }); // centre in shares of the picture
  }

  change(factor, x = this.x, y = this.y) {
    this.factor = Math.max(1, factor);
    const margin = 0.5 / this.factor;
    this.x = clamp(x, margin, 1 - margin);
    this.y = clamp(y, margin, 1 - margin);
    this.listeners.forEach((listener) => listener());
  }

  // Zoom by a ratio, a point staying where it is; `x` and `y` are its place in the view (PictureView.shareOf).
  by(ratio, { x, y } = { x: 0, y: 0 }) {
    const factor = Math.max(1, this.factor * ratio);
    const shift = 1 / this.factor - 1 / factor;
    this.change(factor, this.x + x * shift, this.y + y * shift);
  }

  // Bring a point of the picture (in shares) into the frame.
  include(x, y) {
    const half = 0.42 / this.factor;
    if (Math.abs(x - this.x) > half || Math.abs(y - this.y) > half) this.change(this.factor, x, y);
  }
}

export class PictureView {
  constructor(canvas, zoom) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.zoom = zoom;
    this.bitmap = new Bitmap();
    this.overlay = () => {};
    this.ring = 0; // pixels of padding that are shown around the picture
    this.room = null; // {width, height} in pixels of the picture that the canvas has room for; null: the picture's own
  }

  show(planes, scale) {
    this.planes = planes;
    this.scale = scale;
    this.bitmap.paint(planes, scale);
    this.draw();
  }

  // Fit the canvas to its place on the page, in CSS pixels.
  fit(width, height) {
    if (width && height) fitCanvas(this.canvas, width, height);
  }

  // Screen pixels of the canvas for one pixel of the picture, and where its corner lies.
  get frame() {
    const { width, height } = this.planes[0];
    const room = this.room ?? { width, height };
    const cell = Math.min(this.canvas.width / room.width, this.canvas.height / room.height) * this.zoom.factor;
    return {
      cell,
      left: this.canvas.width / 2 - this.zoom.x * width * cell,
      top: this.canvas.height / 2 - this.zoom.y * height * cell,
    };
  }

  // The pixel {row, column} under a pointer.
  pixelAt(event) {
    const box = this.canvas.getBoundingClientRect();
    const { cell, left, top } = this.frame;
    const ratio = this.canvas.width / box.width;
    const place = {
      row: Math.floor(((event.clientY - box.top) * ratio - top) / cell),
      column: Math.floor(((event.clientX - box.left) * ratio - left) / cell),
    };
    return placeInside(place, this.planes[0]);
  }

  // Where a pointer is: from the middle of the canvas, in shares of the whole picture as it is shown when all of it is.
  shareOf({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const unit = (this.frame.cell / this.zoom.factor) * (box.width / this.canvas.width); // CSS pixels for one of the picture
    const { width, height } = this.planes[0];
    return {
      x: (clientX - box.left - box.width / 2) / (unit * width),
      y: (clientY - box.top - box.height / 2) / (unit * height),
    };
  }

  draw() {
    if (!this.planes || !this.canvas.width) return;
    const { cell, left, top } = this.frame;
    const { width, height } = this.planes[0];
    const context = clearedContext(this.canvas);
    context.imageSmoothingEnabled = cell < 1;
    context.drawImage(this.bitmap.canvas, left, top, width * cell, height * cell);
    const ratio = screenRatio();
    if (this.ring) this.drawRing(cell, left, top);
    if (cell >= GRID_FROM * ratio) this.drawGrid(cell, left, top);
    if (cell >= NUMBERS_FROM * ratio && this.planes.length === 1) this.drawNumbers(cell, left, top);
    this.overlay(context, { cell, left, top, ratio, width, height });
  }

  // The padding: stripes around the picture.
  drawRing(cell, left, top) {
    const { context, ring } = this;
    const { width, height } = this.planes[0];
    const [x, y, w, h] = [left - ring * cell, top - ring * cell, (width + 2 * ring) * cell, (height + 2 * ring) * cell];
    context.save();
    context.beginPath();
    context.rect(x, y, w, h);
    context.rect(left, top, width * cell, height * cell);
    context.clip("evenodd");
    context.strokeStyle = MARK;
    context.lineWidth = screenRatio();
    const step = 5 * screenRatio();
    context.beginPath();
    for (let at = x - h; at < x + w; at += step) {
      context.moveTo(at, y + h);
      context.lineTo(at + h, y);
    }
    context.stroke();
    context.restore();
  }

  visible(cell, left, top) {
    const { width, height } = this.planes[0];
    return {
      firstRow: Math.max(0, Math.floor(-top / cell)),
      lastRow: Math.min(height, Math.ceil((this.canvas.height - top) / cell)),
      firstColumn: Math.max(0, Math.floor(-left / cell)),
      lastColumn: Math.min(width, Math.ceil((this.canvas.width - left) / cell)),
    };
  }

  drawGrid(cell, left, top) {
    const { context } = this;
    const { firstRow, lastRow, firstColumn, lastColumn } = this.visible(cell, left, top);
    // A dark line beside a light one: one of them is seen on any grey.
    for (const [shift, colour] of [[0.5, "rgba(0,0,0,0.28)"], [-0.5, "rgba(255,255,255,0.22)"]]) {
      context.beginPath();
      for (let c = firstColumn; c <= lastColumn; c++) {
        context.moveTo(Math.round(left + c * cell) + shift, top + firstRow * cell);
        context.lineTo(Math.round(left + c * cell) + shift, top + lastRow * cell);
      }
      for (let r = firstRow; r <= lastRow; r++) {
        context.moveTo(left + firstColumn * cell, Math.round(top + r * cell) + shift);
        context.lineTo(left + lastColumn * cell, Math.round(top + r * cell) + shift);
      }
      context.strokeStyle = colour;
      context.lineWidth = 1;
      context.stroke();
    }
  }

  drawNumbers(cell, left, top) {
    const { context } = this;
    const { firstRow, lastRow, firstColumn, lastColumn } = this.visible(cell, left, top);
    const [{ data, width }] = this.planes;
    const texts = [];
    for (let r = firstRow; r < lastRow; r++) for (let c = firstColumn; c < lastColumn; c++) texts.push(shortText(data[r * width + c]));
    const size = this.numberSize(cell, texts);
    if (size < FONT.least * screenRatio()) return;
    context.font = `${size.toFixed(1)}px ${TYPEFACE}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    let at = 0;
    for (let r = firstRow; r < lastRow; r++)
      for (let c = firstColumn; c < lastColumn; c++) {
        context.fillStyle = inkOn(colourOf(data[r * width + c], this.scale));
        context.fillText(texts[at++], left + (c + 0.5) * cell, top + (r + 0.5) * cell);
      }
  }

  // Of all numbers alike, so that the longest one has some room within its cell.
  numberSize(cell, texts) {
    const { context } = this;
    const size = Math.max(cell * FONT.share, Math.min(cell * FONT.largestShare, FONT.readable * screenRatio()));
    context.font = `${size.toFixed(1)}px ${TYPEFACE}`;
    const longest = texts.reduce((most, text) => (text.length > most.length ? text : most), "");
    return size * Math.min(1, (FONT.room * cell) / Math.max(context.measureText(longest).width, 1));
  }
}

const MARK_EDGE = "rgba(0,0,0,0.75)";

// A rectangle of pixels, seen on any ground: orange between two dark lines, never smaller than 10 screen pixels.
export function strokeBox(context, { cell, left, top, ratio }, { top: row, left: column, bottom, right }) {
  const least = 10 * ratio;
  const grow = (from, to) => Math.max(0, (least - (to - from)) / 2);
  const [x1, x2, y1, y2] = [left + column * cell, left + right * cell, top + row * cell, top + bottom * cell];
  const [gx, gy] = [grow(x1, x2), grow(y1, y2)];
  for (const [colour, width] of [[MARK_EDGE, 5], [MARK, 2.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.strokeRect(x1 - gx, y1 - gy, x2 - x1 + 2 * gx, y2 - y1 + 2 * gy);
  }
}

// Single pixels picked out: those that a dilated or pulled-apart window really looks at, or a pool's winner.
export function markPixels(context, { cell, left, top, ratio }, places) {
  if (cell < 3 * ratio) return;
  context.strokeStyle = MARK;
  context.lineWidth = Math.min(3 * ratio, cell * 0.2);
  const inset = context.lineWidth / 2 + ratio;
  for (const { row, column } of places)
    context.strokeRect(left + column * cell + inset, top + row * cell + inset, cell - 2 * inset, cell - 2 * inset);
}

// Sizes, legend and names of the picture and the result.
export function describeViews(find, picture, result, scale) {
  find("input-size").textContent = sizeText(picture.width, picture.height);
  find("output-size").textContent = sizeText(result.width, result.height, ...(result.isOpen ? [3] : []));
  const end = (value, sign) => sign + valueText(Number(value.toFixed(Math.abs(value) < 100 ? 1 : 0)));
  find("legend-low").textContent = end(scale.low, scale.least < scale.low ? "\u2264 " : "");
  find("legend-high").textContent = end(scale.high, scale.most > scale.high ? "\u2265 " : "");
  const [low, middle, high] = scale.mode === "signed" ? [NEGATIVE, ZERO, POSITIVE] : [[0, 0, 0], [128, 128, 128], [255, 255, 255]];
  find("legend-ramp").style.background = `linear-gradient(90deg, ${css(low)}, ${css(middle)}, ${css(high)})`;
  find("input").setAttribute("aria-label", `${picture.name}, ${picture.width} by ${picture.height} pixels. Arrow keys move the window, plus and minus zoom.`);
  find("output").setAttribute("aria-label", `Result, ${result.width} by ${result.height}, values ${valueText(scale.least)} to ${valueText(scale.most)}. ${RANGES[scale.mode]} Arrow keys move the window.`);
}
