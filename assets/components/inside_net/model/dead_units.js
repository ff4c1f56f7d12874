// Which units are dead: they give 0 on every test image that the page has. Known of each net once, by its address.

import { isPicture } from "../../shared/net_view/words.js";

export const PASSED = new Set(["flatten", "dropout", "spatial_dropout"]); // their values are those before them
const NOBODY = new Set();

export class DeadUnits {
  constructor(app) {
    Object.assign(this, { app, known: new Map() });
  }

  // sizes: of each layer the greatest size that each unit has on any of the images, see evaluator.js.
  learn(url, { sizes, predictions }) {
    const { app } = this;
    if (this.known.has(url)) return;
    const zeros = (ofLayer) => new Set([...ofLayer.keys()].filter((unit) => ofLayer[unit] === 0));
    this.known.set(url, { units: sizes.map(zeros), count: predictions.length });
    if (url === app.url) app.state.change({ dead: this.known.get(url) });
  }

  // {units: [Set of each layer], count of images}, or null while nobody knows.
  ofNet(url) {
    return this.known.get(url) ?? null;
  }

  // Of a layer of the net that is shown. A black corner of the picture is no dead unit, nor is a place in a flat list.
  of(layer) {
    return (this.counts(layer) && this.app.state.values.dead?.units[layer.index]) || NOBODY;
  }

  // Whether its units can be dead.
  counts(layer) {
    return !isPicture(layer) && !PASSED.has(layer.kind) && layer.index < this.app.layers.length - 1;
  }
}
