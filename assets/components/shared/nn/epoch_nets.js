// The weights of all kept epochs, fetched one after the other in the background; the one that is wanted first of all.

import { fetchFile } from "./fetch_file.js";
import { readNet } from "./net_file.js";

export const MAX_BYTES = 400e6; // of all that are held here; what is beyond that is fetched when it is wanted

export class EpochNets {
  // onChange() when one more is here; maxBytes: of all that are held.
  constructor(stops, onChange, maxBytes = MAX_BYTES) {
    Object.assign(this, { stops, onChange, maxBytes, asked: new Map(), problems: new Map(), numHere: 0, bytes: 0, isLeft: false });
  }

  async fetch() {
    if (this.isFetching) return;
    this.isFetching = true;
    for (let at = 0; at < this.stops.length && !this.isFull && !this.isLeft; at++) {
      await this.weights(at).catch(() => {}); // said when it is wanted
    }
    this.isFetching = false;
  }

  // Nobody waits for the others any more: they would hold up what is fetched next.
  leave() {
    this.isLeft = true;
  }

  // Whether as many are held as may be.
  get isFull() {
    return this.bytes >= this.maxBytes;
  }

  weights(at) {
    if (!this.asked.has(at)) this.asked.set(at, this.read(at));
    return this.asked.get(at);
  }

  async read(at) {
    try {
      const bytes = await fetchFile(this.stops[at].url);
      const { weights } = readNet(bytes);
      this.problems.delete(at);
      this.numHere++;
      this.bytes += bytes.byteLength;
      this.onChange();
      return weights;
    } catch (error) {
      this.problems.set(at, error.message);
      this.onChange();
      this.asked.delete(at); // the next try may reach the server
      throw error;
    }
  }
}
