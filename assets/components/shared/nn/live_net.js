// A net that follows the hand: `show` a picture, and `onFrame` is called when every value of every layer is known. Small
// nets are computed at once, in the same frame; large ones in a Web Worker, where the newest picture wins.

import { fetchFile } from "./fetch_file.js";
import workerSource from "./live_worker.js?source";
import { Net } from "./net.js";
import { BadNet } from "./net_file.js";
import { startWorker, WorkerLink } from "./worker_link.js";

export const WORKER_MACS = 20e6; // beyond which a net does not follow the hand in its frame

export class LiveNet {
  // url or bytes of a net; onFrame(live) after each run, onProblem(sentence) when a run fails later on.
  // Rejects with BadNet, whose message is a sentence for the user.
  static async open({ url, bytes, onFrame = () => {}, onProblem = () => {}, backend = "auto", onProgress }) {
    const file = bytes || (await fetchFile(url, onProgress));
    const net = await Net.open(file, { backend });
    const worker = net.manifest.macs > WORKER_MACS ? await startWorker(workerSource) : null;
    const link = worker && new WorkerLink(worker, BadNet);
    await link?.ask("open", { bytes: file, backend });
    return new LiveNet(net, link, onFrame, onProblem);
  }

  // `net` always holds the newest values, whoever has computed them: explain.js works on it.
  constructor(net, link, onFrame, onProblem) {
    Object.assign(this, { net, link, onFrame, onProblem });
    this.isWorker = Boolean(link);
    this.pixels = null; // of the newest picture
    this.isBusy = false;
    this.isStale = false; // there is a newer picture or edit than the one at work
    this.spare = null;
  }

  get manifest() {
    return this.net.manifest;
  }

  get layers() {
    return this.net.layers;
  }

  get edits() {
    return this.net.edits;
  }

  values(index) {
    return this.net.values(index);
  }

  // pixels: HWC, 0 to 255; copied, so that the caller may draw on.
  show(pixels) {
    this.pixels = new Float32Array(pixels);
    if (this.link) this.ask();
    else {
      this.net.run(this.pixels);
      this.onFrame(this);
    }
  }

  // One change or a list of them, as Net.edit takes them; the picture is shown again.
  edit(change) {
    const changes = [change].flat();
    for (const one of changes) this.net.edit(one);
    this.again(Math.min(...changes.map(({ layer }) => layer)));
  }

  reset() {
    this.net.reset();
    this.again(1);
  }

  // The weights of another epoch, see Net.load, with these edits; the picture is shown again.
  load(trained, edits = []) {
    this.net.load(trained);
    for (const edit of edits) this.net.edit(edit);
    this.link?.ask("load", trained).catch(({ message }) => this.onProblem(message));
    this.again(1);
  }

  // Computes the layers from `first` on: those before it have not changed.
  again(first) {
    if (!this.pixels) return;
    if (this.link) this.ask();
    else {
      this.net.compute(this.layers.slice(first));
      this.onFrame(this);
    }
  }

  ask() {
    this.isStale = true;
    if (!this.isBusy) this.askWorker();
  }

  // The worker goes on with the next picture while this one is drawn.
  async askWorker() {
    Object.assign(this, { isBusy: true, isStale: false });
    const given = { pixels: this.pixels, edits: this.edits, spare: this.spare };
    try {
      this.spare = await this.link.ask("show", given, this.spare ? [this.spare.buffer] : []);
    } catch (error) {
      this.isBusy = false;
      this.onProblem(error.message);
      return;
    }
    this.isBusy = false;
    if (!this.link) return; // closed meanwhile
    this.net.all.set(this.spare);
    if (this.isStale) this.askWorker();
    this.onFrame(this);
  }

  close() {
    this.link?.close();
    this.link = null;
  }
}
