// Above the net: where one is, the colour range with its bar, and how much is told.

import { element } from "../shared/dom.js";
import { RANGES, endTexts, ramp } from "../shared/net_view/scale.js";
import { isPicture } from "../shared/net_view/words.js";
import { screenTitle } from "./views.js";

const LEVEL_WORDS = { max_pool: "one window", avg_pool: "one window" };

export class Toolbar {
  constructor(app) {
    this.app = app;
    const { state } = app;
    this.range = element("select", { "aria-label": "One colour range for" }, ...Object.entries(RANGES).map(([value, text]) => element("option", { value, text })));
    this.range.addEventListener("change", () => state.change({ range: this.range.value }));
    this.low = element("span");
    this.high = element("span");
    this.ramp = element("i", { class: "ramp" });
    this.name = element("span", { class: "bar-of" });
    this.bar = element("span", { class: "bar" }, this.name, this.low, this.ramp, this.high);
    this.details = element("button", { type: "button", "aria-pressed": "false", text: "Details", on: { click: () => state.change({ details: !state.values.details }) } });
    app.find("tools").append(element("label", {}, "Colours for ", this.range), this.bar, this.details);
    app.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") state.back();
    });
  }

  changed(values, changed) {
    const isElsewhere = values.screen !== "net" && !values.view.level;
    for (const id of ["tools", "crumbs"]) this.app.find(id).hidden = isElsewhere; // there each column has colours of its own
    if (["view", "screen", "net"].some((name) => changed.has(name))) this.crumbs(values.view);
    this.details.hidden = values.view.level > 0; // they are those of the whole net
    this.details.setAttribute("aria-pressed", String(values.details));
    this.range.value = values.range;
    if (changed.has("hover") || changed.has("range") || changed.has("view") || changed.has("pinned") || changed.has("difference")) this.frame();
  }

  crumbs({ level, layer, unit, row, column }) {
    const { app } = this;
    const kind = app.layers[layer]?.kind;
    const texts = [screenTitle(app.state.values.screen)];
    if (level > 0) texts.push(`${app.titles[layer]}, ${app.unitTitle(layer, unit)}`);
    if (level > 1) texts.push(LEVEL_WORDS[kind] ?? (app.layers[layer].shape.length === 3 ? `row ${row + 1}, column ${column + 1}` : "the arithmetic"));
    const nodes = texts.map((text, at) =>
      at === level ? element("span", { text, "aria-current": "location" }) : element("button", { type: "button", class: "crumb", text, on: { click: () => app.state.open({ level: at }) } }),
    );
    const back = element("button", { type: "button", class: "back", "aria-label": "Back", title: "Back (Escape)", text: "\u2190", on: { click: () => app.state.back() } });
    app.find("crumbs").replaceChildren(...(level ? [back] : []), ...nodes);
  }

  // The bar of what is pointed at; at rest that of the first layer after the picture.
  frame() {
    const { app } = this;
    const { hover, view } = app.state.values;
    const target = view.level ? view : (hover ?? { layer: app.layers.findIndex((layer) => !isPicture(layer)), unit: 0 });
    const isDifference = app.state.values.difference && !view.level;
    const scale = (isDifference ? app.differences : app.scales).of(target.layer, target.unit);
    const [low, high] = endTexts(scale);
    [this.low.textContent, this.high.textContent] = isDifference ? [`less than pinned ${low}`, `${high} more`] : [low, high];
    this.ramp.style.background = ramp(scale);
    this.bar.hidden = view.level > 0; // opened, each map has a bar of its own
    const { range } = app.state.values;
    const isOfMap = range === "map" && app.layers[target.layer].shape.length === 3;
    this.name.textContent = range === "net" ? "the whole net" : `${app.titles[target.layer]}${isOfMap ? `, ${app.unitTitle(target.layer, target.unit)}` : ""}`;
    this.bar.title = `Colours of ${this.name.textContent}`;
  }
}
