// Holds a net and its test images beside the page, and answers what a change of weights would do.

import { Evaluator } from "./evaluator.js";
import { Net } from "./net.js";
import { readImages } from "./net_file.js";
import { serve } from "./worker_link.js";

let evaluator;

serve({
  open: async ({ net, images, backend }, progress) => {
    evaluator = new Evaluator(await Net.open(net, { backend }), readImages(images), progress);
  },
  update: (edits) => ({ result: evaluator.update(edits) }),
});

export default serve;
