// What a hand changes of a net: a unit switched off, one weight, the kernel between a channel and a unit. `net.edits`
// lists what differs from the trained net, each entry in a form that `edit` takes again.

// Kind -> name of the weights that slide over a channel, and where the tap of a kernel stands in them.
// depthwise: `unit` is the output channel, its input channel follows from it.
const KERNELS = {
  conv: { name: "kernel", place: ([, , inputs, units], tap, unit, channel) => (tap * inputs + channel) * units + unit },
  depthwise_conv: { name: "kernel", place: ([, , inputs, multiplier], tap, unit) => tap * inputs * multiplier + unit },
  separable_conv: { name: "depthwise", place: ([, , inputs], tap, _, channel) => tap * inputs + channel },
  transposed_conv: { name: "kernel", place: ([, , units, inputs], tap, unit, channel) => (tap * units + unit) * inputs + channel },
};

// The kernel between an input channel and a unit, row by row; null for a layer without kernels.
export function kernelOf(net, index, unit, channel) {
  const layer = net.layers[index];
  const kind = KERNELS[layer.kind];
  if (!kind) return null;
  const { shape } = layer.weights[kind.name];
  const weights = net.weights(index)[kind.name];
  return Float32Array.from({ length: shape[0] * shape[1] }, (_, tap) => weights[kind.place(shape, tap, unit, channel)]);
}

export function applyEdit(net, change) {
  const layer = net.layers[change.layer];
  if (!layer) throw new RangeError(`There is no layer ${change.layer}.`);
  if (change.off !== undefined) switchUnit(net, layer, change);
  else if (change.kernel) putKernel(net, layer, change);
  else setWeight(net, layer, change);
}

function switchUnit(net, layer, { off, isOff }) {
  if (!(off >= 0 && off < layer.units)) throw new RangeError(`Layer ${layer.name} has no unit ${off}.`);
  const units = net.off[layer.index];
  if (isOff) units.add(off);
  else units.delete(off);
  note(net, isOff, { layer: layer.index, off, isOff: true }, (edit) => edit.layer === layer.index && edit.off === off);
}

function setWeight(net, layer, { weight, at, value }) {
  const place = layer.weights[weight]?.offset + at;
  const weights = net.weights(layer.index)[weight];
  if (!weights || !(at >= 0 && at < weights.length) || !Number.isFinite(value)) {
    throw new RangeError(`Layer ${layer.name} cannot be given ${weight}[${at}] = ${value}.`);
  }
  weights[at] = value;
  net.stale.add(layer.index);
  const trained = net.trained[place];
  const isSame = (edit) => edit.layer === layer.index && edit.weight === weight && edit.at === at;
  note(net, weights[at] !== trained, { layer: layer.index, weight, at, value: weights[at], trained }, isSame);
}

function putKernel(net, layer, { kernel, unit, channel }) {
  const kind = KERNELS[layer.kind];
  const shape = kind && layer.weights[kind.name].shape;
  if (kernel.length !== shape?.[0] * shape?.[1]) {
    throw new RangeError(`Layer ${layer.name} takes no kernel of ${kernel.length} values.`);
  }
  kernel.forEach((value, tap) => {
    setWeight(net, layer, { weight: kind.name, at: kind.place(shape, tap, unit, channel), value });
  });
}

function note(net, isChanged, edit, isSame) {
  net.edits = net.edits.filter((other) => !isSame(other));
  if (isChanged) net.edits.push(edit);
}
