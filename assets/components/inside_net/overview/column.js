// One layer on screen: its name, the maps of a page of its units, and what turns the pages.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { countText } from "../../shared/numbers.js";
import { Bitmap } from "../../shared/net_view/bitmap.js";
import { ClassBars } from "../../shared/net_view/class_bars.js";
import { cellBox } from "../../shared/net_view/columns.js";
import { isSilent } from "../../shared/net_view/orders.js";
import { shapeOf, unitsText } from "../../shared/net_view/words.js";
import { ColumnTools } from "./column_tools.js";

export class Column {
  constructor(app, column, space) {
    Object.assign(this, { app, ...column, bitmap: new Bitmap(), cellNodes: [], units: [] });
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.cellsNode = element("div", { class: "cell-list" });
    this.tools = new ColumnTools(app, this);
    this.note = element("p", { class: "layer-note" });
    this.number = element("p", { class: "layer-number" });
    this.details = element("p", { class: "layer-details" });
    const title = app.titles[this.index];
    const head = element("header", { style: `max-width: ${this.width + space - 6}px` }, element("h3", { text: title }), this.note, this.number, this.details);
    this.bars = this.form === "answer" ? new ClassBars((unit) => this.makeCell(unit)) : null;
    this.root = element("section", { class: `column ${this.form}`, "aria-label": `${title}: ${unitsText(this.layer, this.form === "answer")}` }, head);
    this.root.append(...(this.bars ? [this.bars.root] : [this.canvas, this.cellsNode]), this.tools.root);
    this.root.dataset.layer = this.index;
    Object.assign(this.root.style, { left: `${this.left}px`, width: `${this.width}px` });
    this.describe();
  }

  // How many units are dead is told as soon as that is known.
  markDead() {
    this.describe();
    this.settle();
  }

  describe() {
    const { app, layer } = this;
    const shape = shapeOf(layer);
    const texts = [unitsText(layer, this.form === "answer"), ...(this.form === "maps" ? [`\u00b7 ${shape}`] : [])];
    const numDead = app.dead.of(layer).size;
    const dead = element("span", { class: "num-dead", text: `\u00b7 ${countText(numDead)} dead`, title: this.deadWords(), hidden: !numDead });
    this.note.replaceChildren(...texts.flatMap((text) => [element("span", { text }), " "]), dead);
    const params = layer.params ? `${countText(layer.params)} parameters` : "no parameters";
    const name = layer.name.split(".").at(-1); // the block around it has its own name
    this.details.replaceChildren(element("span", { text: name }), element("span", { text: params }));
  }

  // {share: 0 to 1 of the full colour, text}, or null for none. The words take the place of the note, so that nothing moves.
  tint(number) {
    this.root.classList.toggle("tinted", Boolean(number));
    if (number) this.root.style.setProperty("--share", `${(100 * number.share).toFixed(1)}%`);
    this.number.textContent = number?.text ?? "";
  }

  deadWords() {
    return `0 on all ${countText(this.app.state.values.dead?.count ?? 0)} test images`;
  }

  makeCell(unit) {
    const cell = element("button", { type: "button", class: this.bars ? "cell class-bar" : "cell", tabIndex: -1 });
    Object.assign(cell.dataset, { layer: this.index, unit });
    return cell;
  }

  // The units of the page that is turned to.
  refresh() {
    const { app, index, cells } = this;
    const all = app.orders.shown(index);
    this.numPages = Math.max(Math.ceil(all.length / cells.page), 1);
    this.page = Math.min(app.state.values.pages[index] ?? 0, this.numPages - 1);
    const units = all.slice(this.page * cells.page, (this.page + 1) * cells.page);
    if (units.join() !== this.units.join() || !this.isFilled) this.fill(units);
    this.tools.refresh();
    this.draw();
    this.markOff();
    this.settle();
  }

  // Units that are switched off.
  markOff() {
    this.cellNodes.forEach((cell, position) => cell.classList.toggle("off", this.app.isOff(this.index, this.units[position])));
  }

  fill(units) {
    Object.assign(this, { units, isFilled: true });
    if (this.bars) {
      this.bars.take(units, this.app.classesOf(this.layer));
      this.cellNodes = this.bars.rows.map(({ row }) => row);
      const [, top] = cellBox(this, 0);
      Object.assign(this.bars.root.style, { top: `${top}px`, left: `${this.cells.left}px`, width: `${this.cells.width}px` });
      return;
    }
    this.cellNodes = units.map((unit, position) => {
      const cell = this.makeCell(unit);
      const [left, top, width, height] = cellBox(this, position);
      Object.assign(cell.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
      return cell;
    });
    this.cellsNode.replaceChildren(...(units.length ? this.cellNodes : [this.nothingFound()]));
  }

  nothingFound() {
    const [, top] = cellBox(this, 0);
    return element("p", { class: "nothing-found hint", text: "Nothing found.", style: `top: ${top}px` });
  }

  // Where a unit's cell stands on the stage, or null where another page is turned to.
  boxOf(unit) {
    const position = this.units.indexOf(unit);
    if (position < 0) return null;
    const [left, top, width, height] = cellBox(this, position);
    return [this.left + left, top, width, height];
  }

  draw() {
    const { app, index, layer, units, canvas } = this;
    if (this.bars) return this.bars.show(app.values(index), { isShare: app.isShare, pinned: app.pinned.of(index) });
    const { values, scales } = app.shown(index);
    this.bitmap.paint(values, layer, units, (unit) => scales.of(index, unit));
    fitCanvas(canvas, this.width, this.cells.head + this.cells.room);
    const context = clearedContext(canvas);
    const ratio = screenRatio();
    units.forEach((_, position) => {
      this.bitmap.draw(context, position, cellBox(this, position).map((side) => Math.round(side * ratio)));
    });
  }

  // What costs too much for every frame: words for those who cannot see, and marks of silent units.
  settle() {
    const measures = this.app.scales.measures(this.index);
    const dead = this.app.dead.of(this.layer);
    this.cellNodes.forEach((cell, position) => {
      const unit = this.units[position];
      const off = this.app.isOff(this.index, unit) ? ", switched off" : "";
      const isDead = dead.has(unit);
      cell.setAttribute("aria-label", this.app.describe(this.index, unit) + (isDead ? `, dead: ${this.deadWords()}` : "") + off);
      cell.classList.toggle("dead", isDead);
      cell.classList.toggle("silent", this.form !== "answer" && isSilent(measures, unit));
    });
  }
}
