// One picture in the form that each net takes: its size, its planes, and whether only the ink of a drawing reaches it. What
// the page Inside would make of it for that net.

import { transform } from "../shared/imaging/transform.js";
import { prepare, prepareImage } from "../shared/prepare_image.js";
import { conversion, hasNoColour } from "../shared/picture_input/photos.js";

// form: {shape, style, is_own}, as of a net.
export const formKey = ({ shape, style, is_own: isOwn }) => `${shape} ${style} ${isOwn}`;

// What the hand has set for a picture of one shape, for one of another: lengths are parts of the picture.
export function scaledChanges(settings, [height, width], [rows, columns]) {
  const [down, across] = [rows / height, columns / width];
  const least = Math.min(down, across);
  const { cover } = settings;
  return {
    ...settings,
    x: settings.x * across,
    y: settings.y * down,
    blur: settings.blur * least,
    cover: cover && { ...cover, top: Math.round(cover.top * down), left: Math.round(cover.left * across), side: Math.max(1, Math.round(cover.side * least)) },
  };
}

export class PictureForms {
  constructor() {
    this.made = new Map(); // of the picture that came last
  }

  // The picture in a net's form: {pixels, words: what was done to it, problem}. original: {pixels, from}, as a source gave it
  // for `source`, the form of the net that the pictures are for; settings: of the hand.
  of(original, source, form, settings) {
    if (original !== this.original) Object.assign(this, { original, made: new Map() });
    const key = formKey(form);
    if (!this.made.has(key)) this.made.set(key, bring(original, source, form));
    const { pixels, ...words } = this.made.get(key);
    return { pixels: transform(pixels, form.shape, scaledChanges(settings, source.shape, form.shape)), ...words };
  }
}

function bring({ pixels, from }, source, form) {
  if (formKey(source) === formKey(form)) return { pixels, words: "", problem: "" };
  const { shape, style, is_own: isOwn } = form;
  if (!from) {
    const picture = asRgba(pixels, source.shape);
    const isSame = String(shape) === String(source.shape);
    const words = isSame ? "" : conversion(picture, shape, { style: "photo", isGrey: source.shape[2] === 1 });
    return { pixels: isSame ? pixels : prepareImage(picture, shape), words, problem: "" };
  }
  const { picture, isPhoto = false } = from;
  const { image, problem } = prepare(picture, shape, style, { isPhoto, isOwn });
  const words = problem ? "Nothing written was found on this picture." : conversion(picture, shape, { style, isOwn, isGrey: hasNoColour(picture) });
  return { pixels: image, words, problem };
}

// {width, height, data: RGBA} of pixels of one plane or three.
function asRgba(pixels, [height, width, planes]) {
  const data = new Uint8ClampedArray(4 * height * width).fill(255);
  for (let place = 0; place < height * width; place++)
    for (let plane = 0; plane < 3; plane++) data[4 * place + plane] = pixels[place * planes + (planes === 1 ? 0 : plane)];
  return { width, height, data };
}
