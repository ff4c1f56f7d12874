// The picture that is shown to nets, and where it comes from: the test set, a drawing, a photo, the camera, each as the hand
// has changed it. The component's HTML has a place for each part, see `find` below.

import { drawPixels } from "../canvas.js";
import { element } from "../dom.js";
import { recall } from "../drawing_memory.js";
import { Camera } from "./camera.js";
import { Drawing } from "./drawing.js";
import { Photos } from "./photos.js";
import { PictureChanges } from "./picture_changes.js";
import { TestSet } from "./test_set.js";

const SOURCES = { test: ["Test set", TestSet], draw: ["Draw", Drawing], photo: ["Photo", Photos], camera: ["Camera", Camera] };

export class PictureInput {
  // find(id): the elements "seen" (a canvas), "seen-name", "handles", "touches", "sources", "source", "picture-problem".
  // onPicture({pixels, name, label}): another picture is to be seen. search: what TestSet looks for.
  constructor(find, { onPicture, search }) {
    Object.assign(this, { find, onPicture, search, data: null, made: {}, source: null });
    this.seen = find("seen");
    this.problem = find("picture-problem");
    this.buttons = Object.entries(SOURCES).map(([name, [text]]) =>
      element("button", { type: "button", text, "data-source": name, "aria-pressed": "false", on: { click: () => this.choose(name) } }),
    );
    find("sources").append(...this.buttons);
    this.touchRow = element("div", { class: "touch-row", role: "group", "aria-label": "Touch the picture" });
    find("touches").append(this.touchRow);
    this.changes = new PictureChanges(find, { shape: () => this.data.shape, onChange: () => this.refresh() });
    this.touchRow.append(this.changes.open, this.changes.coverButton);
  }

  // What Python says of the net's pictures: {shape, style, images, photos, index, drawing}.
  take(data) {
    const isNew = this.isNew(data);
    const isDrawn = !this.data && data.drawing && recall().length > 0;
    this.data = data;
    if (!isNew) return;
    this.original = null;
    [this.seen.height, this.seen.width] = data.shape; // so that nothing moves when the first picture comes
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
    this.find("source").replaceChildren(this.made[name].root);
    for (const button of this.buttons) button.setAttribute("aria-pressed", String(button.dataset.source === name));
    this.made[name].enter(isFirst);
  }

  showTest(index) {
    this.made.test ??= new TestSet(this);
    this.made.test.index = index;
    this.choose("test");
  }

  // picture: {pixels, name, label}, as it came, and, where it was made for the net, "from" what: {picture: RGBA, isPhoto}; a net sees it as the hand has changed it. What comes late from a source of
  // the net before is left out.
  show(picture, source) {
    if (this.made[this.source] !== source) return;
    this.say("");
    this.original = picture;
    this.refresh();
  }

  refresh() {
    if (this.original) this.onPicture(this.changes.apply(this.original));
  }

  // Draw what is seen, of this shape.
  draw({ pixels, name }, shape) {
    const [height, width] = shape;
    const isOtherSize = this.seen.width !== width || this.seen.height !== height;
    drawPixels(this.seen, pixels, shape);
    if (isOtherSize) this.changes.refresh();
    this.seen.setAttribute("aria-label", `What the net sees: ${name}, ${width} \u00d7 ${height} pixels`);
    this.find("seen-name").textContent = name;
  }

  say(text) {
    this.problem.textContent = text;
    this.problem.hidden = !text;
  }

  close() {
    this.changes.close();
    Object.values(this.made).forEach((source) => source.close?.());
  }
}
