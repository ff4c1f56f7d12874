// Computes a large net beside the page: gives all values of all layers as one array, see Net.all.

import { Net } from "./net.js";
import { serve } from "./worker_link.js";

let net;

serve({
  open: async ({ bytes, backend }) => {
    net = await Net.open(bytes, { backend });
  },
  load: (trained) => net.load(trained),
  // `spare` is the array of an earlier answer, given back to be filled again.
  show: ({ pixels, edits, spare }) => {
    net.restore(edits);
    net.run(pixels);
    const all = spare || new Float32Array(net.all.length);
    all.set(net.all);
    return { result: all, transfer: [all.buffer] };
  },
});

export default serve;
