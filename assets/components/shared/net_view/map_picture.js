// One map, large: crisp pixels, their values printed where there is room, a marked window, and a place under the pointer.

import { MARK, inkOn } from "../colours.js";
import { TYPEFACE, clearedContext, fitCanvas, screenRatio } from "../canvas.js";
import { element } from "../dom.js";
import { arrowStep, placeInside } from "../keys.js";
import { shortText } from "../numbers.js";
import { Bitmap } from "./bitmap.js";
import { colourOf, endTexts, ramp } from "./scale.js";

const LEAST_FOR_DIGITS = 21; // CSS pixels of a cell

export class MapPicture {
  // `onPlace({row, column})` makes it a control: hover, tap, arrow keys.
  constructor({ side, caption = "", label = "", bar = false, onPlace = null }) {
    Object.assign(this, { side, bitmap: new Bitmap(), window: null, onPlace, size: { height: 1, width: 1 } });
    this.canvas = element("canvas", { role: "img", "aria-label": label || caption });
    this.caption = element("figcaption", { text: caption });
    this.low = element("span");
    this.high = element("span");
    this.ramp = element("i", { class: "ramp" });
    this.bar = element("div", { class: "bar", hidden: !bar }, this.low, this.ramp, this.high);
    this.root = element("figure", { class: "map-picture" }, this.caption, this.canvas, this.bar);
    if (onPlace) this.listen();
  }

  listen() {
    const { canvas } = this;
    Object.assign(canvas, { tabIndex: 0 });
    canvas.setAttribute("role", "application");
    canvas.classList.add("points");
    const point = (event) => this.onPlace(this.placeAt(event), event);
    canvas.addEventListener("pointermove", point);
    canvas.addEventListener("pointerdown", point);
    canvas.addEventListener("keydown", (event) => {
      const step = arrowStep(event);
      if (!step || !this.window) return;
      event.preventDefault();
      event.stopPropagation();
      const { place } = this;
      this.onPlace(placeInside({ row: place.row + step[0], column: place.column + step[1] }, this.size), event);
    });
  }

  placeAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    const { height, width } = this.size;
    const place = { row: Math.floor(((clientY - box.top) / box.height) * height), column: Math.floor(((clientX - box.left) / box.width) * width) };
    return placeInside(place, this.size);
  }

  // values: (height * width) of one map; `window`: {top, left, bottom, right} or null; `place`: where the keys stand.
  show(values, size, scale, { window = null, place = null, label } = {}) {
    Object.assign(this, { values, size, scale, window, place });
    if (label) this.canvas.setAttribute("aria-label", label);
    this.bitmap.paint(values, { ...size, units: 1 }, [0], () => scale);
    this.draw();
    if (!this.bar.hidden) this.showBar();
    return this;
  }

  showBar() {
    [this.low.textContent, this.high.textContent] = endTexts(this.scale);
    this.ramp.style.background = ramp(this.scale);
  }

  draw() {
    const { canvas, side, size } = this;
    const cell = side / Math.max(size.height, size.width);
    fitCanvas(canvas, Math.max(cell * size.width, 2), Math.max(cell * size.height, 2));
    const context = clearedContext(canvas);
    this.bitmap.draw(context, 0, [0, 0, canvas.width, canvas.height]);
    if (cell >= LEAST_FOR_DIGITS) this.print(context, cell * screenRatio());
    if (this.window) strokeWindow(context, this.window, canvas.width / size.width, canvas.height / size.height);
  }

  print(context, cell) {
    const { values, size, scale } = this;
    context.textAlign = "center";
    context.textBaseline = "middle";
    for (let i = 0; i < values.length; i++) {
      const text = shortText(values[i]);
      context.font = `${Math.min(cell * 0.36, (cell * 1.5) / Math.max(text.length, 1))}px ${TYPEFACE}`;
      context.fillStyle = inkOn(colourOf(values[i], scale));
      context.fillText(text, ((i % size.width) + 0.5) * cell, (Math.floor(i / size.width) + 0.5) * cell);
    }
  }
}

// A window seen on any ground: orange between two dark lines, never smaller than 6 screen pixels.
export function strokeWindow(context, { top, left, bottom, right }, cellX, cellY) {
  const ratio = screenRatio();
  const grow = (from, to) => Math.max(0, (6 * ratio - (to - from)) / 2);
  const [x1, x2, y1, y2] = [left * cellX, right * cellX, top * cellY, bottom * cellY];
  const [gx, gy] = [grow(x1, x2), grow(y1, y2)];
  for (const [colour, width] of [["#000000aa", 4.5], [MARK, 2.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width * ratio;
    context.strokeRect(x1 - gx, y1 - gy, x2 - x1 + 2 * gx, y2 - y1 + 2 * gy);
  }
}

// The values of one unit out of HWC.
export function oneMap(values, { height, width, units }, unit) {
  return Float32Array.from({ length: height * width }, (_, place) => values[place * units + unit]);
}
