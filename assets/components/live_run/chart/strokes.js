// A line with its points, and a mark with its words, on a canvas.

const DOT = 3.5; // CSS pixels
const FEW_POINTS = 60; // of more, points would be a band
const ROW = 14;

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

// A vertical line with its words on the side that has more room, each mark in a row of its own.
export function drawMark(context, place, look, { epoch, words }, row) {
  const x = Math.round(place.x(epoch)) + 0.5;
  context.save();
  Object.assign(context, { strokeStyle: look.muted, lineWidth: 1, textBaseline: "middle" });
  context.setLineDash([4, 3]);
  context.beginPath();
  context.moveTo(x, place.top);
  context.lineTo(x, place.bottom);
  context.stroke();
  const width = context.measureText(words).width + 6;
  const isLeft = x + width > place.end && x - width > place.left;
  const from = isLeft ? x - width - 2 : Math.min(x + 2, place.end - width);
  const y = place.top + ROW / 2 + ROW * (row % 5);
  context.fillStyle = look.back;
  context.fillRect(from, y - ROW / 2, width, ROW);
  Object.assign(context, { fillStyle: look.text, textAlign: "left" });
  context.fillText(words, from + 3, y);
  context.restore();
}
