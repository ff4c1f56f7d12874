// One number of each layer as its colour behind the maps and as words above them, where one is chosen.

import { element } from "../../shared/dom.js";
import { isPicture } from "../../shared/net_view/words.js";
import { LayerNumbers, NUMBERS } from "../model/layer_numbers.js";

const NOBODY = { dead: "The test images are not computed yet, or not here.", slopes: "Choose a picture.", switching: "Computing" };

export class LayerTints {
  constructor(app, overview) {
    Object.assign(this, { app, overview, numbers: new LayerNumbers(app), name: "" });
    this.choice = element("select", {}, element("option", { value: "", text: "nothing more" }), ...Object.entries(NUMBERS).map(([value, { text }]) => element("option", { value, text })));
    this.choice.addEventListener("change", () => this.choose(this.choice.value));
    this.said = element("p", { role: "status" });
    this.root = element("div", { class: "tints" }, element("label", {}, "Layers show ", this.choice), this.said);
    if (!app.isLearning) app.find("stage").after(this.root);
  }

  choose(name) {
    this.name = name;
    this.numbers.found = null;
    this.draw();
    this.ask({ isResting: true });
  }

  ask({ isResting }) {
    if (this.name && this.overview.isShown) this.numbers.ask(this.name, () => this.draw(), { isResting });
  }

  // Told in the columns that are on screen; a number that is not known leaves its layer as it is.
  draw() {
    const { name, numbers, overview } = this;
    const about = NUMBERS[name];
    const known = (name && numbers.found?.filter((number, index) => number !== null && !isPicture(this.app.layers[index]))) || [];
    const most = about?.isShare ? 1 : Math.max(...known) || 1;
    for (const column of overview.columns) {
      const number = (name && !isPicture(column.layer) && numbers.found?.[column.index]) ?? null;
      const isKnown = typeof number === "number";
      column.tint(isKnown ? { share: number / most, text: about.words(number) } : null);
    }
    this.root.hidden = !overview.isShown;
    const limits = about?.isShare ? "No colour is none of it, full colour is all of it." : "Full colour is the layer with the most.";
    this.said.textContent = name && `${about.help} ${known.length ? limits : (NOBODY[name] ?? "")}`;
  }

  close() {
    this.numbers.close();
  }
}
