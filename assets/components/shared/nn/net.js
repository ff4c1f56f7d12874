// A trained net, computed where it is shown. Synchronous; knows no page.
//
// Maps are HWC as in Keras, vectors have height and width 1. Each layer of `layers` is its entry in the manifest (see
// cnnviz/models/browser_export.py) and {index, units, height, width, values}.

import { activate, isActivation } from "./activations.js";
import { Counter, openBackend } from "./backends.js";
import { applyEdit } from "./edits.js";
import { LAYERS } from "./layers.js";
import { BadNet, readNet } from "./net_file.js";

const size = (shape) => shape.reduce((product, side) => product * side, 1);

function withShape(layer, index) {
  const [height, width] = layer.shape.length === 3 ? layer.shape : [1, 1];
  return { ...layer, index, height, width, units: layer.shape.at(-1) };
}

function refuseUnknown(layers) {
  const unknown = layers.find(({ kind, activation }) => !(kind in LAYERS) || !isActivation(activation));
  if (!unknown) return;
  const lacking = unknown.kind in LAYERS ? `activation ${unknown.activation}` : unknown.kind;
  throw new BadNet(`The layer ${unknown.name} is of a kind that this page cannot compute. Received: ${lacking}.`);
}

export class Net {
  // bytes: ArrayBuffer of a net's file. backend: "relaxed", "simd", "js", or "auto" for the best that there is.
  static async open(bytes, { backend = "auto" } = {}) {
    const { manifest, weights } = readNet(bytes);
    const layers = manifest.layers.map(withShape);
    refuseUnknown(layers);
    const net = new Net(manifest, layers, weights);
    const counter = new Counter();
    net.lay(counter); // once to know how much room it takes, once to take it
    net.backend = await openBackend(backend, counter.size);
    net.lay(net.backend.arena);
    return net;
  }

  constructor(manifest, layers, trained) {
    this.manifest = manifest;
    this.layers = layers;
    this.trained = trained; // all weights, one after the other
    this.current = trained.slice();
    this.edits = [];
    this.off = layers.map(() => new Set()); // units of each layer that are switched off
    this.stale = new Set(layers.keys()); // layers whose weights have changed since they were packed
    this.revision = 0; // of the weights: whoever keeps something made of them sees by it that they have changed
  }

  lay(arena) {
    const take = (length) => arena.take(length);
    for (const layer of this.layers) layer.values = take(size(layer.shape));
    this.all = this.layers[0].values && new Float32Array(arena.buffer, 0, arena.size);
    this.scratch = take(Math.max(...this.layers.map(({ shape }) => size(shape))));
    const space = { take, backend: () => this.backend };
    this.steps = this.layers.map((layer) =>
      LAYERS[layer.kind](layer, layer.inputs.map((index) => this.layers[index]), this.weights(layer.index), space),
    );
  }

  // Computes every layer. pixels: HWC, 0 to 255.
  run(pixels) {
    const { values } = this.layers[0];
    if (pixels.length !== values.length) {
      const [height, width, units] = this.manifest.input_shape;
      throw new BadNet(`Expected a picture of ${height} \u00d7 ${width} \u00d7 ${units} values. Received: ${pixels.length}.`);
    }
    values.set(pixels);
    this.compute(this.layers.slice(1));
  }

  // Computes some layers, in order; those that they read have been computed.
  compute(layers) {
    for (const layer of layers) {
      this.pack(layer);
      this.steps[layer.index].compute(layer.values);
      activate(layer.activation, layer.values, layer.units, layer);
      for (const unit of this.off[layer.index]) {
        for (let i = unit; i < layer.values.length; i += layer.units) layer.values[i] = 0;
      }
    }
  }

  pack({ index }) {
    if (this.stale.delete(index)) this.steps[index].pack();
  }

  // After the activation; the net's own array, overwritten by the next run.
  values(index) {
    return this.layers[index].values;
  }

  // Before the activation; overwritten by the next call. A unit that is switched off is not zero here.
  before(index) {
    const out = this.scratch.subarray(0, this.layers[index].values.length);
    this.pack(this.layers[index]);
    if (index === 0) out.set(this.values(0));
    this.steps[index].compute(out);
    return out;
  }

  // {kernel, bias ...}: Float32Array of each, as it is now.
  weights(index) {
    const entries = Object.entries(this.layers[index].weights);
    return Object.fromEntries(
      entries.map(([name, { offset, shape }]) => [name, this.current.subarray(offset, offset + size(shape))]),
    );
  }

  // One of {layer, off: unit, isOff}, {layer, weight: name, at: place in the flat weight, value},
  // {layer, kernel: its values row by row, unit, channel}. Seen by the next run.
  edit(change) {
    this.revision++;
    applyEdit(this, change);
  }

  // The trained net with these edits and no others; costs nothing if they are those that it has.
  restore(edits) {
    if (JSON.stringify(edits) === JSON.stringify(this.edits)) return;
    this.reset();
    for (const edit of edits) this.edit(edit);
  }

  // Other trained weights of the same layers in place of those that it has: those of another epoch. No edit is left.
  load(trained) {
    if (trained.length !== this.trained.length) {
      throw new BadNet(`Expected ${this.trained.length} weights. Received: ${trained.length}.`);
    }
    this.trained = trained;
    this.reset();
    this.stale = new Set(this.layers.keys());
  }

  // The trained net again.
  reset() {
    this.revision++;
    for (const { layer } of this.edits) this.stale.add(layer);
    this.current.set(this.trained);
    this.edits = [];
    this.off = this.layers.map(() => new Set());
  }
}
