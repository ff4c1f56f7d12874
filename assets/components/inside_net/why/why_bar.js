// Above the maps: of which class, less what, of which layer, on which scale, how strong over the picture.

import { element } from "../../shared/dom.js";

export const SAID = -1; // the class that the net says
const NOTHING = "nothing";
const PINNED = "pinned";

export class WhyBar {
  // onChange() where other maps are wanted, onLook() where the same look otherwise, onCancel() of what a worker is asked; more: at the end.
  constructor({ onChange, onLook, onCancel }, ...more) {
    const select = (label, name) => {
      const node = element("select", { "data-name": name, on: { change: onChange } });
      return [node, element("label", {}, `${label} `, node)];
    };
    const labels = [];
    [[this.of, labels[0]], [this.less, labels[1]], [this.layer, labels[2]]] = [["What speaks for", "class"], ["less", "less"], ["Attributed to", "layer"]].map((one) => select(...one));
    this.scale = element("button", { type: "button", text: "One scale", title: "Maps of one unit share their colours; otherwise each is stretched to its own strongest value", "aria-pressed": "true" });
    this.scale.addEventListener("click", () => {
      this.scale.setAttribute("aria-pressed", String(!this.isShared));
      onLook();
    });
    this.opacity = element("input", { type: "range", min: "0", max: "100", value: "70", "aria-label": "How strong the map is over the picture", on: { input: onLook } });
    this.asking = element("button", { type: "button", hidden: true, on: { click: onCancel } });
    this.root = element("div", { class: "why-bar" }, ...labels, this.scale, element("label", {}, "Over the picture ", this.opacity), ...more);
  }

  // The classes and layers of a net; what was chosen stays where it is still there.
  take({ classes, layers, titles }) {
    const names = classes.map((text, value) => [value, text]);
    fill(this.of, [[SAID, "what it says"], ...names]);
    fill(this.less, [[NOTHING, "nothing"], [PINNED, "the pinned picture"], ...names]);
    const inner = layers.slice(2, -1).map(({ index }) => [index, titles[index]]);
    fill(this.layer, [["", "the picture"], ...inner]);
  }

  allowPinned(isPinned) {
    const option = this.less.querySelector(`option[value="${PINNED}"]`);
    option.disabled = !isPinned;
    if (!isPinned && this.less.value === PINNED) this.less.value = NOTHING;
  }

  // text: of the button that leaves, or takes up again, what a worker is asked; "": nothing is asked.
  showAsking(text) {
    this.asking.textContent = text;
    this.asking.hidden = !text;
  }

  get isShared() {
    return this.scale.getAttribute("aria-pressed") === "true";
  }

  // {of, less: null, "pinned" or a class, layer: its index, or null for the picture, opacity: 0 to 1}
  get values() {
    const less = this.less.value === NOTHING ? null : this.less.value === PINNED ? PINNED : Number(this.less.value);
    const layer = this.layer.value === "" ? null : Number(this.layer.value);
    return { of: Number(this.of.value), less, layer, isShared: this.isShared, opacity: Number(this.opacity.value) / 100 };
  }
}

function fill(select, options) {
  const before = select.value;
  select.replaceChildren(...options.map(([value, text]) => element("option", { value: String(value), text })));
  if (options.some(([value]) => String(value) === before)) select.value = before;
}
