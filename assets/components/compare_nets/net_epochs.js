// One net through its training: which of its kept epochs stands for a share of the training, and the weights of that.

import { EpochNets, MAX_BYTES } from "../shared/nn/epoch_nets.js";

// The place in `stops` of a share, 0 to 1, of a training whose end is the net at `ended`: the kept epoch that is nearest.
export function stopAt(stops, ended, share) {
  const end = Math.max(stops.findIndex(({ url }) => url === ended), 0);
  const last = Math.max(...stops.map(({ epoch = 0 }) => epoch));
  if (share >= 1 || !last) return end;
  const away = ({ epoch = Infinity }) => Math.abs(epoch - share * last);
  return stops.reduce((best, stop, at) => (away(stop) < away(stops[best]) ? at : best), 0);
}

export class NetEpochs {
  // stops: [{title, url, epoch}] in order; numNets: that share the room there is; onChange() when one more is here.
  constructor({ net, stops }, numNets, onChange) {
    Object.assign(this, { net, stops, at: stopAt(stops, net, 1) });
    this.nets = new EpochNets(stops, onChange, MAX_BYTES / numNets);
  }

  get hasSeveral() {
    return this.stops.length > 1;
  }

  // Fetch all of them, one after the other.
  prepare() {
    if (this.hasSeveral) this.nets.fetch();
  }

  leave() {
    this.nets.leave();
  }

  // Resolves with the weights of that share of the training; null where it is the epoch that is shown already, or where another
  // one was asked for meanwhile. Rejects with a sentence.
  async go(share) {
    const at = stopAt(this.stops, this.net, share);
    if (at === this.at) return null;
    this.at = at;
    const weights = await this.nets.weights(at);
    return at === this.at ? weights : null;
  }

  get isEnd() {
    return this.stops[this.at]?.url === this.net;
  }

  get words() {
    if (!this.stops.length) return "";
    const { title, epoch } = this.stops[this.at];
    const last = Math.max(...this.stops.map((stop) => stop.epoch ?? 0));
    return epoch === undefined ? title : `${title} of ${last}`;
  }
}
