// What the net that is shown makes of the pinned picture. Of another epoch, run or edit it is computed anew: a difference
// is always one between two pictures, never one between two nets.

export class PinnedValues {
  constructor(app) {
    Object.assign(this, { app, known: null });
  }

  // Another picture is pinned, or the weights change.
  forget() {
    this.known = null;
  }

  // All values of a layer; null while nothing is pinned.
  of(index) {
    const { pinned } = this.app.state.values;
    if (!pinned) return null;
    this.known ??= valuesFor(this.app.net, pinned.pixels);
    return this.known[index];
  }
}

// The net's own values stay those of the picture that is shown.
function valuesFor(net, pixels) {
  const now = net.all.slice();
  net.run(pixels);
  const found = net.layers.map(({ values }) => values.slice());
  net.all.set(now);
  return found;
}
