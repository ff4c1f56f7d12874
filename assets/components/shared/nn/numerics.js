// Convolution, pooling and activations on single planes. Pure functions, no DOM: the same definitions as
// cnnviz/kernel_lab, and held against them and OpenCV by tests/js.
//
// A plane is {width, height, data: Float32Array}, row by row. A kernel is {side, weights: number[]}.
// A sliding is {stride, padding: "valid"|"same"|"full", border: "zero"|"reflect"|"replicate"|"wrap", dilation}.

export const UNIT = 255; // activations see pixels from 0 to 1, their answer is shown on the scale of pixels again
const LEAKY_SLOPE = 0.2;

export function makePlane(width, height, data) {
  return { width, height, data: data || new Float32Array(width * height) };
}

export function span(side, dilation) {
  return dilation * (side - 1) + 1;
}

// How many values are added [before, after] an axis of `size` values.
export function paddingAmounts(size, side, { stride, padding, dilation }) {
  const reach = span(side, dilation);
  if (padding === "valid") return [0, 0];
  if (padding === "full") return [reach - 1, reach - 1];
  const total = Math.max((Math.ceil(size / stride) - 1) * stride + reach - size, 0);
  return [Math.floor(total / 2), total - Math.floor(total / 2)]; // the odd one after, as Keras does
}

// (size + padding - span) / stride + 1, rounded down; 0 or less: the kernel does not fit.
export function outputSize(size, side, sliding) {
  const [before, after] = paddingAmounts(size, side, sliding);
  const room = size + before + after - span(side, sliding.dilation);
  return room < 0 ? 0 : Math.floor(room / sliding.stride) + 1;
}

// Which pixel of an axis stands at `index`, inside or outside the picture; -1: a zero.
function borderIndex(index, size, border) {
  if (index >= 0 && index < size) return index;
  if (border === "zero") return -1;
  if (border === "replicate") return index < 0 ? 0 : size - 1;
  if (border === "wrap") return ((index % size) + size) % size;
  if (size === 1) return 0;
  const period = 2 * (size - 1); // reflect: cb|abc|ba
  const place = ((index % period) + period) % period;
  return place < size ? place : period - place;
}

// The plane with its padding around it, as the border says.
export function padPlane(plane, side, sliding) {
  const [top, bottom] = paddingAmounts(plane.height, side, sliding);
  const [left, right] = paddingAmounts(plane.width, side, sliding);
  if (top + bottom + left + right === 0) return plane;
  const padded = makePlane(plane.width + left + right, plane.height + top + bottom);
  const columns = Array.from({ length: padded.width }, (_, c) => borderIndex(c - left, plane.width, sliding.border));
  for (let r = 0; r < padded.height; r++) {
    const row = borderIndex(r - top, plane.height, sliding.border);
    if (row < 0) continue;
    const from = row * plane.width;
    const to = r * padded.width;
    for (let c = 0; c < padded.width; c++) if (columns[c] >= 0) padded.data[to + c] = plane.data[from + columns[c]];
  }
  return padded;
}

// out[r, c] = sum over i, j of kernel[i, j] * padded[r * stride + i * dilation, c * stride + j * dilation],
// summed in doubles and rounded once.
export function convolve(plane, kernel, sliding) {
  const { side, weights } = kernel;
  const { stride, dilation } = sliding;
  const out = makePlane(outputSize(plane.width, side, sliding), outputSize(plane.height, side, sliding));
  if (out.data.length === 0) return out;
  const padded = padPlane(plane, side, sliding);
  if (side === 3 && stride === 1 && dilation === 1) return convolveThree(padded, weights, out);
  const sums = new Float64Array(out.width);
  for (let r = 0; r < out.height; r++) {
    sums.fill(0);
    for (let tap = 0; tap < weights.length; tap++) {
      const weight = weights[tap];
      if (weight === 0) continue;
      const row = r * stride + Math.floor(tap / side) * dilation;
      let from = row * padded.width + (tap % side) * dilation;
      for (let c = 0; c < out.width; c++, from += stride) sums[c] += weight * padded.data[from];
    }
    out.data.set(sums, r * out.width);
  }
  return out;
}

// The commonest case written out: it must follow the hand, and camera frames.
function convolveThree(padded, weights, out) {
  const [k0, k1, k2, k3, k4, k5, k6, k7, k8] = weights;
  const { data, width } = padded;
  const result = out.data;
  for (let r = 0, to = 0; r < out.height; r++) {
    let a = r * width;
    let b = a + width;
    let d = b + width;
    for (let c = 0; c < out.width; c++, a++, b++, d++, to++) {
      result[to] =
        k0 * data[a] + k1 * data[a + 1] + k2 * data[a + 2] +
        k3 * data[b] + k4 * data[b + 1] + k5 * data[b + 2] +
        k6 * data[d] + k7 * data[d + 1] + k8 * data[d + 2];
    }
  }
  return out;
}

// How one output value came about: the values under the kernel, their places on the plane, each product.
export function traceWindow(plane, kernel, sliding, row, column) {
  const { side, weights } = kernel;
  const [top] = paddingAmounts(plane.height, side, sliding);
  const [left] = paddingAmounts(plane.width, side, sliding);
  const cells = weights.map((weight, tap) => {
    const r = row * sliding.stride + Math.floor(tap / side) * sliding.dilation - top;
    const c = column * sliding.stride + (tap % side) * sliding.dilation - left;
    const fromRow = borderIndex(r, plane.height, sliding.border);
    const fromColumn = borderIndex(c, plane.width, sliding.border);
    const value = fromRow < 0 || fromColumn < 0 ? 0 : plane.data[fromRow * plane.width + fromColumn];
    const isPadding = r < 0 || c < 0 || r >= plane.height || c >= plane.width;
    return { row: r, column: c, value, weight, product: value * weight, isPadding };
  });
  return { cells, total: cells.reduce((sum, cell) => sum + cell.product, 0) };
}

// Pixels laid `stride` apart with zeros between: what turns a convolution into a transposed one.
export function zeroStuff(plane, stride) {
  if (stride === 1) return plane;
  const out = makePlane((plane.width - 1) * stride + 1, (plane.height - 1) * stride + 1);
  for (let r = 0; r < plane.height; r++)
    for (let c = 0; c < plane.width; c++) out.data[r * stride * out.width + c * stride] = plane.data[r * plane.width + c];
  return out;
}

export function addPlanes(planes, shares, bias) {
  const out = makePlane(planes[0].width, planes[0].height);
  for (let i = 0; i < out.data.length; i++) {
    let sum = bias;
    for (let p = 0; p < planes.length; p++) sum += shares[p] * planes[p].data[i];
    out.data[i] = sum;
  }
  return out;
}

// 0.299 R + 0.587 G + 0.114 B in whole numbers, as OpenCV rounds it.
export function greyOf(red, green, blue) {
  return (9798 * red + 19235 * green + 3735 * blue + 16384) >> 15;
}

// ---- kernels as arrays of weights ----

export const flipKernel = (weights) => [...weights].reverse();
const mapKernel = (weights, side, from) => weights.map((_, i) => weights[from(Math.floor(i / side), i % side)]);
export const transposeKernel = (weights, side) => mapKernel(weights, side, (r, c) => c * side + r);
export const rotateKernel = (weights, side) => mapKernel(weights, side, (r, c) => (side - 1 - c) * side + r);
export const mirrorKernel = (weights, side) => mapKernel(weights, side, (r, c) => r * side + (side - 1 - c));

// A kernel of another side: zeros around it, or its middle.
export function resizeKernel(weights, side, wanted) {
  const shift = (side - wanted) / 2;
  return Array.from({ length: wanted * wanted }, (_, i) => {
    const r = Math.floor(i / wanted) + shift;
    const c = (i % wanted) + shift;
    return r >= 0 && r < side && c >= 0 && c < side ? weights[r * side + c] : 0;
  });
}

// ---- activations ----

// Share of the normal distribution below x; erfc by Numerical Recipes' Chebyshev fit, error below 1.2e-7.
function normalShare(x) {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.5 * z);
  const terms = [1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];
  const fit = terms.reduceRight((sum, term) => sum * t + term, 0);
  const tail = 0.5 * t * Math.exp(-z * z - 1.26551223 + t * fit);
  return x >= 0 ? 1 - tail : tail;
}

export const ACTIVATIONS = {
  linear: { title: "None", apply: (x) => x },
  relu: { title: "ReLU", apply: (x) => (x > 0 ? x : 0) },
  leaky_relu: { title: "Leaky ReLU", apply: (x) => (x >= 0 ? x : LEAKY_SLOPE * x) },
  elu: { title: "ELU", apply: (x) => (x >= 0 ? x : Math.expm1(x)) },
  sigmoid: { title: "Sigmoid", apply: (x) => 0.5 * (Math.tanh(0.5 * x) + 1) },
  tanh: { title: "tanh", apply: (x) => Math.tanh(x) },
  gelu: { title: "GELU", apply: (x) => x * normalShare(x) },
};

export const activateValue = (value, name) => UNIT * ACTIVATIONS[name].apply(value / UNIT);

export function activate(plane, name) {
  if (name === "linear") return plane;
  const { apply } = ACTIVATIONS[name];
  const out = makePlane(plane.width, plane.height);
  for (let i = 0; i < out.data.length; i++) out.data[i] = UNIT * apply(plane.data[i] / UNIT);
  return out;
}

// ---- pooling ----

export const POOLINGS = {
  none: { title: "No pooling" },
  max: { title: "Max" },
  avg: { title: "Average" },
  min: { title: "Min" },
  sum: { title: "Sum" },
  global_max: { title: "Global max", isGlobal: true },
  global_avg: { title: "Global average", isGlobal: true },
};

export function poolWindow(plane, mode, size, stride, row, column) {
  return POOLINGS[mode].isGlobal
    ? { top: 0, left: 0, height: plane.height, width: plane.width }
    : { top: row * stride, left: column * stride, height: size, width: size };
}

function poolSize(plane, mode, size, stride) {
  if (mode === "none") return [plane.height, plane.width];
  if (POOLINGS[mode].isGlobal) return [1, 1];
  return [plane.height, plane.width].map((length) => (size > length ? 0 : Math.floor((length - size) / stride) + 1));
}

// One value of the pooled map, and where its winner lies (max and min only; among equals the first in reading order).
export function poolValue(plane, mode, { top, left, height, width }) {
  const sign = mode === "min" ? -1 : 1;
  let best = -Infinity;
  let winner = 0;
  let sum = 0;
  for (let r = top; r < top + height; r++)
    for (let c = left; c < left + width; c++) {
      const value = plane.data[r * plane.width + c];
      sum += value;
      if (sign * value > best) [best, winner] = [sign * value, r * plane.width + c];
    }
  if (mode === "max" || mode === "min" || mode === "global_max") {
    return { value: sign * best, winner: { row: Math.floor(winner / plane.width), column: winner % plane.width } };
  }
  return { value: mode === "sum" ? sum : sum / (height * width), winner: null };
}

export function pool(plane, mode, size, stride) {
  if (mode === "none") return plane;
  const [height, width] = poolSize(plane, mode, size, stride);
  const out = makePlane(width, height);
  for (let r = 0; r < height; r++)
    for (let c = 0; c < width; c++)
      out.data[r * width + c] = poolValue(plane, mode, poolWindow(plane, mode, size, stride, r, c)).value;
  return out;
}
