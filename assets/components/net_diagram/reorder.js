// A layer is dragged to another place: by mouse at once, by finger after it was held. A line shows where it would go.

import { svgElement } from "../shared/dom.js";

const START = 6; // pixels that a mouse moves before it drags
const HOLD = 350; // ms that a finger rests before it drags
const EDGE = 36; // pixels at the border of the frame in which it scrolls by itself
const SCROLLED = 14;

const distance = (box, x, y) =>
  Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));

export class Reorder {
  // `tell(layer, goal)` says what a release would do, `move(path, goal)` does it; goal: { layer, isAfter }.
  constructor(frame, { tell, move }) {
    Object.assign(this, { frame, tell, move, dragged: null, goal: null, ended: 0 });
    frame.addEventListener("pointerdown", (event) => this.take(event));
    frame.addEventListener("touchmove", (event) => this.dragged && event.preventDefault(), { passive: false });
    frame.addEventListener("contextmenu", (event) => this.dragged && event.preventDefault());
    frame.addEventListener("click", (event) => this.ended === event.timeStamp || performance.now() - this.ended > 50 || event.stopPropagation(), true);
  }

  // The box itself, unless it is the image, or stands for several that only come again.
  static movable(layer) {
    return Boolean(layer?.dataset.path) && !layer.dataset.fold?.includes("+");
  }

  take(event) {
    const layer = event.target.closest(".layer");
    if (event.button || !event.isPrimary || !Reorder.movable(layer)) return;
    const stop = new AbortController();
    const { signal } = stop;
    const begin = () => this.begin(layer);
    const timer = event.pointerType === "mouse" ? 0 : setTimeout(begin, HOLD);
    const end = (isDone) => {
      clearTimeout(timer);
      stop.abort();
      this.end(isDone);
    };
    const follow = (now) => {
      const way = Math.hypot(now.clientX - event.clientX, now.clientY - event.clientY);
      if (!this.dragged && event.pointerType !== "mouse" && way > START) return end(false); // it scrolls
      if (!this.dragged && event.pointerType === "mouse" && way > START) begin();
      if (this.dragged) this.over(now.clientX, now.clientY);
    };
    addEventListener("pointermove", follow, { signal });
    addEventListener("pointerup", () => end(true), { signal });
    addEventListener("pointercancel", () => end(false), { signal });
    addEventListener("keydown", ({ key }) => key === "Escape" && end(false), { signal });
  }

  begin(layer) {
    this.dragged = layer;
    this.frame.classList.add("dragging");
    layer.classList.add("dragged");
  }

  over(x, y) {
    this.scrollAt(x, y);
    this.goal = this.goalAt(x, y);
    this.showGoal();
    this.tell(this.dragged, this.goal);
  }

  scrollAt(x, y) {
    const { left, right, top, bottom } = this.frame.getBoundingClientRect();
    this.frame.scrollLeft += x > right - EDGE ? SCROLLED : x < left + EDGE ? -SCROLLED : 0;
    this.frame.scrollTop += y > bottom - EDGE ? SCROLLED : y < top + EDGE ? -SCROLLED : 0;
  }

  // Beside which box, and after it: the nearest one that is not what is dragged.
  goalAt(x, y) {
    const own = this.dragged.dataset.path;
    const places = [...this.frame.querySelectorAll(".layer")].filter(
      ({ dataset: { path } }) => path !== own && !path.startsWith(`${own}.`),
    );
    const boxes = places.map((layer) => [layer, layer.getBoundingClientRect()]);
    const [layer, box] = boxes.reduce((best, each) => (distance(each[1], x, y) < distance(best[1], x, y) ? each : best));
    return { layer, box, isAfter: this.isAfter(layer, box, x, y) };
  }

  isAfter(layer, box, x, y) {
    if (!layer.dataset.path) return true; // nothing stands before the image
    const isBlock = this.frame.querySelector(`.layer[data-path="${layer.dataset.path}"]:not([data-layer])`);
    if (isBlock && !layer.dataset.fold) return Boolean(layer.dataset.layer); // its sum is its end, its title its beginning
    return this.isDown ? y > box.top + box.height / 2 : x > box.left + box.width / 2;
  }

  // A line at the side of the box where the layer would go.
  showGoal() {
    this.line?.remove();
    const svg = this.frame.querySelector("svg");
    const { left, top, width } = svg.getBoundingClientRect();
    const scale = width / svg.viewBox.baseVal.width;
    const { box, isAfter } = this.goal;
    const [x, y] = [(box.left - left) / scale, (box.top - top) / scale];
    const [across, down] = [box.width / scale, box.height / scale];
    const place = this.isDown
      ? { x, y: (isAfter ? y + down + 3 : y - 6), width: across, height: 3 }
      : { x: (isAfter ? x + across + 9 : x - 12), y, width: 3, height: down };
    this.line = svg.appendChild(svgElement("rect", { class: "drop", rx: 1.5, ...place }));
  }

  end(isDone) {
    if (!this.dragged) return;
    this.frame.classList.remove("dragging");
    this.dragged.classList.remove("dragged");
    this.line?.remove();
    const [{ path }, goal] = [this.dragged.dataset, this.goal];
    Object.assign(this, { dragged: null, goal: null, ended: performance.now() });
    if (isDone && goal) this.move(path, goal);
    else this.tell(null, null);
  }
}
