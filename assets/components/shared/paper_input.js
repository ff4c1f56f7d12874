// Pointers and keys on a paper.
//
// One pointer draws at a time; the page does not scroll under it. Arrow keys move a cursor (two together: slantwise;
// with Shift: a finer step), Space or Enter puts the pen down and lifts it, Escape lifts it; Ctrl+Z and Ctrl+Shift+Z.

import { arrowStep } from "./keys.js";
import { clamp } from "./numbers.js";

const STEP = 1 / 28;
const FINE_STEP = STEP / 4;
const ERASER_END = 32; // in `buttons`: a pen that is turned round
const DIGITS = 10_000; // places are told in ten-thousandths: short as JSON, finer than a pixel

export function listenTo(paper) {
  const [pointers, keys] = [new Pointers(paper), new Keys(paper)];
  const listeners = {
    pointerdown: (event) => pointers.down(event),
    pointermove: (event) => pointers.move(event),
    pointerup: (event) => pointers.lift(event),
    pointercancel: (event) => pointers.lift(event),
    pointerleave: () => paper.point(null),
    contextmenu: (event) => event.pointerType !== "mouse" && event.preventDefault(), // of a long touch
    keydown: (event) => keys.press(event),
    keyup: (event) => keys.held.delete(event.key),
    focus: () => paper.canvas.matches(":focus-visible") && keys.showCursor(),
    blur: () => keys.leave(),
  };
  for (const [type, listener] of Object.entries(listeners)) paper.canvas.addEventListener(type, listener);
}

// Ctrl+Z, Ctrl+Shift+Z, Ctrl+Y, on a Mac with Command: whether it was one of them.
export function pressShortcut(paper, event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
  const key = event.key.toLowerCase();
  if (key === "y" || (key === "z" && event.shiftKey)) paper.redo();
  else if (key === "z") paper.undo();
  else return false;
  event.preventDefault();
  return true;
}

const round = (value) => Math.round(clamp(value, -0.5, 1.5) * DIGITS) / DIGITS;

class Pointers {
  constructor(paper) {
    this.paper = paper;
    this.drawing = null; // the pointer that draws
  }

  pointOf({ clientX, clientY, pointerType, pressure }) {
    const box = this.paper.canvas.getBoundingClientRect();
    const place = [round((clientX - box.left) / box.width), round((clientY - box.top) / box.height)];
    return pointerType === "pen" && pressure > 0 ? [...place, round(pressure)] : place;
  }

  down(event) {
    if (this.drawing !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    const { canvas, tool } = this.paper;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      // the pointer is gone already
    }
    this.drawing = event.pointerId;
    this.follow(event);
    this.paper.begin(this.pointOf(event), event.buttons & ERASER_END ? "eraser" : tool);
  }

  move(event) {
    if (this.drawing !== null && event.pointerId !== this.drawing) return;
    this.follow(event);
    if (this.drawing === null) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) this.paper.extend(this.pointOf(one));
  }

  // The ring shows where a mouse or pen would draw; a finger hides it.
  follow(event) {
    this.paper.point(event.pointerType === "touch" ? null : this.pointOf(event));
  }

  lift(event) {
    if (event.pointerId !== this.drawing) return;
    this.drawing = null;
    this.paper.end();
  }
}

class Keys {
  constructor(paper) {
    this.paper = paper;
    this.held = new Map(); // arrow keys that are down, and their steps
    this.place = [0.5, 0.5];
    this.isDown = false; // the pen
  }

  press(event) {
    if (pressShortcut(this.paper, event)) return;
    const step = arrowStep(event);
    const isPen = event.key === " " || event.key === "Enter";
    if (event.key === "Escape") this.lift();
    if (!step && !isPen) return;
    event.preventDefault();
    this.paper.stopDemo();
    if (step) {
      this.held.set(event.key, step);
      this.move(event.shiftKey ? FINE_STEP : STEP);
    } else if (!event.repeat) this.togglePen();
    this.showCursor();
  }

  togglePen() {
    if (this.isDown && this.paper.stroke) return this.lift();
    this.isDown = true;
    this.paper.begin(this.place);
    this.paper.say("The pen is down");
  }

  lift() {
    if (!this.isDown) return;
    this.isDown = false;
    this.paper.end();
    this.paper.say("The pen is up");
  }

  move(size) {
    const steps = [...this.held.values()];
    const along = (axis) => size * Math.sign(steps.reduce((sum, step) => sum + step[axis], 0));
    const [x, y] = this.place;
    this.place = [round(clamp(x + along(1), 0, 1)), round(clamp(y + along(0), 0, 1))];
    if (this.isDown) this.paper.extend(this.place);
  }

  showCursor() {
    this.paper.point(this.place);
  }

  leave() {
    this.held.clear();
    this.lift();
    this.paper.point(null);
  }
}
