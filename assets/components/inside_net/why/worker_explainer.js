// A net that is asked why on a worker, because it is too large to go back in the browser. Its jobs are functions of
// {told, signal}, for Errands: one after the other, and left as soon as another question takes their place.

import { arrayOf, askWorker } from "../../shared/worker_question.js";
import { layerFor, less, saidBy } from "../../shared/nn/asked_net.js";

export class WorkerExplainer {
  constructor(app) {
    Object.assign(this, { app, isWorker: true, known: new Map() });
  }

  get net() {
    return this.app.net;
  }

  queue() {
    return new Errands();
  }

  // A worker knows the net as it was learned.
  take(edits) {
    return edits.length === 0;
  }

  isQuick() {
    return false;
  }

  // The page's own net has run on the picture, or is about to: it is asked again then.
  said() {
    return saidBy(this.net);
  }

  explain(method, settings, asked) {
    const { less: than, pinned } = asked;
    return async ({ told, signal }) => {
      const half = (from) => (share) => told(than === null ? share : from + share / 2);
      const found = await this.one(method, settings, asked, { told: half(0), signal });
      if (than === null) return found;
      const other = than === "pinned" ? { ...asked, pixels: pinned } : { ...asked, of: than };
      return { map: less(found.map, (await this.one(method, settings, other, { told: half(0.5), signal })).map), facts: {} };
    };
  }

  // What was found for the newest picture is kept: then a setting asks for its own map only.
  async one(method, settings, asked, hands) {
    const params = this.params(method, settings, asked);
    const key = JSON.stringify([params, this.app.url], (_, value) => (ArrayBuffer.isView(value) ? [...value] : value));
    if (!this.known.has(key)) {
      const answer = await askWorker(this.app.questionsUrl, "attribution", params, hands);
      const { values, shape } = arrayOf(answer, "map");
      const [height, width] = shape.length === 2 ? shape : [1, shape[0]];
      this.known.set(key, { map: { values, height, width }, facts: answer.json.facts });
    }
    return this.known.get(key);
  }

  params(method, settings, { pixels, of, layer }) {
    const at = layerFor(this.net, method, layer);
    const name = at === 0 ? "" : this.net.layers[at].name;
    const image = Uint8Array.from(pixels, Math.round);
    return { epoch: this.app.epochs.get(this.app.url) ?? null, image, method: method.name, class_index: of, layer: name, settings };
  }

  deletion(method, settings, asked, map, baseline) {
    return this.check("deletion", { ...this.params(method, settings, asked), ...mapParams(map), baseline });
  }

  randomisation(method, settings, asked, map) {
    return this.check("randomisation", { ...this.params(method, settings, asked), ...mapParams(map) });
  }

  check(name, params) {
    return async (hands) => (await askWorker(this.app.questionsUrl, name, params, hands)).json;
  }

  forget() {
    this.known.clear();
  }
}

const mapParams = ({ values, height, width }) => ({ map: values, shape: height === 1 ? [width] : [height, width] });

// Questions to a worker, one after the other, as Slices has it for work between frames.
class Errands {
  constructor() {
    this.jobs = [];
  }

  // job({told, signal}); then done(its value) or failed(error); told(share) meanwhile.
  add(job, done, failed, told = () => {}) {
    this.jobs.push({ job, done, failed, told });
    if (this.jobs.length === 1) this.work();
  }

  async work() {
    const leave = (this.leave = new AbortController());
    while (this.jobs.length && !leave.signal.aborted) {
      const { job, done, failed, told } = this.jobs[0];
      const ifWanted = (act) => (value) => leave.signal.aborted || act(value);
      told(0);
      const end = await job({ told: ifWanted(told), signal: leave.signal }).then((value) => () => done(value), (error) => () => failed(error));
      if (leave.signal.aborted) return;
      this.jobs.shift();
      end();
    }
  }

  get isBusy() {
    return this.jobs.length > 0;
  }

  stop() {
    this.leave?.abort();
    this.jobs = [];
  }
}
