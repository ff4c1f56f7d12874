// The net that is asked why: its own copies, so that what is shown elsewhere stays. One is asked, one is shuffled.

import { fetchFile } from "../../shared/nn/fetch_file.js";
import { mapOf, METHODS, scoreOf } from "../../shared/nn/attribution.js";
import { deletion, randomisation } from "../../shared/nn/attribution_checks.js";
import { Backward } from "../../shared/nn/backward.js";
import { Net } from "../../shared/nn/net.js";
import { layerTitles } from "../../shared/net_view/words.js";

const QUICK = new Set(["saliency", "gradient_x_input", "grad_cam", "grad_cam_plus_plus"]);
const QUICK_MACS = 20e6; // of a net that goes forth and back within a frame

export class Explainer {
  // Of the net at `url` with these weights changed by hand.
  static async open(url) {
    const bytes = await fetchFile(url);
    const [net, random] = await Promise.all([Net.open(bytes), Net.open(bytes)]);
    const [way, randomWay] = await Promise.all([Backward.open(net), Backward.open(random)]);
    return new Explainer({ net, way }, { net: random, way: randomWay });
  }

  constructor(asked, shuffled) {
    Object.assign(this, { asked, shuffled, titles: layerTitles(asked.net.layers) });
  }

  get net() {
    return this.asked.net;
  }

  isQuick(method) {
    return QUICK.has(method) && this.net.manifest.macs <= QUICK_MACS;
  }

  // Of the picture: {of: the class that the net says, score of it}.
  said(pixels) {
    this.net.run(pixels);
    const { values } = this.net.layers.at(-1);
    const best = values.length === 1 ? Number(scoreOf(this.net, 1) > 0) : values.indexOf(Math.max(...values));
    return { of: best, score: scoreOf(this.net, best) };
  }

  // The last layer whose values have places, for methods about maps.
  get lastMaps() {
    return this.net.layers.findLast(({ height, width }) => height * width > 1).index;
  }

  // The layer whose values a method is about.
  layerFor({ about }, layer) {
    if (about === "pixels") return 0;
    return layer ?? (about === "maps" ? this.lastMaps : 0);
  }

  // A job, {map, facts}: a method's map less that of another class or picture, where one is given.
  *explain(method, settings, { pixels, of, less, layer: chosen, pinned }) {
    const layer = this.layerFor(method, chosen);
    const given = { ...this.asked, pixels, of, layer, title: this.titles[layer] };
    const { map, facts } = yield* one(method, settings, given);
    if (less === null) return { map, facts };
    const other = yield* one(method, settings, less === "pinned" ? { ...given, pixels: pinned } : { ...given, of: less });
    return { map: { ...map, values: map.values.map((value, at) => value - other.map.values[at]) }, facts: {} };
  }

  *deletion({ pixels, of }, map, baseline) {
    return yield* deletion({ ...this.asked, pixels, of }, map, baseline);
  }

  *randomisation(method, settings, { pixels, of, layer }, map) {
    this.shuffled.net.restore(this.net.edits);
    return yield* randomisation({ ...this.shuffled, pixels, of, layer: this.layerFor(method, layer) }, method.name, settings, map);
  }
}

function* one(method, settings, given) {
  const found = yield* METHODS[method.name](given, settings);
  return { map: mapOf(found), facts: found.facts };
}
