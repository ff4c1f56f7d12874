// A row for each class: its name, a bar, per cent. The rows keep their places, so that one can watch a 1 turn into a 7.

import { element } from "../dom.js";
import { probability, significant } from "./words.js";

export class ClassBars {
  // `makeRow(unit)` gives the element that a row is: a button where it can be pressed.
  constructor(makeRow = () => element("div", { class: "class-bar" })) {
    this.makeRow = makeRow;
    this.root = element("div", { class: "class-bars" });
    this.rows = [];
  }

  // Which classes have rows, by number, and their names.
  take(units, classes) {
    this.rows = units.map((unit) => {
      const row = this.makeRow(unit);
      const name = element("span", { class: "class-name", text: classes[unit] ?? String(unit + 1) });
      const bar = element("i", { class: "class-share" });
      const text = element("span", { class: "class-percent" });
      const mark = element("i", { class: "class-pinned", hidden: true });
      row.replaceChildren(name, element("span", { class: "class-track" }, bar, mark), text);
      return { unit, row, bar, mark, text };
    });
    this.root.replaceChildren(...this.rows.map(({ row }) => row));
  }

  // `isShare`: values are probabilities; else the longest bar is the largest size. `pinned`: other values, each of which
  // is marked on its bar.
  show(values, { isShare = true, pinned = null } = {}) {
    const most = isShare ? 1 : Math.max(...Array.from([...values, ...(pinned ?? [])], Math.abs), 1e-30);
    const best = values.indexOf(Math.max(...values));
    for (const { unit, row, bar, mark, text } of this.rows) {
      mark.hidden = !pinned;
      if (pinned) mark.style.left = `${100 * Math.min(Math.abs(pinned[unit]) / most, 1)}%`;
      bar.style.transform = `scaleX(${Math.min(Math.abs(values[unit]) / most, 1)})`;
      text.textContent = isShare ? probability(values[unit]) : significant(values[unit]);
      row.classList.toggle("best", isShare && unit === best);
      row.classList.toggle("signed", !isShare);
      row.classList.toggle("negative", values[unit] < 0);
      row.dataset.value = values[unit];
    }
  }
}
