// Saves what is shown: the figure of all maps as PNG or SVG, the maps themselves as NPZ.

import { element, saveBlob } from "../../shared/dom.js";
import { npz } from "../../shared/npz.js";
import { pngBlob, svgBlob } from "../../shared/svg_figure.js";
import { figure } from "./figure.js";

const KINDS = {
  png: { text: "PNG", title: "All maps beside each other, as a picture", make: (shown) => pngBlob(figure(shown)) },
  svg: { text: "SVG", title: "All maps beside each other, for print", make: (shown) => svgBlob(figure(shown)) },
  npz: { text: "NPZ", title: "The picture and the maps as arrays, for NumPy", make: arrays },
};

export class SaveMenu {
  // whatIsShown(): {heading, lead, picture, cards}, or null while there is nothing.
  constructor(whatIsShown) {
    const buttons = Object.entries(KINDS).map(([ending, { text, title, make }]) =>
      element("button", { type: "button", text, title, on: { click: async () => whatIsShown() && saveBlob(await make(whatIsShown()), `why.${ending}`) } }),
    );
    this.root = element("details", { class: "why-save" }, element("summary", { text: "Save" }), element("div", { class: "why-kinds" }, ...buttons));
  }
}

function arrays({ picture: { pixels, shape }, cards }) {
  const maps = cards.map(({ method, map: { values, height, width } }) => [method.name, { values, shape: height === 1 ? [width] : [height, width] }]);
  return npz({ image: { values: Uint8Array.from(pixels, Math.round), shape }, ...Object.fromEntries(maps) });
}
