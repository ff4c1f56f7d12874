// Which colour a value has: by each layer, by each map, or by the whole net. Measured once a frame at most.

import { factorOf } from "../../shared/nn/arithmetic.js";
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
    if (isPicture(layer)) return this.ofPicture(layer, unit);
    const { range } = this.app.state.values;
    if (range === "map" && this.values(index).length > layer.units) { // a single value has no range of its own
      const { low, high } = this.measures(index);
      return this.between(low[unit], high[unit]);
    }
    const key = range === "net" ? "net" : index;
    if (!this.made.has(key)) this.made.set(key, range === "net" ? this.wholeNet() : this.wholeLayer(index));
    return this.made.get(key);
  }

  // From black to white, whatever the net makes of them.
  ofPicture({ kind, scale, shift }, unit) {
    if (kind === "input") return greyScale(255);
    const black = factorOf(shift, unit);
    return greyScale(255 * factorOf(scale, unit) + black, black);
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
