// A layer of the journey: its name, which of its filters is followed, its colours; below, what all pictures share.

import { element } from "../../shared/dom.js";
import { MapPicture } from "../../shared/net_view/map_picture.js";
import { endTexts, measure, ramp, scaleBetween } from "../../shared/net_view/scale.js";
import { shapeOf, significant, strongest, unitNoun } from "../../shared/net_view/words.js";
import { common, likeness } from "./journey_maps.js";

export const likenessText = (value) => (value === null ? "\u2013" : value.toFixed(2).replace("-", "\u2212"));

// "was 0.83" where that is another number than the one that stands before it.
export function wasText(before, now) {
  return before === null || likenessText(before) === likenessText(now) ? "" : `was ${likenessText(before)}`;
}

export class JourneyColumn {
  // onUnit() when another filter is chosen.
  constructor(app, layer, { unit, side, onUnit }) {
    Object.assign(this, { app, layer, unit: unit % layer.units, alike: null, before: null });
    const noun = unitNoun(layer);
    this.title = app.titles[layer.index];
    this.field = unitField(`${this.title}: number of the ${noun}`, layer.units, (chosen) => {
      this.unit = chosen;
      onUnit();
    });
    this.field.value = this.unit + 1;
    this.bar = element("span", { class: "bar" });
    const count = layer.units === 1 ? "" : ` of ${layer.units}`;
    this.head = element("th", { scope: "col" }, element("h3", { text: this.title }), element("p", { class: "journey-note" }, element("span", { text: shapeOf(layer) }), this.bar),
      element("label", { class: "journey-unit" }, `${noun} `, this.field, count));
    this.picture = new MapPicture({ side });
    this.number = element("span", { class: "number", "data-name": "alike" });
    this.was = element("span", { class: "hint" });
    this.foot = element("td", {}, this.picture.canvas, element("p", { class: "alike" }, "alike ", this.number, " ", this.was));
  }

  take(unit) {
    this.unit = unit % this.layer.units;
    this.field.value = this.unit + 1;
  }

  // maps: that of each picture.
  show(maps) {
    const ends = maps.map((map) => measure(map, 1));
    this.scale = scaleBetween(Math.min(...ends.map(({ least }) => least)), Math.max(...ends.map(({ most }) => most)));
    const [low, high] = endTexts(this.scale);
    this.bar.replaceChildren(low, element("i", { class: "ramp", style: `background: ${ramp(this.scale)}` }), high);
    this.shared = common(maps);
    this.alike = likeness(maps);
    this.picture.show(this.shared, this.layer, this.scale, { label: `${this.name}, what all pictures share: ${this.words(this.shared)}` });
    this.number.dataset.value = this.alike ?? "";
    this.number.textContent = likenessText(this.alike);
    this.was.textContent = wasText(this.before, this.alike);
  }

  get name() {
    return `${this.title}, ${unitNoun(this.layer)} ${this.unit + 1}`;
  }

  words(map) {
    const { row, column, value, least } = strongest(map, { ...this.layer, units: 1 }, 0);
    if (value === 0 && least === 0) return "0 everywhere";
    return `strongest at row ${row + 1}, column ${column + 1}, value ${significant(value)}`;
  }
}

// A field for the number of one of `units`, from 1; onUnit(unit, from 0) when it holds such a number.
export function unitField(label, units, onUnit) {
  const field = element("input", { type: "number", min: "1", max: String(units), step: "1", "aria-label": label });
  field.addEventListener("input", () => {
    const number = Number(field.value);
    const isUnit = Number.isInteger(number) && number >= 1 && number <= units;
    field.setAttribute("aria-invalid", String(!isUnit));
    if (isUnit) onUnit(number - 1);
  });
  return field;
}
