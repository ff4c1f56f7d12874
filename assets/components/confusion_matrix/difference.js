// The matrix minus that of another net: points of per cent of the true class that this one has more (blue) or less (red).

import { differenceColour } from "../shared/net_view/matrix.js";
import { valueText } from "../shared/numbers.js";

export class DifferenceTable {
  // cells: [row, column, points]; right: share of the images that is right, by this net and by the other, whose title it is.
  constructor(size, { title, cells, accuracy }, right) {
    Object.assign(this, { size, title, cells, accuracy, right });
    this.points = new Map(cells.map(([row, column, points]) => [row * size + column, points]));
  }

  value(row, column) {
    return this.points.get(row * this.size + column) ?? 0;
  }

  most() {
    return Math.max(1, ...this.cells.map(([, , points]) => Math.ceil(Math.abs(points))));
  }

  colour(row, column, { most, palette }) {
    return differenceColour(this.value(row, column) / most, palette);
  }

  text(row, column) {
    const rounded = Math.round(this.value(row, column));
    return rounded > 0 ? `+${rounded}` : rounded ? valueText(rounded) : "";
  }

  words() {
    const better = 100 * (this.right - this.accuracy);
    if (Math.abs(better) < 0.05) return `As many of the test images are right as with ${this.title}.`;
    return `${Math.abs(better).toFixed(1)} points ${better > 0 ? "more" : "fewer"} of the test images are right than with ${this.title}.`;
  }

  cellWords(row, column, classes) {
    const points = this.value(row, column);
    const what = row === column ? `${classes[row]} is recognised` : `${classes[row]} is taken for ${classes[column]}`;
    if (!points) return `${what} as often as by ${this.title}.`;
    return `${what} ${points > 0 ? "more" : "less"} often than by ${this.title}: ${Math.abs(points).toFixed(1)} points of class ${classes[row]}.`;
  }
}
