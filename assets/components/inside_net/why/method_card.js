// One method: its map over the picture, the colours, what it adds up to, its checks, and what it does not mean.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { css, MARK, ZERO } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { arrowStep, placeInside } from "../../shared/keys.js";
import { Bitmap } from "../../shared/net_view/bitmap.js";
import { paintOver } from "../../shared/net_view/map_over_picture.js";
import { significant, significantPair } from "../../shared/net_view/words.js";
import { colourOf, ramp, signedScale, extent } from "../../shared/net_view/scale.js";
import { CheckLine } from "./check_line.js";
import { settingField } from "./setting_field.js";

const STRIP = 0.16; // height of a row of units, as a part of its width

export class MethodCard {
  // method: an entry of the table that Python gives. onSetting() after a setting has changed, onPlace(place) where one points.
  constructor(method, { side, onSetting, onPlace }) {
    Object.assign(this, { method, side, onPlace, map: null, settings: Object.fromEntries(method.settings.map((one) => [one.name, one.default])) });
    this.bitmap = new Bitmap();
    this.canvas = element("canvas", { role: "application", tabIndex: 0 });
    this.low = element("span");
    this.high = element("span");
    this.ramp = element("i", { class: "ramp" });
    this.number = element("p", { class: "why-number" });
    this.problem = element("p", { class: "hint", hidden: true });
    this.waiting = element("p", { class: "hint", hidden: true, style: `--side: ${side}px` });
    this.checks = { deletion: new CheckLine("deletion"), shuffle: new CheckLine("shuffle") };
    const fields = method.settings.map((setting) =>
      settingField(setting, (value) => {
        this.settings = { ...this.settings, [setting.name]: value };
        onSetting();
      }),
    );
    this.body = element("div", { class: "why-body" }, this.canvas, element("div", { class: "bar" }, this.low, this.ramp, this.high), this.number, ...Object.values(this.checks).map((line) => line.root));
    const meaning = element("details", { class: "why-meaning" }, element("summary", { text: "What it means" }), element("p", { text: method.says }), element("p", { class: "why-formula", text: method.formula }), element("p", { text: `What it does not mean: ${method.caution}` }), element("p", { class: "hint", text: method.source }), ...fields);
    this.root = element("section", { class: "why-card", "aria-label": method.title, "data-method": method.name }, element("h3", { text: method.title }), this.problem, this.waiting, this.body, meaning);
    this.listen();
  }

  listen() {
    const point = (event) => this.map && this.onPlace(this.placeAt(event));
    this.canvas.addEventListener("pointermove", point);
    this.canvas.addEventListener("pointerdown", point);
    this.canvas.addEventListener("pointerleave", () => this.onPlace(null));
    this.canvas.addEventListener("keydown", (event) => {
      const step = arrowStep(event);
      if (!step || !this.map) return;
      event.preventDefault();
      event.stopPropagation();
      const { row, column } = this.place ? this.ownPlace(this.place) : { row: 0, column: 0 };
      const { row: y, column: x } = placeInside({ row: row + step[0], column: column + step[1] }, this.map);
      this.onPlace({ y: (y + 0.5) / this.map.height, x: (x + 0.5) / this.map.width });
    });
  }

  // {y, x}: shares of the picture, because maps have sizes of their own.
  placeAt({ clientX, clientY }) {
    const box = this.canvas.getBoundingClientRect();
    return { y: (clientY - box.top) / box.height, x: (clientX - box.left) / box.width };
  }

  ownPlace({ y, x }) {
    return placeInside({ row: Math.floor(y * this.map.height), column: Math.floor(x * this.map.width) }, this.map);
  }

  // found: {map, facts} of a job.
  take({ map, facts }) {
    Object.assign(this, { map, facts });
    this.problem.hidden = this.waiting.hidden = true;
    this.body.hidden = false;
    this.root.classList.remove("stale");
  }

  fail(text) {
    Object.assign(this, { map: null });
    this.problem.textContent = text;
    this.problem.hidden = false;
    this.body.hidden = this.waiting.hidden = true;
    this.root.classList.remove("stale");
  }

  // text: what it waits for; a map of before stays, pale.
  wait(text = "") {
    this.root.classList.add("stale");
    this.problem.hidden = true;
    this.body.hidden = !this.map;
    this.waiting.textContent = text;
    this.waiting.hidden = !text;
    this.waiting.classList.toggle("why-place", !this.map); // that of the map to come
  }

  get isStale() {
    return this.root.classList.contains("stale");
  }

  // What it waited for does not come.
  leave() {
    if (this.isStale) this.wait("not asked");
    for (const line of Object.values(this.checks)) line.leave();
  }

  get extent() {
    const { least, most } = extent(this.map.values);
    return Math.max(-least, most);
  }

  // picture: {pixels, shape} or null where the values have no places; limit: of the colours.
  draw({ picture, limit, opacity, words, about, isDifference }) {
    Object.assign(this, { about, limit, isDifference, look: { picture, opacity } });
    const { map, canvas } = this;
    if (!map) return;
    const isStrip = map.height === 1 && map.width > 1 && !picture;
    const [height, width] = picture ? picture.shape : [map.height, map.width];
    const scale = signedScale(-limit, limit);
    const cell = this.side / Math.max(height, width);
    fitCanvas(canvas, width * cell, isStrip ? this.side * STRIP : height * cell);
    const context = clearedContext(canvas);
    this.paint(context, [0, 0, canvas.width, canvas.height]);
    if (this.place) this.mark(context);
    [this.low.textContent, this.high.textContent] = this.endTexts();
    this.ramp.style.background = limit ? ramp(scale) : css(ZERO);
    canvas.setAttribute("aria-label", `${this.method.title}: ${words}`);
  }

  endTexts() {
    return [significant(-this.limit), significant(this.limit)];
  }

  // The map over its picture, as it was drawn last.
  paint(context, whole) {
    paintOver(context, { map: this.map, limit: this.limit, bitmap: this.bitmap, ...this.look }, whole);
  }

  // What stands below the map, in lines.
  smallPrint() {
    return [this.zeroText(), this.sumText(), ...Object.values(this.checks).map((line) => line.said)].filter(Boolean);
  }

  // Why nothing is to be seen; "" where something is.
  zeroText() {
    if (this.extent) return "";
    return `Zero everywhere: ${this.isDifference ? "both maps are the same" : this.method.zero}.`;
  }

  sumText() {
    const { facts, method } = this;
    if ("change_of_score" in facts) {
      const [sum, change] = significantPair(facts.sum, facts.change_of_score);
      return `Sum ${sum} of ${change} that the score changes`;
    }
    return this.about ? `${method.unit}, ${this.about}` : method.unit;
  }

  // What the place under the pointer has, or nothing.
  point(place) {
    this.place = place;
    if (!this.map) return;
    if (!place) {
      this.number.textContent = this.zeroText() || this.sumText();
      return;
    }
    const { row, column } = this.ownPlace(place);
    const value = this.map.values[row * this.map.width + column];
    const colour = css(colourOf(value, signedScale(-this.limit, this.limit)));
    const where = this.map.height === 1 ? `unit ${column + 1}` : `row ${row + 1}, column ${column + 1}`;
    this.number.replaceChildren(element("i", { class: "why-dot", style: `background:${colour}` }), `${where}: ${significant(value)}`);
  }

  mark(context) {
    const { row, column } = this.ownPlace(this.place);
    const [cellX, cellY] = [this.canvas.width / this.map.width, this.canvas.height / this.map.height];
    context.strokeStyle = MARK;
    context.lineWidth = 2 * screenRatio();
    context.strokeRect(column * cellX, row * cellY, cellX, cellY);
  }
}
