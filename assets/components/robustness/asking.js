// Who answers: the net in this browser, beside the page; or a worker of the server, for a large net. Both are asked alike:
//
//   ask({name, levels}, count, {told, signal}) -> {labels, said, sure}, see answers.js; told(share, 0 to 1)
//   picture(index) -> {pixels, label} of a test image, HWC
//   renew(data): the page was drawn anew, with a newer permission to ask
//   keep({name}, count, answers): what this browser found is kept with the run, where the visitor may change it
// They reject with a sentence for the user, or with the reason of `signal` once that is aborted.

import { fetchFile } from "../shared/nn/fetch_file.js";
import { Net } from "../shared/nn/net.js";
import { BadNet, readImages } from "../shared/nn/net_file.js";
import { startWorker, WorkerLink } from "../shared/nn/worker_link.js";
import { arrayOf, askWorker } from "../shared/worker_question.js";
import { answersTo } from "./answers.js";
import workerSource from "./answers_worker.js?source";

export class InBrowser {
  constructor({ net, images, ...data }) {
    Object.assign(this, { urls: [net, images], told: () => {}, link: null, data });
  }

  async files() {
    this.fetched ??= Promise.all(this.urls.map((url) => fetchFile(url)));
    this.fetched.catch(() => (this.fetched = null)); // the next one tries again
    const [net, images] = await this.fetched;
    return { net, images };
  }

  async ask({ levels }, count, { told, signal }) {
    const files = await this.files();
    const worker = this.link ? null : await startWorker(workerSource);
    if (signal.aborted) worker?.terminate();
    signal.throwIfAborted();
    if (!this.link && !worker) return this.askHere(files, levels, count, { told, signal });
    this.told = told;
    if (worker) {
      this.link = new WorkerLink(worker, BadNet, (share) => this.told(share));
      this.opened = this.link.ask("open", files);
    }
    const leave = new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
    leave.catch(() => this.close()); // ends what it is at
    await Promise.race([this.opened, leave]);
    return Promise.race([this.link.ask("series", { levels, count }), leave]);
  }

  // Where Web Workers are blocked: piece by piece, so that the page goes on in between.
  async askHere(files, levels, count, { told, signal }) {
    this.net ??= await Net.open(files.net);
    const steps = answersTo(this.net, readImages(files.images), levels, count);
    for (;;) {
      const { value, done } = steps.next();
      if (done) return value;
      told(value);
      await new Promise((resolve) => setTimeout(resolve));
      signal.throwIfAborted();
    }
  }

  renew(data) {
    this.data = data;
  }

  // Nobody waits for it: where it does not arrive, a report lacks what the next visit finds again.
  keep({ name }, count, { said, sure }) {
    const { keeps, questions, epoch } = this.data;
    if (!keeps) return;
    const [path, query] = questions.split("?");
    const plain = (rows) => rows.map((row) => [...row]);
    const found = { epoch: epoch ?? null, params: { corruption: name, count, said: plain(said), sure: plain(sure) } };
    fetch(`${path}/robustness/kept?${query}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(found) }).catch(() => {});
  }

  async picture(index) {
    this.set ??= readImages((await this.files()).images);
    return { pixels: this.set.images[index], label: this.set.labels[index] };
  }

  close() {
    this.link?.close();
    this.link = null;
  }
}

export class ByWorker {
  constructor({ questions, epoch }) {
    Object.assign(this, { questions, epoch, pictures: new Map() });
  }

  async ask({ name }, count, options) {
    const answer = await askWorker(this.questions, "robustness", { epoch: this.epoch, corruption: name, count }, options);
    const rows = (array) => {
      const { values, shape } = arrayOf(answer, array);
      return Array.from({ length: shape[0] }, (_, level) => values.subarray(level * shape[1], (level + 1) * shape[1]));
    };
    return { labels: answer.json.labels, said: rows("said"), sure: rows("sure") };
  }

  renew({ questions }) {
    this.questions = questions;
  }

  keep() {} // the worker's answers are kept anyway

  async picture(index) {
    if (!this.pictures.has(index)) {
      const answer = await askWorker(this.questions, "test_images", { images: [index] });
      this.pictures.set(index, { pixels: arrayOf(answer, "images").values, label: answer.json.labels[0] });
    }
    return this.pictures.get(index);
  }

  close() {}
}
