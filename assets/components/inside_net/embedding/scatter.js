// The test images as points on a canvas: dots of their class, or the images themselves where there is room for them.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { MARK, css } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { clamp } from "../../shared/numbers.js";
import { onTheWay } from "./arrangements.js";
import { Dots } from "./dots.js";
import { drawLabels } from "./labels.js";
import { ScatterView } from "./scatter_view.js";
import { drawInside } from "./thumbnails.js";

const MOVE_MS = 600;
const LIVE_SIDE = 34; // CSS pixels of the picture that is shown
const PICK_WITHIN = 16;
const THUMBNAIL = { from: 2.2, least: 16, most: 52, count: 260 }; // zoom from which images are drawn, their sides, how many are in sight at most
const MANY = 1500; // points
const DIM = 0.1;
const FAR = 0.55; // how much paler the farthest dot is

export class Scatter {
  constructor() {
    this.canvas = element("canvas", { class: "embedding-canvas", tabIndex: 0, role: "application" });
    this.ground = element("canvas"); // the points as they were drawn last
    this.labels = element("canvas"); // the names of the groups, above the lines from the picture
    Object.assign(this, { view: new ScatterView(), points: new Float32Array(0), seen: [], thumbnails: null, live: null, lit: null, chosen: new Set(), hover: -1, lasso: null, isPictures: false, side: 0, radius: 0, ink: {} });
    this.colour({ groupOf: [], groups: [], names: [] });
  }

  resize(width, height) {
    fitCanvas(this.canvas, width, height);
    Object.assign(this.view, { width, height });
    this.view.fit(this.points, this.view);
    this.draw();
  }

  // Other images, or other places of the same ones: then they move there.
  take({ points, dimensions, thumbnails }) {
    const isSame = this.points.length === points.length && this.points.length > 0;
    const from = this.points;
    this.thumbnails = thumbnails;
    const fit = () => this.view.fit(points, { isSolid: dimensions === 3 });
    cancelAnimationFrame(this.moving);
    if (!isSame || window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
      this.points = points;
      fit();
      return this.draw();
    }
    // Both are brought to one size first: else everything would fly apart while only the scale changes.
    const before = { ...this.view };
    fit();
    const { unit, middle } = this.view;
    const start = from.map((value, i) => ((value - before.middle[i % 3]) * before.unit) / unit + middle[i % 3]);
    this.move(start, points, performance.now());
  }

  move(from, to, began) {
    const step = () => {
      const share = (performance.now() - began) / MOVE_MS;
      this.points = share < 1 ? onTheWay(from, to, share) : to;
      this.draw();
      if (share < 1) this.moving = requestAnimationFrame(step);
    };
    step();
  }

  // groupOf: the group of each point; groups: [{name, colour, shape, ink}]; names: [{text, style, members}].
  colour({ groupOf, groups, names }) {
    Object.assign(this, { groupOf, groups, names });
  }

  // Everything anew.
  draw() {
    const { canvas, ground, view, points } = this;
    const count = points.length / 3;
    this.seen = Array.from({ length: count }, (_, i) => view.place(points[3 * i], points[3 * i + 1], points[3 * i + 2]));
    const { color, backgroundColor } = getComputedStyle(canvas);
    this.ink = { text: color, back: backgroundColor };
    if (!this.dots?.fits(this.groups, backgroundColor)) this.dots = new Dots(this.groups, backgroundColor);
    Object.assign(this, { side: this.thumbnailSide(), radius: clamp(110 / Math.sqrt(count || 1), 1.8, 5) * view.zoom ** 0.3 });
    Object.assign(ground, { width: canvas.width, height: canvas.height });
    const context = ground.getContext("2d");
    context.scale(screenRatio(), screenRatio());
    const order = this.order(count);
    const isMany = count > MANY && !this.side;
    if (isMany) this.dots.drawMany(context, (put) => order.forEach((i) => this.drawPoint(i, put)));
    else for (const i of order) this.drawPoint(i, (...dot) => this.putPoint(context, i, ...dot));
    this.drawLabels();
    this.paint();
  }

  drawLabels() {
    const { labels, canvas } = this;
    Object.assign(labels, { width: canvas.width, height: canvas.height });
    if (this.side) return;
    const context = labels.getContext("2d");
    context.scale(screenRatio(), screenRatio());
    drawLabels(context, this);
  }

  // What moves with the hand, above the points: these and their names are only copied.
  paint() {
    const context = clearedContext(this.canvas);
    const copy = (drawn) => drawn.width && drawn.height && context.drawImage(drawn, 0, 0);
    copy(this.ground);
    context.scale(screenRatio(), screenRatio());
    if (this.live) this.drawLines(context);
    context.resetTransform();
    copy(this.labels);
    context.scale(screenRatio(), screenRatio());
    if (this.live) this.drawLive(context);
    if (this.hover >= 0) this.ring(context, this.hover, this.ink.text, Math.max(this.side / 2 + 3, this.radius + 4));
    if (this.lasso) this.drawLasso(context);
  }

  // The nearest to the eye last, and over all what is lit.
  order(count) {
    const { lit, chosen, groups, groupOf, seen } = this;
    const order = Array.from({ length: count }, (_, i) => i);
    const above = (i) => Boolean(lit?.[i] || chosen.has(i) || groups[groupOf[i]].isAbove);
    if (this.view.isSolid) order.sort((i, j) => seen[i][2] - seen[j][2]);
    return [...order.filter((i) => !above(i)), ...order.filter(above)];
  }

  isInside([x, y], room = 0) {
    return x > -room && y > -room && x < this.view.width + room && y < this.view.height + room;
  }

  // Of the images, where they are drawn in place of dots; else 0.
  thumbnailSide() {
    const { view, isPictures, thumbnails } = this;
    if (!thumbnails) return 0;
    const side = clamp(9 * view.zoom, THUMBNAIL.least, THUMBNAIL.most);
    if (isPictures) return side;
    return view.zoom >= THUMBNAIL.from && this.seen.filter((place) => this.isInside(place)).length <= THUMBNAIL.count ? side : 0;
  }

  // put(group, x, y, radius, alpha) of a point that is in sight.
  drawPoint(i, put) {
    const { seen, view, groups, groupOf } = this;
    const [x, y, near, scale] = seen[i];
    if (!this.isInside([x, y], 40)) return;
    const group = groups[groupOf[i]];
    const isDim = (this.lit && !this.lit[i]) || (this.chosen.size && !this.chosen.has(i));
    const depth = view.isSolid ? 1 - FAR * (0.5 - clamp(near / (2 * view.radius), -0.5, 0.5)) : 1;
    put(groupOf[i], x, y, this.radius * scale * (group.isAbove ? 1.25 : 1), (isDim ? DIM : (group.alpha ?? 1)) * depth);
  }

  putPoint(context, i, group, x, y, radius, alpha) {
    context.globalAlpha = alpha;
    if (this.side) this.drawThumbnail(context, i, this.side * this.seen[i][3], css(this.groups[group].colour));
    else this.dots.draw(context, group, x, y, radius);
    context.globalAlpha = 1;
  }

  drawThumbnail(context, i, side, colour) {
    const [x, y] = this.seen[i];
    const { width, height } = this.thumbnails.part;
    const [w, h] = [side * width + 4, side * height + 4];
    context.fillStyle = colour;
    context.fillRect(x - w / 2, y - h / 2, w, h);
    this.thumbnails.draw(context, i, x, y, side);
  }

  // From the picture that is shown to its nearest neighbours.
  drawLines(context) {
    const [x, y] = this.view.place(...this.live.place);
    context.strokeStyle = MARK;
    context.lineWidth = 1.25;
    for (const { index } of this.live.nearest) {
      context.beginPath();
      context.moveTo(x, y);
      context.lineTo(this.seen[index][0], this.seen[index][1]);
      context.stroke();
    }
  }

  drawLive(context) {
    const { live, view, thumbnails } = this;
    for (const { index } of live.nearest) this.ring(context, index, MARK, this.radius + 2.5);
    const [x, y] = view.place(...live.place);
    const { width, height } = thumbnails.part;
    const [w, h] = [LIVE_SIDE * width, LIVE_SIDE * height];
    context.fillStyle = this.ink.back;
    context.fillRect(x - w / 2 - 5, y - h / 2 - 5, w + 10, h + 10);
    context.strokeStyle = MARK;
    context.lineWidth = 3;
    context.strokeRect(x - w / 2 - 3, y - h / 2 - 3, w + 6, h + 6);
    drawInside(context, live.picture, thumbnails.part, x, y, LIVE_SIDE);
  }

  ring(context, index, colour, radius) {
    const [x, y] = this.seen[index] ?? [-99, -99];
    context.strokeStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.stroke();
  }

  drawLasso(context) {
    const path = new Path2D();
    for (const [x, y] of this.lasso) path.lineTo(x, y);
    path.closePath();
    context.strokeStyle = this.ink.text;
    context.setLineDash([5, 4]);
    context.lineWidth = 1.5;
    context.stroke(path);
    context.setLineDash([]);
    context.globalAlpha = 0.08;
    context.fillStyle = this.ink.text;
    context.fill(path);
    context.globalAlpha = 1;
  }

  // The point at a place on the screen, or -1.
  at(x, y) {
    let [best, least] = [-1, Math.max(PICK_WITHIN, this.side / 2)];
    this.seen.forEach(([left, top], i) => {
      const away = Math.hypot(left - x, top - y);
      if (away < least && !(this.lit && !this.lit[i])) [best, least] = [i, away];
    });
    return best;
  }
}
