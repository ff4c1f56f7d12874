// Mouse, touch and keyboard on a picture.
//
// Mouse: moving points, dragging pans, Ctrl + wheel (or a pinch on the touchpad) zooms, as does the plain wheel
// once the picture has the focus. Touch: one finger points, two pan and zoom. Keys: arrows move the window (Shift: by
// ten), + and - zoom, 0 shows all.

import { arrowStep } from "../shared/keys.js";

const DRAG_FROM = 4; // screen pixels before a press becomes a drag

export class Gestures {
  // `on` is told of what is done: point(place), move(rows, columns), enter(), leave().
  constructor(view, zoom, on) {
    Object.assign(this, { view, zoom, on, canvas: view.canvas, fingers: new Map(), press: null, pinch: null });
    const listeners = {
      pointerdown: (event) => this.down(event),
      pointermove: (event) => this.drag(event),
      pointerup: (event) => this.release(event),
      pointercancel: (event) => this.release(event),
      pointerenter: (event) => event.pointerType === "mouse" && on.enter(),
      pointerleave: (event) => event.pointerType === "mouse" && on.leave(),
      wheel: (event) => this.wheel(event),
      keydown: (event) => this.key(event),
    };
    for (const [type, listener] of Object.entries(listeners))
      this.canvas.addEventListener(type, listener, { passive: false });
  }

  point(event) {
    this.on.point(this.view.pixelAt(event));
  }

  down(event) {
    const { canvas, fingers, zoom } = this;
    fingers.set(event.pointerId, event);
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      // the pointer is gone already
    }
    if (event.pointerType === "mouse") this.press = { x: event.clientX, y: event.clientY, from: this.view.shareOf(event), zoom: { ...zoom }, panned: false };
    else if (fingers.size === 1) this.point(event);
    else this.pinch = { ...this.twoFingers(), zoom: { ...zoom } };
    canvas.focus({ preventScroll: true });
  }

  drag(event) {
    const { fingers } = this;
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (this.pinch && fingers.size === 2) this.movePinch();
    else if (this.press) this.pan(event);
    else if (event.pointerType === "mouse" || fingers.size === 1) this.point(event);
  }

  release(event) {
    if (this.press && !this.press.panned && event.type === "pointerup") this.point(event);
    this.fingers.delete(event.pointerId);
    this.press = null;
    this.pinch = null;
  }

  pan(event) {
    const { press, zoom, view } = this;
    if (!press.panned && Math.hypot(event.clientX - press.x, event.clientY - press.y) < DRAG_FROM) return;
    press.panned = true;
    const to = view.shareOf(event);
    zoom.change(zoom.factor, press.zoom.x - (to.x - press.from.x) / zoom.factor, press.zoom.y - (to.y - press.from.y) / zoom.factor);
  }

  twoFingers() {
    const [a, b] = [...this.fingers.values()];
    const middle = { clientX: (a.clientX + b.clientX) / 2, clientY: (a.clientY + b.clientY) / 2 };
    return { distance: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY), ...this.view.shareOf(middle) };
  }

  movePinch() {
    const { pinch } = this;
    const now = this.twoFingers();
    const factor = Math.max(1, (pinch.zoom.factor * now.distance) / (pinch.distance || 1));
    this.zoom.change(
      factor,
      pinch.zoom.x + pinch.x / pinch.zoom.factor - now.x / factor,
      pinch.zoom.y + pinch.y / pinch.zoom.factor - now.y / factor,
    );
  }

  wheel(event) {
    const { canvas } = this;
    const hasFocus = canvas.getRootNode().activeElement === canvas;
    if (!event.ctrlKey && !hasFocus) return;
    event.preventDefault();
    this.zoom.by(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.view.shareOf(event));
  }

  key(event) {
    const { zoom } = this;
    const step = arrowStep(event);
    if (step) this.on.move(...step.map((steps) => steps * (event.shiftKey ? 10 : 1)));
    else if (event.key === "+" || event.key === "=") zoom.by(1.5);
    else if (event.key === "-") zoom.by(1 / 1.5);
    else if (event.key === "0") zoom.change(1, 0.5, 0.5);
    else return;
    event.preventDefault();
  }
}
