// A paper to draw on: mouse, pen, touch and keyboard; undo, redo, clear. Whoever listens sees a stroke while it is drawn.
//
// A stroke is plain JSON: {tool: "pen" | "eraser", thickness, points: [[x, y, pressure?], ...]}. Places and thickness
// are shares of the paper's side, so a drawing is the same on every screen. It is black ink on white in every theme, as
// shown and as given out (`pixels`): what is computed with is what is seen. The canvas has the class "paper" (theme.css); its box gives its size.
//
// Events: "change" (at most once a frame), "end" (after a stroke, undo, redo or clear), "say" (detail: a sentence).

import { screenRatio } from "./canvas.js";
import { countPoints, drawStroke, drawStrokes, firstPoints, makeSheet, SIDE } from "./ink.js";
import { listenTo } from "./paper_input.js";

export const PEN = 18 / SIDE;
const BLACK_ON_WHITE = { ink: "#000", paper: "#fff" };
const NEAREST = 1 / SIDE; // a point nearer to the last one says nothing new
const MAX_POINTS = 20_000; // of a whole drawing; ui/components/drawing_pad.py takes no more

export class Paper extends EventTarget {
  // `onChange(paper)` and `onEnd(paper)` listen to the events of these names.
  constructor(canvas, { onChange, onEnd } = {}) {
    super();
    Object.assign(this, { canvas, tool: "pen", thickness: PEN, strokes: [], past: [], future: [] });
    this.sheet = makeSheet(SIDE, { willReadFrequently: true });
    this.screen = makeSheet(1); // what the canvas shows, without the cursor
    this.cursor = null; // [x, y] of the mouse or of the keyboard's pen
    this.stroke = null; // that is being drawn
    if (onChange) this.addEventListener("change", () => onChange(this));
    if (onEnd) this.addEventListener("end", () => onEnd(this));
    canvas.classList.add("paper");
    listenTo(this);
    this.resizing = new ResizeObserver(() => this.redraw());
    this.resizing.observe(canvas);
    this.redraw();
  }

  get isEmpty() {
    return !this.strokes.some(({ tool }) => tool === "pen");
  }

  get canUndo() {
    return this.past.length > 0 && !this.demonstration;
  }

  get canRedo() {
    return this.future.length > 0 && !this.demonstration;
  }

  get isDemo() {
    return Boolean(this.demonstration);
  }

  // ImageData of 280x280, black on white.
  pixels() {
    return this.sheet.getImageData(0, 0, SIDE, SIDE);
  }

  // What Python reads (ui/components/drawing_pad.py): the strokes, and the pixels as a PNG in base64.
  drawing() {
    const png = this.isEmpty ? "" : this.sheet.canvas.toDataURL("image/png").split(",")[1];
    return { strokes: this.strokes, png };
  }

  undo() {
    if (!this.canUndo) return;
    this.future.push(this.strokes);
    this.show(this.past.pop(), "Undone");
  }

  redo() {
    if (!this.canRedo) return;
    this.past.push(this.strokes);
    this.show(this.future.pop(), "Done again");
  }

  // Can be undone, as everything else.
  clear() {
    this.stopDemo();
    if (!this.strokes.length) return;
    this.remember();
    this.show([], "The paper is empty");
  }

  // Put a drawing in place of this one. It can be undone; "end" is not told.
  load(strokes) {
    this.stopDemo();
    if (this.strokes.length) this.remember();
    Object.assign(this, { strokes, stroke: null });
    this.redraw();
    this.tell();
  }

  // Go on with a drawing from before: its strokes can be taken back one by one, as if they had just been drawn.
  resume(strokes) {
    this.load(strokes);
    Object.assign(this, { past: strokes.map((_, i) => strokes.slice(0, i)), future: [] });
  }

  // Draw strokes within `ms`, as a hand would, on a paper that has those of `after` on it. The first touch stops it and
  // leaves the paper empty. Resolves with true once they are drawn; with false if it was stopped, or where motion is
  // unwanted: they are shown at once then.
  demo(strokes, ms, { after = [] } = {}) {
    this.stopDemo();
    const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const total = countPoints(strokes);
    return new Promise((resolve) => {
      const started = performance.now();
      this.demonstration = { stop: () => resolve(false) };
      const draw = () => {
        const share = isStill ? 1 : Math.min(1, (performance.now() - started) / ms);
        this.strokes = [...after, ...firstPoints(strokes, Math.ceil(share * total))];
        this.redraw();
        this.tell();
        if (share < 1) this.demonstration.frame = requestAnimationFrame(draw);
        else resolve(!isStill);
      };
      draw();
    });
  }

  stopDemo() {
    if (!this.demonstration) return;
    cancelAnimationFrame(this.demonstration.frame);
    this.demonstration.stop();
    this.demonstration = null;
    this.strokes = [];
    this.redraw();
    this.tell();
  }

  // A stroke begins at a point [x, y, pressure?], goes on, and ends.
  begin(point, tool = this.tool) {
    this.stopDemo();
    this.end();
    this.remember();
    this.stroke = { tool, thickness: this.thickness, points: [] };
    this.room = MAX_POINTS - countPoints(this.strokes);
    this.strokes = [...this.strokes, this.stroke];
    this.extend(point);
  }

  extend(point) {
    const points = this.stroke?.points;
    if (!points || points.length >= Math.max(1, this.room)) return;
    const last = points.at(-1);
    if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < NEAREST) return;
    points.push(point);
    drawStroke(this.sheet, this.stroke, BLACK_ON_WHITE, points.length - 1);
    drawStroke(this.screen, this.stroke, { ink: BLACK_ON_WHITE.ink }, points.length - 1);
    this.tell();
  }

  end() {
    if (!this.stroke) return;
    this.stroke = null;
    this.tell({ isEnd: true });
  }

  remember() {
    this.past.push(this.strokes);
    this.future = [];
  }

  show(strokes, sentence) {
    Object.assign(this, { strokes, stroke: null });
    this.redraw();
    this.tell({ isEnd: true });
    this.say(sentence);
  }

  // Where the ring is that shows what the pen would touch; null: nowhere.
  point(place) {
    this.cursor = place;
    this.repaint();
  }

  say(sentence) {
    this.dispatchEvent(new CustomEvent("say", { detail: sentence }));
  }

  // With the next frame, once: the events, and what the canvas shows.
  tell({ isEnd = false } = {}) {
    this.news = { isEnd: isEnd || Boolean(this.news?.isEnd) };
    this.repaint();
  }

  repaint() {
    this.frame ??= requestAnimationFrame(() => {
      const { news } = this;
      Object.assign(this, { frame: null, news: null });
      this.paint();
      if (news) this.dispatchEvent(new Event("change"));
      if (news?.isEnd) this.dispatchEvent(new Event("end"));
    });
  }

  redraw() {
    const { canvas, screen, sheet, strokes } = this;
    const side = Math.max(1, Math.round(canvas.clientWidth * screenRatio()));
    for (const one of [canvas, screen.canvas]) if (one.width !== side || one.height !== side) one.width = one.height = side;
    drawStrokes(sheet, strokes, BLACK_ON_WHITE);
    drawStrokes(screen, strokes, { ink: BLACK_ON_WHITE.ink });
    this.paint();
  }

  paint() {
    const { canvas, cursor, screen } = this;
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    context.drawImage(screen.canvas, 0, 0);
    if (!cursor) return;
    context.strokeStyle = BLACK_ON_WHITE.ink;
    context.lineWidth = 1.5 * screenRatio();
    context.setLineDash(this.tool === "eraser" ? [4 * screenRatio(), 3 * screenRatio()] : []);
    context.beginPath();
    context.arc(cursor[0] * canvas.width, cursor[1] * canvas.width, (this.thickness * canvas.width) / 2 + context.lineWidth, 0, 2 * Math.PI);
    context.stroke();
  }

  close() {
    this.stopDemo();
    this.resizing.disconnect();
    cancelAnimationFrame(this.frame);
  }
}
