// Draws kernels: planes on the signed scale, or three colours as one small picture. A limit has the full colour.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { css } from "../../shared/colours.js";
import { Bitmap } from "../../shared/net_view/bitmap.js";
import { signedScale } from "../../shared/net_view/scale.js";
import { planeOf } from "../../shared/nn/arithmetic.js";

const MIDDLE = 127.5; // of a colour: a weight of 0
const bitmap = new Bitmap();

// Whether the planes of a filter are red, green and blue.
export const isInColour = ({ readsPicture, planes }) => readsPicture && planes === 3;

// Planes of a filter beside each other in rows. side: CSS pixels of each; across: how many in a row.
export function drawPlanes(canvas, filters, unit, planes, { side, gap = 3, across = planes.length, limit }) {
  const [rows, columns] = filters.size;
  const cell = side / Math.max(rows, columns);
  const step = [cell * rows + gap, cell * columns + gap];
  fitCanvas(canvas, Math.min(across, planes.length) * step[1] - gap, Math.ceil(planes.length / across) * step[0] - gap);
  const context = clearedContext(canvas);
  const ratio = screenRatio();
  const values = new Float32Array(rows * columns * planes.length); // one plane after the other, as one tall map
  planes.forEach((plane, at) => values.set(filters.plane(unit, plane), at * rows * columns));
  const tall = { height: rows * planes.length, width: columns, units: 1 };
  bitmap.paint(values, tall, [0], () => signedScale(-limit, limit));
  context.imageSmoothingEnabled = false;
  planes.forEach((_, at) => {
    const [left, top] = [(at % across) * step[1] * ratio, Math.floor(at / across) * step[0] * ratio];
    context.drawImage(bitmap.canvas, 0, at * rows, columns, rows, left, top, cell * columns * ratio, cell * rows * ratio);
  });
}

// Which of the drawn planes lies under a place {x, y} of such a canvas, in CSS pixels; undefined between two.
export function planeUnder({ x, y }, [rows, columns], planes, { side, gap = 3, across }) {
  const cell = side / Math.max(rows, columns);
  const [column, row] = [Math.floor(x / (cell * columns + gap)), Math.floor(y / (cell * rows + gap))];
  return column < across ? planes[row * across + column] : undefined;
}

// Middle grey is 0, more of a colour a positive weight for it, less a negative one.
export function drawInColour(canvas, filters, unit, { side, limit, order }) {
  const [rows, columns] = filters.size;
  const cell = side / Math.max(rows, columns);
  fitCanvas(canvas, cell * columns, cell * rows);
  const context = clearedContext(canvas);
  const size = cell * screenRatio();
  const planes = [0, 1, 2].map((colour) => filters.plane(unit, planeOf({ order, units: 3 }, colour)));
  for (let at = 0; at < rows * columns; at++) {
    context.fillStyle = css(planes.map((values) => Math.round(MIDDLE + (MIDDLE * values[at]) / limit)));
    const [left, top] = [at % columns, Math.floor(at / columns)].map((place) => Math.round(place * size));
    context.fillRect(left, top, Math.ceil(size), Math.ceil(size));
  }
}
