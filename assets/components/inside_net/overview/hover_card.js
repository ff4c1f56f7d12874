// The unit that is pointed at, large, with its values.

import { element } from "../../shared/dom.js";
import { MapPicture, oneMap } from "../../shared/net_view/map_picture.js";
import { shapeOf, significant } from "../../shared/net_view/words.js";

const SIDE = 208;
const WIDTH = SIDE + 26;

export class HoverCard {
  constructor(app, overview) {
    Object.assign(this, { app, overview, target: null, place: null });
    this.title = element("strong");
    this.words = element("p");
    this.value = element("p", { class: "value" });
    this.picture = new MapPicture({ side: SIDE, label: "The map, enlarged", bar: true });
    this.root = element("div", { class: "hover-card", "aria-hidden": "true", hidden: true }, this.title, this.picture.root, this.value, this.words, element("p", { class: "hint", text: "Click: open. Shift-click or O: off and on." }));
  }

  show(target) {
    this.target = target;
    this.place = null;
    const column = target && this.overview.columns.find(({ index }) => index === target.layer);
    const box = column?.boxOf(target.unit);
    this.root.hidden = !box || column.form === "answer";
    if (this.root.hidden) return;
    this.frame();
    this.stand(box);
  }

  // Beside the cell, where there is room.
  stand([left, top, width, height]) {
    const { frameNode, layout } = this.overview;
    const right = left + width + 14;
    const fits = right + WIDTH < frameNode.scrollLeft + frameNode.clientWidth;
    const x = fits ? right : Math.max(left - WIDTH - 14, 2);
    const y = Math.min(Math.max(top + height / 2 - 120, 2), Math.max(layout.height - this.root.offsetHeight - 2, 2));
    Object.assign(this.root.style, { left: `${x}px`, top: `${y}px` });
  }

  // The pixel under the pointer, told from where it stands on the small map.
  point(event, cell) {
    if (!cell || !this.target || this.root.hidden) return;
    const { height, width } = this.app.layers[this.target.layer];
    const box = cell.getBoundingClientRect();
    const row = Math.floor(((event.clientY - box.top) / box.height) * height);
    const column = Math.floor(((event.clientX - box.left) / box.width) * width);
    this.place = row >= 0 && row < height && column >= 0 && column < width ? { row, column } : null;
    this.frame();
  }

  frame() {
    const { target, app, place } = this;
    if (this.root.hidden || !target) return;
    const { layer: index, unit } = target;
    const layer = app.layers[index];
    const { values: all, scales } = app.shown(index);
    const values = oneMap(all, layer, unit);
    const scale = scales.of(index, unit);
    const { difference } = app.state.values;
    this.title.textContent = `${app.titles[index]}, ${app.unitTitle(index, unit)}${difference ? ": difference" : ""}`;
    this.words.textContent = app.describe(index, unit).split(": ").slice(1).join(": ");
    this.picture.root.hidden = layer.shape.length < 3;
    if (layer.shape.length === 3) {
      const window = place && { top: place.row, left: place.column, bottom: place.row + 1, right: place.column + 1 };
      this.picture.show(values, layer, scale, { window });
    }
    const at = place && values[place.row * layer.width + place.column];
    this.value.textContent = place && layer.shape.length === 3 ? `row ${place.row + 1}, column ${place.column + 1}: ${significant(at)}` : shapeOf(layer) && `${shapeOf(layer)} values`;
  }
}
