// The lines between the units: which layers read which, and what a unit takes from each of those before it.

import { NEGATIVE, POSITIVE, css } from "../../shared/colours.js";
import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { laneY } from "../../shared/net_view/columns.js";

const STRONGEST = 3; // inputs of a unit that have a line while nobody points
const WIDEST = 3.2;
const PASSED = new Set(["flatten", "dropout"]); // nothing is computed there

export class Edges {
  constructor(app) {
    this.app = app;
    this.canvas = element("canvas", { class: "edges", "aria-hidden": "true" });
  }

  // Draw all lines again, in the part of the stage that is seen: those of the unit {layer, unit} that is pointed at,
  // else faint ones.
  draw(columns, layout, target, { from, width }) {
    const { canvas } = this;
    canvas.style.left = `${from}px`;
    fitCanvas(canvas, Math.min(width, layout.width - from), layout.height);
    this.context = clearedContext(canvas);
    this.context.scale(screenRatio(), screenRatio());
    this.context.translate(-from, 0);
    this.ink = getComputedStyle(this.app.root).getPropertyValue("color");
    for (const path of layout.lanes.paths) this.lane(columns, layout, path, target);
    for (const column of columns) if (!column.isFar) this.faint(columns, column, target ? 0.35 : 1);
    if (target) this.lit(columns, target);
  }

  faint(columns, column, strength) {
    if (PASSED.has(column.layer.kind) && column.form === "values") return; // the lines to the layer after it pass by
    for (const unit of column.units)
      for (const { layer, unit: from, share } of this.app.links.of(column.index, unit).slice(0, STRONGEST)) {
        const source = columns.find(({ index }) => index === layer);
        if (source && this.isBeside(columns, source, column)) {
          this.curve(source.boxOf(from), column.boxOf(unit), { colour: this.ink, alpha: strength * (0.05 + 0.16 * share), width: 1 });
        }
      }
  }

  // Next to each other, or with no more than a flatten between them.
  isBeside(columns, source, column) {
    const between = columns.slice(source.position + 1, column.position);
    return between.every(({ layer }) => PASSED.has(layer.kind));
  }

  // The unit's own inputs: width is the size of the weights, colour their sign.
  lit(columns, target) {
    const column = columns.find(({ index }) => index === target.layer);
    const to = column?.boxOf(target.unit);
    if (!to) return;
    for (const { layer, unit, share, mean } of this.app.links.of(target.layer, target.unit)) {
      const source = columns.find(({ index }) => index === layer);
      const box = source?.boxOf(unit);
      if (!box) continue;
      const colour = css(mean < 0 ? NEGATIVE : POSITIVE);
      if (this.isBeside(columns, source, column)) this.curve(box, to, { colour, alpha: 0.2 + 0.7 * share, width: 0.6 + WIDEST * share });
      this.frame(box, colour, 0.25 + 0.75 * share);
    }
  }

  curve(from, to, { colour, alpha, width }) {
    if (!from || !to) return;
    const { context } = this;
    const [x1, y1] = [from[0] + from[2], from[1] + from[3] / 2];
    const [x2, y2] = [to[0], to[1] + to[3] / 2];
    const middle = (x1 + x2) / 2;
    context.beginPath();
    context.moveTo(x1, y1);
    context.bezierCurveTo(middle, y1, middle, y2, x2, y2);
    Object.assign(context, { strokeStyle: colour, globalAlpha: alpha, lineWidth: width });
    context.stroke();
  }

  frame([left, top, width, height], colour, alpha) {
    Object.assign(this.context, { strokeStyle: colour, globalAlpha: alpha, lineWidth: 2.5 });
    this.context.strokeRect(left - 1.5, top - 1.5, width + 3, height + 3);
  }

  // A path that passes layers by, below them.
  lane(columns, layout, path, target) {
    const { context } = this;
    const [from, to] = [columns[path.from], columns[path.to]];
    const y = laneY(layout, path);
    const [x1, x2] = [from.left + from.width + 8, to.left - 8];
    const isLit = target?.layer === to.index;
    const bend = 22;
    const [y1, y2] = [from, to].map(bottomOf);
    context.beginPath();
    context.moveTo(x1 - 6, y1);
    context.bezierCurveTo(x1 + bend, y1, x1 - 4, y, x1 + bend, y);
    context.lineTo(x2 - bend, y);
    context.bezierCurveTo(x2 + 4, y, x2 - bend, y2, x2 + 6, y2);
    Object.assign(context, { strokeStyle: isLit ? "#E69F00" : this.ink, globalAlpha: isLit ? 1 : 0.28, lineWidth: isLit ? 3 : 2, lineJoin: "round" });
    context.stroke();
  }
}

const bottomOf = (column) => {
  const last = column.boxOf(column.units.at(-1));
  return last ? last[1] + last[3] / 2 : 0;
};
