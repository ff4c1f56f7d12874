// What a net says of test images at each level of a corruption. Pure: no page.

import { corrupt } from "../shared/imaging/corrupt.js";
import { sharesOf } from "../shared/nn/evaluator.js";

const PROGRESS_EVERY = 10; // images

// A generator that yields the share that is done, 0 to 1. images: as readImages gives them; levels: [{changes}], see
// cnnviz/evaluation/corruptions.py. Returns {labels, said, sure}: of each level the class that is said of each of the first
// `count` images, and its probability.
export function* answersTo(net, { images, labels, shape }, levels, count) {
  const [said, sure] = [[], []];
  const pictures = images.slice(0, count);
  for (const [place, { changes }] of levels.entries()) {
    const [classes, shares] = [new Uint16Array(pictures.length), new Float32Array(pictures.length)];
    for (const [index, pixels] of pictures.entries()) {
      net.run(corrupt(pixels, shape.slice(1), changes, index));
      const found = sharesOf(net.values(net.layers.length - 1), net.manifest.output);
      classes[index] = found.indexOf(Math.max(...found));
      shares[index] = found[classes[index]];
      if (index % PROGRESS_EVERY === 0) yield (place + index / pictures.length) / levels.length;
    }
    said.push(classes);
    sure.push(shares);
  }
  return { labels: labels.slice(0, count), said, sure };
}
