// A picture whose pixels are painted one by one, with a pointer or with arrow keys and space. What was painted is framed.

import { clearedContext, drawPixels, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { MARK } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { arrowStep, placeInside } from "../../shared/keys.js";

const FRAMED = 5; // CSS pixels of a pixel that is large enough for a frame around it

export class Painting {
  // onChange() after each change, at most once a frame; onEnd() after a stroke or a key.
  constructor({ onChange, onEnd }) {
    Object.assign(this, { onChange, onEnd, strokes: [], stroke: null, colour: null, cursor: null });
    this.canvas = element("canvas", { class: "fool-paper", role: "application", tabIndex: 0 });
    this.small = element("canvas");
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.stroke && this.go(event));
    for (const type of ["pointerup", "pointercancel"]) canvas.addEventListener(type, () => this.end());
    canvas.addEventListener("keydown", (event) => this.key(event));
    for (const type of ["focus", "blur"]) canvas.addEventListener(type, () => this.draw());
  }

  // Another picture (HWC, whole values), `side` CSS pixels large: nothing is painted.
  take(pixels, shape, side) {
    const [height, width] = shape;
    Object.assign(this, { before: pixels, pixels: pixels.slice(), shape, width, height, strokes: [], stroke: null });
    this.cursor = placeInside(this.cursor ?? { row: height >> 1, column: width >> 1 }, this);
    const cell = side / Math.max(height, width);
    fitCanvas(this.canvas, width * cell, height * cell);
    this.draw();
  }

  valuesAt(pixels, place) {
    const units = this.shape[2];
    return pixels.subarray(place * units, (place + 1) * units);
  }

  // Places that differ from the picture.
  get changed() {
    const places = [];
    for (let place = 0; place < this.width * this.height; place++) {
      const before = this.valuesAt(this.before, place);
      if (this.valuesAt(this.pixels, place).some((value, unit) => value !== before[unit])) places.push(place);
    }
    return places;
  }

  placeAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const at = { row: Math.floor(((clientY - box.top) / box.height) * this.height), column: Math.floor(((clientX - box.left) / box.width) * this.width) };
    return placeInside(at, this);
  }

  begin(event) {
    if (event.button) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.stroke = new Map();
    this.last = this.placeAt(event);
    this.go(event);
  }

  // Along the straight line to where the pointer is now.
  go(event) {
    const to = this.placeAt(event);
    const from = this.last;
    const steps = Math.max(Math.abs(to.row - from.row), Math.abs(to.column - from.column), 1);
    for (let step = 0; step <= steps; step++) {
      const between = (name) => Math.round(from[name] + ((to[name] - from[name]) * step) / steps);
      this.put(between("row") * this.width + between("column"));
    }
    this.last = this.cursor = to;
    this.tell();
  }

  end() {
    if (this.stroke?.size) this.strokes.push(this.stroke);
    if (this.stroke) this.tell({ isEnd: true });
    this.stroke = null;
  }

  // colour: a value for each channel, or null for what was there before.
  put(place) {
    const now = this.valuesAt(this.pixels, place);
    const wanted = this.colour ?? this.valuesAt(this.before, place);
    if (now.every((value, unit) => value === wanted[unit])) return;
    if (!this.stroke.has(place)) this.stroke.set(place, now.slice());
    now.set(wanted);
  }

  key(event) {
    const step = arrowStep(event);
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
    if (!step && event.key !== " " && event.key !== "Enter" && !isUndo) return;
    event.preventDefault();
    event.stopPropagation();
    if (isUndo) return this.undo();
    if (step) {
      this.cursor = placeInside({ row: this.cursor.row + step[0], column: this.cursor.column + step[1] }, this);
      return this.draw();
    }
    this.stroke = new Map();
    this.put(this.cursor.row * this.width + this.cursor.column);
    this.end();
  }

  undo() {
    for (const [place, values] of this.strokes.pop() ?? []) this.valuesAt(this.pixels, place).set(values);
    this.tell({ isEnd: true });
  }

  clear() {
    this.pixels.set(this.before);
    this.strokes = [];
    this.tell({ isEnd: true });
  }

  // Events come before the frame that they belong to, so what is told now is seen in the same one.
  tell({ isEnd = false } = {}) {
    this.isEnd ||= isEnd;
    this.next ??= requestAnimationFrame(() => {
      this.next = null;
      this.draw();
      this.onChange();
      if (this.isEnd) this.onEnd();
      this.isEnd = false;
    });
  }

  draw() {
    if (!this.pixels) return;
    const { canvas, width, height } = this;
    drawPixels(this.small, this.pixels, this.shape);
    const context = clearedContext(canvas);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.small, 0, 0, canvas.width, canvas.height);
    const ratio = screenRatio();
    const [cellX, cellY] = [canvas.width / width, canvas.height / height];
    const frame = (place, inset, thickness, style) => {
      Object.assign(context, { strokeStyle: style, lineWidth: thickness * ratio });
      context.strokeRect((place % width) * cellX + inset * ratio, Math.floor(place / width) * cellY + inset * ratio, cellX - 2 * inset * ratio, cellY - 2 * inset * ratio);
    };
    if (cellX / ratio >= FRAMED) for (const place of this.changed) frame(place, 1, 1.5, MARK);
    if (canvas.matches(":focus-visible")) {
      const at = this.cursor.row * width + this.cursor.column;
      frame(at, 0, 4, "#000");
      frame(at, 0, 2, "#fff");
    }
  }

  close() {
    cancelAnimationFrame(this.next);
    this.next = null;
  }
}
