// Above the filters: of which layer, in which order, how their planes are shown, and the one scale of colours.

import { element } from "../../shared/dom.js";
import { endTexts, ramp, signedScale } from "../../shared/net_view/scale.js";

export const ORDERS = { index: "as they stand", strength: "strongest first", nearest: "nearest to a known kernel", moved: "moved most" };
const GREY_RAMP = "linear-gradient(90deg, #000, #808080, #fff)";

export class FilterBar {
  constructor(onChange) {
    const select = (label, name) => {
      const node = element("select", { "data-name": name, on: { change: onChange } });
      return [node, element("label", {}, `${label} `, node)];
    };
    const [layer, layerLabel] = select("Filters of", "layer");
    const [order, orderLabel] = select("Order", "order");
    const toggle = (text, title) => {
      const node = element("button", { type: "button", text, title, "aria-pressed": "false" });
      node.addEventListener("click", () => {
        node.setAttribute("aria-pressed", String(!isPressed(node)));
        onChange();
      });
      return node;
    };
    order.append(...Object.entries(ORDERS).map(([value, text]) => element("option", { value, text })));
    this.byPlane = toggle("By colour plane", "Red, green and blue apart, each on the signed scale");
    this.all = toggle("All planes", "Every plane of each filter, not only the strongest");
    this.low = element("span");
    this.high = element("span");
    this.ramp = element("i", { class: "ramp" });
    this.scale = element("span", { class: "bar" }, this.low, this.ramp, this.high);
    Object.assign(this, { layer, order, root: element("div", { class: "filter-bar" }, layerLabel, orderLabel, this.byPlane, this.all, this.scale) });
  }

  // The convolutions of a net; the one that was chosen stays where it is still there.
  take(layers, titles) {
    const before = this.layer.value;
    this.layer.replaceChildren(...layers.map(({ index }) => element("option", { value: String(index), text: titles[index] })));
    if (layers.some(({ index }) => String(index) === before)) this.layer.value = before;
  }

  get values() {
    return { layer: Number(this.layer.value), order: this.order.value, byPlane: isPressed(this.byPlane), all: isPressed(this.all) };
  }

  allow({ colours, planes, epochs }) {
    this.byPlane.hidden = !colours;
    this.all.hidden = !planes;
    const moved = this.order.querySelector('option[value="moved"]');
    moved.disabled = !epochs;
    if (!epochs && this.order.value === "moved") this.order.value = "index";
  }

  showScale(limit, isColoured) {
    const scale = signedScale(-limit, limit);
    [this.low.textContent, this.high.textContent] = endTexts(scale);
    this.ramp.style.background = isColoured ? GREY_RAMP : ramp(scale);
    this.scale.title = isColoured ? "Grey is 0; more of a colour is a positive weight for it, less a negative one" : "Red is a negative weight, white 0, blue a positive one";
  }
}

const isPressed = (button) => button.getAttribute("aria-pressed") === "true";
