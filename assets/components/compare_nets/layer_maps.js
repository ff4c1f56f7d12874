// The maps of one layer of one net, as many as there is room for, in colours that all nets share.

import { clearedContext, fitCanvas, screenRatio } from "../shared/canvas.js";
import { element } from "../shared/dom.js";
import { Bitmap } from "../shared/net_view/bitmap.js";
import { extent } from "../shared/net_view/scale.js";
import { shapeOf, unitsText } from "../shared/net_view/words.js";

const FEW = 16; // maps of a net, until more are wanted
const MANY = 64;
const NARROW = 300; // CSS pixels
const [COLUMNS, COLUMNS_WIDE] = [4, 8];
const GAP = 4;
const TILE = 14; // height of a single value

export class LayerMaps {
  // onLayer(index) when one of the net's own layers was chosen.
  constructor(onLayer) {
    Object.assign(this, { bitmap: new Bitmap(), width: 0 });
    this.select = element("select", { on: { change: () => onLayer(Number(this.select.value)) } });
    this.words = element("span", { class: "hint" });
    this.problem = element("p", { class: "hint", hidden: true });
    this.canvas = element("canvas", { role: "img" });
    this.head = element("p", { class: "maps-head" }, this.select, this.words);
    this.root = element("div", { class: "net-maps" }, this.head, this.problem, this.canvas);
  }

  take(layers, titles, title) {
    const options = layers.slice(1).map(({ index }) => element("option", { value: index, text: titles[index] }));
    this.select.replaceChildren(...options);
    this.select.setAttribute("aria-label", `Layer of ${title}`);
    this.titles = titles;
  }

  // layer: that is looked at, or undefined, because the net has no `wanted`.
  choose(layer, wanted) {
    this.layer = layer;
    this.problem.hidden = Boolean(layer);
    this.words.hidden = this.canvas.hidden = !layer;
    this.problem.textContent = layer ? "" : `This net has no ${wanted}.`;
    if (layer) this.select.value = layer.index;
    else this.select.selectedIndex = -1;
  }

  // {least, most} of all its values, null where there is nothing to see.
  get extent() {
    return this.layer ? extent(this.layer.values) : null;
  }

  draw(scale, isMany) {
    const { layer, canvas, width } = this;
    if (!layer || !width) return;
    const shown = Math.min(layer.units, isMany ? MANY : FEW);
    const across = width < NARROW ? COLUMNS : COLUMNS_WIDE;
    const side = Math.floor((width + GAP) / across) - GAP;
    const cell = side / Math.max(layer.height, layer.width);
    const isTile = layer.height * layer.width === 1;
    const [cellWidth, cellHeight] = isTile ? [side, TILE] : [cell * layer.width, cell * layer.height];
    const rows = Math.ceil(shown / across);
    fitCanvas(canvas, across * (side + GAP) - GAP, rows * (cellHeight + GAP) - GAP);
    const units = Array.from({ length: shown }, (_, unit) => unit);
    this.bitmap.paint(layer.values, layer, units, () => scale);
    const context = clearedContext(canvas);
    const ratio = screenRatio();
    for (const unit of units) {
      const box = [(unit % across) * (side + GAP), Math.floor(unit / across) * (cellHeight + GAP), cellWidth, cellHeight];
      this.bitmap.draw(context, unit, box.map((edge) => Math.round(edge * ratio)));
    }
    this.say(shown);
  }

  say(shown) {
    const { layer } = this;
    const size = shapeOf(layer);
    const all = unitsText(layer);
    const text = [size, shown < layer.units ? `${shown} of ${all}` : all].filter(Boolean).join(", ");
    if (this.words.textContent === text) return;
    this.words.textContent = text;
    this.canvas.setAttribute("aria-label", `${this.titles[layer.index]}: ${text}`);
  }
}
