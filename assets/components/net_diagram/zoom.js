// How large a diagram is shown, and which part of it: buttons, Ctrl and wheel, two fingers, keys; dragging its ground moves it.

import { clamp } from "../shared/numbers.js";

const LEAST_SCALE = 0.8; // smaller, the 11 pixel text could hardly be read: scroll instead
const MOST_SCALE = 1.5; // of a small net by itself
const LARGE_SCALE = 2.5; // on the full screen
const LARGEST = 4;
const STEP = 1.3;

export class Zoom {
  constructor(frame, find, isLarge) {
    this.frame = frame;
    this.isLarge = isLarge;
    this.factor = 1; // to the scale in which the drawing can be read
    find("in").addEventListener("click", () => this.by(STEP));
    find("out").addEventListener("click", () => this.by(1 / STEP));
    find("whole").addEventListener("click", () => this.showWhole());
    frame.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    frame.addEventListener("pointerdown", (event) => this.startPan(event));
    frame.addEventListener("touchmove", (event) => this.pinch(event), { passive: false });
    frame.addEventListener("touchend", () => (this.spread = null));
  }

  get svg() {
    return this.frame.querySelector("svg");
  }

  // The scale at which all of a drawing of this size is seen.
  whole({ width, height }) {
    const { clientWidth, clientHeight } = this.frame;
    return Math.min(clientWidth / width, clientHeight / height);
  }

  readable(size) {
    return clamp(this.whole(size), LEAST_SCALE, this.isLarge() ? LARGE_SCALE : MOST_SCALE);
  }

  apply() {
    if (!this.svg || !this.frame.clientWidth) return;
    const { width, height } = this.svg.viewBox.baseVal;
    const size = { width, height };
    const scale = clamp(this.readable(size) * this.factor, Math.min(this.whole(size), LEAST_SCALE), LARGEST);
    this.svg.setAttribute("width", width * scale);
    this.svg.setAttribute("height", height * scale);
  }

  // Enlarge around a place of the window, by default the middle of the frame.
  by(factor, place = null) {
    if (!this.svg) return;
    const frame = this.frame.getBoundingClientRect();
    const { x, y } = place ?? { x: frame.left + frame.width / 2, y: frame.top + frame.height / 2 };
    const before = this.svg.getBoundingClientRect();
    const [across, down] = [(x - before.left) / before.width, (y - before.top) / before.height];
    const size = this.svg.viewBox.baseVal;
    const least = Math.min(this.whole(size), LEAST_SCALE) / this.readable(size);
    this.factor = clamp(this.factor * factor, least, LARGEST / this.readable(size));
    this.apply();
    const after = this.svg.getBoundingClientRect();
    this.frame.scrollLeft += after.left + across * after.width - x;
    this.frame.scrollTop += after.top + down * after.height - y;
  }

  showWhole() {
    if (!this.svg) return;
    const size = this.svg.viewBox.baseVal;
    this.factor = Math.min(1, this.whole(size) / this.readable(size));
    this.apply();
  }

  // Whether a key changed the zoom.
  takesKey(key) {
    const acts = { "+": () => this.by(STEP), "-": () => this.by(1 / STEP), 0: () => this.showWhole() };
    acts[key]?.();
    return key in acts;
  }

  turn(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.by(Math.exp(-clamp(event.deltaY, -60, 60) / 150), event);
  }

  pinch(event) {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    const [a, b] = [...event.touches].map(({ clientX, clientY }) => ({ x: clientX, y: clientY }));
    const spread = Math.hypot(a.x - b.x, a.y - b.y);
    if (this.spread) this.by(spread / this.spread, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
    this.spread = spread;
  }

  // The ground follows a mouse; a finger scrolls by itself.
  startPan(event) {
    if (event.pointerType !== "mouse" || event.button || event.target.closest(".layer, .fold")) return;
    const { scrollLeft, scrollTop } = this.frame;
    const follow = ({ clientX, clientY }) =>
      this.frame.scrollTo(scrollLeft - clientX + event.clientX, scrollTop - clientY + event.clientY);
    const end = () => {
      this.frame.classList.remove("panned");
      removeEventListener("pointermove", follow);
    };
    this.frame.classList.add("panned");
    addEventListener("pointermove", follow);
    addEventListener("pointerup", end, { once: true });
  }

  // Scroll so that a box is seen, in the middle where it was not.
  uncover(layer) {
    const [box, frame] = [layer.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    if (box.left < frame.left || box.right > frame.right)
      this.frame.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2);
    if (box.top < frame.top || box.bottom > frame.bottom)
      this.frame.scrollTop += box.top + box.height / 2 - (frame.top + frame.height / 2);
  }
}
