// Which classes lose most when their images are changed, as a table; a click on one looks at its curves.

import { element, finder } from "../shared/dom.js";
import { countText, percentText } from "../shared/numbers.js";
import { classRows, pairWords } from "./findings.js";
import { replaceChildren } from "./focus.js";

const BAR = 56; // CSS pixels of all points
const FEW = 20; // images of a class: of fewer, one more or less moves it by over 5 points

export class ClassTable {
  // choose(class or null)
  constructor(root, choose) {
    Object.assign(this, { find: finder(root), choose });
  }

  show(all, classes, chosen) {
    this.find("suffers").hidden = !all.length;
    if (!all.length) return;
    this.find("pair").textContent = pairWords(all, classes);
    const rows = classRows(all, classes.length);
    this.find("few").hidden = rows.every(({ count }) => count >= FEW);
    replaceChildren(this.find("rows"), rows.map((row) => this.row(row, classes, chosen)));
  }

  row({ label, count, clean, changed, worst }, classes, chosen) {
    const points = 100 * (clean - changed);
    const bar = element("i", { style: `width:${Math.max(0, (BAR * points) / 100)}px` });
    const name = element("button", { type: "button", text: classes[label], "aria-pressed": String(label === chosen), on: { click: () => this.choose(label === chosen ? null : label) } });
    const cells = [name, countText(count), percentText(clean), percentText(changed), null, worst?.title ?? "\u2013"];
    const row = element("tr", { class: label === chosen ? "chosen" : "" }, ...cells.map((cell) => element("td", {}, cell ?? "")));
    row.children[4].classList.add("bar");
    row.children[4].append(bar, points.toFixed(0).replace("-", "\u2212"));
    return row;
  }
}
