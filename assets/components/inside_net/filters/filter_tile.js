// One filter: its kernel, in colour or by planes, its name, its bias, and what it is like.

import { element } from "../../shared/dom.js";
import { significant } from "../../shared/net_view/words.js";
import { knownText } from "../../shared/nn/known_kernels.js";
import { drawInColour, drawPlanes, planeUnder } from "./kernel_drawing.js";

const SIDES = { alone: 76, colours: 52, few: 34, many: 20 }; // CSS pixels of a plane
const GAP = 3;
const MANY = 24; // planes

// How many planes stand beside each other in a tile.
export const inOneRow = (width, side = SIDES.few) => Math.max(1, Math.floor((width + GAP) / (side + GAP)));

export class FilterTile {
  constructor(unit) {
    this.unit = unit;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.name = element("strong");
    this.bias = element("span");
    this.like = element("span", { class: "filter-like" });
    this.root = element("button", { type: "button", class: "filter-tile", "data-unit": String(unit) }, this.canvas, element("span", { class: "filter-name" }, this.name, this.bias), this.like);
  }

  // look: {planes: to be drawn, or null for one picture in colour, width, limit, order of the colours, title, nearest, isKnown, isOff}
  show(filters, look) {
    const { unit, canvas, root } = this;
    const { planes, limit, title, nearest, isKnown, isOff } = look;
    if (planes) {
      const side = filters.planes === 1 ? SIDES.alone : filters.readsPicture ? SIDES.colours : planes.length > MANY ? SIDES.many : SIDES.few;
      this.layout = { side, across: Math.min(planes.length, inOneRow(look.width, side)), limit };
      drawPlanes(canvas, filters, unit, planes, this.layout);
    } else drawInColour(canvas, filters, unit, { side: SIDES.alone, limit, order: look.order });
    Object.assign(this, { planes, size: filters.size });
    const bias = filters.bias(unit);
    this.name.textContent = title;
    this.bias.textContent = bias === null ? "" : `bias ${significant(bias)}`;
    this.like.textContent = likeText(nearest, isKnown, ({ title: name, turn }) => (turn ? `${name} ${turn}\u00b0` : name));
    this.like.classList.toggle("nothing", !isKnown);
    root.classList.toggle("off", isOff);
    root.setAttribute("aria-label", [title, isOff && "switched off", likeText(nearest, isKnown, knownText), this.bias.textContent].filter(Boolean).join(", "));
  }

  // The plane under the pointer; undefined where none is, or where all are one picture.
  planeAt({ clientX, clientY }) {
    if (!this.planes) return undefined;
    const box = this.canvas.getBoundingClientRect();
    return planeUnder({ x: clientX - box.left, y: clientY - box.top }, this.size, this.planes, this.layout);
  }
}

function likeText(nearest, isKnown, nameOf) {
  if (!nearest) return "";
  return isKnown ? `${nameOf(nearest.known)} ${cosineText(nearest.cosine)}` : "like nothing known";
}

export const cosineText = (cosine, digits = 2) => cosine.toFixed(digits).replace("-", "\u2212");
