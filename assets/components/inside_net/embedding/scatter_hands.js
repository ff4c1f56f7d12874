// Hands on the points: move, turn, zoom, point, choose with a lasso; by mouse, finger and keys.

import { arrowStep } from "../../shared/keys.js";

const STILL = 5; // CSS pixels: less is a click
const STEP = { move: 40, turn: 22, zoom: 1.25 };
const SCROLL_HINT = "Click the points, then scroll to zoom.";

export class ScatterHands {
  // onPoint(index or -1, x, y), onPick(index), onChoose(indices), onHint(text)
  constructor(scatter, hands) {
    Object.assign(this, { scatter, ...hands, isLasso: false, pointers: new Map() });
    const { canvas } = scatter;
    const listeners = { pointerdown: "down", pointermove: "move", pointerup: "up", pointercancel: "cancel", pointerleave: "leave", wheel: "wheel", keydown: "key" };
    for (const [type, name] of Object.entries(listeners)) canvas.addEventListener(type, (event) => this[name](event), { passive: false });
  }

  place({ clientX, clientY }) {
    const box = this.scatter.canvas.getBoundingClientRect();
    return [clientX - box.left, clientY - box.top];
  }

  down(event) {
    const { scatter, pointers } = this;
    if (event.button > 0) return;
    pointers.set(event.pointerId, this.place(event));
    scatter.canvas.setPointerCapture(event.pointerId);
    this.travelled = 0;
    if (pointers.size === 1 && (this.isLasso || event.shiftKey)) scatter.lasso = [this.place(event)];
    else scatter.lasso = null;
    this.isSideways = event.altKey; // in three dimensions: move in place of turn
    this.onPoint(-1);
  }

  move(event) {
    const [x, y] = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.onPoint(this.scatter.at(x, y), x, y);
    const [dx, dy] = [x - before[0], y - before[1]];
    this.travelled += Math.hypot(dx, dy);
    if (this.pointers.size === 2) this.pinch(event.pointerId, before, [x, y]);
    this.pointers.set(event.pointerId, [x, y]);
    const { scatter } = this;
    if (scatter.lasso) scatter.lasso.push([x, y]);
    else if (this.pointers.size === 1) this.drag(dx, dy);
    this.redraw({ isStill: Boolean(scatter.lasso) });
  }

  drag(dx, dy) {
    const { view } = this.scatter;
    if (view.isSolid && !this.isSideways) view.turn(dx, dy);
    else view.move(dx, dy);
  }

  pinch(id, before, now) {
    const [[, other]] = [...this.pointers].filter(([key]) => key !== id);
    const away = (place) => Math.hypot(place[0] - other[0], place[1] - other[1]) || 1;
    this.scatter.view.zoomAt((now[0] + other[0]) / 2, (now[1] + other[1]) / 2, away(now) / away(before));
  }

  up(event) {
    const { scatter } = this;
    if (!this.pointers.delete(event.pointerId)) return;
    const { lasso } = scatter;
    scatter.lasso = null;
    if (this.travelled < STILL) {
      const found = scatter.at(...this.place(event));
      if (found >= 0) this.onPick(found);
      else if (scatter.chosen.size) this.onChoose([]);
    } else if (lasso) this.onChoose(insideOf(lasso, scatter.seen));
    this.redraw();
  }

  cancel(event) {
    this.pointers.delete(event.pointerId);
    this.scatter.lasso = null;
    this.redraw();
  }

  leave() {
    if (!this.pointers.size) this.onPoint(-1);
  }

  // The page scrolls on until somebody has taken hold of the points.
  wheel(event) {
    const isHeld = event.ctrlKey || this.scatter.canvas.matches(":focus");
    if (!isHeld) return this.onHint(SCROLL_HINT);
    event.preventDefault();
    this.scatter.view.zoomAt(...this.place(event), Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0018)));
    this.redraw();
  }

  key(event) {
    const { view } = this.scatter;
    const step = arrowStep(event);
    if (step && view.isSolid && !event.shiftKey) view.turn(step[1] * STEP.turn, step[0] * STEP.turn);
    else if (step) view.move(-step[1] * STEP.move, -step[0] * STEP.move);
    else if (event.key === "+" || event.key === "=") this.zoom(STEP.zoom);
    else if (event.key === "-") this.zoom(1 / STEP.zoom);
    else if (event.key === "0") view.reset();
    else if (event.key === "Escape" && this.scatter.chosen.size) this.onChoose([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
    this.redraw();
  }

  zoom(factor) {
    const { view } = this.scatter;
    view.zoomAt(view.width / 2, view.height / 2, factor);
    this.redraw();
  }

  // Of many moves between two frames the last one is drawn. isStill: the points stay where they are.
  redraw({ isStill = false } = {}) {
    this.isStill = isStill && (this.isStill ?? true);
    this.next ??= requestAnimationFrame(() => {
      if (this.isStill) this.scatter.paint();
      else this.scatter.draw();
      this.next = this.isStill = null;
    });
  }
}

// The points within a line that is closed, by how often a ray from them crosses it.
export function insideOf(line, places) {
  const isInside = ([x, y]) => {
    let isIn = false;
    for (let i = 0, j = line.length - 1; i < line.length; j = i++) {
      const [[x1, y1], [x2, y2]] = [line[i], line[j]];
      if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) isIn = !isIn;
    }
    return isIn;
  };
  return [...places.keys()].filter((i) => isInside(places[i]));
}
