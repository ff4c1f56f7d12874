// From the RGBA pixels of a canvas to RGB and grey, as cnnviz/imaging/preprocess and OpenCV do.

// RGB of {width, height, data: RGBA}; transparent pixels are laid on paper of the other brightness than the ink.
export function toRgb({ width, height, data }) {
  const paper = paperUnder(data);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const opacity = data[from + 3] / 255;
    const under = paper * (1 - opacity);
    rgb[to] = data[from] * opacity + under + 0.5;
    rgb[to + 1] = data[from + 1] * opacity + under + 0.5;
    rgb[to + 2] = data[from + 2] * opacity + under + 0.5;
  }
  return { width, height, data: rgb };
}

function paperUnder(data) {
  let [visible, brightness, least] = [0, 0, 255];
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3];
    visible += alpha;
    brightness += alpha * (data[i] + data[i + 1] + data[i + 2]);
    if (alpha < least) least = alpha;
  }
  const isLightInk = visible > 0 && brightness / (3 * visible) > 127;
  return isLightInk && least < 127.5 ? 0 : 255;
}

// 0.299 R + 0.587 G + 0.114 B (ITU-R BT.601) in OpenCV's 15 bits.
export function toGrey({ width, height, data: rgb }) {
  const data = new Uint8Array(width * height);
  for (let from = 0, to = 0; to < data.length; from += 3, to++)
    data[to] = (9798 * rgb[from] + 19235 * rgb[from + 1] + 3735 * rgb[from + 2] + (1 << 14)) >> 15;
  return { width, height, data };
}

// The part of a picture that starts at (left, top); any number of channels.
export function cut({ width: oldWidth, height: oldHeight, data }, { left, top, width, height }) {
  const channels = data.length / (oldWidth * oldHeight);
  const rowLength = width * channels;
  const part = new data.constructor(rowLength * height);
  for (let row = 0; row < height; row++) {
    const from = ((top + row) * oldWidth + left) * channels;
    part.set(data.subarray(from, from + rowLength), row * rowLength);
  }
  return { width, height, data: part };
}
