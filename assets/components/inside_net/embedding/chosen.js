// What a lasso has chosen: how many of each class, what the net says of them, and the images.

import { element } from "../../shared/dom.js";
import { countText } from "../../shared/numbers.js";
import { ImageButton, imageText } from "./image_button.js";

const SIDE = 40; // CSS pixels
const MOST = 72;

export class Chosen {
  // onPick(index), onClear()
  constructor({ onPick, onClear }) {
    Object.assign(this, { onPick });
    this.said = element("p", { role: "status" });
    this.counts = element("p", { class: "hint" });
    this.list = element("div", { class: "chosen-list" });
    const clear = element("button", { type: "button", text: "Choose none", on: { click: onClear } });
    this.root = element("section", { class: "chosen", "aria-label": "The chosen images", hidden: true }, element("div", { class: "chosen-head" }, this.said, clear), this.counts, this.list);
  }

  show(set, thumbnails, indices) {
    this.root.hidden = !indices.length;
    if (!indices.length) return;
    const isKnown = set.said.some((one) => one >= 0);
    const wrong = indices.filter((index) => set.said[index] !== set.labels[index]).length;
    const mistakes = isKnown ? `, ${wrong ? countText(wrong) : "none"} of them mistaken by the net` : "";
    this.said.textContent = `${countText(indices.length)} ${indices.length === 1 ? "image" : "images"} chosen${mistakes}.`;
    const answers = isKnown ? ` The net says ${counted(set, indices.map((index) => set.said[index]))}.` : "";
    this.counts.textContent = `They are ${counted(set, indices.map((index) => set.labels[index]))}.${answers}`;
    const buttons = indices.slice(0, MOST).map((index) => {
      const button = new ImageButton(SIDE, this.onPick);
      const isMistake = isKnown && set.said[index] !== set.labels[index];
      button.show({ index, thumbnails, words: set.classes[set.labels[index]], label: imageText(set, index), isMistake });
      return button.root;
    });
    const more = indices.length > MOST ? [element("span", { class: "hint", text: `and ${countText(indices.length - MOST)} more` })] : [];
    this.list.replaceChildren(...buttons, ...more);
  }
}

// "12 of 3, 4 of 5": the most frequent first.
function counted({ classes }, numbers) {
  const counts = new Map();
  for (const number of numbers) counts.set(number, (counts.get(number) ?? 0) + 1);
  const order = [...counts].sort(([, one], [, other]) => other - one);
  return order.map(([number, count]) => `${classes[number] ?? number + 1} (${countText(count)})`).join(", ");
}
