// A window as a table of numbers in their colours.

import { css, inkOn } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { significant } from "../../shared/net_view/words.js";
import { shortText } from "../../shared/numbers.js";
import { colourOf, scaleBetween } from "../../shared/net_view/scale.js";

const MOST = 196; // cells; of larger windows the map beside says enough
const WIDE = 4; // rows or columns; the cells of larger windows have room for two decimals, and the rest when pointed at

// Terms in rows and columns: {rows, columns, at(row, column) -> term}; a dilated window has no gaps here.
export function cellsOf(terms) {
  const sorted = (name) => [...new Set(terms.map((term) => term[name]))].sort((a, b) => a - b);
  const [rows, columns] = [sorted("row"), sorted("column")];
  const places = new Map(terms.map((term) => [`${term.row} ${term.column}`, term]));
  return { rows, columns, at: (row, column) => places.get(`${row} ${column}`) };
}

export class Cells {
  constructor(name) {
    this.name = name;
    this.table = element("table", { class: "cells" });
    this.root = element("figure", { class: "piece" }, element("figcaption", { text: name }), this.table);
  }

  // `field` of each term: "value", "weight" or "product".
  show(rows, columns, at, field, scale, { isOutside = () => false, marked = () => false } = {}) {
    const isLarge = rows.length * columns.length > MOST;
    this.root.hidden = isLarge;
    if (isLarge) return;
    const isWide = Math.max(rows.length, columns.length) <= WIDE;
    this.fit(rows.length, columns.length);
    const values = rows.flatMap((row) => columns.map((column) => at(row, column)?.[field] ?? 0));
    const used = scale ?? scaleBetween(Math.min(...values, -1e-30), Math.max(...values));
    this.cells.forEach((cell, i) => {
      const text = significant(values[i]);
      const term = at(rows[Math.floor(i / columns.length)], columns[i % columns.length]);
      const colour = colourOf(values[i], used);
      cell.textContent = isWide ? text : shortText(values[i]);
      cell.dataset.value = values[i];
      cell.style.backgroundColor = css(colour); // `background` would hide the stripes of the padding
      cell.title = term && isOutside(term) ? "Padding: outside of the map" : isWide ? "" : text;
      cell.style.color = inkOn(colour);
      cell.classList.toggle("padding", Boolean(term) && isOutside(term));
      cell.classList.toggle("marked", Boolean(term) && marked(term));
    });
  }

  fit(rows, columns) {
    if (this.form === `${rows} ${columns}`) return;
    this.form = `${rows} ${columns}`;
    this.table.dataset.side = Math.max(rows, columns);
    this.table.replaceChildren(...Array.from({ length: rows }, () => element("tr", {}, ...Array.from({ length: columns }, () => element("td")))));
    this.cells = [...this.table.querySelectorAll("td")];
  }
}
