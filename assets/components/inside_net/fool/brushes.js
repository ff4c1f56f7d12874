// What the pixels are painted with: greys or colours, one of one's own, and a rubber.

import { element } from "../../shared/dom.js";
import { css } from "../../shared/colours.js";

const GREYS = { black: [0], "dark grey": [64], grey: [128], "light grey": [192], white: [255] };
const COLOURS = {
  black: [0, 0, 0], grey: [128, 128, 128], white: [255, 255, 255], red: [255, 0, 0], yellow: [255, 255, 0],
  green: [0, 255, 0], cyan: [0, 255, 255], blue: [0, 0, 255], magenta: [255, 0, 255],
};

const MIDDLE = 128;

export class Brushes {
  // onChoose(values of each channel, or null for the rubber)
  constructor(onChoose) {
    Object.assign(this, { onChoose, units: 0, buttons: new Map() });
    this.root = element("div", { class: "fool-brushes", role: "group", "aria-label": "Paint with" });
  }

  // Those for pictures with so many channels; a dark picture begins with white.
  take(pixels, units) {
    if (units !== this.units) this.build(units);
    const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    this.choose(mean < MIDDLE ? "white" : "black");
  }

  build(units) {
    this.units = units;
    const colours = units === 1 ? GREYS : COLOURS;
    const swatch = (name, values) => element("button", { type: "button", class: "swatch", title: name, "aria-label": `Paint ${name}`, style: `--swatch: ${css(units === 1 ? [values[0], values[0], values[0]] : values)}`, on: { click: () => this.choose(name) } });
    this.colours = new Map([...Object.entries(colours), ["rubber", null]]);
    const rubber = element("button", { type: "button", text: "Rubber", title: "Bring back what was there", on: { click: () => this.choose("rubber") } });
    this.buttons = new Map([...Object.entries(colours).map(([name, values]) => [name, swatch(name, values)]), ["rubber", rubber]]);
    this.root.replaceChildren(...this.buttons.values(), this.own(units));
  }

  own(units) {
    const isGrey = units === 1;
    const field = element("input", { type: isGrey ? "range" : "color", "aria-label": isGrey ? "Any grey" : "Any colour", ...(isGrey ? { min: "0", max: "255" } : {}), value: isGrey ? "160" : "#ff8800" });
    field.addEventListener("input", () => {
      const values = isGrey ? [Number(field.value)] : [1, 3, 5].map((at) => Number.parseInt(field.value.slice(at, at + 2), 16));
      this.colours.set("own", values);
      this.choose("own");
    });
    return field;
  }

  choose(name) {
    for (const [other, button] of this.buttons) button.setAttribute("aria-pressed", String(other === name));
    this.onChoose(this.colours.get(name));
  }
}
