// How the score of a class changes with every value of every layer: the net's way back, for the picture that it was run
// on. The score is that before softmax or sigmoid; a net with one output has it for its second class, and the opposite
// for its first.

import { throughActivation } from "./activation_slopes.js";
import { Counter, openBackend } from "./backends.js";
import { BACKWARD } from "./backward_layers.js";

export class Backward {
  // net: an open Net. Takes about as much room again.
  static async open(net, { backend = net.backend.name } = {}) {
    const way = new Backward(net);
    const counter = new Counter();
    way.lay(counter);
    way.backend = await openBackend(backend, counter.size);
    way.lay(way.backend.arena);
    return way;
  }

  constructor(net) {
    this.net = net;
    this.revision = -1; // of the weights that are packed
  }

  lay(arena) {
    const take = (length) => arena.take(length);
    const space = { take, backend: () => this.backend };
    this.all = this.net.layers.map(({ values }) => take(values.length));
    this.steps = this.net.layers.map((layer) =>
      layer.index === 0
        ? null
        : BACKWARD[layer.kind](layer, layer.inputs.map((index) => this.net.layers[index]), this.net.weights(layer.index), space),
    );
  }

  // After net.run: the slopes of a class's score.
  run(classIndex) {
    const last = this.net.layers.at(-1);
    const isSingle = last.values.length === 1;
    this.from(last.index, isSingle ? 0 : classIndex, isSingle && classIndex === 0 ? -1 : 1);
  }

  // After net.run: the slopes of one value of a layer, before its activation, times `size`.
  from(index, at, size = 1) {
    this.fromSum(index, [[at, size]]);
  }

  // After net.run: those of a sum of values of a layer before its activation, [[position, factor], ...].
  fromSum(index, terms) {
    if (this.revision !== this.net.revision) this.pack();
    for (const slopes of this.all) slopes.fill(0);
    for (const [at, factor] of terms) this.all[index][at] = factor;
    this.through(index, { isBefore: true });
    for (let i = index - 1; i > 0; i--) this.through(i, { isBefore: false });
  }

  // From the slopes by a layer's values to those by its inputs.
  through(index, { isBefore }) {
    const { net } = this;
    const layer = net.layers[index];
    const slopes = this.all[index].slice();
    if (!isBefore) {
      for (const unit of net.off[index]) for (let i = unit; i < slopes.length; i += layer.units) slopes[i] = 0;
      throughActivation(layer, slopes, () => net.before(index));
    }
    this.steps[index].back(slopes, (path) => this.all[layer.inputs[path]]);
  }

  // Of each value of a layer, after its activation; overwritten by the next run. Those of the pixels are by 0 to 255.
  slopes(index) {
    return this.all[index];
  }

  pack() {
    for (const step of this.steps) step?.pack();
    this.revision = this.net.revision;
  }
}
