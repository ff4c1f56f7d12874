// A convolution as runs: with rows of pixels one after the other (HWC), a window of a kernel is `size[0]` runs of
// size[1] * channels neighbouring floats, or with dilation size[0] * size[1] runs of `channels`.
//
// A kernel (kh, kw, in, out) is packed in panels of 8 output channels: [panel][kh][kw][in][8], zeros at the end.

export const PANEL = 8;
const PIXELS = 4;
const PAIR = 2; // channels
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
// Summed in doubles and rounded once. Blocked: four neighbouring pixels times two channels, or what is left of a row
// one pixel times eight. More sums at once would not fit into a processor's registers.
export function convolve({ source, out, panels, bias, starts, length, rowStep, pixelStep, height, width, units }) {
  const runs = starts.map((bytes) => bytes >> 2);
  const each = runs.length * length * PANEL;
  const sums = new Float64Array(PANEL);
  for (let p = 0; p < numPanels(units); p++) {
    const first = p * PANEL;
    const last = Math.min(PANEL, units - first);
    for (let r = 0; r < height; r++) {
      let c = 0;
      let at = r * rowStep;
      let to = r * width * units + first;
      for (; c + PIXELS <= width; c += PIXELS, at += PIXELS * pixelStep, to += PIXELS * units)
        for (let channel = 0; channel < last; channel += PAIR) {
          fourWindows(source, at, pixelStep, panels, p * each + channel, runs, length, sums);
          const count = Math.min(PAIR, last - channel);
          for (let i = 0; i < PIXELS; i++)
            for (let j = 0; j < count; j++) out[to + i * units + channel + j] = sums[i * PAIR + j] + bias[first + channel + j];
        }
      for (; c < width; c++, at += pixelStep, to += units) {
        oneWindow(source, at, panels, p * each, runs, length, sums);
        for (let i = 0; i < last; i++) out[to + i] = sums[i] + bias[first + i];
      }
    }
  }
}

// sums = the windows of four pixels times two channels of a panel; sums in variables of their own are what makes it quick.
function fourWindows(source, at, pixelStep, panels, panel, runs, length, sums) {
  let a0 = 0, a1 = 0, b0 = 0, b1 = 0, c0 = 0, c1 = 0, d0 = 0, d1 = 0;
  const [b, c, d] = [pixelStep, 2 * pixelStep, 3 * pixelStep];
  let w = panel;
  for (let run = 0; run < runs.length; run++) {
    const from = at + runs[run];
    for (let k = from; k < from + length; k++, w += PANEL) {
      const w0 = panels[w];
      const w1 = panels[w + 1];
      a0 += source[k] * w0;
      a1 += source[k] * w1;
      b0 += source[k + b] * w0;
      b1 += source[k + b] * w1;
      c0 += source[k + c] * w0;
      c1 += source[k + c] * w1;
      d0 += source[k + d] * w0;
      d1 += source[k + d] * w1;
    }
  }
  sums[0] = a0;
  sums[1] = a1;
  sums[2] = b0;
  sums[3] = b1;
  sums[4] = c0;
  sums[5] = c1;
  sums[6] = d0;
  sums[7] = d1;
}

// sums = one window times the eight channels of a panel.
function oneWindow(source, at, panels, panel, runs, length, sums) {
  let s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
  let w = panel;
  for (let run = 0; run < runs.length; run++) {
    const from = at + runs[run];
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
