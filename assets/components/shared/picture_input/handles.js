// Handles on the picture itself: drag it, pull its corner, turn it by its knob, drag the cover. Each also by the arrow
// keys. Lengths are pixels of the picture.

import { element } from "../dom.js";
import { arrowStep } from "../keys.js";
import { clamp } from "../numbers.js";

const EDGE = 9; // screen pixels within which a handle stays in sight
const SCALES = [0.2, 4];
const radians = (degrees) => (degrees * Math.PI) / 180;

export class Handles {
  // changes: the PictureChanges whose settings are read and set.
  constructor(root, canvas, changes) {
    Object.assign(this, { root, canvas, changes });
    const handle = (name) => element("button", { type: "button", class: `handle ${name}` });
    const slider = (name, label) => element("div", { class: `handle ${name}`, role: "slider", tabindex: 0, "aria-label": label });
    this.shift = handle("shift");
    this.corner = slider("corner", "Size of the picture, in per cent");
    this.knob = slider("knob", "Turn of the picture, in degrees");
    this.cover = handle("cover");
    root.append(this.shift, this.corner, this.knob, this.cover);
    this.drag(this.shift, (start, by) => this.place({ x: start.x + by.x, y: start.y + by.y }));
    this.drag(this.corner, (start, by, from, to) => this.place({ scale: start.scale * (length(to, start) / Math.max(length(from, start), 1)) }));
    this.drag(this.knob, (start, by, from, to) => this.place({ turn: start.turn + direction(to, start) - direction(from, start) }));
    this.drag(this.cover, (start, by) => this.moveCover(start.cover, by));
    this.keys(this.shift, ([down, right]) => this.place({ x: this.now.x + right, y: this.now.y + down }));
    this.keys(this.corner, ([down, right]) => this.place({ scale: this.now.scale * 1.05 ** (right - down) }));
    this.keys(this.knob, ([down, right]) => this.place({ turn: this.now.turn + 5 * (right + down) }));
    this.keys(this.cover, ([y, x]) => this.moveCover(this.now.cover, { x, y }));
    this.room = { width: 0, height: 0 }; // the canvas' box, in CSS pixels: asking for it at each move would cost a layout
    this.resizing = new ResizeObserver(() => {
      this.room = { width: canvas.clientWidth, height: canvas.clientHeight };
      this.refresh();
    });
    this.resizing.observe(canvas);
  }

  get now() {
    return this.changes.settings;
  }

  place({ x = this.now.x, y = this.now.y, scale = this.now.scale, turn = this.now.turn }) {
    const { height, width } = this.canvas;
    const round = (value, digits) => Number(value.toFixed(digits));
    this.changes.set({
      x: round(clamp(x, -width, width), 2),
      y: round(clamp(y, -height, height), 2),
      scale: round(clamp(scale, ...SCALES), 3),
      turn: round(((((turn + 180) % 360) + 360) % 360) - 180, 1),
    });
  }

  moveCover(cover, by) {
    const { height, width } = this.canvas;
    const along = (at, most) => clamp(Math.round(at), 1 - cover.side, most - 1);
    this.changes.set({ cover: { ...cover, top: along(cover.top + by.y, height), left: along(cover.left + by.x, width) } });
  }

  // move(settings at the start, {x, y} moved by, from, to): from and to are places on the picture, from its middle.
  drag(node, move) {
    node.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      node.focus({ preventScroll: true });
      node.setPointerCapture(event.pointerId);
      this.start = { settings: this.now, from: this.at(event) };
    });
    node.addEventListener("pointermove", (event) => {
      if (!node.hasPointerCapture(event.pointerId) || !this.start) return;
      const { settings, from } = this.start;
      const to = this.at(event);
      move(settings, { x: to.x - from.x, y: to.y - from.y }, from, to);
    });
    for (const type of ["pointerup", "pointercancel"]) node.addEventListener(type, () => (this.start = null));
  }

  keys(node, move) {
    node.addEventListener("keydown", (event) => {
      const step = arrowStep(event);
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      move(step);
    });
  }

  // Where the picture stands in the canvas' box: it may be narrower or lower than that.
  box() {
    const { room, canvas } = this;
    const pixel = Math.min(room.width / canvas.width, room.height / canvas.height);
    return { pixel, left: (room.width - pixel * canvas.width) / 2, top: (room.height - pixel * canvas.height) / 2 };
  }

  at({ clientX, clientY }) {
    const { pixel } = this.box();
    const box = this.canvas.getBoundingClientRect();
    return { x: (clientX - box.left - box.width / 2) / pixel, y: (clientY - box.top - box.height / 2) / pixel };
  }

  refresh() {
    const { changes, now, canvas } = this;
    const { cover, scale, turn, x, y } = now;
    this.root.hidden = !changes.isOpen && !cover;
    for (const node of [this.shift, this.corner, this.knob]) node.hidden = !changes.isOpen;
    this.cover.hidden = !cover;
    const { pixel, left, top } = this.box();
    Object.assign(this.root.style, { left: `${left}px`, top: `${top}px`, width: `${pixel * canvas.width}px`, height: `${pixel * canvas.height}px` });
    this.stand(this.corner, canvas.width / 2, canvas.height / 2, pixel);
    this.stand(this.knob, 0, -canvas.height / 2, pixel);
    if (cover) Object.assign(this.cover.style, { left: `${cover.left * pixel}px`, top: `${cover.top * pixel}px`, width: `${cover.side * pixel}px`, height: `${cover.side * pixel}px` });
    this.shift.setAttribute("aria-label", `Shift of the picture: ${x} to the right, ${y} down. Drag, or use the arrow keys.`);
    this.corner.setAttribute("aria-valuenow", Math.round(100 * scale));
    this.knob.setAttribute("aria-valuenow", turn);
    for (const [node, low, high] of [[this.corner, 100 * SCALES[0], 100 * SCALES[1]], [this.knob, -180, 180]]) {
      node.setAttribute("aria-valuemin", low);
      node.setAttribute("aria-valuemax", high);
    }
    if (cover) this.cover.setAttribute("aria-label", `The cover, at row ${cover.top + 1}, column ${cover.left + 1}. Drag it, or use the arrow keys.`);
  }

  // A handle at a point of the picture, wherever that has gone; at the edge where it has left.
  stand(node, dx, dy, pixel) {
    const { canvas, now } = this;
    const [cos, sin] = [Math.cos(radians(now.turn)) * now.scale, Math.sin(radians(now.turn)) * now.scale];
    const inside = (at, most) => clamp(at * pixel, EDGE, most * pixel - EDGE);
    node.style.left = `${inside(canvas.width / 2 + now.x + cos * dx - sin * dy, canvas.width)}px`;
    node.style.top = `${inside(canvas.height / 2 + now.y + sin * dx + cos * dy, canvas.height)}px`;
  }

  close() {
    this.resizing.disconnect();
  }
}

// Seen from the middle of the shifted picture.
const length = (at, { x, y }) => Math.hypot(at.x - x, at.y - y);
const direction = (at, { x, y }) => (Math.atan2(at.y - y, at.x - x) * 180) / Math.PI;
