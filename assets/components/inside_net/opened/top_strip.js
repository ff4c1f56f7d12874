// Below a unit that is opened: the parts of test images that excite it most. First of those that are here, then, when the
// worker has looked, of the whole test set.

import { clearedContext, drawPixels, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { MARK } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { strokeWindow } from "../../shared/net_view/map_picture.js";
import { receptiveField } from "../../shared/nn/receptive_field.js";
import { countText, percentText, valueText } from "../../shared/numbers.js";

const SIDE = 72; // CSS pixels of an image
const GONE = "The test images of this net are not here.";
const REST_MS = 600; // so long one stays before a worker is asked: not for every epoch that is played
const LOOKING = "A worker looks at the whole test set";
const TOO_MANY = "This layer has too many values to look for each of them in the whole test set.";
const CHANGED = "A worker knows the net only as it was trained, so the whole test set is not searched while something is changed by hand.";

export class TopStrip {
  constructor(app, { layer, unit }, topImages, wholeTestSet) {
    Object.assign(this, { app, topImages, wholeTestSet, layer: app.layers[layer], unit, items: [] });
    this.said = element("p", { class: "hint", role: "status", text: "Looking at the test images" });
    this.whole = element("p", { class: "whole-set", role: "status" });
    this.list = element("div", { class: "top-list" });
    this.patch = element("button", { type: "button", text: "Only the patch", title: "Only what the strongest value is made of, enlarged", on: { click: () => this.turn() } });
    this.patch.hidden = this.layer.height * this.layer.width === 1; // it is made of the whole picture
    this.root = element("section", { class: "top-strip", "aria-label": "What excites it most" }, element("div", { class: "top-head" }, element("h3", { text: "What excites it most" }), this.patch), this.said, this.list, this.whole);
    this.ask();
  }

  // Anew where the net was changed or is that of another epoch.
  ask() {
    const asked = (this.asked = {});
    this.isNewest = () => this.root && asked === this.asked;
    this.hasWhole = false;
    const { topImages, app, isNewest } = this;
    const isWaiting = () => isNewest() && !this.hasWhole;
    topImages.find((top) => isWaiting() && this.showFirst(top), (share) => isWaiting() && (this.said.textContent = `Looking at the test images: ${percentText(share)}`));
    this.whole.textContent = app.questionsUrl && app.live.edits.length ? CHANGED : "";
    clearTimeout(this.resting);
    if (this.wholeTestSet.isPossible) this.resting = setTimeout(() => this.askWorker(isNewest), REST_MS);
  }

  async askWorker(isNewest) {
    const { wholeTestSet, topImages } = this;
    const say = (text) => isNewest() && (this.whole.textContent = text);
    try {
      say(LOOKING);
      const top = await wholeTestSet.find((share) => say(`${LOOKING}: ${percentText(share)}`));
      if (!isNewest()) return;
      const found = excited(top, this);
      if (!found) return say(TOO_MANY);
      const pictures = await wholeTestSet.fetch(found.map(({ index }) => index), (index) => topImages.pictureAt(index));
      if (!isNewest()) return;
      this.hasWhole = true;
      say("");
      this.show(`all ${countText(top.count)}`, found.map((one, at) => ({ ...one, picture: pictures[at] })));
    } catch (error) {
      if (error.name !== "AbortError") say(error.message); // else another net is asked about
    }
  }

  showFirst(top) {
    if (top) this.show(`the first ${countText(top.count)}`, excited(top, this).map((one) => ({ ...one, picture: top.pictures.at(one.index) })));
    else this.said.textContent = GONE;
  }

  // of: which test images; items: [{picture, value, row, column}]
  show(of, items) {
    const where = this.layer.shape.length === 3 ? " The frame is what its strongest value is made of." : "";
    const give = `Of ${of} test images these give its largest values.${where} Click one to look at it.`;
    this.said.textContent = items.length ? give : `It gives 0 on all of ${of.replace("all", "the")} test images.`;
    this.items = items;
    this.draw();
  }

  turn() {
    this.topImages.isOnlyPatch = !this.topImages.isOnlyPatch; // also of the units that are opened next
    this.draw();
  }

  draw() {
    this.patch.setAttribute("aria-pressed", String(Boolean(this.topImages.isOnlyPatch)));
    this.list.replaceChildren(...this.items.map((one) => this.item(one)));
  }

  item({ picture, value, row, column }) {
    const { app, layer } = this;
    const canvas = element("canvas", { "aria-hidden": "true" });
    const window = layer.height * layer.width > 1 ? receptiveField(app.layers, layer.index, row, column) : null;
    drawPart(canvas, picture.pixels, app.layers[0].shape, window, window && this.topImages.isOnlyPatch);
    const text = valueText(Number(value.toPrecision(3)));
    const name = `${picture.name}, ${text}`;
    const look = () => {
      app.show(picture);
      app.state.open({ row, column });
    };
    return element("button", { type: "button", class: "top-image", "aria-label": name, title: name, style: `--mark: ${MARK}`, on: { click: look } }, canvas, element("span", { text }));
  }

  close() {
    clearTimeout(this.resting);
    this.root = null;
  }
}

// What a unit has found; null where nobody looked for it.
function excited(top, { layer, unit }) {
  return top.ofUnit(layer.index, unit)?.filter(({ value }) => value !== 0) ?? null;
}


// A picture with the window framed, or nothing but what is in the window.
function drawPart(canvas, pixels, shape, window, isOnlyPatch) {
  const whole = { top: 0, left: 0, bottom: shape[0], right: shape[1] };
  const { top, left, bottom, right } = isOnlyPatch ? window : whole;
  const [height, width] = [Math.max(bottom - top, 1), Math.max(right - left, 1)];
  const cell = SIDE / Math.max(height, width);
  fitCanvas(canvas, width * cell, height * cell);
  const small = element("canvas");
  drawPixels(small, pixels, shape);
  const context = clearedContext(canvas);
  context.imageSmoothingEnabled = false;
  context.drawImage(small, left, top, width, height, 0, 0, canvas.width, canvas.height);
  const ratio = cell * screenRatio();
  if (window && !isOnlyPatch) strokeWindow(context, window, ratio, ratio);
}
