// The matrix as a figure of its own, on white, with the names of all classes beside it.

import { TYPEFACE } from "../shared/canvas.js";
import { SvgContext } from "../shared/svg_figure.js";
import { widest } from "./axes.js";
import { paintCells } from "./drawing.js";

const [MARGIN, HEAD, AXIS] = [16, 40, 20]; // CSS pixels around it, above it, of the title of an axis
const [LETTERS, LEAST_LETTERS] = [12, 3]; // CSS pixels; where rows are narrow, names are smaller
const INK = "#1a1f27";

// labels: in the order that is shown; side: CSS pixels of the cells. Returns an SVG element.
export function matrixPicture({ table, labels, places, mode, most, side, title }) {
  const names = widest(labels) + 6;
  const [left, top] = [MARGIN + AXIS + names, HEAD];
  const context = new SvgContext(left + Math.max(side, 260) + MARGIN, top + side + names + AXIS + MARGIN);
  const cell = side / labels.length;
  const isUpright = widest(labels) > cell - 2;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, left + Math.max(side, 260) + MARGIN, top + side + names + AXIS + MARGIN);
  write(context, title, { x: MARGIN, y: HEAD / 2, font: `600 14px ${TYPEFACE}`, align: "left" });
  context.save();
  context.translate(left, top);
  paintCells(context, table, { places, mode, most, side, framed: [] });
  context.restore();
  const font = `${Math.min(LETTERS, Math.max(LEAST_LETTERS, cell))}px ${TYPEFACE}`;
  labels.forEach((text, index) => {
    const at = (index + 0.5) * cell;
    write(context, text, { x: left - 4, y: top + at, font, align: "right" });
    write(context, text, { x: left + at, y: top + side + (isUpright ? 4 : 10), font, align: isUpright ? "right" : "center", isUpright });
  });
  write(context, "what it is", { x: MARGIN + AXIS / 2, y: top + side / 2, font: `12px ${TYPEFACE}`, align: "center", isUpright: true });
  write(context, "what the net said", { x: left + side / 2, y: top + side + names + AXIS / 2, font: `12px ${TYPEFACE}`, align: "center" });
  return context.svg;
}

function write(context, text, { x, y, font, align, isUpright = false }) {
  context.save();
  context.translate(x, y);
  if (isUpright) context.rotate(-Math.PI / 2);
  Object.assign(context, { fillStyle: INK, font, textAlign: align, textBaseline: "middle" });
  context.fillText(text, 0, 0);
  context.restore();
}
