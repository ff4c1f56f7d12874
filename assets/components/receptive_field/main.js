// The places of a layer on the left, the picture on the right: pointing at a place draws what it sees.
// Rows of a field depend on the row of the place only and columns on the column, so Python sends just these.

import { clearedContext, fitCanvas, screenRatio } from "../shared/canvas.js";
import { MARK } from "../shared/colours.js";
import { finder } from "../shared/dom.js";
import { arrowStep, placeInside } from "../shared/keys.js";
import { mount } from "../shared/mount.js";
import { countText, sizeText } from "../shared/numbers.js";

const SIDE = 420; // pixels of a canvas on the screen, across, at most

class ReceptiveField {
  constructor(root) {
    const find = finder(root);
    [this.map, this.canvas, this.words, this.mapName, this.size] = ["map", "picture", "words", "map-name", "size"].map(find);
    this.root = root;
    this.place = null; // {row, column}
    this.isHeld = false; // a click keeps the place until the next one
    this.map.addEventListener("pointermove", (event) => this.isHeld || this.goTo(this.under(event)));
    this.map.addEventListener("pointerdown", (event) => {
      this.isHeld = false;
      this.goTo(this.under(event));
      this.isHeld = true;
    });
    this.map.addEventListener("pointerleave", () => (this.isHeld = false));
    this.map.addEventListener("keydown", (event) => this.press(event));
    this.resizing = new ResizeObserver(() => this.picture?.complete && this.draw());
    this.resizing.observe(root);
  }

  take({ data }) {
    const old = this.data;
    this.data = data;
    const { width, height } = this.mapSize;
    if (!old || old.name !== data.name || this.place.row >= height || this.place.column >= width)
      this.place = { row: height >> 1, column: width >> 1 };
    this.map.parentElement.hidden = data.unit !== null; // a vector has no places to point at
    this.mapName.textContent = `Places of ${data.name}, ${data.shape}`;
    this.size.textContent = sizeText(...data.size);
    this.picture = new Image();
    this.picture.onload = () => this.draw();
    this.picture.src = data.picture;
  }

  get mapSize() {
    return { width: this.data.columns.length, height: this.data.rows.length };
  }

  // The place under a pointer.
  under(event) {
    const box = this.map.getBoundingClientRect();
    const { width, height } = this.mapSize;
    const place = {
      row: Math.floor(((event.clientY - box.top) / box.height) * height),
      column: Math.floor(((event.clientX - box.left) / box.width) * width),
    };
    return placeInside(place, this.mapSize);
  }

  press(event) {
    const step = arrowStep(event);
    if (!step) return;
    this.goTo(placeInside({ row: this.place.row + step[0], column: this.place.column + step[1] }, this.mapSize));
    event.preventDefault();
  }

  goTo(place) {
    this.place = place;
    this.draw();
  }

  draw() {
    this.drawMap();
    this.drawPicture();
    const { name, unit } = this.data;
    const { row, column } = this.place;
    const [top, bottom] = this.data.rows[row];
    const [left, right] = this.data.columns[column];
    const what = unit === null ? `Row ${row + 1}, column ${column + 1} of ${name}` : `Value ${unit + 1} of ${name}`;
    const seen = (bottom - top) * (right - left);
    const text = seen
      ? `${what} sees rows ${top + 1} to ${bottom} and columns ${left + 1} to ${right}: ${sizeText(bottom - top, right - left)} = ${countText(seen)} pixels.`
      : `${what} sees no pixel.`;
    this.words.textContent = text;
    this.canvas.setAttribute("aria-label", text);
  }

  // A cleared context of a canvas as large as its place allows, and how many of its pixels a cell takes.
  contextFor(canvas, { width, height }) {
    const cell = Math.min(SIDE, canvas.parentElement.clientWidth || SIDE) / Math.max(width, height);
    fitCanvas(canvas, cell * width, cell * height);
    return [clearedContext(canvas), cell * screenRatio()];
  }

  drawMap() {
    const { width, height } = this.mapSize;
    const [context, cell] = this.contextFor(this.map, this.mapSize);
    if (cell > 4 * screenRatio()) {
      context.globalAlpha = 0.25;
      context.fillStyle = getComputedStyle(this.root).color;
      for (let row = 1; row < height; row++) context.fillRect(0, Math.round(row * cell), this.map.width, 1);
      for (let column = 1; column < width; column++) context.fillRect(Math.round(column * cell), 0, 1, this.map.height);
      context.globalAlpha = 1;
    }
    context.fillStyle = MARK;
    context.fillRect(this.place.column * cell, this.place.row * cell, cell, cell);
  }

  drawPicture() {
    const [height, width] = this.data.size;
    const [context, scale] = this.contextFor(this.canvas, { width, height });
    context.imageSmoothingEnabled = false;
    context.drawImage(this.picture, 0, 0, this.canvas.width, this.canvas.height);
    const [top, bottom] = this.data.rows[this.place.row].map((value) => Math.round(value * scale));
    const [left, right] = this.data.columns[this.place.column].map((value) => Math.round(value * scale));
    context.fillStyle = "rgba(0, 0, 0, 0.45)"; // what is not seen lies in the shade
    context.fillRect(0, 0, this.canvas.width, top);
    context.fillRect(0, bottom, this.canvas.width, this.canvas.height - bottom);
    context.fillRect(0, top, left, bottom - top);
    context.fillRect(right, top, this.canvas.width - right, bottom - top);
    for (const [colour, thickness] of [["#000000", 5], [MARK, 3]]) {
      const inset = 1.5 * screenRatio();
      context.strokeStyle = colour;
      context.lineWidth = thickness * screenRatio();
      context.strokeRect(left + inset, top + inset, Math.max(0, right - left - 2 * inset), Math.max(0, bottom - top - 2 * inset));
    }
  }

  close() {
    this.resizing.disconnect();
  }
}

export default mount(".receptive-field", (root) => new ReceptiveField(root));
