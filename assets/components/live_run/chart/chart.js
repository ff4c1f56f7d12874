// One figure of lines over epochs, on a canvas. What is new glides in from the right; nothing is drawn while nothing changes.
//
// A model is {x: [low, high], y: [low, high], isLog, metric, lines, marks, levels, words}; a line is {points, colour, name,
// label, width, dash, dot}, with its label at its end; a mark is {epoch, words}; a level, across the figure, {value, words}, with its words
// among the labels, where no line runs through them.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { clamp } from "../../shared/numbers.js";
import { logTicksOf, spreadLabels, thinned, ticksOf } from "./axes.js";
import { tickWords, valueWords } from "../words.js";
import { drawLevel, drawLine, drawMark, MARK_GAP, MARK_ROW } from "./strokes.js";
import { FONT } from "./look.js";

const HEIGHT = 176; // CSS pixels
const SEEN_PIXELS = 0.5; // what moves by less is not drawn again
const MARGIN = { top: 8, bottom: 22, left: 44 };
const LABEL_STEP = 14;
const TICK_ROOM = { x: 34, y: 34 };
export const MOST_WORDS = 3; // marks that have their words above the figure: the newest
const NEAR = 6; // CSS pixels from a mark to the pointer
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Chart {
  constructor(title) {
    Object.assign(this, { title, look: null, model: null, outline: "", at: null, target: null, pointer: null, isSeen: true });
    this.canvas = element("canvas", { role: "img", tabindex: "-1" });
    this.readout = element("span", { class: "readout" });
    this.legend = element("span", { class: "legend" });
    const head = element("figcaption", {}, element("strong", { text: title }), this.legend, this.readout);
    this.root = element("figure", { class: "chart" }, head, this.canvas);
    this.canvas.addEventListener("pointermove", (event) => this.point(event.offsetX));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(this.root);
    this.sight = new IntersectionObserver((entries) => this.see(entries.at(-1).isIntersecting)); // of several at once, as when it is moved, the newest
    this.sight.observe(this.root);
  }

  see(isSeen) {
    this.isSeen = isSeen;
    if (isSeen) this.draw();
  }

  // By how many pixels something moves when this model is shown.
  shiftTo(model, look) {
    const isOf = this.model?.isLog === model.isLog && this.look === look && this.at;
    return isOf ? this.shift(this.at, [model.x[1], ...model.y]) : Infinity;
  }

  // room: for labels; isFar: whether it glides there. What is returned, if anything, takes it a share of the way, and says whether that
  // is still where it goes.
  show(model, look, { room, isFar }) {
    const shift = this.shiftTo(model, look);
    const from = shift === Infinity ? null : this.at;
    const target = [model.x[1], ...model.y];
    const isSame = outlineOf(model) === this.outline && room === this.room;
    this.name(model);
    Object.assign(this, { model, look, room, outline: outlineOf(model) });
    if (isSame && shift < SEEN_PIXELS) return null;
    this.target = target;
    if (from && isFar && !still.matches && !document.hidden && this.isSeen) return (share) => this.goes(from, target, share);
    this.rest(target);
    return null;
  }

  // What is said of it, and the lines that have no name at their end.
  name(model) {
    if (model.words !== this.model?.words) this.canvas.setAttribute("aria-label", model.words);
    const names = model.lines.filter(({ name, label, points }) => name && points.length && !label);
    const key = names.map(({ name, colour }) => name + colour).join();
    if (key !== this.key) this.legend.replaceChildren(...names.map((line) => legendItem(line)));
    this.key = key;
  }

  // By how many pixels something drawn moves from one range to another.
  shift([x1, ...y], [nextX1, ...nextY]) {
    const height = nextY[1] - nextY[0];
    const across = Math.abs(1 - x1 / nextX1) * this.root.clientWidth;
    return Math.max(across, ...y.map((value, i) => (HEIGHT * Math.abs(value - nextY[i])) / height));
  }

  rest(target) {
    this.at = target;
    this.draw();
  }

  goes(from, target, share) {
    const isTarget = this.target === target;
    if (isTarget) this.rest(from.map((value, i) => value + (target[i] - value) * share));
    return isTarget;
  }

  point(x) {
    this.pointer = x;
    this.draw();
  }

  // The canvas as it is laid out: places of values, in CSS pixels.
  layOut(context) {
    const { model, look } = this;
    const width = this.canvas.clientWidth;
    context.font = `${FONT} ${look.font}`;
    const labels = labelled(model, look);
    const right = Math.min(this.room, width / 3);
    const above = this.roomAbove;
    const [left, end, top, bottom] = [MARGIN.left, width - right, MARGIN.top + above, HEIGHT + above - MARGIN.bottom];
    const [x1, y0, y1] = this.at;
    const [x0] = model.x;
    const value = model.isLog ? (y) => Math.log10(Math.max(y, 1e-300)) : (y) => y;
    return {
      left, end, top, bottom, labels, edge: width,
      x: (epoch) => left + ((epoch - x0) / (x1 - x0 || 1)) * (end - left),
      y: (y) => bottom - ((value(y) - y0) / (y1 - y0 || 1)) * (bottom - top),
      epoch: (x) => x0 + ((x - left) / (end - left)) * (x1 - x0),
    };
  }

  draw() {
    const width = this.root.clientWidth;
    if (!this.model || !this.isSeen || width < 80) return;
    fitCanvas(this.canvas, width, HEIGHT + this.roomAbove);
    const context = clearedContext(this.canvas);
    context.scale(screenRatio(), screenRatio());
    this.drawOn(context);
  }

  // In CSS pixels.
  drawOn(context) {
    const place = this.layOut(context);
    const { look } = this;
    this.drawAxes(context, place);
    this.drawMarks(context, place);
    context.save();
    context.beginPath();
    context.rect(place.left, 0, place.end - place.left + 5, HEIGHT + this.roomAbove);
    context.clip();
    for (const level of this.model.levels ?? []) drawLevel(context, place, look, level);
    for (const line of this.model.lines) drawLine(context, place, line, thinned(line.points, place.x));
    this.drawPointer(context, place);
    context.restore();
    this.drawLabels(context, place);
  }

  get numWords() {
    return Math.min(this.model.marks.length, MOST_WORDS);
  }

  get roomAbove() {
    return this.numWords && MARK_ROW * this.numWords + MARK_GAP;
  }

  // From left to right, so that the words of the later ones stand above the lines of those before.
  drawMarks(context, place) {
    const { marks } = this.model;
    marks.forEach((mark, i) => drawMark(context, place, this.look, mark, i < marks.length - this.numWords ? null : marks.length - 1 - i));
  }

  drawAxes(context, place) {
    const { left, end, top, bottom } = place;
    const [x1, y0, y1] = this.at;
    const count = (bottom - top) / TICK_ROOM.y;
    const ticks = this.model.isLog ? logTicksOf(y0, y1, count).map((power) => 10 ** power) : ticksOf(y0, y1, count);
    Object.assign(context, { fillStyle: this.look.muted, strokeStyle: this.look.line, lineWidth: 1, textBaseline: "middle", textAlign: "right" });
    for (const tick of ticks) {
      const y = Math.round(place.y(tick)) + 0.5;
      stroke(context, left, y, end, y);
      context.fillText(tickWords(tick, this.model.metric), left - 6, y);
    }
    Object.assign(context, { textBaseline: "top", textAlign: "center" });
    for (const tick of ticksOf(this.model.x[0], x1, Math.min((end - left) / TICK_ROOM.x, Math.max(1, Math.floor(x1))))) {
      const x = Math.round(place.x(tick)) + 0.5;
      stroke(context, x, bottom, x, bottom + 4);
      context.fillText(tick, x, bottom + 7);
    }
    context.textAlign = "left";
    context.fillText("epoch", end + 14, bottom + 7);
    stroke(context, left, bottom + 0.5, end, bottom + 0.5);
  }

  drawLabels(context, place) {
    const ends = place.labels.map(({ value }) => place.y(value));
    const places = spreadLabels(ends, { least: LABEL_STEP, top: place.top + 4, bottom: place.bottom - 4 });
    Object.assign(context, { textAlign: "left", textBaseline: "middle" });
    place.labels.forEach(({ label, colour }, i) => {
      context.fillStyle = colour;
      context.fillText(label, place.end + 8, places[i]);
    });
  }

  // What is saved of it: {title, names of lines in their colours, width, height, draw(context)}; null before it is drawn.
  get picture() {
    const width = this.root.clientWidth;
    if (!this.model || width < 80) return null;
    const names = this.model.lines.filter(({ name, label, points }) => name && points.length && !label);
    return { title: this.title, names, width, height: HEIGHT + this.roomAbove, draw: (context) => this.drawOn(context) };
  }

  // What every line has where the mouse is, beside the title.
  drawPointer(context, place) {
    const isOn = this.pointer !== null && this.pointer >= place.left && this.pointer <= place.end;
    this.legend.hidden = isOn;
    this.readout.textContent = "";
    if (!isOn) return;
    const epoch = clamp(place.epoch(this.pointer), ...this.model.x);
    context.strokeStyle = this.look.muted;
    stroke(context, this.pointer, place.top, this.pointer, place.bottom);
    const near = ({ points }) => points.reduce((best, one) => (Math.abs(one[0] - epoch) < Math.abs(best[0] - epoch) ? one : best));
    const told = this.model.lines.filter(({ points }) => points.length).map((line) => `${line.name ?? line.label}: ${valueWords(near(line)[1], this.model.metric)}`);
    const marks = this.model.marks.filter((mark) => Math.abs(place.x(mark.epoch) - this.pointer) <= NEAR).map(({ words }) => words);
    this.readout.textContent = [`epoch ${epoch.toFixed(1)}`, ...told, ...marks].join("  \u00b7  ");
  }

  close() {
    this.target = null;
    this.sizes.disconnect();
    this.sight.disconnect();
  }
}

// What is drawn but for its place: where this stays, so does the picture.
function outlineOf({ lines, marks, levels }) {
  return JSON.stringify([lines.map(({ points, label, colour }) => [points.length, points.at(-1), label, colour]), marks, levels]);
}

// What has words right of the figure, [{label, colour, value}, ...].
export const labelled = ({ lines, levels = [] }, look) => [
  ...lines.filter(({ label, points }) => label && points.length).map(({ label, colour, points }) => ({ label, colour, value: points.at(-1)[1] })),
  ...levels.map(({ words, value }) => ({ label: words, colour: look.muted, value })),
];

function legendItem({ name, colour, width, dash = [] }) {
  const style = `--colour:${colour};--width:${width}px;border-top-style:${dash.length ? "dotted" : "solid"}`;
  return element("span", { class: "legend-item" }, element("i", { style }), name);
}

function stroke(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
