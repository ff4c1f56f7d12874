// Dots of each group and size, drawn once and then copied: that is much faster than a path for each point.

import { screenRatio } from "../../shared/canvas.js";
import { dotPath } from "../../shared/class_colours.js";
import { css } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";

const STEP = 0.25; // CSS pixels between two radii
const MOST_STEPS = 400;
const EDGE = 1.5;

export class Dots {
  // back: the colour around each dot
  constructor(groups, back) {
    Object.assign(this, { groups, back, ratio: screenRatio(), made: [] });
  }

  fits(groups, back) {
    return groups === this.groups && back === this.back && screenRatio() === this.ratio;
  }

  of(group, radius) {
    const steps = Math.min(Math.max(Math.round(radius / STEP), 4), MOST_STEPS - 1);
    return (this.made[group * MOST_STEPS + steps] ??= this.make(this.groups[group], steps * STEP));
  }

  draw(context, group, x, y, radius) {
    const dot = this.of(group, radius);
    context.drawImage(dot, x - dot.side / 2, y - dot.side / 2, dot.side, dot.side);
  }

  // Thousands of dots: their pixels are mixed here, because each copy by the canvas takes as long as a hundred pixels.
  // each(put): calls put(group, x, y, radius, alpha) for every dot, the farthest first.
  drawMany(context, each) {
    const { width, height } = context.canvas;
    const image = context.createImageData(width, height);
    const paper = { width, height, data: image.data };
    each((group, x, y, radius, alpha) => {
      const dot = this.of(group, radius);
      dot.pixels ??= dot.getContext("2d").getImageData(0, 0, dot.width, dot.height).data;
      mix(paper, dot, Math.round(x * this.ratio - dot.width / 2), Math.round(y * this.ratio - dot.height / 2), alpha);
    });
    context.putImageData(image, 0, 0);
  }

  make({ colour, shape }, radius) {
    const pixels = Math.ceil((2.6 * radius + 2 * EDGE + 1) * this.ratio);
    const dot = element("canvas");
    Object.assign(dot, { width: pixels, height: pixels, side: pixels / this.ratio });
    const context = dot.getContext("2d", { willReadFrequently: true });
    context.setTransform(this.ratio, 0, 0, this.ratio, pixels / 2, pixels / 2);
    const path = dotPath(shape, radius);
    Object.assign(context, { fillStyle: css(colour), strokeStyle: this.back, lineWidth: EDGE });
    context.stroke(path);
    context.fill(path);
    return dot;
  }
}

// Puts a dot over what is there; the colours are not multiplied by their alpha.
function mix({ width, height, data }, { pixels, width: side }, left, top, alpha) {
  for (let row = Math.max(0, -top); row < side && top + row < height; row++) {
    for (let column = Math.max(0, -left); column < side && left + column < width; column++) {
      const from = 4 * (row * side + column);
      const over = (pixels[from + 3] / 255) * alpha;
      if (!over) continue;
      const to = 4 * ((top + row) * width + left + column);
      const under = (data[to + 3] / 255) * (1 - over);
      const both = over + under;
      for (let i = 0; i < 3; i++) data[to + i] = (pixels[from + i] * over + data[to + i] * under) / both;
      data[to + 3] = 255 * both;
    }
  }
}
