// What one chooses to look at, kept in this browser: which figures, and how they are drawn.

import { element } from "../shared/dom.js";
import { saveButtons } from "../shared/svg_figure.js";
import { titleOf } from "./chart/models.js";

const KEY = "cnnviz.curves";
const START = { shown: ["loss", "accuracy"], smoothing: 0, isLog: false, marksCrossing: false };
const ALWAYS = ["loss", "accuracy", "precision", "recall", "learning_rate", "weights", "gradients", "matrix"];
const OF_NET = ["weights", "gradients", "matrix"];
const OF_ONE_OUTPUT = ["mse", "correlation"];
const TITLES = { matrix: "confusion matrix", weights: "weights", gradients: "gradients" };
const MEANING =
  "The light line is single batches. A point of \u201ctraining\u201d is the mean over an epoch, while the net still learned, and stands in its middle; \u201cvalidation\u201d is measured at its end.";

function recall() {
  try {
    const { shown, smoothing, isLog, marksCrossing } = { ...START, ...JSON.parse(localStorage.getItem(KEY)) };
    return { shown: [...ALWAYS, ...OF_ONE_OUTPUT].filter((name) => shown.includes(name)), smoothing: Number(smoothing) || 0, isLog: Boolean(isLog), marksCrossing: Boolean(marksCrossing) };
  } catch {
    return { ...START };
  }
}

// The figures that can be chosen: a net with one output has a squared error and a correlation with the labels, too.
// Norms and matrices are not shown beside a net that was changed by hand since they were measured.
export function offered({ epochs }, isOwn) {
  const isOneOutput = epochs.length > 0 && "correlation" in epochs.at(-1);
  const all = isOneOutput ? [...ALWAYS.slice(0, 2), ...OF_ONE_OUTPUT, ...ALWAYS.slice(2)] : ALWAYS;
  return isOwn ? all : all.filter((name) => !OF_NET.includes(name));
}

export class Choices {
  // picture(): the figures that are shown, as one that can be saved.
  constructor(find, { onChange, picture }) {
    Object.assign(this, { place: find("choices"), onChange, values: recall(), names: [] });
    const save = element("div", { class: "save", role: "group", "aria-label": "Save the figures" }, "Save the figures", ...saveButtons("training", picture));
    find("options").append(this.panel(save));
  }

  get shown() {
    return this.names.filter((name) => this.values.shown.includes(name));
  }

  offer(names) {
    if (names.join() === this.names.join()) return;
    this.names = names;
    const button = (name) => element("button", { type: "button", text: TITLES[name] ?? titleOf(name), "aria-pressed": String(this.values.shown.includes(name)), on: { click: (event) => this.toggle(name, event.currentTarget) } });
    this.place.replaceChildren(...names.map(button));
  }

  toggle(name, button) {
    const { shown } = this.values;
    const isShown = !shown.includes(name);
    button.setAttribute("aria-pressed", String(isShown));
    this.change({ shown: isShown ? [...shown, name] : shown.filter((one) => one !== name) });
  }

  change(changes) {
    Object.assign(this.values, changes);
    try {
      localStorage.setItem(KEY, JSON.stringify(this.values));
    } catch {
      // a browser that keeps nothing
    }
    this.onChange();
  }

  panel(save) {
    const { smoothing, isLog, marksCrossing } = this.values;
    const said = element("output", { text: smoothing.toFixed(2) });
    const slide = ({ currentTarget: { value } }) => {
      said.textContent = Number(value).toFixed(2);
      this.change({ smoothing: Number(value) });
    };
    const slider = element("input", { type: "range", min: 0, max: 0.99, step: 0.01, on: { input: slide } });
    slider.value = smoothing;
    const toggle = (name, checked, words) => element("label", {}, element("input", { type: "checkbox", checked, on: { change: ({ currentTarget }) => this.change({ [name]: currentTarget.checked }) } }), words);
    return element(
      "div",
      { class: "panel" },
      element("p", { class: "hint", text: MEANING }),
      element("label", { title: "Weight of the past batches" }, "Smoothing", slider, said),
      toggle("isLog", isLog, "Logarithmic axes (not of shares: they go from 0 to 100\u202f%)"),
      toggle("marksCrossing", marksCrossing, "Mark where training and validation cross: from there on a net learns its training images more than what they have in common"),
      save,
    );
  }
}
