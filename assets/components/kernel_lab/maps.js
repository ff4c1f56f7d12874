// A small picture of a map with a caption, for the flows below the bench.

import { element } from "../shared/dom.js";
import { arrowStep, placeInside } from "../shared/keys.js";
import { clamp, sizeText, valueText } from "../shared/numbers.js";
import { displayScale } from "./display.js";
import { PictureView, Zoom } from "./view.js";

const MAP_HEIGHT = 220;
const [NARROWEST, WIDEST] = [0.5, 2]; // of its shapes

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

  // Show planes (one, or three as a colour picture) with a title and a line of details. `scale`: another map's, so that
  // the same colour is the same value; `tint`: which of red, green and blue the plane is.
  show(planes, title, details, range = "auto", { isPicture, hasMinus, scale: given, tint } = {}) {
    const { width, height } = planes[0];
    const scale = { ...(given ?? displayScale(planes, range, { isPicture, hasMinus })), tint };
    this.canvas.setAttribute("aria-label", `${title}, ${sizeText(width, height)}, values ${valueText(scale.least)} to ${valueText(scale.most)}`);
    const aspect = clamp(width / height, NARROWEST, WIDEST);
    const shown = Math.min(this.canvas.parentElement.clientWidth, MAP_HEIGHT * aspect);
    this.view.fit(shown, shown / aspect);
    this.view.show(planes, scale);
    this.say(title, details);
    return this;
  }

  say(title, details) {
    const { width, height } = this.view.planes[0];
    this.caption.replaceChildren(element("b", { text: title }), element("br"), `${sizeText(width, height)}${details ? `, ${details}` : ""}`);
  }
}
