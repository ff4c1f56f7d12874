// What speaks for a class, over a pale picture, so that the map keeps its colours.

import { Bitmap } from "./bitmap.js";
import { greyScale, signedScale } from "./scale.js";

const PALE = 190; // of 255: black of the picture behind a map
const grey = new Bitmap();

// map: {values, height, width}; limit: the value of the full colour; picture: {pixels, shape} or null where the values have no
// places; opacity: of the map, 0 to 1; bitmap: one to paint on; whole: [left, top, width, height].
export function paintOver(context, { map, limit, picture, opacity, bitmap }, whole) {
  if (picture) drawPale(context, picture, whole);
  context.globalAlpha = picture ? opacity : 1;
  bitmap.paint(map.values, { ...map, units: 1 }, [0], () => signedScale(-limit, limit)).draw(context, 0, whole);
  context.globalAlpha = 1;
}

function drawPale(context, { pixels, shape: [height, width, units] }, whole) {
  const values = Float32Array.from({ length: height * width }, (_, place) => {
    const [red, green = red, blue = red] = pixels.subarray(place * units, (place + 1) * units);
    return PALE + ((0.299 * red + 0.587 * green + 0.114 * blue) * (255 - PALE)) / 255;
  });
  grey.paint(values, { height, width, units: 1 }, [0], () => greyScale(255)).draw(context, 0, whole);
}
