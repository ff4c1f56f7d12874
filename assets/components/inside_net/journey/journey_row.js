// A picture of the journey: itself, what stands in its place next, and its map after each layer.

import { drawPixels } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { MapPicture } from "../../shared/net_view/map_picture.js";

export class JourneyRow {
  // hands: {next(row), other(row), random(row), ofClass(row, label), mine(row), remove(row), open(row, column)}
  constructor(picture, { columns, classes, side, hands }) {
    Object.assign(this, { columns, classes, hands, maps: [] });
    const button = (text, title, click) => element("button", { type: "button", text, title, hidden: !classes.length, on: { click } });
    this.thumbnail = element("canvas", { role: "img" });
    this.name = element("span");
    this.more = element("select");
    this.more.addEventListener("change", () => this.choose());
    this.head = element("th", { scope: "row" },
      element("div", { class: "journey-picture" }, this.thumbnail, this.name),
      element("div", { class: "journey-tools" }, button("Next", "The next test image of this class", () => hands.next(this)), button("Other class", "The next test image of another class", () => hands.other(this)), this.more));
    this.pictures = columns.map(() => new MapPicture({ side }));
    this.cells = this.pictures.map(({ canvas }, at) => element("button", { type: "button", class: "journey-cell", tabIndex: -1, on: { click: () => hands.open(this, at) } }, canvas));
    for (const { canvas } of this.pictures) canvas.setAttribute("aria-hidden", "true");
    this.root = element("tr", {}, this.head, ...this.cells.map((cell) => element("td", {}, cell)));
    this.take(picture);
  }

  take(picture) {
    this.picture = picture;
    drawPixels(this.thumbnail, picture.pixels, this.columns[0].app.layers[0].shape);
    this.thumbnail.setAttribute("aria-label", picture.name);
    this.name.textContent = picture.name;
    const choice = (value, text) => element("option", { value, text });
    const classes = this.classes.length ? [choice("random", "A random one"), ...this.classes.map((text, label) => choice(label, `Of class ${text}`))] : [];
    this.more.replaceChildren(choice("", "Take \u2026"), choice("mine", "What the net sees now"), ...classes, choice("remove", "None: remove the row"));
    this.more.setAttribute("aria-label", `Take another picture in place of ${picture.name}`);
  }

  choose() {
    const { value } = this.more;
    this.more.value = "";
    if (value in this.hands) this.hands[value](this);
    else if (value !== "") this.hands.ofClass(this, Number(value));
  }

  // Each map in the colours of its column.
  show() {
    this.columns.forEach((column, at) => {
      this.pictures[at].show(this.maps[at], column.layer, column.scale);
      this.cells[at].setAttribute("aria-label", `${column.name}, ${this.picture.name}: ${column.words(this.maps[at])}`);
    });
  }
}
