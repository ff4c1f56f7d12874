// The picture that the net sees, and where it comes from.

import { drawPixels } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { recall } from "../../shared/drawing_memory.js";
import { sharesOf } from "../../shared/nn/class_shares.js";
import { probability } from "../../shared/net_view/words.js";
import { Pin } from "../touch/pin.js";
import { Camera } from "../../shared/picture_input/camera.js";
import { Drawing } from "../../shared/picture_input/drawing.js";
import { Photos } from "../../shared/picture_input/photos.js";
import { PictureChanges } from "../../shared/picture_input/picture_changes.js";
import { TestSet } from "../../shared/picture_input/test_set.js";

// One output is the probability of the second of two classes.
const answersOf = (app) => {
  const values = app.values(app.layers.length - 1);
  return values.length === 1 ? sharesOf(values, app.live.manifest.output) : values;
};

const SOURCES = { test: ["Test set", TestSet], draw: ["Draw", Drawing], photo: ["Photo", Photos], camera: ["Camera", Camera] };

export class InputPanel {
  constructor(app) {
    Object.assign(this, { app, data: null, made: {}, source: null });
    this.seen = app.find("seen");
    this.problem = app.find("picture-problem");
    this.buttons = Object.entries(SOURCES).map(([name, [text]]) =>
      element("button", { type: "button", text, "data-source": name, "aria-pressed": "false", on: { click: () => this.choose(name) } }),
    );
    app.find("sources").append(...this.buttons);
    const row = element("div", { class: "touch-row", role: "group", "aria-label": "Touch the picture" });
    app.find("touches").append(row);
    this.changes = new PictureChanges(app, { shape: () => this.data.shape, onChange: () => this.refresh() });
    this.pin = new Pin(app);
    row.append(this.changes.open, this.changes.coverButton, this.pin.pin);
  }

  // What Python says of the net's pictures: {shape, style, images, photos, index, drawing}.
  take(data) {
    const isNew = this.isNew(data);
    const isDrawn = !this.data && data.drawing && recall().length > 0;
    this.data = data;
    if (!isNew) return;
    this.original = null;
    this.changes.forget();
    Object.values(this.made).forEach((source) => source.close?.());
    this.made = {};
    this.source = null;
    this.choose(isDrawn ? "draw" : data.images ? "test" : data.style === "digit" ? "draw" : "photo", { isFirst: true });
  }

  isNew({ images, shape }) {
    return !this.data || this.data.images !== images || String(this.data.shape) !== String(shape);
  }

  choose(name, { isFirst = false } = {}) {
    this.say("");
    this.made[this.source]?.leave?.();
    this.source = name;
    const Source = SOURCES[name][1];
    this.made[name] ??= new Source(this);
    this.app.find("source").replaceChildren(this.made[name].root);
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.source === name));
    this.made[name].enter(isFirst);
  }

  showTest(index) {
    this.made.test ??= new TestSet(this);
    this.made.test.index = index;
    this.choose("test");
  }

  // picture: {pixels, name, label}, as it came; the net sees it as the hand has changed it. What comes late from a source of
  // the net before is left out.
  show(picture, source) {
    if (this.made[this.source] !== source) return;
    this.say("");
    this.original = picture;
    this.refresh();
  }

  refresh() {
    if (this.original) this.app.show(this.changes.apply(this.original));
  }

  say(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  // A picture has come: show it, also before the net has answered.
  changed(values, changed) {
    if (changed.has("picture") || changed.has("net")) this.paint(values.picture);
    this.pin.changed(values, changed);
  }

  paint(picture) {
    if (!picture) return;
    const { shape } = this.app.layers[0];
    const [height, width] = shape;
    const isOtherSize = this.seen.width !== width || this.seen.height !== height;
    drawPixels(this.seen, picture.pixels, shape);
    if (isOtherSize) this.changes.refresh();
    this.seen.setAttribute("aria-label", `What the net sees: ${picture.name}, ${width} \u00d7 ${height} pixels`);
    this.app.find("seen-name").textContent = picture.name;
  }

  frame() {
    const { app } = this;
    const { picture } = app.state.values;
    const values = answersOf(app);
    if (!app.hasAnswer) {
      app.find("answer").textContent = "No answer: this net ends with maps.";
      return;
    }
    const best = values.indexOf(Math.max(...values));
    const said = app.classes[best] ?? best + 1;
    const right = picture.label === undefined ? "" : picture.label === best ? " Right." : ` Wrong: it is ${app.classes[picture.label]}.`;
    const doubt = app.isDoubtful ? " But perhaps it is none of these: it is unlike what the net learned from." : "";
    const words = app.isShare ? `The net says ${said}, ${probability(values[best])}.` : `The net says ${said}.`;
    app.find("answer").textContent = `${words}${right}${doubt}`;
    app.find("answer").classList.toggle("wrong", picture.label !== undefined && picture.label !== best);
  }

  settle() {
    this.app.find("spoken").textContent = `${this.app.state.values.picture.name}. ${this.app.find("answer").textContent}`;
  }

  close() {
    this.changes.close();
    Object.values(this.made).forEach((source) => source.close?.());
  }
}
