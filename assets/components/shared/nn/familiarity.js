// How far an image is from those that a net learned from: the twin of cnnviz/evaluation/familiarity.Familiarity.

export class Familiarity {
  // {layer, shape: [classes, vectors, length], scale, steps: base64 of int8, threshold}: an entry of a net's manifest.
  constructor({ layer, shape, scale, steps, threshold }) {
    const bytes = Int8Array.from(atob(steps), (letter) => letter.charCodeAt(0));
    const [classes, vectors, length] = shape;
    const vector = (index) => Float32Array.from(bytes.subarray(index * length, (index + 1) * length), (step) => step * scale[index]);
    this.classes = Array.from({ length: classes }, (_, one) => Array.from({ length: vectors }, (__, at) => vector(one * vectors + at)));
    Object.assign(this, { layer, threshold });
  }

  // null for a net of which nothing was measured.
  static of(manifest) {
    return manifest.familiarity ? new Familiarity(manifest.familiarity) : null;
  }

  // From the layer's values for one image to the nearest class: what its mean and main directions leave.
  distance(values) {
    const size = Math.max(Math.sqrt(dot(values, values)), 1e-12);
    const away = new Float32Array(values.length);
    let least = Infinity;
    for (const [mean, ...directions] of this.classes) {
      for (let i = 0; i < away.length; i++) away[i] = values[i] / size - mean[i];
      const along = directions.reduce((sum, direction) => sum + dot(away, direction) ** 2, 0);
      least = Math.min(least, dot(away, away) - along);
    }
    return Math.sqrt(Math.max(least, 0));
  }

  // Whether the image that a net has computed is unlike all that it learned from.
  doubts(net) {
    const { index } = net.layers.find(({ name }) => name === this.layer);
    return this.distance(net.values(index)) > this.threshold;
  }
}

function dot(one, other) {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += one[i] * other[i];
  return sum;
}
