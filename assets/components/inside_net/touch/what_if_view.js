// What the changes of the net do to the test images: both confusion matrices, and the images whose answer is another one
// now, each with what the net said and says; a click shows it to the net.

import { drawPixels } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { countText } from "../../shared/numbers.js";
import { drawMatrix, matrixWords } from "../../shared/net_view/matrix.js";

const MOST = 24; // images
const SIDES = { phone: 150, wide: 190 };

// How many answers changed, and how many of those were right before and are right now.
export function changedWords({ before, after, labels }) {
  const { changed } = after;
  if (!changed.length) return "No answer changed";
  const numRight = ({ predictions }) => changed.filter((at) => predictions[at] === labels[at]).length;
  const [then, now] = [numRight(before), numRight(after)];
  const start = changed.length === 1 ? "1 answer changed" : `${countText(changed.length)} answers changed`;
  return `${start}: ${countText(then)} ${then === 1 ? "was" : "were"} right before, ${countText(now)} ${now === 1 ? "is" : "are"} right now`;
}

export class WhatIfView {
  constructor(app) {
    this.app = app;
    this.before = element("canvas", { role: "img" });
    this.after = element("canvas", { role: "img" });
    this.note = element("p", { class: "hint" });
    this.list = element("div", { class: "changed-list" });
    const figure = (caption, canvas) => element("figure", {}, element("figcaption", { text: caption }), canvas);
    const legend = element("p", { class: "hint", text: "Rows: the true class. Columns: what the net says. Grey is right, orange a mistake." });
    const images = element("div", { class: "changed-images", role: "group", "aria-label": "Images whose answer changed" }, this.note, this.list);
    this.root = element("div", { class: "what-if", hidden: true }, element("div", { class: "matrices" }, figure("as trained", this.before), figure("now", this.after), legend), images);
  }

  // answer: {before, after, images, labels, classes, shape}; most: mistakes that have the full colour.
  show(answer, most) {
    const side = this.app.isPhone() ? SIDES.phone : SIDES.wide;
    for (const [canvas, { matrix }, name] of [[this.before, answer.before, "as trained"], [this.after, answer.after, "now"]]) {
      drawMatrix(canvas, matrix, { side, most });
      canvas.setAttribute("aria-label", `Confusion matrix ${name}: ${matrixWords(matrix, answer.classes)}`);
    }
    const { changed } = answer.after;
    this.note.textContent = changed.length > MOST ? `The first ${MOST} of the ${countText(changed.length)} images with another answer:` : changed.length ? "Images with another answer:" : "No image has another answer.";
    this.list.replaceChildren(...changed.slice(0, MOST).map((at) => this.image(answer, at)));
  }

  image({ before, after, images, labels, classes, shape }, at) {
    const [was, is, label] = [before.predictions[at], after.predictions[at], labels[at]].map((number) => classes[number] ?? number + 1);
    const isRight = after.predictions[at] === labels[at];
    const canvas = element("canvas", { "aria-hidden": "true" });
    drawPixels(canvas, images[at], shape.slice(1));
    const title = `Test image ${at + 1}, a ${label}: ${was} before, ${is} now. Show it to the net.`;
    const attributes = { type: "button", class: `changed-image ${isRight ? "right" : "wrong"}`, title, "aria-label": title, "data-index": at };
    return element("button", { ...attributes, on: { click: () => this.app.showTestImage(at) } }, canvas, element("span", { text: `${was} \u2192 ${is}` }));
  }
}
