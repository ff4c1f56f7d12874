// Several pictures: the map of one filter after every convolution and pooling layer, and what the pictures share there.

import { element } from "../../shared/dom.js";
import { clamp } from "../../shared/numbers.js";
import { strongest } from "../../shared/net_view/words.js";
import { JourneyColumn, likenessText, unitField, wasText } from "./journey_column.js";
import { JOURNEY_KINDS, computeMaps, firstSpeaking, mapsOf, mean } from "./journey_maps.js";
import { JourneyKeys } from "./journey_keys.js";
import { JourneyRow } from "./journey_row.js";
import { Pictures } from "./pictures.js";

const FIRST_ROWS = 3;
const MOST_ROWS = 6;
const SIDE = { least: 84, most: 150, head: 190, space: 14, above: 365 }; // CSS pixels of a map and around it
const LEAD = "One filter, after every convolution and pooling layer. The last row is what all pictures share: swap one for another class and see it go.";
const MEANING = "The mean correlation between the maps of every two pictures. 1: the same, 0: nothing in common";
const NO_LAYERS = "This net has no convolution or pooling layer, so there are no maps to follow.";
const NO_IMAGES = "The test images of this run are not here: draw, or take a photo, and put it in a row of its own.";
const NOTHING = "Draw something, or take a photo: it becomes the first row.";

export class Journey {
  constructor(app) {
    Object.assign(this, { app, rows: [], columns: null, pictures: new Pictures(), follower: null });
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.classes = element("select", { on: { change: () => this.takeClass(Number(this.classes.value)) } });
    this.ofClass = element("label", {}, "Three of class ", this.classes);
    this.forAll = element("label", { class: "journey-unit" });
    this.add = button("Add a picture", () => this.addRow());
    this.said = element("p", { class: "hint", role: "status" });
    this.tools = element("div", { class: "journey-bar" }, this.ofClass, this.forAll, this.add);
    this.number = element("span", { class: "number", "data-name": "alike in all" });
    this.was = element("span", { class: "hint" });
    this.summary = element("p", { class: "alike", title: MEANING }, "alike ", this.number, " ", this.was);
    this.table = element("table");
    this.keys = new JourneyKeys(this.table);
    this.root = app.find("journey");
    this.root.append(element("p", { class: "lead", text: LEAD }), this.tools, this.said, element("div", { class: "journey-scroll" }, this.table));
  }

  changed({ journey }, changed) {
    const isShown = this.app.isShown("journey");
    this.root.hidden = !isShown;
    if (changed.has("net")) this.columns = null;
    if (["net", "edits", "url"].some((name) => changed.has(name))) this.isStale = true;
    if (!isShown) return;
    this.takesFocus = changed.has("view"); // back from a unit, or from its button
    if (!this.columns || changed.has("journey")) this.build(journey);
    else if (this.isStale) this.compute();
    else this.focus();
  }

  // The columns of this net, and the first pictures.
  async build({ unit }) {
    const { app } = this;
    const layers = app.layers.filter(({ kind }) => JOURNEY_KINDS.has(kind));
    this.tools.hidden = !layers.length;
    this.columns = [];
    if (!layers.length) {
      this.table.replaceChildren();
      return this.say(NO_LAYERS);
    }
    const across = (this.root.clientWidth - SIDE.head) / layers.length;
    const down = (window.innerHeight - SIDE.above) / (FIRST_ROWS + 1); // what they share is seen without scrolling
    this.side = app.isPhone() ? SIDE.least : clamp(Math.floor(Math.min(across, down) - SIDE.space), SIDE.least, SIDE.most);
    const onUnit = () => {
      this.field.value = ""; // no longer the same in all
      this.compute();
    };
    this.columns = layers.map((layer) => new JourneyColumn(app, layer, { unit: unit ?? 0, side: this.side, onUnit }));
    this.isChosen = unit !== undefined;
    const most = Math.max(...layers.map(({ units }) => units));
    this.field = unitField("Number of the filter in all layers", most, (chosen) => this.takeUnit(chosen));
    if (this.isChosen) this.field.value = unit + 1;
    this.forAll.replaceChildren("Filter ", this.field, " in all layers");
    const { columns } = this;
    const hasImages = await this.pictures.open(app.imagesUrl);
    if (columns === this.columns) this.begin(hasImages);
  }

  begin(hasImages) {
    const { app, pictures } = this;
    const { picture } = app.state.values;
    const fits = this.rows.every((row) => row.picture.pixels.length === app.layers[0].values.length);
    const kept = fits ? this.rows.map((row) => row.picture) : [];
    this.ofClass.hidden = !hasImages;
    this.classes.replaceChildren(...pictures.classes.map((text, value) => element("option", { value, text })));
    if (hasImages && !kept.length) return this.takeClass(pictures.at(picture?.index ?? 0).label, picture?.index);
    this.take(kept.length || !picture ? kept : [picture]);
    if (!this.rows.length) this.say(NOTHING);
  }

  takeClass(label, from = 0) {
    this.classes.value = label;
    this.take(this.pictures.from(from, FIRST_ROWS, (one) => one === label));
  }

  // Other pictures in all rows.
  take(pictures) {
    this.follower = null;
    this.rows = pictures.map((picture) => this.makeRow(picture));
    this.arrange();
  }

  makeRow(picture) {
    const { columns, pictures, side } = this;
    return new JourneyRow(picture, { columns, classes: pictures.classes, side, hands: this.hands() });
  }

  hands() {
    const { pictures } = this;
    const after = (row, isWanted) => this.replace(row, pictures.after(row.picture, isWanted, this.shown));
    const step = (isWanted) => (row) => after(row, isWanted(row.picture.label));
    return {
      next: step((own) => (label) => own === undefined || label === own),
      other: step((own) => (label) => label !== own),
      random: (row) => this.replace(row, pictures.random(this.shown)),
      ofClass: (row, wanted) => after(row, (label) => label === wanted),
      mine: (row) => this.follow(row),
      remove: (row) => this.remove(row),
      open: (row, at) => this.open(row, at),
    };
  }

  // A picture beside itself would be wholly alike.
  get shown() {
    return this.rows.map(({ picture }) => picture);
  }

  replace(row, picture) {
    if (!picture) return this.say("There is no other such picture among the test images.");
    if (row === this.follower) this.follower = null;
    this.keepLikeness();
    row.take(picture);
    this.compute();
  }

  // What the net sees; from now on the row follows the hand.
  follow(row) {
    const { picture } = this.app.state.values;
    if (!picture) return this.say(NOTHING);
    this.replace(row, picture);
    this.follower = row;
  }

  remove(row) {
    this.keepLikeness();
    this.rows = this.rows.filter((other) => other !== row);
    this.arrange();
    this.add.focus({ preventScroll: true }); // what had the keyboard is gone
  }

  addRow() {
    const { picture } = this.app.state.values;
    const last = this.rows.at(-1)?.picture;
    const next = last && this.pictures.set ? this.pictures.after(last, (label) => last.label === undefined || label === last.label, this.shown) : picture;
    if (!next) return this.say(NOTHING);
    this.keepLikeness();
    this.rows.push(this.makeRow(next));
    if (next === picture) this.follower = this.rows.at(-1);
    this.arrange();
  }

  arrange() {
    this.add.disabled = this.rows.length >= MOST_ROWS;
    const head = element("tr", {}, element("td"), ...this.columns.map((column) => column.head));
    const foot = element("tr", {}, element("th", { scope: "row" }, "What all share", this.summary), ...this.columns.map((column) => column.foot));
    this.table.replaceChildren(element("thead", {}, head), element("tbody", {}, ...this.rows.map((row) => row.root)), element("tfoot", { hidden: this.rows.length < 2 }, foot));
    const [first] = this.rows;
    if (first) this.keys.mark(first.cells[0]);
    this.compute();
  }

  takeUnit(unit) {
    for (const column of this.columns) column.take(unit);
    this.field.value = unit + 1;
    this.compute();
  }

  keepLikeness() {
    for (const column of this.columns) column.before = column.alike;
  }

  // Every row through the net that is shown.
  async compute() {
    const request = (this.request = {});
    this.isStale = false;
    try {
      await computeMaps(this.app, this.rows, this.columns, () => request === this.request);
    } catch (error) {
      return request === this.request && this.say(error.message);
    }
    if (request !== this.request || !this.rows.length) return;
    if (!this.isChosen) return this.chooseUnit();
    this.say(this.pictures.set ? "" : NO_IMAGES);
    this.draw();
  }

  // At first: the first filter that is silent nowhere.
  chooseUnit() {
    this.isChosen = true;
    this.takeUnit(firstSpeaking(this.rows, this.columns, Number(this.field.max)));
  }

  draw() {
    const { rows, columns } = this;
    columns.forEach((column, at) => column.show(rows.map(({ maps }) => maps[at])));
    for (const row of rows) row.show();
    this.focus();
    const alike = mean(columns.map((column) => column.alike));
    this.number.textContent = likenessText(alike);
    this.was.textContent = wasText(mean(columns.map(({ before }) => before)), alike);
  }

  // The picture that the net sees has moved.
  frame() {
    if (!this.follower || this.root.hidden) return;
    this.follower.take(this.app.state.values.picture);
    this.follower.maps = mapsOf(this.columns, (index) => this.app.values(index));
    if (this.rows.every(({ maps }) => maps.length)) this.draw();
  }

  // The filter on this picture, as a unit opened.
  open(row, at) {
    const { app } = this;
    const { layer, unit } = this.columns[at];
    const { row: top, column } = strongest(row.maps[at], { ...layer, units: 1 }, 0);
    this.follower = null; // another picture comes before the net
    app.show(row.picture);
    app.state.open({ level: 1, layer: layer.index, unit, channel: -1, from: undefined, row: top, column });
  }

  focus() {
    if (this.takesFocus) this.keys.focus();
    this.takesFocus = false;
  }

  say(text) {
    this.said.textContent = text;
  }
}
