// What each unit takes from the units before it: [{layer, unit, share, mean}], the strongest first. `share` is the size
// of its weights against those of the strongest, `mean` tells their sign. After a flatten the units are the maps before.

import { contributions } from "../../shared/nn/explain.js";

export class Links {
  constructor(app) {
    Object.assign(this, { app, known: new Map() });
  }

  // The weights have changed.
  forget() {
    this.known.clear();
  }

  of(index, unit) {
    const key = `${index} ${unit}`;
    if (!this.known.has(key)) this.known.set(key, sorted(contributions(this.app.net, index, unit)));
    return this.known.get(key);
  }
}

function sorted(found) {
  const most = Math.max(...found.map(({ norm }) => norm), 1e-30);
  return found.map(({ from, channel, norm, mean }) => ({ layer: from, unit: channel, share: norm / most, mean })).sort((a, b) => b.share - a.share);
}
