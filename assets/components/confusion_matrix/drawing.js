// The cells on a canvas, on a light ground in both themes; their table says in which colour.

import { TYPEFACE, clearedContext, fitCanvas, screenRatio } from "../shared/canvas.js";
import { css, inkOn } from "../shared/colours.js";
import { GROUND } from "../shared/net_view/matrix.js";

const LARGEST_TEXT = 14; // CSS pixels
const SMALLEST_TEXT = 8;
const INK = "#14181f"; // of the frame, on the light ground
const GAP = 14; // CSS pixels of a cell from which on a line is left between cells

// places: of each class, its row and column; framed: [row, column] of classes, strong or thin.
export function drawCells(canvas, table, look) {
  fitCanvas(canvas, look.side, look.side);
  const context = clearedContext(canvas);
  context.scale(screenRatio(), screenRatio());
  paintCells(context, table, look);
}

// The same on a context, in CSS pixels.
export function paintCells(context, table, { places, mode, most, side, framed }) {
  const cell = side / table.size;
  context.fillStyle = css(GROUND);
  context.fillRect(0, 0, side, side);
  Object.assign(context, { textAlign: "center", textBaseline: "middle" });
  const gap = cell >= GAP ? 1 : 0;
  for (const [row, column] of table.cells) {
    const colour = table.colour(row, column, mode, most);
    const [x, y] = [places[column] * cell, places[row] * cell];
    context.fillStyle = css(colour);
    context.fillRect(x + gap / 2, y + gap / 2, cell - gap, cell - gap);
    write(context, table.text(row, column, mode), x, y, cell, inkOn(colour));
  }
  for (const { at, isStrong } of framed) frame(context, places[at[1]] * cell, places[at[0]] * cell, cell, isStrong);
}

// As large as fits, or not at all.
function write(context, text, x, y, cell, ink) {
  const size = Math.min(LARGEST_TEXT, 0.5 * cell, (1.55 * (cell - 3)) / text.length);
  if (size < SMALLEST_TEXT) return;
  context.font = `${size}px ${TYPEFACE}`;
  context.fillStyle = ink;
  context.fillText(text, x + cell / 2, y + cell / 2 + 0.5);
}

function frame(context, x, y, cell, isStrong) {
  for (const [colour, width] of isStrong ? [["#fff", 5], [INK, 3]] : [[INK, 1.5]]) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.strokeRect(x + 0.5, y + 0.5, cell - 1, cell - 1);
  }
}
