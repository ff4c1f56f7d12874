// The net that is asked why, in the browser: its own copies, so that what is shown elsewhere stays. One is asked, one is
// shuffled. Its jobs are generators, for Slices.

import { fetchFile } from "../../shared/nn/fetch_file.js";
import { mapOf, METHODS } from "../../shared/nn/attribution.js";
import { deletion, randomisation } from "../../shared/nn/attribution_checks.js";
import { Backward } from "../../shared/nn/backward.js";
import { WORKER_MACS } from "../../shared/nn/live_net.js";
import { Net } from "../../shared/nn/net.js";
import { layerTitles } from "../../shared/net_view/words.js";
import { Slices } from "../../shared/slices.js";
import { layerFor, less, QUICK, saidBy } from "../../shared/nn/asked_net.js";

export class Explainer {
  // Of the net at `url` with these weights changed by hand.
  static async open(url) {
    const bytes = await fetchFile(url);
    const [net, random] = await Promise.all([Net.open(bytes), Net.open(bytes)]);
    const [way, randomWay] = await Promise.all([Backward.open(net), Backward.open(random)]);
    return new Explainer({ net, way }, { net: random, way: randomWay });
  }

  constructor(asked, shuffled) {
    Object.assign(this, { asked, shuffled, titles: layerTitles(asked.net.layers), isWorker: false });
  }

  queue() {
    return new Slices();
  }

  // What was changed of the net by hand; whether it can be asked so.
  take(edits) {
    this.net.restore(edits);
    return true;
  }

  get net() {
    return this.asked.net;
  }

  isQuick(method) {
    return QUICK.has(method) && this.net.manifest.macs <= WORKER_MACS;
  }

  // Of the picture: {of: the class that the net says, score of it}.
  said(pixels) {
    this.net.run(pixels);
    return saidBy(this.net);
  }

  // A job, {map, facts}: a method's map less that of another class or picture, where one is given.
  *explain(method, settings, { pixels, of, less: than, layer: chosen, pinned }) {
    const layer = layerFor(this.net, method, chosen);
    const given = { ...this.asked, pixels, of, layer, title: this.titles[layer] };
    const { map, facts } = yield* one(method, settings, given);
    if (than === null) return { map, facts };
    const other = yield* one(method, settings, than === "pinned" ? { ...given, pixels: pinned } : { ...given, of: than });
    return { map: less(map, other.map), facts: {} };
  }

  *deletion(method, settings, { pixels, of }, map, baseline) {
    return yield* deletion({ ...this.asked, pixels, of }, map, baseline);
  }

  *randomisation(method, settings, { pixels, of, layer }, map) {
    this.shuffled.net.restore(this.net.edits);
    return yield* randomisation({ ...this.shuffled, pixels, of, layer: layerFor(this.net, method, layer) }, method.name, settings, map);
  }
}

function* one(method, settings, given) {
  const found = yield* METHODS[method.name](given, settings);
  return { map: mapOf(found), facts: found.facts };
}
