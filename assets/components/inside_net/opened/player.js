// Moves the window over the picture: play, pause, one step on or back.

import { element } from "../../shared/dom.js";

const STEP_MS = 260;

export class Player {
  constructor(app, { height, width }) {
    Object.assign(this, { app, height, width, timer: null });
    const button = (text, label, click) => element("button", { type: "button", text, "aria-label": label, on: { click } });
    this.play = button("Play", "Play: move the window on", () => this.toggle());
    this.where = element("span", { class: "where" });
    this.root = element("div", { class: "player", role: "group", "aria-label": "Move the window" },
      button("\u2039 Step", "One step back", () => this.step(-1)), this.play, button("Step \u203a", "One step on", () => this.step(1)), this.where);
  }

  toggle() {
    if (this.timer) return this.pause();
    this.timer = setInterval(() => this.move(1), STEP_MS);
    this.play.textContent = "Pause";
    this.play.setAttribute("aria-label", "Pause");
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.play.textContent = "Play";
    this.play.setAttribute("aria-label", "Play: move the window on");
  }

  step(by) {
    this.pause();
    this.move(by);
  }

  move(by) {
    const { row, column } = this.app.state.values.view;
    const places = this.height * this.width;
    const next = (row * this.width + column + by + places) % places;
    this.app.state.open({ row: Math.floor(next / this.width), column: next % this.width });
  }

  refresh({ row, column }) {
    this.where.textContent = `row ${row + 1} of ${this.height}, column ${column + 1} of ${this.width}`;
  }
}
