// Which pictures go through the net: test images by their class, or what the net sees at present.

import { fetchFile, OpenedOnce } from "../../shared/nn/fetch_file.js";
import { readImages } from "../../shared/nn/net_file.js";

export class Pictures {
  constructor() {
    Object.assign(this, { url: null, set: null, sets: new OpenedOnce(async (url) => readImages(await fetchFile(url))) });
  }

  // True if there are test images; they are fetched once, also where several ask before they are here.
  async open(url) {
    if (url !== this.url) Object.assign(this, { url, set: null });
    const set = url ? await this.sets.of(url).catch(() => null) : null;
    if (url === this.url) this.set = set;
    return Boolean(this.set);
  }

  get classes() {
    return this.set?.classes ?? [];
  }

  at(index) {
    const label = this.set.labels[index];
    return { pixels: this.set.images[index], label, index, name: `Test image ${index + 1}: ${this.set.classes[label]}` };
  }

  // The first `count` pictures from `index` on, round and round, for which isWanted(label) holds, without those shown.
  from(index, count, isWanted, shown = []) {
    const { labels } = this.set;
    const taken = new Set(shown.map((picture) => picture.index));
    const around = labels.map((_, step) => (index + step) % labels.length);
    return around.filter((one) => isWanted(labels[one]) && !taken.has(one)).slice(0, count).map((one) => this.at(one));
  }

  // The first picture after this one for which isWanted(label) holds and that is not shown, or null.
  after({ index = -1 }, isWanted, shown) {
    return this.from(index + 1, 1, isWanted, shown)[0] ?? null;
  }

  random(shown) {
    return this.after({ index: Math.floor(Math.random() * this.set.labels.length) }, () => true, shown);
  }
}
