// The names of classes beside the cells. Where not all have room, each second, third, ... is named, and always the one
// that is pointed at.

import { TYPEFACE } from "../shared/canvas.js";
import { element } from "../shared/dom.js";

const SIZE = 12; // CSS pixels of the letters
const PITCH = 14; // of a line
const LONGEST = 132; // of a name
const ruler = document.createElement("canvas").getContext("2d");

export function widest(labels) {
  ruler.font = `${SIZE}px ${TYPEFACE}`;
  return Math.min(LONGEST, Math.ceil(Math.max(...labels.map((label) => ruler.measureText(label).width))) + 4);
}

// root: of rows or of columns; labels: in the order that is shown; marked: positions of what is pointed at.
export function nameAxis(root, labels, { side, isRows, marked }) {
  const cell = side / labels.length;
  const isTurned = !isRows && widest(labels) > cell - 2;
  const step = isRows || isTurned ? Math.max(1, Math.ceil(PITCH / cell)) : 1;
  root.classList.toggle("turned", isTurned);
  const size = isRows || isTurned ? widest(labels) : PITCH + 2;
  Object.assign(root.style, isRows ? { height: `${side}px`, width: `${size}px` } : { width: `${side}px`, height: `${size}px` });
  const isNamed = (index) => marked.includes(index) || (index % step === 0 && !marked.some((other) => Math.abs(other - index) * cell < PITCH && step > 1));
  const named = labels.map((text, index) => {
    if (!isNamed(index)) return null;
    const label = element("span", { text, class: marked.includes(index) ? "marked" : "" });
    label.style[isRows ? "top" : "left"] = `${(index + 0.5) * cell}px`;
    return label;
  });
  root.replaceChildren(...named.filter(Boolean));
}
