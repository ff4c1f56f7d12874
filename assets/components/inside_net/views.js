// The screens of a net, one at a time: one picture with every map, several pictures beside each other, what it has learned, why it says
// what it says, what fools it. What a screen needs may be missing: then it has no button. The address names the screen.

import { element } from "../shared/dom.js";

const VIEWS = {
  net: { text: "One picture" },
  journey: { text: "Several pictures" },
  filters: { text: "Filters" },
  why: { text: "Why", isPossible: (app) => app.hasAnswer && app.methods?.length > 0 },
  embedding: { text: "Test images", isPossible: (app) => Boolean(app.imagesUrl) },
  fool: { text: "Fool it", isPossible: (app) => app.hasAnswer && app.makers?.length > 0 },
};

// Those that take the place of the net; each is drawn by a part of its own, in the element of its name.
export const SCREENS = Object.keys(VIEWS).filter((name) => name !== "net");

export function screenTitle(name) {
  return name === "net" ? "The whole net" : VIEWS[name].text;
}

export class Views {
  constructor(app) {
    this.app = app;
    this.buttons = Object.entries(VIEWS).map(([name, { text }]) => [name, element("button", { type: "button", text, on: { click: () => this.turn(name) } })]);
    app.find("views").append(...this.buttons.map(([, button]) => button));
  }

  turn(screen) {
    const { state } = this.app;
    if (screen !== state.values.screen) state.change({ screen, journey: {} });
    if (state.values.view.level) state.open({ level: 0 });
  }

  changed({ screen }, changed) {
    for (const [name, button] of this.buttons) {
      button.setAttribute("aria-pressed", String(name === screen));
      if (changed.has("net")) button.hidden = VIEWS[name].isPossible ? !VIEWS[name].isPossible(this.app) : false;
    }
  }
}
