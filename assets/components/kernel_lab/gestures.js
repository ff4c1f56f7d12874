// Mouse, touch and keyboard on a picture.
//
// Mouse: moving points, dragging pans, Ctrl + wheel (or a pinch on the touchpad) zooms, as does the plain wheel
// once the picture has the focus. Touch: one finger points, two pan and zoom. Keys: arrows move the window (Shift: by
// ten), + and - zoom, 0 shows all.

import { arrowStep } from "../shared/keys.js";

const DRAG_FROM = 4; // screen pixels before a press becomes a drag

export function attachGestures(view, zoom, { point, move, enter, leave }) {
  const { canvas } = view;
  const fingers = new Map();
  let press = null;
  let pinch = null;

  canvas.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    try {
      canvas.setPointerCapture(event.pointerId);
    } catch {
      // the pointer is gone already
    }
    if (event.pointerType === "mouse") press = { x: event.clientX, y: event.clientY, zoom: { ...zoom }, panned: false };
    else if (fingers.size === 1) point(view.pixelAt(event));
    else pinch = startPinch();
    canvas.focus({ preventScroll: true });
  });
  canvas.addEventListener("pointermove", (event) => {
    if (fingers.has(event.pointerId)) fingers.set(event.pointerId, event);
    if (pinch && fingers.size === 2) return movePinch();
    if (press) return pan(event);
    if (event.pointerType === "mouse" || fingers.size === 1) point(view.pixelAt(event));
  });
  const release = (event) => {
    if (press && !press.panned && event.type === "pointerup") point(view.pixelAt(event));
    fingers.delete(event.pointerId);
    press = null;
    pinch = null;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && enter());
  canvas.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && leave());
  canvas.addEventListener("wheel", onWheel, { passive: false });
  canvas.addEventListener("keydown", onKey);

  function pan(event) {
    const [dx, dy] = [event.clientX - press.x, event.clientY - press.y];
    if (!press.panned && Math.hypot(dx, dy) < DRAG_FROM) return;
    press.panned = true;
    const box = canvas.getBoundingClientRect();
    zoom.change(zoom.factor, press.zoom.x - dx / box.width / zoom.factor, press.zoom.y - dy / box.height / zoom.factor);
  }

  function twoFingers() {
    const [a, b] = [...fingers.values()];
    const box = canvas.getBoundingClientRect();
    return {
      distance: Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY),
      x: ((a.clientX + b.clientX) / 2 - box.left) / box.width,
      y: ((a.clientY + b.clientY) / 2 - box.top) / box.height,
    };
  }

  function startPinch() {
    return { ...twoFingers(), zoom: { ...zoom } };
  }

  function movePinch() {
    const now = twoFingers();
    const factor = Math.max(1, (pinch.zoom.factor * now.distance) / (pinch.distance || 1));
    zoom.change(
      factor,
      pinch.zoom.x + (pinch.x - 0.5) / pinch.zoom.factor - (now.x - 0.5) / factor,
      pinch.zoom.y + (pinch.y - 0.5) / pinch.zoom.factor - (now.y - 0.5) / factor,
    );
  }

  function onWheel(event) {
    const hasFocus = canvas.getRootNode().activeElement === canvas;
    if (!event.ctrlKey && !hasFocus) return;
    event.preventDefault();
    const box = canvas.getBoundingClientRect();
    const ratio = Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.002));
    zoom.by(ratio, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  function onKey(event) {
    const step = arrowStep(event);
    if (step) move(...step.map((steps) => steps * (event.shiftKey ? 10 : 1)));
    else if (event.key === "+" || event.key === "=") zoom.by(1.5);
    else if (event.key === "-") zoom.by(1 / 1.5);
    else if (event.key === "0") zoom.change(1, 0.5, 0.5);
    else return;
    event.preventDefault();
  }
}
