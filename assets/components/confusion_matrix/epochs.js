// A line through the epochs: the matrix of the validation after each, and that of the test images at the end.

import { element } from "../shared/dom.js";

const STEP_MS = 350; // of playing
const PLAY = "Play epochs";

export class Epochs {
  constructor(root, { onStop, onEvaluate }) {
    Object.assign(this, { root, onStop, stops: [], at: 0, timer: null });
    this.play = element("button", { type: "button", class: "play", text: PLAY, on: { click: () => this.togglePlay() } });
    this.slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Epoch of the matrix", on: { input: () => this.scrub() } });
    this.title = element("strong");
    this.hint = element("span");
    this.evaluate = element("button", { type: "button", text: "Evaluate this epoch", on: { click: () => onEvaluate(this.stop.epoch) } });
    const label = element("label", { text: "Epoch" });
    label.append(this.slider);
    root.append(element("p", {}, this.title, this.hint), this.play, label, this.evaluate);
  }

  get stop() {
    return this.stops[this.at];
  }

  // stops: {title, epoch, kept}, the last is the one that the page is about.
  take(stops) {
    this.pause();
    this.stops = stops;
    this.at = stops.length - 1;
    this.slider.max = this.at;
    this.root.hidden = stops.length < 2;
    this.hint.textContent = " To the left: after each epoch.";
    this.show();
  }

  scrub() {
    this.pause();
    this.go(Number(this.slider.value));
  }

  go(at) {
    this.at = at;
    this.show();
    this.onStop();
  }

  show() {
    const { title, kept } = this.stop;
    this.slider.value = this.at;
    this.slider.setAttribute("aria-valuetext", title);
    this.title.textContent = title;
    this.evaluate.hidden = !kept;
  }

  togglePlay() {
    if (this.timer) return this.pause();
    this.play.textContent = "Pause";
    this.go(this.at === this.stops.length - 1 ? 0 : this.at);
    this.timer = setInterval(() => (this.at < this.stops.length - 1 ? this.go(this.at + 1) : this.pause()), STEP_MS);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = PLAY;
  }
}
