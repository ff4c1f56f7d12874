// What the net makes of every place of the test images, to be searched for places that are alike.

const MOST_NUMBERS = 12e6; // that are kept, 48 MB; of more, fewer images are taken
const NOT_LEARNED = new Set(["input", "rescaling"]);

// The layer itself, or the last one before it that gives maps of more than one place; null if there is none.
export function layerWithPlaces(layers, layer) {
  let found = layer;
  while (found && found.height * found.width === 1) found = layers[found.inputs[0]];
  return found && !NOT_LEARNED.has(found.kind) ? found : null;
}

// A generator; returns {vectors: of length 1 (zeros stay zeros), count of images, places, units}.
export function* indexPatches(net, images, layer, told) {
  const { values, units } = net.layers[layer.index];
  const count = Math.max(Math.min(images.length, Math.floor(MOST_NUMBERS / values.length)), 1);
  const vectors = new Float32Array(count * values.length);
  for (let index = 0; index < count; index++) {
    net.run(images[index]);
    putUnitVectors(values, units, vectors, index * values.length);
    told((index + 1) / count);
    yield;
  }
  return { vectors, count, places: values.length / units, units };
}

function putUnitVectors(values, units, vectors, start) {
  for (let at = 0; at < values.length; at += units) {
    let square = 0;
    for (let i = at; i < at + units; i++) square += values[i] * values[i];
    if (!square) continue;
    const scale = 1 / Math.sqrt(square);
    for (let i = at; i < at + units; i++) vectors[start + i] = values[i] * scale;
  }
}

// The images in which a place is most like this one, each with that place: [{index, place, likeness}], by the cosine of
// the angle between what the layer gives there, -1 to 1. Nothing where the layer gives only zeros.
export function nearestPatches({ vectors, count, places, units }, values, wanted, without = -1) {
  const length = Math.hypot(...values);
  if (!length) return [];
  const one = Float32Array.from(values, (value) => value / length);
  const best = [];
  for (let index = 0, at = 0; index < count; index++) {
    let [place, likeness] = [0, -Infinity];
    for (let i = 0; i < places; i++, at += units) {
      let product = 0;
      for (let unit = 0; unit < units; unit++) product += vectors[at + unit] * one[unit];
      if (product > likeness) [place, likeness] = [i, product];
    }
    if (index !== without) best.push({ index, place, likeness });
  }
  return best.sort((a, b) => b.likeness - a.likeness).slice(0, wanted);
}
