// A confusion matrix that can be clicked: rows are what an image is, columns what the net said. What is shown and in which
// order is chosen here, without a rerun of the page; that is told which cell's images, or which epoch, is wanted.

import { css } from "../shared/colours.js";
import { element, finder } from "../shared/dom.js";
import { arrowStep, placeInside } from "../shared/keys.js";
import { differenceColour, mistakeColour, paletteOf } from "../shared/net_view/matrix.js";
import { countText } from "../shared/numbers.js";
import { saveButtons } from "../shared/svg_figure.js";
import { nameAxis, widest } from "./axes.js";
import { DifferenceTable } from "./difference.js";
import { drawCells } from "./drawing.js";
import { Epochs } from "./epochs.js";
import { matrixPicture } from "./picture.js";
import { MODES, Table } from "./table.js";

const LARGEST = 530; // CSS pixels of a side
const LARGEST_CELL = 110;
const AXIS_TITLE = 22;
const ORDERS = { class: "by class", error: "worst first", cluster: "confused together" };
const RAMP = 7; // stops of the legend
const HELP = "Arrow keys move from cell to cell, Enter shows the images of one.";

export class ConfusionMatrix {
  constructor(root, { setTriggerValue }) {
    Object.assign(this, { root, find: finder(root), tell: setTriggerValue, mode: "counts", order: "class", chosen: null, pointed: null });
    this.canvas = this.find("cells");
    this.epochs = new Epochs(this.find("epochs"), { onStop: () => this.showStop(), onEvaluate: (epoch) => setTriggerValue("epoch", epoch) });
    this.makeTools();
    this.canvas.addEventListener("pointermove", (event) => event.pointerType === "mouse" && this.point(this.under(event)));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("click", (event) => this.choose(this.under(event)));
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.resizing = new ResizeObserver(() => this.data && this.draw());
    this.resizing.observe(root);
    root.addEventListener("transitionend", ({ target }) => target === root && this.data && this.showStop()); // of its colour: the theme changed
    root.confusionMatrix = this; // what the browser tests read
  }

  makeTools() {
    this.modes = Object.entries(MODES).map(([name, { title }]) =>
      element("button", { type: "button", text: title, "data-mode": name, on: { click: () => this.change({ mode: name }) } }),
    );
    this.find("modes").append(...this.modes);
    this.find("order").append(...Object.entries(ORDERS).map(([value, text]) => element("option", { value, text })));
    this.find("save").append(...saveButtons("confusion-matrix", () => this.picture()));
    this.find("order").addEventListener("change", ({ target }) => this.change({ order: target.value }));
  }

  // data: {id, classes, labels, stops: [{title, cells, epoch, kept}], orders, worst: [{cell, text}], cell, difference, name}
  take({ data }) {
    const isNewDifference = data.difference && data.difference.title !== this.data?.difference?.title;
    const isOther = data.id !== this.data?.id;
    const isLinked = String(data.cell) !== String(this.data?.cell);
    this.data = data;
    if (data.name) this.root.setAttribute("aria-label", data.name);
    if (isOther || isLinked) this.chosen = data.cell;
    if (isOther) this.epochs.take(data.stops);
    this.tables = data.stops.map(({ cells }) => new Table(data.classes.length, cells));
    const test = this.tables.at(-1);
    this.difference = data.difference ? new DifferenceTable(data.classes.length, data.difference, test.right / test.total) : null;
    if (isNewDifference) this.mode = "difference";
    else if (!data.difference && this.mode === "difference") this.mode = "counts";
    this.showWorst();
    this.showStop();
  }

  change(what) {
    Object.assign(this, what);
    this.showStop();
  }

  get isDifference() {
    return this.mode === "difference";
  }

  // Whether it is about the test images, of which each is known.
  get isLast() {
    return this.isDifference || this.epochs.at === this.data.stops.length - 1;
  }

  get shownOrder() {
    return this.data.orders[this.order];
  }

  showStop() {
    const { isDifference } = this;
    this.table = isDifference ? this.difference : this.tables[this.epochs.at];
    const alike = isDifference ? [this.table] : this.tables.filter((_, at) => (at === this.tables.length - 1) === this.isLast); // one scale for all epochs
    this.most = Math.max(...alike.map((table) => table.most(this.mode)));
    for (const button of this.modes) {
      button.setAttribute("aria-pressed", String(button.dataset.mode === this.mode));
      button.hidden = button.dataset.mode === "difference" && !this.difference;
    }
    this.find("order").value = this.order;
    this.find("epochs").hidden = isDifference || this.tables.length < 2;
    this.showLegend();
    this.draw();
  }

  showLegend() {
    const { most, mode, isDifference } = this;
    const palette = paletteOf(this.root);
    const shade = (share) => (isDifference ? differenceColour(2 * share - 1, palette) : mistakeColour(share, palette));
    const shades = Array.from({ length: RAMP }, (_, step) => css(shade(step / (RAMP - 1))));
    this.find("ramp").style.background = `linear-gradient(90deg, ${shades.join(", ")})`;
    this.find("least").textContent = isDifference ? `\u2212${most}` : "mistakes: 0";
    this.find("most").textContent = `${isDifference ? "+" : ""}${countText(most)} ${MODES[mode].unit}`;
  }

  showWorst() {
    const { worst } = this.data;
    this.find("worst").hidden = !worst.length;
    const buttons = worst.map(({ cell, text }) =>
      element("li", {}, element("button", { type: "button", text, "aria-pressed": String(String(cell) === String(this.chosen)), on: { click: () => this.choose(cell) } })),
    );
    this.find("worst").replaceChildren(element("strong", { text: "Most often confused" }), element("ol", {}, ...buttons));
  }

  draw() {
    const { data, shownOrder: order, table } = this;
    const places = new Array(order.length);
    order.forEach((label, place) => (places[label] = place));
    const labels = order.map((label) => data.labels[label]);
    const room = this.root.clientWidth - widest(labels) - AXIS_TITLE;
    this.side = Math.floor(Math.min(Math.max(room, 120), LARGEST, LARGEST_CELL * order.length));
    this.places = places;
    const cells = [this.chosen, this.pointed].filter(Boolean);
    const framed = cells.map((at, index) => ({ at, isStrong: index === 0 && this.chosen !== null }));
    drawCells(this.canvas, table, { places, mode: this.mode, most: this.most, side: this.side, framed });
    for (const [axis, name] of ["rows", "columns"].entries()) {
      nameAxis(this.find(name), labels, { side: this.side, isRows: axis === 0, marked: cells.slice(-1).map((at) => places[at[axis]]) });
    }
    this.say();
  }

  picture() {
    const { data, table, places, mode, most, side, shownOrder, isDifference } = this;
    const title = isDifference ? `Confusion matrix minus that of ${this.difference.title}` : `Confusion matrix. ${this.epochs.stop.title}`;
    const labels = shownOrder.map((label) => data.labels[label]);
    return matrixPicture({ table, labels, places, mode, most, side, title: `${title}, ${MODES[mode].title.toLowerCase()}` });
  }

  say() {
    const { table, data } = this;
    const at = this.pointed ?? this.chosen;
    const title = this.isDifference ? `minus that of ${this.difference.title}` : this.epochs.stop.title;
    const words = at ? table.cellWords(...at, data.classes) : `${table.words()}${this.isLast ? " Click a cell to see its images." : ""}`;
    const text = this.isLast ? words : `${title}: ${words}`;
    if (this.find("words").textContent !== text) this.find("words").textContent = text;
    this.canvas.setAttribute("aria-label", `Confusion matrix, ${title}, of ${data.classes.length} classes: ${table.words()} ${data.worst[0] ? `Most often: ${data.worst[0].text}. ` : ""}${HELP}`);
  }

  // [true class, predicted class] of the cell under a pointer.
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const size = this.data.classes.length;
    const place = { row: Math.floor(((event.clientY - box.top) / box.height) * size), column: Math.floor(((event.clientX - box.left) / box.width) * size) };
    return this.cellAt(place);
  }

  cellAt(place) {
    const size = this.data.classes.length;
    const { row, column } = placeInside(place, { width: size, height: size });
    return [this.shownOrder[row], this.shownOrder[column]];
  }

  point(cell) {
    if (String(cell) === String(this.pointed)) return;
    this.pointed = cell;
    this.draw();
  }

  press(event) {
    const at = this.pointed ?? this.chosen;
    const step = arrowStep(event);
    if (step) this.point(at ? this.cellAt({ row: this.places[at[0]] + step[0], column: this.places[at[1]] + step[1] }) : this.cellAt({ row: 0, column: 0 }));
    else if ((event.key === "Enter" || event.key === " ") && at) this.choose(at);
    else return;
    event.preventDefault();
  }

  // Images are known of the last stop: those of the validation are not kept.
  choose(cell) {
    Object.assign(this, { chosen: cell, pointed: null });
    this.showWorst();
    this.draw();
    if (this.isLast) this.tell("cell", cell);
  }

  close() {
    this.epochs.pause();
    this.resizing.disconnect();
  }
}
