// The lines between the units: thin, the stronger the influence the darker. Those that lead to the answer are coloured.

import { cellBox } from "./layout.js";

const FAINTEST = 0.06; // weaker ones are not drawn
const MOST = 90; // lines between two layers
const FADED = 0.25; // what is left of the others while one points at a unit
const UNLIKELY = 0.22; // what is left of those that lead to a class of no probability

// `picture` has columns, layout, influences, pointed and answer (probabilities); `colours` {line, more, less}: CSS.
export function drawLines(context, { columns, layout, influences, pointed, answer }, colours) {
  columns.forEach((column, position) => {
    if (position === 0) return;
    const isAnswer = column.form === "classes";
    const isTouched = ({ from, to }) =>
      pointed && ((pointed.position === position && pointed.unit === to) || (pointed.position === position - 1 && pointed.unit === from));
    const all = influences.found[position];
    const shown = all.filter((one) => one.size > FAINTEST).sort((a, b) => b.size - a.size).slice(0, MOST);
    const touched = pointed ? all.filter(isTouched) : [];
    for (const one of shown.reverse()) {
      if (isTouched(one)) continue;
      const share = (pointed ? FADED : 1) * (isAnswer ? UNLIKELY + (1 - UNLIKELY) * answer[one.to] : column.form === "neurons" ? 0.4 : 0.55);
      context.globalAlpha = share * one.size;
      context.lineWidth = isAnswer ? 0.6 + 2 * one.size : 1;
      context.strokeStyle = isAnswer ? (one.sign < 0 ? colours.less : colours.more) : colours.line;
      stroke(context, columns[position - 1], column, one, layout);
    }
    for (const one of touched) {
      context.globalAlpha = 0.35 + 0.65 * one.size;
      context.lineWidth = 1 + 2 * one.size;
      context.strokeStyle = one.sign < 0 ? colours.less : colours.more;
      stroke(context, columns[position - 1], column, one, layout);
    }
  });
  context.globalAlpha = 1;
}

function stroke(context, from, to, { from: source, to: target }, { cellsHeight }) {
  const [left, top, width, height] = cellBox(from, source, cellsHeight);
  const box = cellBox(to, target, cellsHeight);
  const [x1, y1] = [left + width, top + height / 2];
  const [x2, y2] = [box[0] - (to.kernel ? to.kernel + 4 : 0), box[1] + box[3] / 2];
  const bend = (x2 - x1) / 2;
  context.beginPath();
  context.moveTo(x1, y1);
  context.bezierCurveTo(x1 + bend, y1, x2 - bend, y2, x2, y2);
  context.stroke();
}
