// Strokes as pixels: the same segments, in the same order, whether a stroke is being drawn or shown again.

export const SIDE = 280; // pixels of a drawing as it is given out

export function makeSheet(side, options) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: side, height: side });
  return canvas.getContext("2d", options);
}

// All strokes on an empty canvas. Without a colour for `paper` it is transparent.
export function drawStrokes(context, strokes, colours) {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  if (colours.paper) {
    context.fillStyle = colours.paper;
    context.fillRect(0, 0, width, height);
  }
  for (const stroke of strokes) drawStroke(context, stroke, colours);
}

// A stroke from one of its points on.
export function drawStroke(context, { tool, thickness, points }, { ink, paper }, from = 0) {
  const scale = context.canvas.width;
  const isErased = tool === "eraser";
  context.globalCompositeOperation = isErased && !paper ? "destination-out" : "source-over";
  context.lineCap = "round";
  context.fillStyle = context.strokeStyle = isErased && paper ? paper : ink;
  for (let i = from; i < points.length; i++) {
    const [x, y, pressure = 0.5] = points[i];
    const width = thickness * scale * (0.5 + pressure);
    context.beginPath();
    if (i === 0) {
      context.arc(x * scale, y * scale, width / 2, 0, 2 * Math.PI);
      context.fill();
    } else {
      context.moveTo(points[i - 1][0] * scale, points[i - 1][1] * scale);
      context.lineTo(x * scale, y * scale);
      context.lineWidth = width;
      context.stroke();
    }
  }
  context.globalCompositeOperation = "source-over";
}

// The strokes up to a number of points in all.
export function firstPoints(strokes, count) {
  const shown = [];
  for (const stroke of strokes) {
    if (count <= 0) break;
    shown.push({ ...stroke, points: stroke.points.slice(0, count) });
    count -= stroke.points.length;
  }
  return shown;
}

export const countPoints = (strokes) => strokes.reduce((sum, { points }) => sum + points.length, 0);
