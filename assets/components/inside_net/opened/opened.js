// Levels 1 and 2: which view opens a unit of a layer, and which one shows the arithmetic of one of its values.

import { ArithmeticView } from "./arithmetic_view.js";
import { TopImages } from "../model/top_images.js";
import { WholeTestSet } from "../model/whole_test_set.js";
import { MadePicture } from "./made_picture.js";
import { UnitEditor } from "../touch/unit_editor.js";
import { DenseView } from "./dense_view.js";
import { PinnedStrip } from "./pinned_strip.js";
import { SingleView } from "./single_view.js";
import { TopStrip } from "./top_strip.js";
import { SumView } from "./sum_view.js";

const SUMS = new Set(["conv", "depthwise_conv", "separable_conv", "transposed_conv"]);

const TOUCHABLE = "button, a, input, select, label, figure, canvas, svg:not(.joins), td, .weight-panel, .player, .softmax-term, .made-picture"; // a click elsewhere goes back

function viewFor({ level }, layer) {
  if (layer.kind === "dense") return DenseView;
  if (level > 1) return ArithmeticView;
  return SUMS.has(layer.kind) ? SumView : SingleView;
}

export class Opened {
  constructor(app) {
    Object.assign(this, { app, view: null, key: "", topImages: new TopImages(app), wholeTestSet: new WholeTestSet(app) });
    this.root = app.find("opened");
    this.root.addEventListener("click", (event) => {
      const isSelecting = document.getSelection().toString() !== ""; // words, by dragging over them
      if (!isSelecting && !event.target.closest(TOUCHABLE)) app.state.back();
    });
  }

  changed({ view }, changed) {
    const { app } = this;
    this.root.hidden = view.level === 0;
    if (changed.has("net")) this.key = "";
    if (view.level === 0) return this.leave();
    const key = [view.level, view.layer, view.unit].join();
    if (changed.has("edits")) {
      this.editor?.refresh();
      this.top?.ask();
      this.made?.forget();
    }
    if (changed.has("pinned") && key === this.key) this.strip.frame();
    if (key === this.key) return this.view.changed?.(changed);
    this.leave();
    this.key = key;
    const View = viewFor(view, app.layers[view.layer]);
    this.view = new View(app, view);
    this.strip = new PinnedStrip(app, view);
    this.editor = !app.isLearning ? new UnitEditor(app, view) : null;
    this.top = view.level === 1 && !app.isLearning && view.layer > 1 ? new TopStrip(app, view, this.topImages, this.wholeTestSet) : null;
    this.made = this.top && app.makers.length ? new MadePicture(app, view) : null;
    const around = [this.editor, this.view, this.strip, this.top, this.made].filter(Boolean);
    this.root.replaceChildren(...around.map(({ root }) => root));
    this.frame();
    this.speak();
    if (changed.has("view")) (this.root.querySelector("[data-first]") ?? this.root).focus({ preventScroll: true });
  }

  leave() {
    this.view?.close?.();
    this.top?.close();
    this.made?.close();
    Object.assign(this, { view: null, strip: null, editor: null, top: null, made: null, key: "" });
    this.root.replaceChildren();
  }

  frame() {
    this.view?.frame();
    this.strip?.frame();
  }

  settle() {
    this.view?.settle?.();
    if (this.view) this.speak();
  }

  // For those who cannot see: what is open, in a sentence.
  speak() {
    const words = this.view.words();
    this.root.setAttribute("aria-label", words);
    this.app.find("spoken").textContent = words;
  }

  close() {
    this.leave();
    this.topImages.stop();
    this.wholeTestSet.close();
  }
}
