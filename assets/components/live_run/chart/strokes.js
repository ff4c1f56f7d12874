// A line with its points, and a mark with its words, on a canvas.

const DOT = 3.5; // CSS pixels
const FEW_POINTS = 24; // of more, points would be a band
export const MARK_ROW = 15; // of the words of marks, above the figure
export const MARK_GAP = 5; // between them and what stands at the axis

// `place` has x(epoch) and y(value).
export function drawLine(context, place, { colour, width, dash = [], dot }, points) {
  if (!points.length) return;
  context.save();
  Object.assign(context, { strokeStyle: colour, fillStyle: colour, lineWidth: width, lineJoin: "round" });
  context.setLineDash(dash);
  context.beginPath();
  for (const [epoch, value] of points) context.lineTo(place.x(epoch), place.y(value));
  context.stroke();
  context.setLineDash([]);
  const shown = dot && points.length <= FEW_POINTS ? points : points.length === 1 ? points : [];
  for (const [epoch, value] of shown) drawDot(context, place.x(epoch), place.y(value), dot);
  context.restore();
}

function drawDot(context, x, y, dot) {
  context.beginPath();
  if (dot === "diamond") {
    for (const [across, down] of [[0, -1], [1, 0], [0, 1], [-1, 0]]) context.lineTo(x + 1.3 * DOT * across, y + 1.3 * DOT * down);
    context.closePath();
  } else context.arc(x, y, DOT, 0, 2 * Math.PI);
  context.fill();
}

// A dotted line across.
export function drawLevel(context, place, look, { value }) {
  const y = Math.round(place.y(value)) + 0.5;
  context.save();
  Object.assign(context, { strokeStyle: look.muted, lineWidth: 1.5 });
  context.setLineDash([1.5, 3]);
  context.beginPath();
  context.moveTo(place.left, y);
  context.lineTo(place.end, y);
  context.stroke();
  context.restore();
}

// A vertical line with its words, which stand in a row above the figure where there is one for them: `row` from 0, or null.
export function drawMark(context, place, look, { epoch, words }, row) {
  const x = Math.round(place.x(epoch)) + 0.5;
  const top = row === null ? place.top : place.top - MARK_GAP - MARK_ROW * (row + 1);
  context.save();
  Object.assign(context, { strokeStyle: look.muted, lineWidth: 1, textBaseline: "middle" });
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, place.bottom);
  context.stroke();
  if (row !== null) writeMark(context, place, look, words, { x, y: top + MARK_ROW / 2 });
  context.restore();
}

// On the side that has more room, on a ground that covers the lines of other marks.
function writeMark(context, { edge }, look, words, { x, y }) {
  const width = context.measureText(words).width + 8;
  const from = x + width <= edge ? x + 1 : Math.max(x - width - 1, 0);
  context.fillStyle = look.back;
  context.fillRect(from, y - MARK_ROW / 2, width, MARK_ROW);
  Object.assign(context, { fillStyle: look.text, textAlign: "left" });
  context.fillText(words, from + 4, y);
}
