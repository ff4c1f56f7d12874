// The way back through plain arithmetic and where paths meet, in the form of backward_layers.js.

import { beforeBorder, factorOf, planeOf, slopeAt, upSampled } from "./arithmetic.js";

const plain = (back) => ({ back, pack: () => {} });

function rescaling(layer) {
  const { units, scale } = layer;
  return plain((slopes, add) => {
    const sums = add(0);
    for (let i = 0; i < slopes.length; i++) {
      const unit = i % units;
      sums[i - unit + planeOf(layer, unit)] += slopes[i] * factorOf(scale, unit);
    }
  });
}

function scaling({ units, scale }) {
  return plain((slopes, add) => {
    const sums = add(0);
    for (let i = 0; i < sums.length; i++) sums[i] += slopes[i] * factorOf(scale, i % units);
  });
}

function prelu(_, [from], { alpha }) {
  return plain((slopes, add) => {
    const sums = add(0);
    for (let i = 0; i < sums.length; i++) {
      const value = from.values[i];
      sums[i] += slopes[i] * (value > 0 ? 1 : value < 0 ? slopeAt(alpha, i) : 0);
    }
  });
}

function border(layer, [from]) {
  const { width, height, units } = layer;
  return plain((slopes, add) => {
    const sums = add(0);
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) {
        const [r, c] = beforeBorder(layer, row, column);
        if (r < 0 || r >= from.height || c < 0 || c >= from.width) continue;
        const [to, at] = [(r * from.width + c) * units, (row * width + column) * units];
        for (let u = 0; u < units; u++) sums[to + u] += slopes[at + u];
      }
  });
}

function upSampling(layer, [from]) {
  const { width, height, units } = layer;
  return plain((slopes, add) => {
    const sums = add(0);
    for (let row = 0, at = 0; row < height; row++)
      for (let column = 0; column < width; column++, at += units)
        for (const [r, down] of upSampled(layer, row, from.height))
          for (const [c, across] of upSampled(layer, column, from.width))
            for (let u = 0, to = (r * from.width + c) * units; u < units; u++, to++) sums[to] += down * across * slopes[at + u];
  });
}

// share(value of the path at i, all paths' values at i, path): what of the slope at i goes to the path.
const merge = (share) => (layer, inputs) => {
  const placeOf = inputs.map(({ values }) => (values.length === layer.values.length ? (i) => i : (i) => i % layer.units));
  return plain((slopes, add) => {
    for (const path of inputs.keys()) {
      const sums = add(path);
      for (let i = 0; i < slopes.length; i++) {
        sums[placeOf[path](i)] += slopes[i] * share(path, (other) => inputs[other].values[placeOf[other](i)], inputs.length);
      }
    }
  });
};

// The product of all other paths.
function othersProduct(path, valueOf, paths) {
  let whole = 1;
  for (let other = 0; other < paths; other++) if (other !== path) whole *= valueOf(other);
  return whole;
}

// The earliest of the largest takes all.
function isLargest(path, valueOf, paths) {
  for (let other = 0; other < paths; other++) {
    if (other < path ? valueOf(other) >= valueOf(path) : valueOf(other) > valueOf(path)) return 0;
  }
  return 1;
}

export const ARITHMETIC_BACK = {
  rescaling, scaling, prelu, zero_padding: border, cropping: border, up_sampling: upSampling,
  add: merge(() => 1),
  multiply: merge(othersProduct),
  average: merge((_, __, paths) => 1 / paths),
  maximum: merge(isLargest),
};
