// The maps of several units as one off-screen picture, so that a frame costs one transfer a layer.

import { painter } from "./scale.js";

export class Bitmap {
  // values: HWC (or [n] with a height and width of 1); shown: units, one above the other; scaleOf(unit) -> scale.
  paint(values, { height, width, units }, shown, scaleOf) {
    this.resize(width, height, Math.max(shown.length, 1));
    const { pixels: target } = this;
    const places = height * width;
    shown.forEach((unit, position) => {
      const { pixels, last, low, factor } = painter(scaleOf(unit));
      let to = position * places;
      for (let at = unit; to < (position + 1) * places; at += units, to++) {
        const step = (values[at] - low) * factor + 0.5;
        target[to] = pixels[step >= last ? last : step <= 0 ? 0 : step | 0];
      }
    });
    this.context.putImageData(this.image, 0, 0);
    return this;
  }

  // Draw the map of a position, its pixels crisp.
  draw(context, position, [left, top, width, height]) {
    context.imageSmoothingEnabled = false;
    context.drawImage(this.canvas, 0, position * this.height, this.width, this.height, left, top, width, height);
  }

  resize(width, height, count) {
    if (this.canvas && this.width === width && this.canvas.height === height * count) return;
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width, height: height * count });
    Object.assign(this, { width, height });
    this.context = this.canvas.getContext("2d");
    this.image = this.context.createImageData(width, height * count);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }
}
