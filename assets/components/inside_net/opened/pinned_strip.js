// Below a unit that is opened, while a picture is pinned: the unit then, now, and the difference.

import { element } from "../../shared/dom.js";
import { MapPicture, oneMap } from "../../shared/net_view/map_picture.js";
import { measure, scaleBetween, signedScale } from "../../shared/net_view/scale.js";
import { figure, number, setNumber, sign } from "./pieces.js";

const SIDE = 104;

export class PinnedStrip {
  constructor(app, { layer, unit }) {
    Object.assign(this, { app, layer: app.layers[layer], unit, isMap: app.layers[layer].shape.length === 3 });
    const title = app.unitTitle(layer, unit);
    const piece = (name, caption) => {
      if (!this.isMap) return (this[name] = number(name, 0));
      return (this[name] = new MapPicture({ side: SIDE, caption, label: `${title}: ${caption}`, bar: true }));
    };
    const parts = [["now", "now"], ["then", "pinned picture"], ["difference", "difference"]].map(([name, caption]) => {
      const made = piece(name, caption);
      return this.isMap ? made.root : figure(caption, made);
    });
    const row = element("div", { class: "single-flow" }, parts[0], sign("\u2212"), parts[1], sign("="), parts[2]);
    this.root = element("section", { class: "pinned-strip", "aria-label": "Against the pinned picture" }, element("h3", { text: `${title} against the pinned picture` }), row);
  }

  frame() {
    const { app, layer, unit } = this;
    const [now, then] = [app.values(layer.index), app.pinned.of(layer.index)];
    this.root.hidden = !then;
    if (!then) return;
    if (!this.isMap) {
      setNumber(this.now, now[unit]);
      setNumber(this.then, then[unit]);
      return setNumber(this.difference, now[unit] - then[unit]);
    }
    const [map, before] = [oneMap(now, layer, unit), oneMap(then, layer, unit)];
    const difference = map.map((value, i) => value - before[i]);
    const ends = [measure(map, 1), measure(before, 1)];
    const scale = scaleBetween(Math.min(...ends.map(({ least }) => least)), Math.max(...ends.map(({ most }) => most)));
    const { least, most } = measure(difference, 1);
    this.now.show(map, layer, scale);
    this.then.show(before, layer, scale);
    this.difference.show(difference, layer, signedScale(least, most));
  }
}
