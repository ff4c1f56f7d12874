// The arrow keys, and the places they lead to.

import { clamp } from "./numbers.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

// [rows, columns] that an arrow key moves by, or null for any other key.
export function arrowStep({ key }) {
  return ARROWS[key] ?? null;
}

// The place {row, column} itself, or the nearest one on a map of this size.
export function placeInside({ row, column }, { width, height }) {
  return { row: clamp(row, 0, height - 1), column: clamp(column, 0, width - 1) };
}
