// From any picture to the input of a net: the twin of cnnviz/imaging/preprocess.prepare and prepare_photo.
// A picture is {width, height, data: RGBA}, such as ImageData.

import { cut, toGrey, toRgb } from "./imaging/colour.js";
import { resize, roundEven } from "./imaging/resample.js";
import { flattenPhoto } from "./photo_paper.js";
import { prepareDigit } from "./prepare_digit.js";

// {image: Float32Array HWC, 0 to 255, problem, steps} for a net whose data set has this input style: "digit" | "photo".
// `isPhoto`: it was not drawn here, so the paper of a digit is looked for first. `isOwn`: the net was brought along, and
// nobody knows that it learned from centred digits.
export function prepare(picture, shape, style, { isPhoto = false, isOwn = false } = {}) {
  if (isReadAsDrawing(shape, style, { stays: isOwn && isPhoto && hasSize(picture, shape) }))
    return prepareDigit(isPhoto ? asRgba(flattenPhoto(toGrey(toRgb(picture)))) : picture);
  return { image: prepareImage(picture, shape), problem: "", steps: [] };
}

// Whether of a picture only the ink reaches the net; `stays`: it is taken as it is.
export const isReadAsDrawing = (shape, style, { stays = false } = {}) => style === "digit" && String(shape) === "28,28,1" && !stays;

export const hasSize = ({ width, height }, [rows, columns]) => height === rows && width === columns;

// The middle of a picture, scaled to [height, width, channels]: channels 1 gives grey, 3 RGB; 2 and 4 the same and an opaque alpha.
export function prepareImage(picture, [height, width, channels]) {
  const planes = channels < 3 ? toGrey(toRgb(picture)) : toRgb(picture);
  const scale = Math.min(planes.height / height, planes.width / width);
  const size = { width: Math.max(1, roundEven(width * scale)), height: Math.max(1, roundEven(height * scale)) };
  const [left, top] = [(planes.width - size.width) >> 1, (planes.height - size.height) >> 1];
  const colours = resize(cut(planes, { left, top, ...size }), width, height).data;
  return channels % 2 ? Float32Array.from(colours) : withAlpha(colours, channels);
}

function withAlpha(colours, channels) {
  const inside = channels - 1;
  return Float32Array.from({ length: (colours.length / inside) * channels }, (_, i) =>
    i % channels === inside ? 255 : colours[Math.floor(i / channels) * inside + (i % channels)],
  );
}

function asRgba({ width, height, data }) {
  const rgba = new Uint8ClampedArray(4 * data.length);
  data.forEach((value, i) => rgba.set([value, value, value, 255], 4 * i));
  return { width, height, data: rgba };
}
