// The test images as a worker knows them: all of them, also of a net that is slow here, and arranged by t-SNE and UMAP.

import { arrayOf, askWorker } from "../../shared/worker_question.js";
import { byWorker } from "./arrangements.js";

export class WorkerFeatures {
  constructor(app) {
    Object.assign(this, { app, kept: new Map(), leaving: null });
  }

  // As collectFeatures gives them, and `numbers`: the place of each image in the test set, `total`: how many there are.
  async features(params, told) {
    const answer = await this.ask("features", params, told);
    if (!answer.set) {
      const { values: rows, shape: [count, size] } = arrayOf(answer, "rows");
      const { values: pixels, shape: [, ...shape] } = arrayOf(answer, "pixels");
      const each = pixels.length / count;
      const { labels, said, classes, indices, total } = answer.json;
      answer.set = { size, count, rows, said, labels, classes, shape, numbers: indices, total, image: (index) => pixels.subarray(index * each, (index + 1) * each) };
    }
    return answer.set;
  }

  // An arrangement of these features.
  async arrangement(params, set, told) {
    const answer = await this.ask("embedding", params, told);
    const { values, shape: [, dimensions] } = arrayOf(answer, "points");
    const points = Float32Array.from({ length: 3 * set.count }, (_, i) => (i % 3 < dimensions ? values[Math.floor(i / 3) * dimensions + (i % 3)] : 0));
    return byWorker(points, dimensions, { method: params.method, shares: answer.json.shares, mean: arrayOf(answer, "mean").values, components: arrayOf(answer, "components").values });
  }

  // An answer is kept as long as the page stands.
  async ask(name, params, told) {
    const { app } = this;
    const epoch = app.epochs?.get(app.url) ?? null;
    const key = JSON.stringify([app.questionsUrl.split("?")[0], name, epoch, params]);
    if (!this.kept.has(key)) {
      this.leave();
      this.leaving = new AbortController();
      this.kept.set(key, await askWorker(app.questionsUrl, name, { epoch, ...params }, { told, signal: this.leaving.signal }));
    }
    return this.kept.get(key);
  }

  // What is being asked is not wanted any more.
  leave() {
    this.leaving?.abort();
    this.leaving = null;
  }
}
