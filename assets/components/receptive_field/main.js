// The places of a layer on the left, the picture on the right: pointing at a place draws what it sees.
// Rows of a field depend on the row of the place only and columns on the column, so Python sends just these.

const SIDE = 420; // pixels of a canvas on the screen, across, at most
const MARK = "#e69f00";

const fields = new WeakMap();

export default function netField({ data, parentElement }) {
  const root = parentElement.querySelector(".net-field");
  if (!fields.has(root)) fields.set(root, new Field(root));
  fields.get(root).take(data);
  return () => {
    fields.get(root)?.resizing.disconnect();
    fields.delete(root);
  };
}

class Field {
  constructor(root) {
    const find = (id) => root.querySelector(`[data-id="${id}"]`);
    [this.map, this.canvas, this.words, this.mapName, this.size] = ["map", "picture", "words", "map-name", "size"].map(find);
    this.root = root;
    this.place = null; // [row, column]
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

  take(data) {
    const old = this.data;
    this.data = data;
    const [rows, columns] = [data.rows.length, data.columns.length];
    if (!old || old.name !== data.name || !this.place || this.place[0] >= rows || this.place[1] >= columns)
      this.place = [rows >> 1, columns >> 1];
    this.map.parentElement.hidden = data.unit !== null; // a vector has no places to point at
    this.mapName.textContent = `Places of ${data.name}, ${data.shape}`;
    this.size.textContent = data.size.join(" × ");
    this.picture = new Image();
    this.picture.onload = () => this.draw();
    this.picture.src = data.picture;
  }

  under(event) {
    const box = this.map.getBoundingClientRect();
    const at = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    return [
      at((event.clientY - box.top) / box.height, this.data.rows.length),
      at((event.clientX - box.left) / box.width, this.data.columns.length),
    ];
  }

  press(event) {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!step) return;
    const inside = (value, count) => Math.min(count - 1, Math.max(0, value));
    this.goTo([
      inside(this.place[0] + step[0], this.data.rows.length),
      inside(this.place[1] + step[1], this.data.columns.length),
    ]);
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
    const [top, bottom] = this.data.rows[this.place[0]];
    const [left, right] = this.data.columns[this.place[1]];
    const what = unit === null ? `Row ${this.place[0]}, column ${this.place[1]} of ${name}` : `Value ${unit} of ${name}`;
    const seen = (bottom - top) * (right - left);
    const text = seen
      ? `${what} sees rows ${top} to ${bottom - 1} and columns ${left} to ${right - 1}: ${bottom - top} x ${right - left} = ${seen.toLocaleString("en")} pixels.`
      : `${what} sees no pixel.`;
    this.words.textContent = text;
    this.canvas.setAttribute("aria-label", text);
  }

  // A pen for a canvas as sharp as the screen, and how many of its pixels a cell takes.
  pen(canvas, rows, columns) {
    const room = Math.min(SIDE, canvas.parentElement.clientWidth || SIDE) * devicePixelRatio;
    const cell = room / Math.max(rows, columns);
    [canvas.width, canvas.height] = [Math.round(cell * columns), Math.round(cell * rows)];
    canvas.style.width = `${canvas.width / devicePixelRatio}px`;
    return [canvas.getContext("2d"), cell];
  }

  drawMap() {
    const [rows, columns] = [this.data.rows.length, this.data.columns.length];
    const [pen, cell] = this.pen(this.map, rows, columns);
    if (cell > 4 * devicePixelRatio) {
      pen.globalAlpha = 0.25;
      pen.fillStyle = getComputedStyle(this.root).color;
      for (let row = 1; row < rows; row++) pen.fillRect(0, Math.round(row * cell), this.map.width, 1);
      for (let column = 1; column < columns; column++) pen.fillRect(Math.round(column * cell), 0, 1, this.map.height);
      pen.globalAlpha = 1;
    }
    pen.fillStyle = MARK;
    pen.fillRect(this.place[1] * cell, this.place[0] * cell, cell, cell);
  }

  drawPicture() {
    const [height, width] = this.data.size;
    const [pen, scale] = this.pen(this.canvas, height, width);
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.picture, 0, 0, this.canvas.width, this.canvas.height);
    const [top, bottom] = this.data.rows[this.place[0]].map((value) => Math.round(value * scale));
    const [left, right] = this.data.columns[this.place[1]].map((value) => Math.round(value * scale));
    pen.fillStyle = "rgba(0, 0, 0, 0.45)"; // what is not seen lies in the shade
    pen.fillRect(0, 0, this.canvas.width, top);
    pen.fillRect(0, bottom, this.canvas.width, this.canvas.height - bottom);
    pen.fillRect(0, top, left, bottom - top);
    pen.fillRect(right, top, this.canvas.width - right, bottom - top);
    for (const [colour, thickness] of [["#000000", 5], [MARK, 3]]) {
      const inset = 1.5 * devicePixelRatio;
      pen.strokeStyle = colour;
      pen.lineWidth = thickness * devicePixelRatio;
      pen.strokeRect(left + inset, top + inset, Math.max(0, right - left - 2 * inset), Math.max(0, bottom - top - 2 * inset));
    }
  }
}
