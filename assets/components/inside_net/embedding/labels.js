// Names of the groups, each in the middle of its points; one that would cover another stands above or below it, as far as there is room.

import { TYPEFACE } from "../../shared/canvas.js";
import { css } from "../../shared/colours.js";

const HEIGHT = 25; // CSS pixels
const TRIES = 16;
const MOST_LETTERS = 18;

export function drawLabels(context, { names, seen, lit, view, ink }) {
  context.font = `700 14px ${TYPEFACE}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  const boxes = [];
  for (const { text, style, members } of names) {
    if (!members.length) continue;
    const shown = text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}\u2026` : text;
    const width = Math.max(context.measureText(shown).width + 15, HEIGHT);
    const box = free(boxes, { x: median(members, seen, 0), y: median(members, seen, 1), width });
    if (!box || box.x < 0 || box.y < 0 || box.x > view.width || box.y > view.height) continue;
    boxes.push(box);
    context.globalAlpha = lit && !members.some((i) => lit[i]) ? 0.15 : 1;
    context.fillStyle = css(style.colour);
    context.beginPath();
    context.roundRect(box.x - width / 2, box.y - HEIGHT / 2, width, HEIGHT, HEIGHT / 2);
    context.strokeStyle = ink.back;
    context.lineWidth = 4;
    context.stroke();
    context.fill();
    context.fillStyle = style.ink;
    context.fillText(shown, box.x, box.y + 0.5);
  }
  context.globalAlpha = 1;
}

// The middle of the points: unlike the mean it is among them when a few are far away.
function median(members, seen, axis) {
  const places = members.map((i) => seen[i][axis]).sort((one, other) => one - other);
  return places[Math.floor(places.length / 2)];
}

function free(boxes, box) {
  const covers = (y) => boxes.some((other) => Math.abs(other.x - box.x) < (other.width + box.width) / 2 && Math.abs(other.y - y) < HEIGHT + 1);
  for (let step = 0; step < TRIES; step++) {
    const y = box.y + (step % 2 ? 1 : -1) * Math.ceil(step / 2) * (HEIGHT / 2);
    if (!covers(y)) return { ...box, y };
  }
  return null; // the legend names it
}
