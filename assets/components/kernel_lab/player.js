// The window slides over the picture by itself; the result fills as it goes.

import { element } from "../shared/dom.js";
import { countText } from "../shared/numbers.js";
import { button } from "./controls.js";

const NOT_YET = "#9aa3ad"; // what the window has not reached
const SPEEDS = [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000]; // positions a second

export class Player {
  constructor(place, lab) {
    this.lab = lab;
    this.filled = null; // how many positions of the result are shown; null: all
    this.isPlaying = false;
    this.isHeld = false; // while the mouse is on a picture
    this.playButton = button("\u25b6 Slide", "Let the kernel slide over the picture", () => this.toggle(), { class: "main" });
    this.stepButton = button("Step", "One position further", () => this.step());
    this.endButton = button("Show all", "Stop and show the whole result", () => this.finish());
    this.speed = element("input", { type: "range", min: "0", max: SPEEDS.length - 1, step: "1", "aria-label": "Speed" });
    this.speed.value = 6;
    this.speed.addEventListener("input", () => this.refresh());
    this.speedText = element("span");
    place.append(this.playButton, this.stepButton, this.endButton, element("label", { class: "speed" }, this.speed, this.speedText));
    this.refresh();
  }

  get total() {
    return this.lab.result.width * this.lab.result.height;
  }

  toggle() {
    this.isPlaying = !this.isPlaying;
    if (this.isPlaying) {
      if (this.filled === null || this.filled >= this.total) this.filled = 0;
      this.last = performance.now();
      this.owed = 0;
      requestAnimationFrame((now) => this.tick(now));
    }
    this.refresh();
  }

  tick(now) {
    if (!this.isPlaying || this.lab.isClosed) return;
    if (!this.isHeld) {
      this.owed += ((now - this.last) / 1000) * SPEEDS[this.speed.value];
      const steps = Math.floor(this.owed);
      this.owed -= steps;
      if (steps) this.advance(steps);
    }
    this.last = now;
    if (this.isPlaying) requestAnimationFrame((next) => this.tick(next));
  }

  step() {
    this.isPlaying = false;
    if (this.filled === null || this.filled >= this.total) this.filled = 0;
    this.advance(1);
    this.refresh();
  }

  advance(steps) {
    this.filled = Math.min(this.filled + steps, this.total);
    const at = this.filled - 1;
    const { width } = this.lab.result;
    this.lab.pointAt({ row: Math.floor(at / width), column: at % width }, { follow: true });
    if (this.filled >= this.total) this.finish();
  }

  finish() {
    this.isPlaying = false;
    this.filled = null;
    this.refresh();
    this.lab.draw();
  }

  hold(isHeld) {
    this.isHeld = isHeld;
    this.refresh();
  }

  refresh() {
    const isWaiting = this.isPlaying && this.isHeld;
    this.playButton.textContent = isWaiting ? "Paused: mouse on picture" : this.isPlaying ? "Pause" : "\u25b6 Slide";
    this.endButton.disabled = this.filled === null;
    this.speedText.textContent = `${countText(SPEEDS[this.speed.value])} positions/s`;
  }

  // Cover what is not computed yet.
  cover(context, { cell, left, top, width, height }) {
    if (this.filled === null) return;
    const row = Math.floor(this.filled / width);
    const column = this.filled % width;
    context.fillStyle = NOT_YET;
    context.fillRect(left + column * cell, top + row * cell, (width - column) * cell, cell);
    context.fillRect(left, top + (row + 1) * cell, width * cell, Math.max(0, height - row - 1) * cell);
  }
}
