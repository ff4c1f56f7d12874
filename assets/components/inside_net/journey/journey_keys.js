// All maps of the journey are one stop of the Tab key; arrows go from map to map.

import { arrowStep } from "../../shared/keys.js";
import { clamp } from "../../shared/numbers.js";

const CELL = ".journey-cell";

export class JourneyKeys {
  constructor(table) {
    this.table = table;
    table.addEventListener("keydown", (event) => this.press(event));
    table.addEventListener("focusin", ({ target }) => target.matches(CELL) && this.mark(target));
  }

  press(event) {
    const cell = event.target.closest(CELL);
    const step = cell && arrowStep(event);
    if (!step) return;
    event.preventDefault();
    const rows = [...this.table.tBodies[0].rows].map((row) => [...row.querySelectorAll(CELL)]);
    const from = rows.findIndex((cells) => cells.includes(cell));
    const cells = rows[clamp(from + step[0], 0, rows.length - 1)];
    cells[clamp(rows[from].indexOf(cell) + step[1], 0, cells.length - 1)].focus();
  }

  // Exactly this one can be reached by Tab.
  mark(cell) {
    for (const other of this.table.querySelectorAll(CELL)) other.tabIndex = other === cell ? 0 : -1;
  }

  focus() {
    this.table.querySelector(`${CELL}[tabindex="0"]`)?.focus({ preventScroll: true });
  }
}
