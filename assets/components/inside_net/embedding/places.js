// One place of the picture, and the places of test images that the net finds most like it.

import { clearedContext, drawPixels, fitCanvas } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { arrowStep, placeInside } from "../../shared/keys.js";
import { clamp, countText, percentText } from "../../shared/numbers.js";
import { strokeWindow } from "../../shared/net_view/map_picture.js";
import { receptiveField } from "../../shared/nn/receptive_field.js";
import { Slices } from "../../shared/slices.js";
import { ImageButton, imageText } from "./image_button.js";
import { Thumbnails } from "./thumbnails.js";
import { indexPatches, layerWithPlaces, nearestPatches } from "./patch_index.js";

const COUNT = 8;
const SIDE = { picture: 200, patch: 50 }; // CSS pixels
const POINT = "Point at a place of the picture, or press the arrow keys.";
const NO_PLACES = "Before this layer the net has no maps, so it knows no places. Choose a layer that gives maps.";
const SILENT = "The layer gives nothing but 0 here, so nothing is like it.";

export class Places {
  constructor(app) {
    Object.assign(this, { app, slices: new Slices(), index: null, place: null, asked: null });
    this.canvas = element("canvas", { class: "places-picture", tabIndex: 0, role: "application", "aria-label": "The picture: point at a place" });
    const point = (event) => this.point(event);
    for (const type of ["pointermove", "pointerdown"]) this.canvas.addEventListener(type, point);
    this.canvas.addEventListener("keydown", (event) => this.press(event));
    this.small = element("canvas");
    this.said = element("p", { class: "hint", role: "status" });
    this.buttons = Array.from({ length: COUNT }, () => new ImageButton(SIDE.patch, (index) => app.showTestImage(index)));
    this.list = element("div", { class: "neighbour-list", role: "group", "aria-label": "The places that are most like it" }, ...this.buttons.map(({ root }) => root));
    this.root = element("div", { class: "places", hidden: true }, this.canvas, this.said, this.list);
  }

  // Other features: of another net, epoch, edit or layer. given: the images, as readImages gives them.
  take(given, layer) {
    this.slices.stop();
    if (given.images !== this.set?.images) {
      this.set = { ...given, said: given.labels, image: (index) => given.images[index], shape: this.app.layers[0].shape };
      this.thumbnails = new Thumbnails(this.set);
    }
    Object.assign(this, { index: null, asked: null, layer: layerWithPlaces(this.app.layers, layer) });
    if (this.layer?.name !== this.name) this.place = null;
    this.name = this.layer?.name;
    if (!this.root.hidden) this.build();
  }

  open(isOpen) {
    this.root.hidden = !isOpen;
    if (isOpen && this.set) this.build();
    if (!isOpen) this.slices.stop();
  }

  // Once for a net and a layer, between frames.
  async build() {
    this.canvas.hidden = this.list.hidden = !this.layer;
    if (!this.layer) {
      this.said.textContent = NO_PLACES;
      return;
    }
    this.follow();
    if (this.index || this.slices.isBusy) return;
    const { layer } = this;
    const asked = (this.asked = {});
    const net = await this.app.openCalculator();
    if (asked !== this.asked || this.root.hidden) return; // the features are others by now
    const told = (share) => (this.said.textContent = `Looking at every place of the test images: ${percentText(share)}`);
    this.slices.add(indexPatches(net, this.set.images, layer, told), (index) => {
      this.index = index;
      this.follow();
    }, (error) => (this.said.textContent = error.message));
  }

  point({ clientX, clientY }) {
    if (!this.layer) return;
    const box = this.canvas.getBoundingClientRect();
    const { height, width } = this.layer;
    const row = Math.floor(((clientY - box.top) / box.height) * height);
    const column = Math.floor(((clientX - box.left) / box.width) * width);
    this.stand(placeInside({ row, column }, this.layer));
  }

  press(event) {
    const step = arrowStep(event);
    if (!step || !this.place) return;
    event.preventDefault();
    event.stopPropagation();
    this.stand(placeInside({ row: this.place.row + step[0], column: this.place.column + step[1] }, this.layer));
  }

  stand(place) {
    if (place.row === this.place?.row && place.column === this.place?.column) return;
    this.place = place;
    this.follow();
  }

  // Picture and patches, as they are now.
  follow() {
    const { app, layer } = this;
    const { picture } = app.state.values;
    if (!layer || !picture) return;
    const values = app.values(layer.index);
    this.place ??= strongestPlace(values, layer);
    this.draw(picture);
    if (!this.index) return;
    const at = (this.place.row * layer.width + this.place.column) * layer.units;
    const found = nearestPatches(this.index, values.slice(at, at + layer.units), COUNT, picture.index);
    this.show(found);
  }

  draw({ pixels }) {
    const { app, canvas, layer, place } = this;
    const { height, width, shape } = app.layers[0];
    const cell = SIDE.picture / Math.max(height, width);
    fitCanvas(canvas, cell * width, cell * height);
    drawPixels(this.small, pixels, shape);
    const context = clearedContext(canvas);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.small, 0, 0, canvas.width, canvas.height);
    strokeWindow(context, receptiveField(app.layers, layer.index, place.row, place.column), canvas.width / width, canvas.height / height);
  }

  show(found) {
    const { app, layer, thumbnails, set, place, index } = this;
    const { height, width } = app.layers[0];
    const title = app.titles[layer.index];
    const of = index.count < set.images.length ? ` Of the first ${countText(index.count)} images.` : "";
    this.said.textContent = found.length ? `${title}, row ${place.row + 1}, column ${place.column + 1}: in the frames it gives nearly the same (cosine).${of} ${POINT}` : `${SILENT} ${POINT}`;
    this.buttons.forEach((button, at) => {
      if (!found[at]) return (button.root.hidden = true);
      const { index: image, place: spot, likeness } = found[at];
      const window = receptiveField(app.layers, layer.index, Math.floor(spot / layer.width), spot % layer.width);
      const note = (Math.floor(1000 * clamp(likeness + 1e-6, -1, 1)) / 1000).toFixed(3).replace("-", "\u2212"); // 1 is the same
      const label = `${imageText(set, image)}, row ${Math.floor(spot / layer.width) + 1}, column ${(spot % layer.width) + 1}, cosine ${note}`;
      const shown = { index: image, thumbnails, words: set.classes[set.labels[image]], note, label, key: `${layer.name} ${label}` };
      return button.show(shown, (context, w, h) => strokeWindow(context, window, w / width, h / height));
    });
  }

  close() {
    this.asked = null;
    this.slices.stop();
  }
}

// Where the values of all units together are largest: something is to be seen there.
function strongestPlace(values, { units, width }) {
  let [best, most] = [0, -1];
  for (let at = 0; at < values.length; at += units) {
    let square = 0;
    for (let i = at; i < at + units; i++) square += values[i] * values[i];
    if (square > most) [best, most] = [at / units, square];
  }
  return { row: Math.floor(best / width), column: best % width };
}
