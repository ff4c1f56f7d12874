// A confusion matrix as numbers: counts, shares of a row or of a column, and what a cell says in words.

import { mistakeColour, rightColour } from "../shared/net_view/matrix.js";
import { countText, percentText } from "../shared/numbers.js";

export const MODES = {
  counts: { title: "Counts", unit: "images" },
  row: { title: "% of row", unit: "% of the true class" },
  column: { title: "% of column", unit: "% of what the net called so" },
  difference: { title: "Difference", unit: "points of % of the true class" },
};

export class Table {
  // cells: [row, column, images] of those that are not empty.
  constructor(size, cells) {
    Object.assign(this, { size, cells, total: 0, right: 0 });
    this.counts = new Map(cells.map(([row, column, count]) => [row * size + column, count]));
    this.ofRow = new Float64Array(size);
    this.ofColumn = new Float64Array(size);
    for (const [row, column, count] of cells) {
      this.ofRow[row] += count;
      this.ofColumn[column] += count;
      this.total += count;
      if (row === column) this.right += count;
    }
  }

  count(row, column) {
    return this.counts.get(row * this.size + column) ?? 0;
  }

  colour(row, column, { mode, most, palette }) {
    const value = this.value(row, column, mode);
    if (row !== column) return mistakeColour(value / most, palette);
    return rightColour(mode === "counts" ? value / this.ofRow[row] : value / 100, palette);
  }

  text(row, column, mode) {
    const value = this.value(row, column, mode);
    return Math.round(value) ? countText(Math.round(value)) : "<1"; // it would read as nothing although there are images
  }

  // What a cell shows; NaN for a share of nothing.
  value(row, column, mode) {
    const count = this.count(row, column);
    if (mode === "counts") return count;
    return (100 * count) / (mode === "row" ? this.ofRow[row] : this.ofColumn[column]);
  }

  // The greatest value beside the diagonal, which has the full colour; of few mistakes not even the greatest has it.
  most(mode) {
    let [mistakes, all] = [0, mode === "counts" ? 1 : 100];
    for (const [row, column] of this.cells) {
      const value = this.value(row, column, mode);
      if (row !== column) mistakes = Math.max(mistakes, value);
      all = Math.max(all, value);
    }
    return Math.ceil(Math.max(mistakes, all / 10));
  }

  words() {
    if (!this.total) return "No images.";
    return `${countText(this.right)} of ${countText(this.total)} images right, ${percentText(this.right / this.total, 1)}.`;
  }

  cellWords(row, column, classes) {
    const count = this.count(row, column);
    const what = row === column ? `${classes[row]}, recognised` : `${classes[row]}, taken for ${classes[column]}`;
    const images = `${countText(count)} ${count === 1 ? "image" : "images"}`;
    const shares = [
      this.ofRow[row] ? `${percentText(count / this.ofRow[row], 1)} of class ${classes[row]}` : `no image is of class ${classes[row]}`,
      this.ofColumn[column] ? `${percentText(count / this.ofColumn[column], 1)} of what it called ${classes[column]}` : `it never said ${classes[column]}`,
    ];
    return `${what}: ${images}, ${shares.join(", ")}.`;
  }
}
