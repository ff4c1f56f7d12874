// What the hand does to the picture before the net sees it: handles on the picture, sliders for the rest, a cover.

import { element } from "../dom.js";
import { UNCHANGED, transform } from "../imaging/transform.js";
import { clamp } from "../numbers.js";
import { Handles } from "./handles.js";

// name of the setting -> [label, least, most, step, text of a value]
const SLIDERS = {
  blur: ["Blur", 0, 4, 0.1, (value) => `${value} px`],
  noise: ["Noise", 0, 120, 2, (value) => `\u00b1 ${value}`],
  brightness: ["Brightness", -160, 160, 5, (value) => `${value > 0 ? "+ " : value < 0 ? "\u2212 " : ""}${Math.abs(value)}`],
  contrast: ["Contrast", 0, 3, 0.05, (value) => `\u00d7 ${value}`],
};
const COVERS = { grey: 128, black: 0 };
const FIRST_COVER = 0.25; // of the shorter side

export class PictureChanges {
  // find: see PictureInput; onChange(): the picture is to be shown again; shape(): [height, width, channels] of the net's pictures.
  constructor(find, { shape, onChange }) {
    Object.assign(this, { shape, onChange, settings: UNCHANGED, isOpen: false });
    const button = (text, title, click) => element("button", { type: "button", text, title, "aria-pressed": "false", on: { click } });
    this.open = button("Change", "Shift, turn, scale, blur, noise, light", () => this.toggle());
    this.coverButton = button("Cover", "A square to drag over the picture", () => this.toggleCover());
    this.sliders = Object.entries(SLIDERS).map(([name, parts]) => this.slider(name, parts));
    this.invert = button("Invert", "Light becomes dark", () => this.set({ invert: !this.settings.invert }));
    this.reset = element("button", { type: "button", text: "As it was", on: { click: () => this.set({ ...UNCHANGED, cover: this.settings.cover }) } });
    const hint = element("p", { class: "hint", text: "Drag the picture, its corner or its knob." });
    this.panel = element("div", { class: "change-panel", role: "group", "aria-label": "Change the picture" }, hint, ...this.sliders.map(({ row }) => row), element("div", { class: "row" }, this.invert, this.reset));
    this.coverPanel = this.makeCoverPanel();
    find("touches").append(this.panel, this.coverPanel);
    this.handles = new Handles(find("handles"), find("seen"), this);
    this.refresh();
  }

  slider(name, [label, min, max, step, text]) {
    const input = element("input", { type: "range", min: String(min), max: String(max), step: String(step), "aria-label": label });
    const value = element("output");
    input.addEventListener("input", () => this.set({ [name]: Number(input.value) }));
    return { name, text, input, value, row: element("label", { class: "slider" }, element("span", { text: label }), input, value) };
  }

  makeCoverPanel() {
    this.side = element("input", { type: "range", min: "1", max: "1", step: "1", "aria-label": "Side of the cover, in pixels" });
    this.side.addEventListener("input", () => this.resizeCover(Number(this.side.value)));
    this.sideText = element("output");
    this.greys = Object.entries(COVERS).map(([name, grey]) =>
      element("button", { type: "button", text: name, "data-grey": grey, on: { click: () => this.set({ cover: { ...this.settings.cover, grey } }) } }),
    );
    return element("div", { class: "change-panel", role: "group", "aria-label": "The cover" },
      element("label", { class: "slider" }, element("span", { text: "Side" }), this.side, this.sideText), element("div", { class: "row" }, ...this.greys));
  }

  get isChanged() {
    return Object.keys(UNCHANGED).some((name) => this.settings[name] !== UNCHANGED[name]);
  }

  // A picture as the net shall see it.
  apply(picture) {
    if (!this.isChanged) return picture;
    return { ...picture, name: `${picture.name}, changed`, pixels: transform(picture.pixels, this.shape(), this.settings) };
  }

  set(changes) {
    this.settings = { ...this.settings, ...changes };
    this.refresh();
    this.onChange();
  }

  toggle() {
    this.isOpen = !this.isOpen;
    this.refresh();
  }

  toggleCover() {
    if (this.settings.cover) return this.set({ cover: null });
    const [height, width] = this.shape();
    const side = Math.max(1, Math.round(FIRST_COVER * Math.min(height, width)));
    this.set({ cover: { top: (height - side) >> 1, left: (width - side) >> 1, side, grey: COVERS.grey } });
    this.handles.cover.focus({ preventScroll: true });
  }

  // About its middle.
  resizeCover(side) {
    const { cover } = this.settings;
    const [height, width] = this.shape();
    const along = (at, most) => clamp(at + Math.round((cover.side - side) / 2), 1 - side, most - 1);
    this.set({ cover: { ...cover, side, top: along(cover.top, height), left: along(cover.left, width) } });
  }

  refresh() {
    const { settings, isOpen } = this;
    const { cover } = settings;
    this.panel.hidden = !isOpen;
    this.coverPanel.hidden = !cover;
    this.open.setAttribute("aria-pressed", String(isOpen));
    const { cover: _, ...rest } = settings;
    this.open.classList.toggle("active", Object.keys(rest).some((name) => rest[name] !== UNCHANGED[name]));
    this.coverButton.setAttribute("aria-pressed", String(Boolean(cover)));
    this.invert.setAttribute("aria-pressed", String(settings.invert));
    for (const { name, input, value, text } of this.sliders) {
      input.value = settings[name];
      value.textContent = text(settings[name]);
    }
    if (cover) {
      Object.assign(this.side, { max: String(Math.max(...this.shape().slice(0, 2))), value: String(cover.side) });
      this.sideText.textContent = `${cover.side} px`;
      for (const node of this.greys) node.setAttribute("aria-pressed", String(Number(node.dataset.grey) === cover.grey));
    }
    this.handles.refresh();
  }

  // Another net takes other pictures: a cover of the old size may lie beyond them.
  forget() {
    this.settings = UNCHANGED;
    this.refresh();
  }

  close() {
    this.handles.close();
  }
}
