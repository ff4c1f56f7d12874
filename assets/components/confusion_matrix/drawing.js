// The cells on a canvas, on the ground of the theme; their table says in which colour.

import { TYPEFACE, clearedContext, fitCanvas, screenRatio } from "../shared/canvas.js";
import { css, inkOn } from "../shared/colours.js";
import { LIGHT, paletteOf } from "../shared/net_view/matrix.js";

const LARGEST_TEXT = 14; // CSS pixels
const SMALLEST_TEXT = 8;
const FRAME = { light: ["#fff", "#14181f"], dark: ["#14181f", "#fff"] }; // around it, itself
const GAP = 14; // CSS pixels of a cell from which on a line is left between cells

// places: of each class, its row and column; framed: [row, column] of classes, strong or thin.
export function drawCells(canvas, table, look) {
  fitCanvas(canvas, look.side, look.side);
  const context = clearedContext(canvas);
  context.scale(screenRatio(), screenRatio());
  paintCells(context, table, { ...look, palette: paletteOf(canvas) });
}

// The same on a context, in CSS pixels; as a file it is light.
export function paintCells(context, table, { places, mode, most, side, framed, palette = LIGHT }) {
  const cell = side / table.size;
  context.fillStyle = css(palette.ground);
  context.fillRect(0, 0, side, side);
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  const gap = cell >= GAP ? 1 : 0;
  for (const [row, column] of table.cells) {
    const colour = table.colour(row, column, { mode, most, palette });
    const [x, y] = [places[column] * cell, places[row] * cell];
    context.fillStyle = css(colour);
    context.fillRect(x + gap / 2, y + gap / 2, cell - gap, cell - gap);
    write(context, table.text(row, column, mode), x, y, cell, inkOn(colour));
  }
  const inks = palette === LIGHT ? FRAME.light : FRAME.dark;
  for (const { at, isStrong } of framed) frame(context, places[at[1]] * cell, places[at[0]] * cell, cell, { isStrong, inks });
}

// As large as fits, or not at all.
function write(context, text, x, y, cell, ink) {
  const size = Math.min(LARGEST_TEXT, 0.5 * cell, (1.55 * (cell - 3)) / text.length);
  if (size < SMALLEST_TEXT) return;
  context.font = `${size}px ${TYPEFACE}`;
  context.fillStyle = ink;
  context.fillText(text, x + cell / 2, y + cell / 2 + 0.5);
}

function frame(context, x, y, cell, { isStrong, inks: [around, ink] }) {
  for (const [colour, width] of isStrong ? [[around, 5], [ink, 3]] : [[ink, 1.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
  }
}
