// Small pictures of the test images, each made when it is first drawn.

import { drawPixels } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";

const MOST_SIDE = 64; // pixels that are kept of an image

export class Thumbnails {
  // set: {image(index), shape}
  constructor(set) {
    Object.assign(this, { set, made: new Map() });
    const [height, width] = set.shape;
    const most = Math.max(height, width);
    this.part = { width: width / most, height: height / most }; // of a square around it
  }

  // Draw an image into a square of that side around (x, y).
  draw(context, index, x, y, side) {
    drawInside(context, this.of(index), this.part, x, y, side);
  }

  of(index) {
    if (!this.made.has(index)) this.made.set(index, pictureOf(this.set.image(index), this.set.shape));
    return this.made.get(index);
  }
}

// A canvas of an image, at most MOST_SIDE high and wide.
export function pictureOf(pixels, shape, canvas = element("canvas")) {
  drawPixels(canvas, pixels, shape);
  const share = MOST_SIDE / Math.max(canvas.width, canvas.height);
  if (share >= 1) return canvas;
  const small = element("canvas");
  Object.assign(small, { width: Math.max(canvas.width * share, 1), height: Math.max(canvas.height * share, 1) });
  small.getContext("2d").drawImage(canvas, 0, 0, small.width, small.height);
  return small;
}

export function drawInside(context, picture, part, x, y, side) {
  const [width, height] = [side * part.width, side * part.height];
  context.imageSmoothingEnabled = picture.width > width;
  context.drawImage(picture, x - width / 2, y - height / 2, width, height);
}
