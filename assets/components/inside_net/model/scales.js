// Which colour a value has: by each layer, by each map, or by the whole net. Measured once a frame at most.

import { isPicture } from "../../shared/net_view/words.js";
import { extent, greyScale, measure, scaleBetween } from "../../shared/net_view/scale.js";

export class Scales {
  constructor(app) {
    Object.assign(this, { app, measured: new Map(), made: new Map() });
  }

  // New values have come: nothing that was measured holds.
  forget() {
    this.measured.clear();
    this.made.clear();
  }

  values(index) {
    return this.app.values(index);
  }

  measures(index) {
    if (!this.measured.has(index)) this.measured.set(index, measure(this.values(index), this.app.layers[index].units));
    return this.measured.get(index);
  }

  between(least, most) {
    return scaleBetween(least, most);
  }

  of(index, unit) {
    const layer = this.app.layers[index];
    if (isPicture(layer)) return this.ofPicture(layer);
    const { range } = this.app.state.values;
    if (range === "map") {
      const { low, high } = this.measures(index);
      return this.between(low[unit], high[unit]);
    }
    const key = range === "net" ? "net" : index;
    if (!this.made.has(key)) this.made.set(key, range === "net" ? this.wholeNet() : this.wholeLayer(index));
    return this.made.get(key);
  }

  ofPicture({ kind }) {
    return greyScale(kind === "input" ? 255 : 1);
  }

  wholeLayer(index) {
    const { least, most } = extent(this.values(index));
    return this.between(least, most);
  }

  wholeNet() {
    let [low, high] = [Infinity, -Infinity];
    for (const layer of this.app.layers) {
      if (isPicture(layer)) continue;
      const { least, most } = extent(this.values(layer.index));
      [low, high] = [Math.min(low, least), Math.max(high, most)];
    }
    return this.between(low, high);
  }
}
