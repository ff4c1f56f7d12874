// A convolution as runs: with rows of pixels one after the other (HWC), a window of a kernel is `size[0]` runs of
// size[1] * channels neighbouring floats, or with dilation size[0] * size[1] runs of `channels`.
//
// A kernel (kh, kw, in, out) is packed in panels of 8 output channels: [panel][kh][kw][in][8], zeros at the end.

export const PANEL = 8;
const MAX_RUN = 400; // floats
const MIN_RUN = 32;

export const numPanels = (units) => Math.ceil(units / PANEL);

// kernel: inputs x outputs, row by row. bias: outputs, or nothing.
export function packPanels(kernel, units, panels) {
  const inputs = kernel.length / units;
  for (let p = 0, to = 0; p < numPanels(units); p++) {
    const first = p * PANEL;
    for (let k = 0; k < inputs; k++, to += PANEL)
      for (let i = 0; i < PANEL; i++) panels[to + i] = first + i < units ? kernel[k * units + first + i] : 0;
  }
}

// Where the runs of a window begin, in floats from its first value. A long run is cut: each is summed by itself, and a
// sum of many thousand products in float32 would be too far from Keras'.
export function runsOf({ size, dilation }, width, channels) {
  const rows = Array.from({ length: size[0] }, (_, r) => r * dilation[0] * width * channels);
  const isWhole = dilation[1] === 1;
  const columns = Array.from({ length: isWhole ? 1 : size[1] }, (_, c) => c * dilation[1] * channels);
  const whole = isWhole ? size[1] * channels : channels;
  const length = longestPart(whole);
  const parts = Array.from({ length: whole / length }, (_, part) => part * length);
  return { starts: rows.flatMap((row) => columns.flatMap((c) => parts.map((part) => row + c + part))), length };
}

// The largest divisor of a length that is not above MAX_RUN; the length itself if its divisors are too small to pay.
function longestPart(whole) {
  for (let parts = Math.ceil(whole / MAX_RUN); whole / parts >= MIN_RUN; parts++) {
    if (whole % parts === 0) return whole / parts;
  }
  return whole;
}

// job: {source, out, panels, bias (numPanels * 8), starts (Int32Array, bytes), length, rowStep, pixelStep (floats),
// height, width, units}.
// Summed in doubles and rounded once.
export function convolve({ source, out, panels, bias, starts, length, rowStep, pixelStep, height, width, units }) {
  const each = starts.length * length * PANEL;
  const sums = new Float64Array(PANEL);
  for (let p = 0; p < numPanels(units); p++) {
    const last = Math.min(PANEL, units - p * PANEL);
    for (let r = 0; r < height; r++)
      for (let c = 0; c < width; c++) {
        window(source, r * rowStep + c * pixelStep, panels, p * each, starts, length, sums);
        const to = (r * width + c) * units + p * PANEL;
        for (let i = 0; i < last; i++) out[to + i] = sums[i] + bias[p * PANEL + i];
      }
  }
}

// sums = one window times one panel; eight sums in variables of their own are what makes it quick.
function window(source, at, panels, panel, starts, length, sums) {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  let w = panel;
  for (let run = 0; run < starts.length; run++) {
    const from = at + starts[run] / 4;
    for (let k = from; k < from + length; k++, w += PANEL) {
      const x = source[k];
      s0 += x * panels[w];
      s1 += x * panels[w + 1];
      s2 += x * panels[w + 2];
      s3 += x * panels[w + 3];
      s4 += x * panels[w + 4];
      s5 += x * panels[w + 5];
      s6 += x * panels[w + 6];
      s7 += x * panels[w + 7];
    }
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
  sums[4] = s4;
  sums[5] = s5;
  sums[6] = s6;
  sums[7] = s7;
}
