// The maps of a layer of each net, all in one range of colours.

import { element } from "../shared/dom.js";
import { endTexts, ramp, scaleBetween } from "../shared/net_view/scale.js";
import { LAYER_CHOICES, OWN } from "./layer_choices.js";

export class MapsPart {
  // onChange() when another layer is wanted, onLook() where more of it.
  constructor({ onChange, onLook }) {
    const options = Object.entries(LAYER_CHOICES).map(([value, { text }]) => element("option", { value, text }));
    this.select = element("select", { "aria-label": "Layer of all nets", on: { change: onChange } }, ...options);
    this.more = element("button", { type: "button", text: "More maps", "aria-pressed": "false" });
    this.more.addEventListener("click", () => {
      this.more.setAttribute("aria-pressed", String(!this.isMany));
      onLook();
    });
    this.low = element("span");
    this.ramp = element("i", { class: "ramp" });
    this.high = element("span");
    this.bar = element("span", { class: "bar" }, this.low, this.ramp, this.high);
    this.root = element("div", { class: "nets-heading maps-heading" }, element("h3", { text: "Maps" }), element("label", {}, this.select), this.more, this.bar);
  }

  get value() {
    return this.select.value;
  }

  set value(choice) {
    if (choice in LAYER_CHOICES && choice !== OWN) this.select.value = choice;
  }

  // One of the nets got a layer of its own, so the others keep theirs.
  becomeOwn() {
    this.select.value = OWN;
  }

  get isMany() {
    return this.more.getAttribute("aria-pressed") === "true";
  }

  draw(columns) {
    const extents = columns.map(({ maps }) => maps.extent).filter(Boolean);
    this.bar.hidden = !extents.length;
    if (!extents.length) return;
    const scale = scaleBetween(Math.min(...extents.map(({ least }) => least)), Math.max(...extents.map(({ most }) => most)));
    [this.low.textContent, this.high.textContent] = endTexts(scale);
    this.ramp.style.background = ramp(scale);
    for (const column of columns) column.maps.draw(scale, this.isMany);
  }
}
