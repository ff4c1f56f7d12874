// What leads to what: how much the units of each shown layer take from those of the one shown before. Numbers only.
//
// An influence is {from, to, size, sign}: two units, a share of the largest in its layer, and whether it adds or takes.

const LINES_A_MAP = 2; // that lead to one map; all of them would be a grey cloud

export class Influences {
  // `layers`: those that are shown; what stands between two of them (flatten, dropout) moves no value.
  constructor(net, layers) {
    this.net = net;
    this.layers = layers;
    this.lengths = layers.map((layer, position) => (layer.kind === "conv" ? kernelLengths(net, layer, layers[position - 1]) : null));
    this.found = layers.map(() => []);
  }

  // The net has new values.
  refresh() {
    this.unitMeans = this.layers.map((_, position) => this.means(position));
    this.found = this.layers.map((layer, position) => {
      if (position === 0) return [];
      if (layer.kind === "conv") return scaled(this.ofConvolution(position));
      if (layer.kind === "dense") return scaled(this.ofDense(position));
      return scaled(Array.from(this.unitMeans[position], (size, unit) => ({ from: unit, to: unit, size, sign: 1 })));
    });
  }

  // Mean size of each unit's values.
  means(position) {
    const { index, units } = this.layers[position];
    const values = this.net.values(index);
    const sums = new Float32Array(units);
    for (let i = 0, unit = 0; i < values.length; i++) {
      sums[unit] += Math.abs(values[i]);
      if (++unit === units) unit = 0;
    }
    return sums.map((sum) => (sum * units) / values.length);
  }

  // A map takes from another that one's mean times the length of the kernel between them; the strongest few are told.
  ofConvolution(position) {
    const { units } = this.layers[position];
    const from = this.unitMeans[position - 1];
    const found = [];
    for (let unit = 0; unit < units; unit++) {
      const sizes = Array.from(from, (mean, channel) => mean * this.lengths[position][channel * units + unit]);
      const order = [...sizes.keys()].sort((a, b) => sizes[b] - sizes[a]).slice(0, LINES_A_MAP);
      const strength = this.unitMeans[position][unit] / (sizes[order[0]] || 1);
      found.push(...order.map((channel) => ({ from: channel, to: unit, size: sizes[channel] * strength, sign: 1 })));
    }
    return found;
  }

  // A neuron takes from a map the sum of value times weight over its places.
  ofDense(position) {
    const { index, units } = this.layers[position];
    const before = this.layers[position - 1];
    const { kernel } = this.net.weights(index);
    const values = this.net.values(before.index);
    const sums = new Float32Array(before.units * units);
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value === 0) continue;
      const row = (i % before.units) * units;
      for (let unit = 0, weight = i * units; unit < units; unit++, weight++) sums[row + unit] += value * kernel[weight];
    }
    const found = [];
    sums.forEach((sum, i) => {
      if (sum !== 0) found.push({ from: Math.floor(i / units), to: i % units, size: Math.abs(sum), sign: Math.sign(sum) });
    });
    return found;
  }

  // The map that gives a convolution's map the most now.
  strongest(position, unit) {
    return this.found[position].find(({ to }) => to === unit)?.from ?? 0;
  }
}

function scaled(found) {
  const most = found.reduce((size, one) => Math.max(size, one.size), 0) || 1;
  for (const one of found) one.size /= most;
  return found;
}

// Euclidean length of the kernel between each map before and each map of a convolution.
function kernelLengths(net, layer, before) {
  const { kernel } = net.weights(layer.index);
  const squares = new Float32Array(before.units * layer.units);
  kernel.forEach((weight, i) => (squares[i % squares.length] += weight * weight));
  return squares.map(Math.sqrt);
}
