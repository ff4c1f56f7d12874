// A small picture of a map with a caption, for the flows below the bench.

import { element } from "../shared/dom.js";
import { arrowStep, placeInside } from "../shared/keys.js";
import { clamp, sizeText, valueText } from "../shared/numbers.js";
import { displayScale } from "./display.js";
import { PictureView, Zoom } from "./view.js";

const MAP_HEIGHT = 220;

export class SmallMap {
  constructor(point = null) {
    this.caption = element("figcaption");
    this.canvas = element("canvas", { role: "img" });
    this.node = element("figure", { class: "map" }, this.caption, element("div", { class: "frame" }, this.canvas));
    this.view = new PictureView(this.canvas, new Zoom());
    if (!point) return;
    this.canvas.tabIndex = 0;
    this.place = { row: 0, column: 0 };
    const go = (place) => {
      this.place = placeInside(place, this.view.planes[0]);
      point(this.place);
    };
    this.canvas.addEventListener("pointermove", (event) => go(this.view.pixelAt(event)));
    this.canvas.addEventListener("pointerdown", (event) => go(this.view.pixelAt(event)));
    this.canvas.addEventListener("keydown", (event) => {
      const step = arrowStep(event);
      if (!step) return;
      event.preventDefault();
      go({ row: this.place.row + step[0], column: this.place.column + step[1] });
    });
  }

  // Show planes (one, or three as a colour picture) with a title and a line of details.
  show(planes, title, details, range = "auto", options = {}) {
    const { width, height } = planes[0];
    const scale = displayScale(planes, range, options);
    const size = sizeText(width, height);
    this.caption.replaceChildren(element("b", { text: title }), element("br"), `${size}${details ? `, ${details}` : ""}`);
    this.canvas.setAttribute("aria-label", `${title}, ${size}, values ${valueText(scale.least)} to ${valueText(scale.most)}`);
    this.view.fit(clamp(width / height, 0.5, 2), MAP_HEIGHT);
    this.view.show(planes, scale);
    return this;
  }
}
