// What is arranged, how, and what the colours say.

import { element } from "../../shared/dom.js";
import { shapeOf } from "../../shared/net_view/words.js";
import { defaultLayer, featureLayers, isAveraged } from "./features.js";
import { COLOURINGS } from "./legend.js";

const METHODS = { pca: "PCA", tsne: "t-SNE", umap: "UMAP" };

export class EmbeddingBar {
  // onArrange(): layer, method, images or dimensions; onColour()
  constructor({ onArrange, onColour }) {
    const select = (change, entries = []) => element("select", { on: { change } }, ...entries.map(([value, text]) => element("option", { value, text })));
    this.layer = select(onArrange);
    this.method = select(onArrange, Object.entries(METHODS));
    this.images = select(onArrange);
    this.colour = select(onColour, Object.entries(COLOURINGS));
    this.dimensions = 2;
    const turn = (dimensions) => {
      this.dimensions = dimensions;
      this.press();
      onArrange();
    };
    this.buttons = [2, 3].map((count) => element("button", { type: "button", text: `${count}D`, "data-dimensions": count, on: { click: () => turn(count) } }));
    this.press();
    const field = (text, control) => element("label", {}, text, control);
    this.fields = { method: field("Arranged by ", this.method), images: field("Images ", this.images) };
    this.root = element("div", { class: "embedding-bar" }, field("Layer ", this.layer), this.fields.method,
      element("div", { class: "views", role: "group", "aria-label": "Dimensions" }, ...this.buttons), field("Coloured by ", this.colour), this.fields.images);
  }

  press() {
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(Number(button.dataset.dimensions) === this.dimensions));
  }

  // Of another net. methods: those that can be had beside PCA; counts: [{value, text}] of the images.
  take({ layers, titles, hasAnswer, methods, counts }) {
    const usual = defaultLayer(layers);
    const kept = this.layer.value;
    const note = (layer) => (layer === usual && hasAnswer ? " (last but one)" : isAveraged(layer) ? `, mean of ${shapeOf(layer)}` : "");
    const chosen = featureLayers(layers);
    this.layer.replaceChildren(...chosen.map((layer) => element("option", { value: layer.name, text: `${titles[layer.index]}${note(layer)}` })));
    this.layer.value = chosen.some(({ name }) => name === kept) ? kept : usual.name;
    for (const option of this.method.options) option.hidden = option.disabled = option.value !== "pca" && !methods.includes(option.value);
    for (const option of this.colour.options) option.hidden = option.disabled = option.value !== "class" && !hasAnswer;
    this.fields.method.hidden = !methods.length;
    this.fields.images.hidden = counts.length < 2;
    this.images.replaceChildren(...counts.map(({ value, text }) => element("option", { value, text })));
    if (this.method.selectedOptions[0]?.disabled) this.method.value = "pca";
    if (this.colour.selectedOptions[0]?.disabled) this.colour.value = "class";
  }

  get values() {
    return { layer: this.layer.value, method: this.method.value, dimensions: this.dimensions, colour: this.colour.value, images: this.images.value };
  }
}
