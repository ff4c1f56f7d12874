// One number of each layer, to be seen as a colour on the net: how much of it is 0, which part of it is dead, how the answer hangs on
// it. They are of the picture that is shown, but for the dead units, which are those of the test images.

import { scoreOf } from "../../shared/nn/attribution.js";
import { answerOf } from "../../shared/nn/fooling.js";
import { WORKER_MACS } from "../../shared/nn/live_net.js";
import { measure } from "../../shared/net_view/scale.js";
import { isPicture, percent, significant } from "../../shared/net_view/words.js";
import { Slices } from "../../shared/slices.js";
import { BackwardNet } from "./backward_net.js";
import { PASSED } from "./dead_units.js";

export const MOST_UNITS = 64; // that are switched off one after the other: the strongest of a layer

export const NUMBERS = {
  zeros: { text: "share of zeros", help: "How much of each layer is exactly 0 for this picture: a ReLU makes it so.", isShare: true, words: (share) => `${percent(share)} zeros` },
  dead: { text: "dead units", help: "Which share of the units gives 0 on every test image.", isShare: true, words: (share) => `${percent(share)} dead` },
  slopes: { text: "slope of the answer", help: "How fast the score of the answer changes with the layer's values: the root of their summed squared slopes, as the training sends them back.", words: (size) => `slope ${significant(size)}` },
  switching: { text: "cost of switching off", help: `By how much the score of the answer changes when one unit is switched off, on average over the units (of many, the ${MOST_UNITS} strongest).`, words: (change) => `changes ${significant(change)}` },
};

// Of a picture's layers: the share of values that are 0.
export function zeroShares(layers) {
  return layers.map(({ values }) => values.reduce((count, value) => count + Number(value === 0), 0) / values.length);
}

// Of each layer of a net that was run, and whose Backward was: the root of the summed squared slopes.
export function slopeSizes(net, way) {
  return net.layers.map(({ index }) => Math.sqrt(way.slopes(index).reduce((sum, slope) => sum + slope * slope, 0)));
}

// A job: of each layer, how much the score of a class changes on average when one of its units gives 0; null where a layer has no
// units of its own. The net must have been run.
export function* switchingCosts(net, of) {
  const whole = scoreOf(net, of);
  const last = net.layers.length - 1;
  const costs = net.layers.map(() => null);
  for (const layer of net.layers) {
    if (isPicture(layer) || PASSED.has(layer.kind) || layer.index === last) continue;
    const kept = layer.values.slice();
    const after = net.layers.slice(layer.index + 1);
    let sum = 0;
    const units = strongest(layer);
    for (const unit of units) {
      for (let i = unit; i < kept.length; i += layer.units) layer.values[i] = 0;
      net.compute(after);
      sum += Math.abs(scoreOf(net, of) - whole);
      layer.values.set(kept);
      yield;
    }
    net.compute(after);
    costs[layer.index] = sum / units.length;
  }
  return costs;
}

function strongest({ values, units }) {
  const { strength } = measure(values, units);
  return Array.from(strength.keys()).sort((one, other) => strength[other] - strength[one]).slice(0, MOST_UNITS);
}

export class LayerNumbers {
  constructor(app) {
    Object.assign(this, { app, slices: new Slices(), backward: new BackwardNet(app), own: null, found: null, asked: null });
  }

  // Calls told() when there are numbers of what is asked, at once or later; the newest question wins.
  ask(name, told, { isResting }) {
    this.slices.stop();
    const asked = (this.asked = {});
    const { app } = this;
    if (name === "zeros") return this.take(zeroShares(app.layers), told);
    if (name === "dead") return this.take(this.deadShares(), told);
    const { pixels } = app.state.values.picture ?? {};
    if (!app.hasAnswer || !pixels) return this.take(null, told);
    const isQuick = name === "slopes" && app.live.manifest.macs <= WORKER_MACS;
    if (isQuick && this.own?.url === app.url) this.compute(name, pixels, told);
    else if (!isResting && !isQuick) this.take(null, told); // those of the picture before are not its
    else this.open().then(
      () => asked === this.asked && this.own?.url === app.url && app.state.values.picture?.pixels === pixels && this.compute(name, pixels, told),
      () => asked === this.asked && this.take(null, told),
    );
  }

  take(found, told) {
    this.found = found;
    told();
  }

  deadShares() {
    const { app } = this;
    return app.state.values.dead && app.layers.map((layer) => (app.dead.counts(layer) ? app.dead.of(layer).size / layer.units : null));
  }

  // A net of its own: units are switched off between frames, while others are asked elsewhere.
  async open() {
    const { url } = this.app;
    const opened = await this.backward.open();
    if (opened) this.own = { url, ...opened };
  }

  compute(name, pixels, told) {
    const { net, way } = this.own;
    net.restore(this.app.state.values.edits);
    net.run(pixels);
    const of = answerOf(net);
    if (name === "slopes") {
      way.run(of);
      return this.take(slopeSizes(net, way).map((size, index) => (isPicture(net.layers[index]) ? null : size)), told);
    }
    this.slices.add(switchingCosts(net, of), (costs) => this.take(costs, told), () => this.take(null, told));
  }

  close() {
    this.asked = null;
    this.slices.stop();
  }
}
