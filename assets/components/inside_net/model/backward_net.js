// The net, once more, going forth and back for what is not shown on its maps: its own values stay those of the picture that is
// shown. It is opened when it is first asked for, and has the weights that were changed by hand.

import { Backward } from "../../shared/nn/backward.js";
import { fetchFile, OpenedOnce } from "../../shared/nn/fetch_file.js";
import { WORKER_MACS } from "../../shared/nn/live_net.js";
import { Net } from "../../shared/nn/net.js";

export class BackwardNet {
  constructor(app) {
    Object.assign(this, { app, nets: new OpenedOnce(openBoth) });
  }

  // {net, way, isQuick} of the net that is shown now; null where another one has come meanwhile. Rejects with a sentence.
  async open() {
    const { app } = this;
    const { url } = app;
    const given = await this.nets.of(url);
    if (url !== app.url) return null;
    given.net.restore(app.live.edits);
    return given;
  }
}

async function openBoth(url) {
  const net = await Net.open(await fetchFile(url));
  return { net, way: await Backward.open(net), isQuick: net.manifest.macs <= WORKER_MACS };
}
