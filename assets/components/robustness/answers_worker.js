// Holds a net and its test images beside the page, and answers what it says of them when they are changed.

import { Net } from "../shared/nn/net.js";
import { readImages } from "../shared/nn/net_file.js";
import { serve } from "../shared/nn/worker_link.js";
import { answersTo } from "./answers.js";

let net, images;

serve({
  open: async (given) => {
    net = await Net.open(given.net);
    images = readImages(given.images);
  },
  series: ({ levels, count }, progress) => {
    const steps = answersTo(net, images, levels, count);
    for (;;) {
      const { value, done } = steps.next();
      if (done) return { result: value };
      progress(value);
    }
  },
});

export default serve;
