// What slides over maps without being a plain convolution, and what sees a whole map. Maps are HWC; sums in doubles.
// `from` and `to` are {values, height, width, units}; `step` is a layer's entry in the manifest.

// Copies maps into the middle of zeros that are there already.
export function padInto(padded, paddedWidth, from, [top, left]) {
  const row = from.width * from.units;
  for (let r = 0; r < from.height; r++) {
    padded.set(from.values.subarray(r * row, (r + 1) * row), ((r + top) * paddedWidth + left) * from.units);
  }
}

// Calls visit(position of the output pixel, position of the input pixel, tap) for each pair under a window that is
// inside the maps.
export function eachTap({ size, stride, dilation, padding }, from, to, visit) {
  for (let r = 0, p = 0; r < to.height; r++)
    for (let c = 0; c < to.width; c++, p++)
      for (let i = 0; i < size[0]; i++) {
        const y = r * stride[0] + i * dilation[0] - padding[0];
        if (y < 0 || y >= from.height) continue;
        for (let j = 0; j < size[1]; j++) {
          const x = c * stride[1] + j * dilation[1] - padding[2];
          if (x >= 0 && x < from.width) visit(p, y * from.width + x, i * size[1] + j);
        }
      }
}

export function maxPool(step, from, to, out) {
  const { values, units } = from;
  out.fill(-Infinity);
  eachTap(step, from, to, (p, q) => {
    for (let u = 0, a = p * units, b = q * units; u < units; u++, a++, b++) if (values[b] > out[a]) out[a] = values[b];
  });
}

// Zeros of the padding do not count.
export function avgPool(step, from, to, out) {
  const { values, units } = from;
  const sums = new Float64Array(out.length);
  const counts = new Uint16Array(to.height * to.width);
  eachTap(step, from, to, (p, q) => {
    counts[p]++;
    for (let u = 0, a = p * units, b = q * units; u < units; u++, a++, b++) sums[a] += values[b];
  });
  for (let i = 0; i < out.length; i++) out[i] = sums[i] / counts[Math.floor(i / units)];
}

// kernel (kh, kw, in, multiplier): input channel c makes the output channels c * multiplier and on.
export function depthwise(step, from, to, kernel, bias, out) {
  const { values, units } = from;
  const { multiplier } = step;
  const sums = new Float64Array(out.length);
  if (bias) for (let i = 0; i < sums.length; i++) sums[i] = bias[i % bias.length];
  eachTap(step, from, to, (p, q, tap) => {
    let a = p * units * multiplier;
    let w = tap * units * multiplier;
    for (let b = q * units; b < (q + 1) * units; b++)
      for (let m = 0; m < multiplier; m++, a++, w++) sums[a] += values[b] * kernel[w];
  });
  out.set(sums);
}

// kernel (kh, kw, out, in). Every input pixel paints the kernel; seen from the output: `eachTap` the other way round.
export function transposed(step, from, to, kernel, bias, out) {
  const { values, units } = from;
  const sums = new Float64Array(out.length);
  if (bias) for (let i = 0; i < sums.length; i++) sums[i] = bias[i % bias.length];
  eachTap(step, to, from, (p, q, tap) => {
    for (let u = 0, w = tap * to.units * units; u < to.units; u++) {
      let sum = 0;
      for (let b = p * units; b < (p + 1) * units; b++, w++) sum += values[b] * kernel[w];
      sums[q * to.units + u] += sum;
    }
  });
  out.set(sums);
}

export function globalAvgPool(_, { values, units }, to, out) {
  const sums = new Float64Array(units);
  for (let i = 0; i < values.length; i++) sums[i % units] += values[i];
  for (let u = 0; u < units; u++) out[u] = (sums[u] * units) / values.length;
}

export function globalMaxPool(_, { values, units }, to, out) {
  out.fill(-Infinity);
  for (let i = 0; i < values.length; i++) if (values[i] > out[i % units]) out[i % units] = values[i];
}
