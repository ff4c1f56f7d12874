// Below a unit that is opened: the parts of test images that excite it most.

import { clearedContext, drawPixels, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { MARK } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { strokeWindow } from "../../shared/net_view/map_picture.js";
import { receptiveField } from "../../shared/nn/receptive_field.js";
import { countText, percentText, valueText } from "../../shared/numbers.js";

const SIDE = 72; // CSS pixels of an image

export class TopStrip {
  constructor(app, { layer, unit }, topImages) {
    Object.assign(this, { app, topImages, layer: app.layers[layer], unit });
    this.said = element("p", { class: "hint", text: "Looking at the test images" });
    this.list = element("div", { class: "top-list" });
    this.root = element("section", { class: "top-strip", "aria-label": "What excites it most" }, element("h3", { text: "What excites it most" }), this.said, this.list);
    this.ask();
  }

  // Anew where the net was changed.
  ask() {
    const told = (share) => (this.said.textContent = `Looking at the test images: ${percentText(share)}`);
    this.topImages.find((top) => this.root && this.show(top), told);
  }

  show(top) {
    if (!top) {
      this.said.textContent = "The test images of this net are not here.";
      return;
    }
    const found = top.ofUnit(this.layer.index, this.unit).filter(({ value }) => value !== 0);
    const isMap = this.layer.shape.length === 3;
    const where = isMap ? " The frame is what its strongest value is made of." : "";
    this.said.textContent = found.length ? `Of the first ${countText(top.count)} test images these give its largest values.${where} Click one to look at it.` : `It gives 0 on all of the first ${countText(top.count)} test images.`;
    this.list.replaceChildren(...found.map((one) => this.item(top.pictures.at(one.index), one)));
  }

  item(picture, { value, row, column }) {
    const { app, layer } = this;
    const canvas = element("canvas", { "aria-hidden": "true" });
    const { height, width, shape } = app.layers[0];
    const cell = SIDE / Math.max(height, width);
    fitCanvas(canvas, width * cell, height * cell);
    const small = element("canvas");
    drawPixels(small, picture.pixels, shape);
    const context = clearedContext(canvas);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, canvas.width, canvas.height);
    if (layer.height * layer.width > 1) strokeWindow(context, receptiveField(app.layers, layer.index, row, column), cell * screenRatio(), cell * screenRatio());
    const name = `${picture.name}, ${valueText(Number(value.toPrecision(3)))}`;
    const look = () => {
      app.show(picture);
      app.state.open({ row, column });
    };
    return element("button", { type: "button", class: "top-image", "aria-label": name, title: name, style: `--mark: ${MARK}`, on: { click: look } }, canvas, element("span", { text: valueText(Number(value.toPrecision(3))) }));
  }

  close() {
    this.root = null;
  }
}
