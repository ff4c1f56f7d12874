// A confusion matrix, small: what is right in grey on the diagonal, mistakes in colour, on the ground of the theme.

import { NEGATIVE, POSITIVE, css, inkOn } from "../colours.js";
import { TYPEFACE, clearedContext, fitCanvas, screenRatio } from "../canvas.js";

// In both themes an empty cell is of the ground, grey is right and vermilion a mistake; of two matrices' difference, blue is
// more and red is less.
export const LIGHT = { ground: [247, 247, 247], right: [176, 184, 194], mistake: [213, 94, 0], more: POSITIVE, less: NEGATIVE };
const DARK = { ground: [28, 35, 45], right: [92, 102, 116], mistake: [213, 94, 0], more: [104, 172, 235], less: [240, 110, 110] };
const LEAST_FOR_NUMBERS = 15; // CSS pixels of a cell

// The colours for where an element stands.
export const paletteOf = (node) => (getComputedStyle(node).colorScheme.includes("dark") ? DARK : LIGHT);

// matrix: rows are true classes; side: CSS pixels; most: mistakes that have the full colour.
export function drawMatrix(canvas, matrix, { side, most }) {
  fitCanvas(canvas, side, side);
  const context = clearedContext(canvas);
  context.scale(screenRatio(), screenRatio());
  paintMatrix(context, matrix, { side, most, palette: paletteOf(canvas) });
}

// The same on a context, in CSS pixels; as a file it is light.
export function paintMatrix(context, matrix, { side, most, palette = LIGHT }) {
  const cell = side / matrix.length;
  context.fillStyle = css(palette.ground);
  context.fillRect(0, 0, side, side);
  Object.assign(context, { textAlign: "center", textBaseline: "middle", font: `${Math.min(cell * 0.55, 12)}px ${TYPEFACE}` });
  matrix.forEach((row, label) => {
    const total = Math.max(row.reduce((sum, number) => sum + number, 0), 1);
    row.forEach((number, said) => {
      if (!number) return;
      const isRight = label === said;
      const colour = isRight ? rightColour(number / total, palette) : mistakeColour(number / most, palette);
      context.fillStyle = css(colour);
      context.fillRect(said * cell + 0.5, label * cell + 0.5, Math.max(cell - 1, 1), Math.max(cell - 1, 1));
      if (cell < LEAST_FOR_NUMBERS) return;
      context.fillStyle = inkOn(colour);
      context.fillText(number, (said + 0.5) * cell, (label + 0.5) * cell + 0.5);
    });
  });
}

// Of a share of the class that is right, 0 to 1.
export const rightColour = (share, { ground, right } = LIGHT) => blend(ground, right, share);
// Of a share, above 0, of the mistakes that have the full colour: also a single one is to be seen.
export const mistakeColour = (share, { ground, mistake } = LIGHT) => blend(ground, mistake, 0.25 + 0.75 * Math.sqrt(share));
// Of points, from -1 to 1 of those that have the full colour.
export const differenceColour = (share, { ground, more, less } = LIGHT) => blend(ground, share < 0 ? less : more, Math.abs(share));

const blend = (from, to, share) => to.map((value, i) => Math.round(from[i] + (value - from[i]) * Math.min(share, 1)));

export const mostMistakes = (...matrices) => Math.max(1, ...matrices.flatMap((matrix) => matrix.flatMap((row, label) => row.filter((_, said) => said !== label))));

// For those who cannot see it: how many are right, and the commonest mistake, if one is.
export function matrixWords(matrix, classes) {
  let [best, ties, right, all] = [{ number: 0 }, 0, 0, 0];
  matrix.forEach((row, label) =>
    row.forEach((number, said) => {
      all += number;
      if (label === said) right += number;
      else if (number > best.number) [best, ties] = [{ number, label, said }, 1];
      else if (number && number === best.number) ties += 1;
    }),
  );
  const times = best.number === 1 ? "once" : `${best.number} times`;
  const one = ` The commonest mistake: ${classes[best.label]} taken for ${classes[best.said]}, ${times}.`;
  const worst = ties > 1 ? ` No mistake stands out: ${ties} of them were made ${times} each.` : one;
  return `${right} of ${all} right.${best.number ? worst : ""}`;
}
