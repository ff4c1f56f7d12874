// Above a unit that is opened: a switch, and behind a button its weights as fields. What is typed holds at once.

import { element } from "../../shared/dom.js";
import { parseNumber } from "../../shared/numbers.js";
import { JOURNEY_KINDS } from "../journey/journey_maps.js";
import { significant } from "../../shared/net_view/words.js";
import { fitKernel, gridOf, singleWeights, sourcesOf } from "./weights.js";

const MOST_CELLS = 900;
const LARGEST = 1000; // as on the Kernels page

export class UnitEditor {
  constructor(app, { layer, unit }) {
    Object.assign(this, { app, layer, unit, isOpen: false, fields: [] });
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.power = button("", () => app.toggleUnit(layer, unit));
    this.open = button("Edit weights", () => this.toggle());
    this.problem = element("p", { class: "problem", role: "alert" });
    this.body = element("div", { class: "weight-fields" });
    this.panel = element("div", { class: "weight-panel", role: "group", "aria-label": `Weights of ${app.unitTitle(layer, unit)}`, hidden: true }, this.body, this.problem);
    this.journey = button("Follow it through several pictures", () => app.state.change({ screen: "journey", journey: { unit }, view: { ...app.state.values.view, level: 0 } }));
    this.journey.hidden = !JOURNEY_KINDS.has(app.layers[layer].kind);
    this.root = element("div", { class: "unit-editor" }, element("div", { class: "unit-tools" }, this.power, this.open, this.journey), this.panel);
    this.root.addEventListener("keydown", (event) => event.key === "Escape" && event.target.matches("input") && event.stopPropagation());
    const { net } = app;
    this.sources = sourcesOf(net, layer, unit);
    const strongest = app.links.of(layer, unit)[0]?.unit;
    this.channel = this.sources?.channels.includes(strongest) ? strongest : this.sources?.channels[0];
    this.root.hidden = layer === 0;
    this.open.hidden = !this.sources && !singleWeights(net, layer, unit).length;
    this.refresh();
  }

  toggle() {
    this.isOpen = !this.isOpen;
    this.panel.hidden = !this.isOpen;
    this.open.setAttribute("aria-pressed", String(this.isOpen));
    if (this.isOpen) this.build();
  }

  build() {
    this.fields = [];
    const { app, layer, unit } = this;
    const singles = singleWeights(app.net, layer, unit).map(({ weight, label, at }) =>
      element("label", { class: "single-weight" }, label, this.field(label, () => app.net.weights(layer)[weight][at], (value) => [{ layer, weight, at, value }], weight === "variance")),
    );
    this.body.replaceChildren(...(this.sources ? [this.grid()] : []), ...singles);
  }

  grid() {
    const { app, layer, unit, sources, channel } = this;
    const titles = sources.channels.map((number) => app.unitTitle(sources.from.index, number));
    const select = element("select", { "aria-label": "Weights for" }, ...titles.map((text, at) => element("option", { value: sources.channels[at], text, selected: sources.channels[at] === channel })));
    select.addEventListener("change", () => this.choose(Number(select.value)));
    const head = element("div", { class: "weight-head" }, titles.length > 1 ? element("label", {}, "Weights for ", select) : element("span", { text: `Weights for the ${titles[0]}` }), this.presets());
    const { rows, columns } = gridOf(app.net, layer, unit, channel);
    const table = element("div", { class: "weight-grid" });
    table.style.gridTemplateColumns = `repeat(${columns}, minmax(${columns > 9 ? 40 : 58}px, 74px))`;
    if (rows * columns > MOST_CELLS) table.append(element("p", { class: "hint", text: `${rows * columns} weights are too many to type here.` }));
    else table.append(...Array.from({ length: rows * columns }, (_, at) => this.cell(at, columns)));
    return element("div", { class: "weight-kernel" }, head, table);
  }

  cell(at, columns) {
    const { app, layer, unit, channel } = this;
    const label = columns === 1 && at === 0 ? "weight" : `row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`;
    return this.field(label, () => gridOf(app.net, layer, unit, channel).values[at], (value) => gridOf(app.net, layer, unit, channel).edit(at, value));
  }

  // The kernels of the Kernels page that fit, to be put in.
  presets() {
    const { app, layer, unit, channel } = this;
    const grid = gridOf(app.net, layer, unit, channel);
    const fitting = !grid.put ? [] : app.kernels.filter(({ matrix }) => fitKernel(matrix, grid));
    const select = element("select", { "aria-label": "Put in a kernel", hidden: !fitting.length }, element("option", { value: "", text: "Put in a kernel \u2026" }), ...fitting.map(({ title }, value) => element("option", { value, text: title })));
    select.addEventListener("change", () => {
      if (select.value !== "") app.edit(gridOf(app.net, layer, unit, channel).put(fitKernel(fitting[Number(select.value)].matrix, grid)));
      select.value = "";
    });
    return select;
  }

  // read() gives the weight as it is; edit(value) the changes that make it another one.
  field(label, read, edit, isPositive = false) {
    const input = element("input", { type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-label": label, class: "weight" });
    const value = () => {
      const number = parseNumber(input.value);
      return number === null || Math.abs(number) > LARGEST || (isPositive && number < 0) ? null : number;
    };
    input.addEventListener("input", () => {
      const number = value();
      input.setAttribute("aria-invalid", String(number === null));
      if (number === null) return;
      this.say("");
      this.app.edit(edit(number));
    });
    input.addEventListener("change", () => {
      if (value() === null) this.say(problemOf(label, input.value, isPositive));
      this.show({ input, read });
    });
    const { net } = this.app; // the one of which read() knows the weights, also after another one has come
    input.addEventListener("blur", () => net === this.app.net && this.show({ input, read }));
    this.fields.push({ input, read });
    this.show({ input, read });
    return input;
  }

  show({ input, read }) {
    input.value = input.defaultValue = significant(read());
    input.dataset.value = read();
    input.setAttribute("aria-invalid", "false");
  }

  say(text) {
    this.problem.textContent = text;
  }

  choose(channel) {
    this.channel = channel;
    this.build();
  }

  // The net was edited, here or elsewhere, or is that of another epoch; a field in which somebody types is left alone.
  refresh() {
    const isOff = this.app.isOff(this.layer, this.unit);
    this.power.textContent = isOff ? "Switch on" : "Switch off";
    this.root.classList.toggle("off", isOff);
    const active = this.root.getRootNode().activeElement;
    for (const field of this.fields) {
      field.input.dataset.value = field.read();
      if (field.input !== active || field.input.value === field.input.defaultValue) this.show(field);
    }
  }
}

function problemOf(label, text, isPositive) {
  const range = isPositive ? `0 to ${LARGEST}` : `\u2212${LARGEST} to ${LARGEST}`;
  return `Type a number from ${range}, such as 0.5, 0,5 or 1/9, for ${label}; the old one stays. Received: ${text.trim() ? text.slice(0, 40) : "nothing"}.`;
}
