// All nets through their trainings at once: 0 to 100 per cent of each, the kept epoch that is nearest.

import { element } from "../shared/dom.js";
import { percentText } from "../shared/numbers.js";

const STEP_MS = 300; // of playing
const STEPS = 20; // of the whole training

export class TrainingSlider {
  // onShare(share, 0 to 1); onNear() when it will soon be moved.
  constructor({ onShare, onNear }) {
    Object.assign(this, { onShare, timer: null });
    this.play = element("button", { type: "button", text: "Play", "aria-label": "Play the training of all nets", on: { click: () => this.toggle() } });
    this.input = element("input", { type: "range", min: "0", max: "100", step: "1", "aria-label": "Share of the training", on: { input: () => this.moved() } });
    this.input.value = "100";
    this.words = element("span", { class: "training-share" });
    this.root = element("div", { class: "training", role: "group", "aria-label": "The nets during their training", on: { pointerenter: onNear, focusin: onNear } }, this.play, this.input, this.words);
    this.tell();
  }

  get share() {
    return Number(this.input.value) / 100;
  }

  moved() {
    this.stop();
    this.go();
  }

  go() {
    this.tell();
    this.onShare(this.share);
  }

  tell() {
    const text = this.share === 1 ? "as each training ended" : `after ${percentText(this.share)} of each training`;
    this.words.textContent = text;
    this.input.setAttribute("aria-valuetext", text);
  }

  toggle() {
    if (this.timer) return this.stop();
    if (this.share === 1) this.step(-1);
    this.timer = setInterval(() => (this.share < 1 ? this.step(1 / STEPS) : this.stop()), STEP_MS);
    this.play.textContent = "Pause";
  }

  step(by) {
    this.input.value = String(Math.round(100 * (this.share + by)));
    this.go();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
  }
}
