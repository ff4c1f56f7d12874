// "What if this weight were another one?": accuracy and confusion matrix over test images, computed in a Web Worker.

import { Evaluator } from "./evaluator.js";
import { fetchFile } from "./fetch_file.js";
import { Net } from "./net.js";
import { BadNet, readImages } from "./net_file.js";
import workerSource from "./what_if_worker.js?source";
import { startWorker, WorkerLink } from "./worker_link.js";

export class WhatIf {
  // onProgress(share, 0 to 1) of the first pass over the images, which is over when this resolves.
  // Rejects with BadNet, whose message is a sentence for the user.
  static async open({ netUrl, imagesUrl, onProgress = () => {}, backend = "auto" }) {
    const [net, images] = await Promise.all([fetchFile(netUrl), fetchFile(imagesUrl)]);
    const worker = await startWorker(workerSource);
    if (!worker) {
      const evaluator = new Evaluator(await Net.open(net, { backend }), readImages(images), onProgress);
      return new WhatIf((edits) => evaluator.update(edits), () => {});
    }
    const link = new WorkerLink(worker, BadNet, onProgress);
    try {
      await link.ask("open", { net, images, backend }, [net, images]);
    } catch (error) {
      link.close();
      throw error;
    }
    return new WhatIf((edits) => link.ask("update", edits), () => link.close());
  }

  constructor(evaluate, close) {
    this.evaluate = evaluate;
    this.close = close;
    this.last = Promise.resolve();
    this.next = null; // {edits, answer} that waits for the one at work
  }

  // edits: as Net.edits lists them, all of them. Resolves to {accuracy, matrix, predictions, changed, sizes}, see evaluator.js.
  // While one is at work, only the newest of those that come is computed; all of them are given its answer.
  update(edits) {
    if (this.next) this.next.edits = edits;
    else {
      const next = { edits };
      this.next = next;
      next.answer = this.last.then(() => {
        this.next = null;
        return this.evaluate(next.edits);
      });
      this.last = next.answer.catch(() => {});
    }
    return this.next.answer;
  }
}
