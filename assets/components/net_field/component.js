// The places of a layer on the left, the picture on the right: pointing at a place draws what it sees.
// Rows of a field depend on the row of the place only and columns on the column, so Python sends just these.

const SIDE = 420; // pixels of a canvas, across
const MARK = "#e69f00";

const fields = new WeakMap();

export default function netField({ data, parentElement }) {
  const root = parentElement.querySelector(".net-field");
  if (!fields.has(root)) fields.set(root, new Field(root));
  fields.get(root).take(data);
  return () => fields.delete(root);
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
  }

  take(data) {
    const old = this.data;
    this.data = data;
    const [rows, columns] = [data.rows.length, data.columns.length];
    if (!old || old.name !== data.name || !this.place || this.place[0] >= rows || this.place[1] >= columns)
      this.place = [rows >> 1, columns >> 1];
    this.mapName.textContent = data.unit === null ? `Places of ${data.name}, ${data.shape}` : `Value ${data.unit} of ${data.name}`;
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

  drawMap() {
    const [rows, columns] = [this.data.rows.length, this.data.columns.length];
    const cell = Math.max(2, Math.floor(SIDE / Math.max(rows, columns)));
    [this.map.width, this.map.height] = [cell * columns, cell * rows];
    const pen = this.map.getContext("2d");
    const style = getComputedStyle(this.root);
    const line = style.color;
    pen.globalAlpha = 0.25;
    pen.strokeStyle = line;
    if (cell > 4) {
      pen.beginPath();
      for (let row = 1; row < rows; row++) pen.rect(0, row * cell, cell * columns, 0);
      for (let column = 1; column < columns; column++) pen.rect(column * cell, 0, 0, cell * rows);
      pen.stroke();
    }
    pen.globalAlpha = 1;
    pen.fillStyle = MARK;
    pen.fillRect(this.place[1] * cell, this.place[0] * cell, cell, cell);
  }

  drawPicture() {
    const [height, width] = this.data.size;
    const scale = SIDE / Math.max(height, width);
    [this.canvas.width, this.canvas.height] = [width * scale, height * scale];
    const pen = this.canvas.getContext("2d");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(this.picture, 0, 0, this.canvas.width, this.canvas.height);
    const [top, bottom] = this.data.rows[this.place[0]].map((value) => value * scale);
    const [left, right] = this.data.columns[this.place[1]].map((value) => value * scale);
    pen.fillStyle = "rgba(0, 0, 0, 0.45)"; // what is not seen lies in the shade
    pen.fillRect(0, 0, this.canvas.width, top);
    pen.fillRect(0, bottom, this.canvas.width, this.canvas.height - bottom);
    pen.fillRect(0, top, left, bottom - top);
    pen.fillRect(right, top, this.canvas.width - right, bottom - top);
    for (const [colour, thickness] of [["#000000", 5], [MARK, 3]]) {
      pen.strokeStyle = colour;
      pen.lineWidth = thickness;
      pen.strokeRect(left + 1.5, top + 1.5, Math.max(0, right - left - 3), Math.max(0, bottom - top - 3));
    }
  }
}
