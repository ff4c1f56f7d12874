// What speaks for a class in one net: a copy of the net that goes forth and back, so that what is shown stays. It is opened when
// it is first asked for.

import { METHODS, finished, mapOf } from "../shared/nn/attribution.js";
import { layerFor, QUICK } from "../shared/nn/asked_net.js";
import { Backward } from "../shared/nn/backward.js";
import { fetchFile, OpenedOnce } from "../shared/nn/fetch_file.js";
import { WORKER_MACS } from "../shared/nn/live_net.js";
import { Net } from "../shared/nn/net.js";

export class Attributor {
  constructor(url) {
    Object.assign(this, { url, ready: null, weights: null, nets: new OpenedOnce((one) => this.read(one)) });
  }

  // {net, way}; rejects with a sentence.
  open() {
    return this.nets.of(this.url);
  }

  async read(url) {
    const net = await Net.open(await fetchFile(url));
    const way = await Backward.open(net);
    if (this.weights) net.load(this.weights);
    this.ready = { net, way };
    return this.ready;
  }

  // Those of another epoch.
  load(weights) {
    this.weights = weights;
    this.ready?.net.load(weights);
  }

  // Whether a map is there within a frame.
  isQuick(method) {
    return QUICK.has(method.name) && this.ready.net.manifest.macs <= WORKER_MACS;
  }

  // The job, a generator, of a method's map {values, height, width} for a class; once it is open.
  *job(method, settings, pixels, of) {
    const { net } = this.ready;
    const layer = layerFor(net, method, null);
    return mapOf(yield* METHODS[method.name]({ ...this.ready, pixels, of, layer }, settings));
  }

  now(...question) {
    return finished(this.job(...question));
  }
}
