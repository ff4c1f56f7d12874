// How a net does on labelled images, and how it would do with other weights. Keeps, for the layer that is changed, what
// it and those after it read of the layers before: a change is computed from that layer on.

const MAX_KEPT_BYTES = 256e6;
const PROGRESS_EVERY = 25; // images

export class Evaluator {
  // images: as readImages gives them; onProgress(share done) during the first pass.
  constructor(net, images, onProgress = () => {}) {
    Object.assign(this, { net, ...images });
    this.kept = new Map(); // first layer -> for each image the values that it and the layers after it read
    this.sizes = net.layers.map(({ units }) => new Float32Array(units));
    this.trained = this.predict(1, (i) => {
      for (const [index, layer] of net.layers.entries()) noteSizes(layer, this.sizes[index]);
      if (i % PROGRESS_EVERY === 0) onProgress(i / this.images.length);
    });
  }

  // edits: what differs from the trained net, as Net.edits lists it.
  // accuracy: 0 to 1; matrix: rows are true classes; changed: places of the images whose answer is another one now;
  // sizes: of each layer of the trained net the greatest size that each unit has on any of the images.
  update(edits) {
    this.net.restore(edits);
    const predictions = edits.length ? this.predict(Math.min(...edits.map(({ layer }) => layer))) : this.trained;
    const matrix = this.classes.map(() => this.classes.map(() => 0));
    this.labels.forEach((label, i) => matrix[label][predictions[i]]++);
    const numRight = matrix.reduce((sum, row, label) => sum + row[label], 0);
    const changed = [...predictions.keys()].filter((i) => predictions[i] !== this.trained[i]);
    return { accuracy: numRight / this.labels.length, matrix, predictions, changed, sizes: this.sizes };
  }

  // The class that the net takes each image for; the layers before `first` are as trained. onImage(i) after each.
  predict(first, onImage = () => {}) {
    const { net } = this;
    const after = dependents(net, first);
    const read = reads(net, after);
    const kept = this.kept.get(first) || [];
    const before = net.layers.slice(1, first);
    const isKept = kept.length > 0;
    const predictions = this.images.map((pixels, i) => {
      if (isKept) for (const [j, layer] of read.entries()) layer.values.set(kept[i][j]);
      else {
        net.values(0).set(pixels);
        net.compute(before);
        kept.push(read.map(({ values }) => values.slice()));
      }
      net.compute(after);
      onImage(i);
      return answerOf(net.layers.at(-1));
    });
    this.keep(first, kept, read);
    return predictions;
  }

  // The layers that were changed last are kept, as far as there is room.
  keep(first, kept, read) {
    this.kept.delete(first);
    this.kept.set(first, kept);
    kept.bytes = 4 * kept.length * read.reduce((sum, { values }) => sum + values.length, 0);
    const sum = () => [...this.kept.values()].reduce((total, { bytes }) => total + bytes, 0);
    for (const old of [...this.kept.keys()]) if (sum() > MAX_KEPT_BYTES) this.kept.delete(old);
  }
}

function noteSizes({ values, units }, sizes) {
  for (let i = 0, unit = 0; i < values.length; i++) {
    const size = Math.abs(values[i]);
    if (size > sizes[unit]) sizes[unit] = size;
    if (++unit === units) unit = 0;
  }
}

// The layers that change with the layer `first`, itself included, in order.
function dependents(net, first) {
  const found = new Set([first]);
  for (const { index, inputs } of net.layers) if (inputs.some((input) => found.has(input))) found.add(index);
  return [...found].map((index) => net.layers[index]);
}

// What these layers read of others.
function reads(net, layers) {
  const own = new Set(layers.map(({ index }) => index));
  const found = new Set(layers.flatMap(({ inputs }) => inputs).filter((input) => !own.has(input)));
  return [...found].map((index) => net.layers[index]);
}

// The class of the largest value; a net with one output answers the second class above the middle.
export function answerOf({ values, activation }) {
  if (values.length === 1) return Number(values[0] > (activation === "sigmoid" ? 0.5 : 0));
  return values.indexOf(Math.max(...values));
}

// Probabilities of the classes; scores without softmax or sigmoid count as logits, as in an evaluation. One output is that
// of the second of two classes.
export function sharesOf(values, output) {
  const isShare = output === "softmax" || output === "sigmoid";
  if (values.length === 1) {
    const second = isShare ? values[0] : 1 / (1 + Math.exp(-values[0]));
    return [1 - second, second];
  }
  const most = Math.max(...values);
  const scores = isShare ? Array.from(values) : Array.from(values, (value) => Math.exp(value - most));
  const total = scores.reduce((sum, score) => sum + score, 0);
  return scores.map((score) => (total > 0 ? score / total : 1 / scores.length));
}
