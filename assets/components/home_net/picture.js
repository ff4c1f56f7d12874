// The net as one picture on a canvas: its maps with the kernels that make them, and the lines that lead to the answer.

import { TYPEFACE, clearedContext, fitCanvas, screenRatio } from "../shared/canvas.js";
import { MARK } from "../shared/colours.js";
import { kernelOf } from "../shared/nn/edits.js";
import { Bitmap } from "../shared/net_view/bitmap.js";
import { greyScale, scaleBetween } from "../shared/net_view/scale.js";
import { Influences } from "./influence.js";
import { cellBox, kernelBox, layOut, shownColumns, unitAt } from "./layout.js";
import { drawLines } from "./lines.js";

const WHITE = 255; // of the picture that the net sees
const GAIN_LEAST = 0.02; // of the strongest map's mean, so that not all kernels light up at once
const GLOW_GAIN = 4;
const GLOW_LEFT = 0.9; // of a kernel's light after a frame
const GLOW_LEAST = 0.02;

export class Picture {
  constructor(canvas) {
    this.canvas = canvas;
    this.columns = [];
    this.isEmpty = true; // nothing is drawn: nothing leads to an answer
    this.pointed = null; // {column, unit}
  }

  // A net whose values are shown from now on.
  take(net) {
    this.net = net;
    this.columns = shownColumns(net.layers);
    this.influences = new Influences(net, this.columns.map(({ layer }) => layer));
    this.parts = this.columns.map(({ layer, form }) => ({
      maps: new Bitmap(),
      kernels: layer.kind === "conv" ? new Bitmap() : null,
      most: 0,
      means: new Float32Array(layer.units),
      glow: form === "maps" && layer.kind === "conv" ? new Float32Array(layer.units) : null,
    }));
  }

  get answer() {
    return this.net.values(this.columns.at(-1).layer.index);
  }

  // Find places for a room {width, height} in CSS pixels; gives the layout: {columns, width, height, cellsHeight}.
  fit(room) {
    this.layout = layOut(this.columns, room);
    this.columns = this.layout.columns;
    fitCanvas(this.canvas, this.layout.width, this.layout.height);
    return this.layout;
  }

  // The net has new values: paint its maps, and light the kernels that find more than before.
  refresh({ isEmpty, isGlowing }) {
    this.isEmpty = isEmpty;
    this.columns.forEach(({ layer, form }, position) => {
      const part = this.parts[position];
      const values = this.net.values(layer.index);
      // The scale of a layer never shrinks: colours would flicker while one draws.
      for (const value of values) if (value > part.most) part.most = value;
      const scale = this.scaleOf(position);
      part.maps.paint(values, form === "maps" ? layer : { height: 1, width: 1, units: layer.units }, numbered(layer.units), () => scale);
      if (part.glow) this.light(part, this.influences.means(position), isGlowing);
    });
    this.influences.refresh();
    this.parts.forEach((part, position) => part.kernels && this.paintKernels(part.kernels, position));
  }

  scaleOf(position) {
    const { layer, form } = this.columns[position];
    if (layer.kind === "input") return greyScale(WHITE);
    return form === "classes" ? scaleBetween(0, 1) : scaleBetween(0, this.parts[position].most);
  }

  light(part, means, isGlowing) {
    const most = Math.max(...means) || 1;
    means.forEach((mean, unit) => {
      const gain = (mean - part.means[unit]) / most;
      if (isGlowing && gain > GAIN_LEAST) part.glow[unit] = Math.min(1, part.glow[unit] + GLOW_GAIN * gain);
    });
    part.means.set(means);
  }

  // Of each filter the kernel that is slid over the map which gives it the most now; of the first layer it has but one.
  paintKernels(bitmap, position) {
    const { layer } = this.columns[position];
    const [height, width] = layer.size;
    const shown = new Float32Array(height * width * layer.units);
    let limit = 0;
    for (let unit = 0; unit < layer.units; unit++)
      this.kernelOf(position, unit).forEach((weight, tap) => {
        shown[tap * layer.units + unit] = weight;
        limit = Math.max(limit, Math.abs(weight));
      });
    bitmap.paint(shown, { height, width, units: layer.units }, numbered(layer.units), () => scaleBetween(-limit, limit));
  }

  kernelOf(position, unit) {
    return kernelOf(this.net, this.columns[position].layer.index, unit, this.influences.strongest(position, unit));
  }

  // Draw all; true if the kernels' light is not gone yet, so that a next frame is wanted.
  draw(colours) {
    const context = clearedContext(this.canvas);
    context.scale(screenRatio(), screenRatio());
    if (!this.isEmpty) drawLines(context, this, colours);
    let isGlowing = false;
    this.columns.forEach((column, position) => {
      const part = this.parts[position];
      for (let unit = 0; unit < column.layer.units; unit++) this.drawUnit(context, column, part, unit, colours);
      part.glow?.forEach((glow, unit) => {
        part.glow[unit] = glow < GLOW_LEAST ? 0 : glow * GLOW_LEFT;
        isGlowing ||= part.glow[unit] > 0;
      });
    });
    if (this.pointed) this.outline(context, this.pointed, colours);
    return isGlowing;
  }

  drawUnit(context, column, part, unit, colours) {
    const box = snapped(cellBox(column, unit, this.layout.cellsHeight));
    if (column.form === "classes") {
      drawClass(context, box, this.isEmpty ? 0 : this.answer[unit], colours);
      if (this.layout.hasNames) drawName(context, box, this.net.manifest.classes[unit], colours);
      return;
    }
    part.maps.draw(context, unit, box);
    if (!part.kernels) return;
    const kernel = snapped(kernelBox(column, unit, this.layout.cellsHeight));
    const glow = part.glow[unit];
    if (glow) {
      context.strokeStyle = MARK;
      context.globalAlpha = glow;
      context.lineWidth = 3;
      context.strokeRect(kernel[0] - 1.5, kernel[1] - 1.5, kernel[2] + 3, kernel[3] + 3);
      context.globalAlpha = 1;
    }
    part.kernels.draw(context, unit, kernel);
  }

  outline(context, { position, unit }, colours) {
    const [left, top, width, height] = snapped(cellBox(this.columns[position], unit, this.layout.cellsHeight));
    context.strokeStyle = colours.accent;
    context.lineWidth = 2;
    context.strokeRect(left - 2, top - 2, width + 4, height + 4);
  }

  // What is pointed at: {position, unit, isKernel}, or null.
  at(x, y) {
    const position = this.columns.findIndex(({ left, width }) => x >= left - 4 && x <= left + width + 4);
    if (position < 0) return null;
    const column = this.columns[position];
    const unit = unitAt(column, x, y, this.layout.cellsHeight);
    if (unit === null) return null;
    return { position, unit, isKernel: column.kernel > 0 && x < cellBox(column, unit, this.layout.cellsHeight)[0] - 2 };
  }
}

const numbered = (count) => Array.from({ length: count }, (_, unit) => unit);

// A class: a circle, the fuller the more probable.
function drawClass(context, [left, top, width, height], share, { back, line, accent }) {
  context.beginPath();
  context.arc(left + width / 2, top + height / 2, width / 2 - 1, 0, 2 * Math.PI);
  context.fillStyle = back;
  context.fill();
  context.fillStyle = accent;
  context.globalAlpha = share;
  context.fill();
  context.globalAlpha = 1;
  context.strokeStyle = share > 0.5 ? accent : line;
  context.lineWidth = 1.2;
  context.stroke();
}

function drawName(context, [left, top, width, height], name, { text }) {
  context.font = `600 13px ${TYPEFACE}`;
  context.textBaseline = "middle";
  context.fillStyle = text;
  context.fillText(name, left + width + 6, top + height / 2);
}

// On whole pixels of the screen, so that a map's pixels are all of one size.
function snapped([left, top, width, height]) {
  const ratio = screenRatio();
  return [Math.round(left * ratio) / ratio, Math.round(top * ratio) / ratio, width, height];
}
