// The chosen test image at every level of the chosen corruption: what the net says there, and how sure it is.

import { drawPixels } from "../shared/canvas.js";
import { element, finder } from "../shared/dom.js";
import { probability } from "../shared/net_view/words.js";
import { countText, percentText } from "../shared/numbers.js";
import { accuraciesOf } from "./findings.js";
import { replaceChildren } from "./focus.js";

export class Strip {
  // go(index of an image), choose(level): what a hand asks for.
  constructor(root, { go, choose }) {
    Object.assign(this, { find: finder(root), go, choose, index: 0, state: null });
    const on = (id, act) => this.find(id).addEventListener("click", act);
    on("before", () => this.go(this.index - 1));
    on("after", () => this.go(this.index + 1));
    on("lost", () => this.go(this.lost));
  }

  // series, place (of the chosen level), index, label, pictures of each level, shape, answers or null, classes, numImages, insideUrl.
  show(state) {
    Object.assign(this, { state, index: state.index });
    const { series, answers, classes, label, index, numImages, insideUrl } = state;
    this.find("closer").hidden = false;
    this.find("strip-title").textContent = `${series.title}: one image at each level`;
    this.find("which").textContent = `Test image ${countText(index + 1)}: ${classes[label]}`;
    this.find("before").disabled = index <= 0;
    this.find("after").disabled = index >= numImages - 1;
    this.find("inside").href = insideUrl;
    this.find("meaning").textContent = series.meaning;
    replaceChildren(this.find("strip"), series.levels.map((level, place) => this.item(level, place, answers)));
    this.showLost();
  }

  item({ text }, place, answers) {
    const { pictures, shape, index, label, classes, series } = this.state;
    const canvas = element("canvas", { "aria-hidden": "true" });
    drawPixels(canvas, pictures[place], shape);
    const value = element("span", { class: "value", text: place === series.clean ? `${text}, unchanged` : text });
    const button = element("button", { type: "button", "aria-pressed": String(place === this.state.place), on: { click: () => this.choose(place) } }, canvas, value);
    button.classList.toggle("chosen", place === this.state.place);
    if (answers) {
      const said = answers.said[place][index];
      button.classList.toggle("wrong", said !== label);
      button.append(element("span", { class: "said", text: classes[said] }), element("span", { text: probability(answers.sure[place][index]) }));
      button.append(element("span", { class: "all", text: `of all ${percentText(accuraciesOf(answers).shares[place])} right` }));
    }
    return element("li", {}, button);
  }

  // The next image that is right unchanged and wrong at the chosen level.
  showLost() {
    const { answers, place, series, numImages } = this.state;
    const button = this.find("lost");
    button.hidden = !answers || place === series.clean;
    if (button.hidden) return;
    const isLost = (index) => answers.said[series.clean][index] === answers.labels[index] && answers.said[place][index] !== answers.labels[index];
    const order = Array.from({ length: numImages }, (_, step) => (this.index + 1 + step) % numImages);
    const lost = order.filter(isLost);
    this.lost = lost[0];
    button.disabled = !lost.length;
    button.textContent = lost.length ? `Next of ${countText(lost.length)} lost at ${series.levels[place].text}` : `None is lost at ${series.levels[place].text}`;
  }
}
