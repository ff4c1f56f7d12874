// Which test images excite each unit most, and where: of each net once, between frames.

import { fetchFile } from "../../shared/nn/fetch_file.js";
import { Net } from "../../shared/nn/net.js";
import { Pictures } from "../journey/pictures.js";
import { Slices } from "../../shared/slices.js";

export const NUM_TOP = 8;

export class TopImages {
  constructor(app) {
    Object.assign(this, { app, key: "", top: null, pictures: new Pictures(), slices: new Slices() });
  }

  // Calls done({pictures, ofUnit(layer, unit) -> [{index, value, row, column}], count}) when it is known, or done(null)
  // where there are no test images; told(share) meanwhile.
  async find(done, told) {
    const { app } = this;
    const key = `${app.url} ${JSON.stringify(app.live.edits)}`;
    if (key === this.key && this.top) return done(this.top);
    this.stop();
    this.key = key;
    try {
      if (!(await this.pictures.open(app.imagesUrl))) return done(null);
      const net = await Net.open(await fetchFile(app.url));
      if (key !== this.key) return;
      net.restore(app.live.edits);
      this.slices.add(search(net, this.pictures.set.images, told), (ofUnit) => {
        this.top = { pictures: this.pictures, count: this.pictures.set.images.length, ofUnit };
        done(this.top);
      }, () => done(null));
    } catch {
      done(null);
    }
  }

  // A picture of the test set that is here, or null.
  pictureAt(index) {
    return index < (this.pictures.set?.images.length ?? 0) ? this.pictures.at(index) : null;
  }

  stop() {
    this.slices.stop();
    Object.assign(this, { key: "", top: null });
  }
}

function* search(net, images, told) {
  const best = net.layers.map(({ units }) => Array.from({ length: units }, () => []));
  for (const [index, pixels] of images.entries()) {
    net.run(pixels);
    for (const layer of net.layers) keepStrongest(best[layer.index], layer, index);
    told((index + 1) / images.length);
    yield;
  }
  return (layer, unit) => best[layer][unit];
}

// Each image counts once for a unit, by its largest value.
function keepStrongest(best, { values, units, width }, index) {
  for (let unit = 0; unit < units; unit++) {
    let at = unit;
    for (let i = unit + units; i < values.length; i += units) if (values[i] > values[at]) at = i;
    const found = best[unit];
    if (found.length === NUM_TOP && values[at] <= found.at(-1).value) continue;
    const place = (at - unit) / units;
    found.push({ index, value: values[at], row: Math.floor(place / width), column: place % width });
    found.sort((one, other) => other.value - one.value);
    found.length = Math.min(found.length, NUM_TOP);
  }
}
