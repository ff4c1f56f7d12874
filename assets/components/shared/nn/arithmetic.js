// Layers of plain arithmetic, and those in which paths meet: what they compute, in the form of layers.js, and the places
// and factors behind it, which terms.js reads as well.

// A setting that is one number or one for each channel.
export const factorOf = (factors, unit) => (Array.isArray(factors) ? factors[unit] : factors);

// The channel of the picture that a plane of the scaled picture is made of: the other way round in a net of blue first.
export const planeOf = ({ order, units }, unit) => (order === "bgr" ? units - 1 - unit : unit);

const plain = (compute) => ({ compute, pack: () => {} });

export function rescaling(layer, [from]) {
  const { units, scale, shift } = layer;
  const line = Array.from({ length: units }, (_, u) => [planeOf(layer, u), Math.fround(factorOf(scale, u)), factorOf(shift, u)]);
  return plain((out) => {
    for (let place = 0; place < out.length; place += units)
      for (let u = 0; u < units; u++) out[place + u] = from.values[place + line[u][0]] * line[u][1] + line[u][2];
  });
}

export function scaling({ units, scale, offset }, [from]) {
  const line = Array.from({ length: units }, (_, u) => [Math.fround(factorOf(scale, u)), factorOf(offset, u)]);
  return plain((out) => {
    for (let i = 0; i < out.length; i++) out[i] = from.values[i] * line[i % units][0] + line[i % units][1];
  });
}

// The slope below zero: of the map, or of the place.
export const slopeAt = (alpha, at) => alpha[at % alpha.length];

export function prelu(_, [from], { alpha }) {
  return plain((out) => {
    for (let i = 0; i < out.length; i++) out[i] = from.values[i] < 0 ? from.values[i] * slopeAt(alpha, i) : from.values[i];
  });
}

// Zeros around the maps, or a border of them left out: where a place comes from.
export const beforeBorder = ({ kind, border: [top, , left] }, row, column) =>
  kind === "zero_padding" ? [row - top, column - left] : [row + top, column + left];

export function border(layer, [from]) {
  const { width, height, units } = layer;
  return plain((out) => {
    out.fill(0);
    for (let row = 0; row < height; row++) {
      const [r, first] = beforeBorder(layer, row, 0);
      if (r < 0 || r >= from.height) continue;
      const start = Math.max(first, 0);
      const stop = Math.min(first + width, from.width);
      const values = from.values.subarray((r * from.width + start) * units, (r * from.width + stop) * units);
      out.set(values, (row * width + start - first) * units);
    }
  });
}

// Which values along an axis a value is made of, [[place, share], ...]: one, or the two whose middles lie around its own.
export function upSampled({ size, interpolation }, at, length) {
  if (interpolation === "nearest") return [[Math.floor(at / size), 1]];
  const middle = (at + 0.5) / size - 0.5;
  const before = Math.floor(middle);
  const share = middle - before;
  const inside = (place) => Math.min(Math.max(place, 0), length - 1);
  if (share === 0 || inside(before) === inside(before + 1)) return [[inside(before), 1]];
  return [[before, 1 - share], [before + 1, share]];
}

export function upSampling(layer, [from]) {
  const { width, height, units } = layer;
  const rows = Array.from({ length: height }, (_, row) => upSampled(layer, row, from.height));
  const columns = Array.from({ length: width }, (_, column) => upSampled(layer, column, from.width));
  return plain((out) => {
    const sums = new Float64Array(units);
    for (let row = 0, to = 0; row < height; row++)
      for (let column = 0; column < width; column++, to += units) {
        sums.fill(0);
        for (const [r, down] of rows[row])
          for (const [c, across] of columns[column])
            for (let u = 0, at = (r * from.width + c) * units; u < units; u++, at++) sums[u] += down * across * from.values[at];
        out.set(sums, to);
      }
  });
}

// Of maps of one place, which are taken at every place of the others, the only one.
export const placeIn = (from, layer, row, column) =>
  from.height === 1 && from.width === 1 && layer.width * layer.height > 1 ? [0, 0] : [row, column];

// Pairwise over the paths, then `last` over what they give together with their number.
const merge = (two, last = null) => (layer, inputs) => {
  const { units } = layer;
  const isSingle = inputs.map(({ width, height }) => width * height < layer.width * layer.height);
  return plain((out) => {
    for (const [p, { values }] of inputs.entries()) {
      if (p === 0 && isSingle[0]) for (let i = 0; i < out.length; i++) out[i] = values[i % units];
      else if (p === 0) out.set(values);
      else if (isSingle[p]) for (let i = 0; i < out.length; i++) out[i] = two(out[i], values[i % units]);
      else for (let i = 0; i < out.length; i++) out[i] = two(out[i], values[i]);
    }
    if (last) for (let i = 0; i < out.length; i++) out[i] = last(out[i], inputs.length);
  });
};

export const MERGES = {
  add: merge((a, b) => a + b),
  multiply: merge((a, b) => a * b),
  average: merge((a, b) => a + b, (sum, paths) => sum / paths),
  maximum: merge((a, b) => (a > b ? a : b)),
};

export const ARITHMETIC = {
  rescaling, scaling, prelu, zero_padding: border, cropping: border, up_sampling: upSampling, ...MERGES,
};
