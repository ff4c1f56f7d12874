// The figures that are shown below each other, as one that can be saved, in the colours of the page.

import { SvgContext } from "../shared/svg_figure.js";
import { FONT } from "./chart/look.js";

const [MARGIN, HEAD, GAP] = [12, 22, 14]; // CSS pixels around all, above each figure, between two things

// pictures: what `picture` of each figure gives. Returns an SVG element.
export function picturesTogether(pictures, look) {
  const width = Math.max(300, ...pictures.map((one) => one.width)) + 2 * MARGIN;
  const height = MARGIN + pictures.reduce((sum, one) => sum + HEAD + one.height + GAP, 0);
  const context = new SvgContext(width, height);
  context.fillStyle = look.back;
  context.fillRect(0, 0, width, height);
  let top = MARGIN;
  for (const { title, names, height: high, draw } of pictures) {
    context.save();
    context.translate(MARGIN, top);
    writeHead(context, title, names, look);
    context.translate(0, HEAD);
    context.font = `${FONT} ${look.font}`;
    draw(context);
    context.restore();
    top += HEAD + high + GAP;
  }
  return context.svg;
}

// The title, and the names of lines in their colours after it.
function writeHead(context, title, names, look) {
  let left = 0;
  for (const [text, fillStyle, weight] of [[title, look.text, 600], ...names.map(({ name, colour }) => [name, colour, 400])]) {
    Object.assign(context, { fillStyle, font: `${weight} ${FONT} ${look.font}`, textAlign: "left", textBaseline: "top" });
    context.fillText(text, left, 0);
    left += context.measureText(text).width + GAP;
  }
}
