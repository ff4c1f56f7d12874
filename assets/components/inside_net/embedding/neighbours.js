// The test images that the net finds most like the picture, and the nearest one of another class.

import { element } from "../../shared/dom.js";
import { valueText } from "../../shared/numbers.js";
import { distancesFrom, nearest } from "../../shared/nn/nearest.js";
import { ImageButton, imageText } from "./image_button.js";

const COUNT = 8;
const SIDE = { small: 46, large: 76 }; // CSS pixels
const METRICS = { cosine: "angle (cosine)", euclidean: "length (Euclidean)" };
const MEANING = { cosine: "1 less the cosine of the angle between the values of the two images: 0 is the same direction, 1 nothing in common", euclidean: "The length of the difference between the values of the two images" };

export const distanceText = (distance) => valueText(Number(distance.toPrecision(distance < 0.1 ? 2 : 3)));

export class Neighbours {
  // onPick(index), onMetric()
  constructor({ onPick, onMetric }) {
    this.metric = element("select", { on: { change: onMetric } }, ...Object.entries(METRICS).map(([value, text]) => element("option", { value, text })));
    this.buttons = Array.from({ length: COUNT }, () => new ImageButton(SIDE.small, onPick));
    this.list = element("div", { class: "neighbour-list", role: "group", "aria-label": "The nearest test images" }, ...this.buttons.map(({ root }) => root));
    this.otherTitle = element("h3");
    this.other = new ImageButton(SIDE.large, onPick);
    this.otherWords = element("p", { class: "hint" });
    this.root = element("div", {}, this.list, element("label", { class: "embedding-metric hint" }, "distance by ", this.metric),
      element("div", { class: "counterfactual" }, this.otherTitle, this.other.root, this.otherWords));
  }

  // Every test image's distance from a feature.
  distances(set, feature) {
    return distancesFrom(set.rows, feature, this.metric.value);
  }

  nearest(distances, without) {
    return nearest(distances, COUNT, (index) => index !== without);
  }

  // found: the nearest; without: the picture itself where it is a test image; answer: the class that the net gives it.
  show({ set, thumbnails, distances, found, without, answer }) {
    this.metric.title = MEANING[this.metric.value];
    this.buttons.forEach((button, at) => {
      if (found[at]) button.show(this.shown(set, thumbnails, found[at]));
      else button.root.hidden = true;
    });
    this.showOther(set, thumbnails, distances, without, answer);
  }

  shown(set, thumbnails, { index, distance }) {
    const label = `${imageText(set, index)}, distance ${distanceText(distance)}`;
    const isMistake = set.said[index] >= 0 && set.said[index] !== set.labels[index];
    return { index, thumbnails, words: set.classes[set.labels[index]], note: distanceText(distance), label, isMistake };
  }

  showOther(set, thumbnails, distances, without, answer) {
    const [other] = answer < 0 ? [] : nearest(distances, 1, (index) => index !== without && set.labels[index] !== answer);
    this.otherTitle.textContent = answer < 0 ? "" : `The nearest that is no ${set.classes[answer] ?? answer + 1}`;
    this.other.root.hidden = !other;
    if (!other) {
      this.otherWords.textContent = answer < 0 ? "This net names no class." : "All these images are of one class.";
      return;
    }
    this.other.show(this.shown(set, thumbnails, other));
    const rank = distances.reduce((count, distance, index) => count + (index !== without && distance < other.distance ? 1 : 0), 0);
    const [label, said] = [set.labels[other.index], set.said[other.index]];
    const mistake = said === label ? "" : `The net takes this ${set.classes[label]} for ${set.classes[said]}. `;
    this.otherWords.textContent = `${mistake}${rank === 0 ? "No image at all is nearer." : `${rank} ${rank === 1 ? "image is" : "images are"} nearer.`}`;
  }
}
