// What the colours of the points mean; pointing at a name dims the others, a click keeps it so.

import { classStyle } from "../../shared/class_colours.js";
import { css } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { countText } from "../../shared/numbers.js";

const RIGHT = { name: "right", colour: [138, 147, 160], shape: "disc", ink: "#000", alpha: 0.55 };
const WRONG = { name: "wrong", colour: [213, 94, 0], shape: "disc", ink: "#000", isAbove: true }; // --mistake
export const COLOURINGS = { class: "class", answer: "what the net says", mistake: "mistakes" };

// {groupOf, groups, names}, as Scatter.colour takes it. A mistake is coloured, its name is that of the class.
export function colouring(by, { labels, said, classes }) {
  const styles = classes.map((name, number) => ({ name, ...classStyle(number) }));
  const numbers = by === "answer" ? said : [...labels];
  const names = styles.map((style, number) => ({ text: style.name, style, members: [...numbers.keys()].filter((i) => numbers[i] === number) }));
  if (by !== "mistake") return { groupOf: numbers, groups: styles, names };
  const calm = names.map((name) => ({ ...name, style: RIGHT }));
  return { groupOf: [...labels].map((label, i) => (said[i] === label ? 0 : 1)), groups: [RIGHT, WRONG], names: calm };
}

export class Legend {
  // onLight(group or null)
  constructor(onLight) {
    Object.assign(this, { onLight, kept: null });
    this.root = element("div", { class: "embedding-legend", role: "group", "aria-label": "Show only these" });
  }

  show({ groupOf, groups }) {
    this.kept = null;
    const counts = groups.map((_, group) => groupOf.reduce((sum, one) => sum + (one === group ? 1 : 0), 0));
    this.buttons = groups.map((group, number) => this.button(group, number, counts[number]));
    this.root.replaceChildren(...this.buttons.filter((_, number) => counts[number]));
  }

  button(group, number, count) {
    const dot = element("i", { class: `embedding-dot ${group.shape}`, style: `background: ${css(group.colour)}` });
    const light = (on) => this.onLight(on ? number : this.kept);
    const button = element("button", { type: "button", "aria-pressed": "false", on: { click: () => this.keep(number), pointerenter: () => light(true), pointerleave: () => light(false) } });
    button.append(dot, element("span", { text: group.name }), element("span", { class: "hint", text: countText(count) }));
    return button;
  }

  keep(number) {
    this.kept = this.kept === number ? null : number;
    this.buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(at === this.kept)));
    this.onLight(this.kept);
  }
}
