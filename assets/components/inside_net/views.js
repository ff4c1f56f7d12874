// What of the net is shown: one picture with every map, several pictures beside each other, or why it says what it says.

import { element } from "../shared/dom.js";

const VIEWS = {
  one: { text: "One picture", state: { journey: null, why: null } },
  several: { text: "Several pictures", state: { journey: {}, why: null } },
  why: { text: "Why", state: { journey: null, why: {} } },
};

export class Views {
  constructor(app) {
    this.app = app;
    this.buttons = Object.entries(VIEWS).map(([name, { text }]) => [name, element("button", { type: "button", text, on: { click: () => this.turn(name) } })]);
    app.find("views").append(...this.buttons.map(([, button]) => button));
  }

  turn(name) {
    const { state } = this.app;
    if (name !== this.shown(state.values)) state.change(VIEWS[name].state);
    if (state.values.view.level) state.open({ level: 0 });
  }

  shown({ journey, why }) {
    if (why) return "why";
    return journey ? "several" : "one";
  }

  changed(values, changed) {
    const shown = this.shown(values);
    for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === shown));
    if (changed.has("net")) this.buttons.at(-1)[1].hidden = !this.app.hasAnswer || !this.app.methods?.length;
  }
}
