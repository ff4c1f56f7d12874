// The whole net is one stop of the Tab key: arrows go from cell to cell and from layer to layer.

import { arrowStep } from "../../shared/keys.js";
import { clamp } from "../../shared/numbers.js";

export class CellKeys {
  constructor(app, overview) {
    Object.assign(this, { app, overview, current: null });
    overview.net.addEventListener("keydown", (event) => this.press(event));
    overview.net.addEventListener("focusin", (event) => {
      const cell = event.target.closest(".cell");
      if (cell) this.mark(cell);
    });
  }

  // Exactly one cell can be reached by Tab.
  refresh() {
    const cells = this.overview.net.querySelectorAll(".cell");
    const { layer, unit } = this.current ?? {};
    const same = [...cells].find((cell) => cell.dataset.layer === layer && cell.dataset.unit === unit);
    if (cells.length) this.mark(same ?? cells[0]);
  }

  mark(cell) {
    for (const other of this.overview.net.querySelectorAll('.cell[tabindex="0"]')) other.tabIndex = -1;
    cell.tabIndex = 0;
    this.current = { ...cell.dataset };
  }

  press(event) {
    const cell = event.target.closest(".cell");
    if (cell && event.key.toLowerCase() === "o" && !event.ctrlKey && !event.metaKey && !event.altKey) {
      return this.app.toggleUnit(Number(cell.dataset.layer), Number(cell.dataset.unit));
    }
    const step = cell && arrowStep(event);
    if (!step) return;
    event.preventDefault();
    const { columns } = this.overview;
    const at = columns.findIndex(({ index }) => index === Number(cell.dataset.layer));
    const position = columns[at].cellNodes.indexOf(cell);
    const next = step[0] ? this.along(columns[at], position + step[0]) : this.across(columns, at, position, step[1]);
    next?.focus();
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  along(column, position) {
    return column.cellNodes[clamp(position, 0, column.cellNodes.length - 1)];
  }

  // To the next sub-column, or to the neighbouring layer at about the same height.
  across(columns, at, position, step) {
    const { cells, cellNodes } = columns[at];
    const beside = position + step * cells.rows;
    if (beside >= 0 && beside < cellNodes.length) return cellNodes[beside];
    const next = columns[at + step];
    if (!next?.cellNodes.length) return null;
    const share = (position % cells.rows) / Math.max(cells.rows - 1, 1);
    const row = Math.round(share * (Math.min(next.cells.rows, next.cellNodes.length) - 1));
    const last = Math.floor((next.cellNodes.length - 1) / next.cells.rows);
    return this.along(next, step > 0 ? row : last * next.cells.rows + row);
  }

  // Back from a unit: the keyboard stands on its cell again.
  restore({ layer, unit }) {
    const cell = this.overview.net.querySelector(`.cell[data-layer="${layer}"][data-unit="${unit}"]`);
    if (!cell) return;
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
    cell.focus({ preventScroll: true });
    this.app.state.change({ hover: null }); // its card would cover the columns beside it
  }
}
