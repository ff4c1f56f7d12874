// Which images of the whole test set excite each unit most: a worker looks once for all units, and the run keeps it.

import { arrayOf, askWorker } from "../../shared/worker_question.js";

export class WholeTestSet {
  constructor(app) {
    Object.assign(this, { app, searches: new Map(), pictures: new Map(), imagesUrl: null });
  }

  // Whether a worker may be asked about the net that is shown: it knows the trained ones only.
  get isPossible() {
    return Boolean(this.app.questionsUrl) && !this.app.live.edits.length;
  }

  // {count, ofUnit(layer, unit) -> [{index, value, row, column}], or null for a layer with too many units}; told(share)
  // meanwhile. Rejects with a sentence. A search for another net that is not at its end is left.
  find(told) {
    const { url } = this.app;
    for (const other of this.searches.keys()) if (other !== url) this.leave(other);
    const search = this.searches.get(url) ?? this.begin(url);
    search.told = told; // who asked last is told
    return search.found;
  }

  begin(url) {
    const { questionsUrl, epochs, layers } = this.app;
    const search = { told: () => {}, isDone: false, controller: new AbortController() };
    this.searches.set(url, search);
    const told = (share) => search.told(share);
    search.found = askWorker(questionsUrl, "top_images", { epoch: epochs.get(url) ?? null }, { told, signal: search.controller.signal }).then((answer) => {
      search.isDone = true;
      return { count: answer.json.num_images, ofUnit: (layer, unit) => topsOf(answer, layers[layer], unit) };
    });
    search.found.catch(() => this.searches.get(url) === search && this.searches.delete(url)); // the next one tries again
    return search;
  }

  leave(url) {
    const search = this.searches.get(url);
    if (search.isDone) return;
    search.controller.abort();
    this.searches.delete(url);
  }

  // Pictures of the test set by their places; known(index) gives one that is here, or null.
  async fetch(indexes, known) {
    const { app } = this;
    if (app.imagesUrl !== this.imagesUrl) Object.assign(this, { imagesUrl: app.imagesUrl, pictures: new Map() });
    const { pictures } = this;
    const missing = indexes.filter((index) => !pictures.has(index) && !known(index));
    if (missing.length) {
      const answer = await askWorker(app.questionsUrl, "test_images", { images: missing });
      const { values, shape } = arrayOf(answer, "images");
      const size = values.length / shape[0];
      const { labels, classes } = answer.json;
      missing.forEach((index, at) => pictures.set(index, { pixels: values.slice(at * size, (at + 1) * size), label: labels[at], index, name: `Test image ${index + 1}: ${classes[labels[at]]}` }));
    }
    return indexes.map((index) => known(index) ?? pictures.get(index));
  }

  close() {
    for (const url of this.searches.keys()) this.leave(url);
  }
}

function topsOf(answer, { name, width }, unit) {
  if (!answer.json.arrays[name]) return null;
  const { values, shape } = arrayOf(answer, name);
  const [, units, count] = shape;
  const at = (part, rank) => values[(part * units + unit) * count + rank];
  return Array.from({ length: count }, (_, rank) => ({ value: at(0, rank), index: at(1, rank), row: Math.floor(at(2, rank) / width), column: at(2, rank) % width }));
}
