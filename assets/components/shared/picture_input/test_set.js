// Pictures of the test set: next, at random, of one class, and the next one that the component searches for, such as a mistake.

import { element } from "../dom.js";
import { countText } from "../numbers.js";
import { fetchFile } from "../nn/fetch_file.js";
import { readImages } from "../nn/net_file.js";

export class TestSet {
  // panel.search: {text of its button, none: "what is said" on these pictures, open()}; open resolves with (pixels, label) ->
  // whether that picture is searched for, or with null while nothing can be searched.
  constructor(panel) {
    Object.assign(this, { panel, set: null, index: panel.data.index ?? 0 });
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.classes = element("select", { "aria-label": "Only pictures of this class" });
    this.classes.addEventListener("change", () => this.step(1));
    this.count = element("p", { class: "hint" });
    this.root = element("div", { class: "test-set" },
      element("div", { class: "row" },
        button("\u2039 Before", () => this.step(-1)), button("Next \u203a", () => this.step(1)),
        button("Random", () => this.random()), button(panel.search.text, () => this.search()),
      ),
      this.classes, this.count,
    );
  }

  async enter() {
    const isAsked = () => this.panel.source === "test" && this.panel.made.test === this; // not left for others, nor for those of another net
    if (!this.panel.data.images) return this.panel.say("The images of this run are not here. Draw, or take a photo.");
    if (!this.set) {
      try {
        this.set = readImages(await fetchFile(this.panel.data.images));
      } catch {
        if (isAsked()) this.panel.say("The test images did not arrive. Draw, or take a photo.");
        return;
      }
      this.classes.replaceChildren(element("option", { value: "", text: "All classes" }), ...this.set.classes.map((text, value) => element("option", { value, text: `Only ${text}` })));
    }
    if (!isAsked()) return;
    const { linked, more_images: more = [] } = this.panel.data;
    const single = [linked, ...more].find((image) => image?.index === this.index);
    if (single) this.showLinked(single);
    else this.go(Math.min(this.index, this.set.images.length - 1));
  }

  // The picture of a link, or of a report, that is none of those that were fetched.
  showLinked({ index, label, pixels }) {
    this.count.textContent = `Image ${countText(index + 1)} of the test set`;
    const bytes = Uint8Array.from(atob(pixels), (letter) => letter.charCodeAt(0));
    this.panel.show({ pixels: bytes, label, place: index, name: `Test image ${index + 1}: ${this.set.classes[label]}` }, this);
  }

  go(index) {
    this.leave();
    this.index = index;
    const { set } = this;
    const label = set.labels[index];
    const isAll = this.panel.data.num_test === set.images.length;
    this.count.textContent = `Image ${countText(index + 1)} of ${isAll ? "" : "the first "}${countText(set.images.length)}`;
    this.panel.show({ pixels: set.images[index], label, index, name: `Test image ${index + 1}: ${set.classes[label]}` }, this);
  }

  isWanted(index) {
    return this.classes.value === "" || this.set.labels[index] === Number(this.classes.value);
  }

  step(by) {
    const { images } = this.set ?? { images: [] };
    for (let steps = 1; steps <= images.length; steps++) {
      const index = (this.index + by * steps + steps * images.length) % images.length;
      if (this.isWanted(index)) return this.go(index);
    }
    this.panel.say("No picture of this class is among these.");
  }

  random() {
    if (!this.set) return;
    const wanted = this.set.images.map((_, index) => index).filter((index) => this.isWanted(index) && index !== this.index);
    if (wanted.length) this.go(wanted[Math.floor(Math.random() * wanted.length)]);
  }

  // One picture after another is looked at until the one that is searched for, or until somebody chooses another one.
  async search() {
    const searching = (this.searching = {});
    const isFound = this.set && (await this.panel.search.open());
    if (!isFound || searching !== this.searching) return;
    const { images, labels } = this.set;
    for (let steps = 1; steps <= images.length; steps++) {
      const index = (this.index + steps) % images.length;
      if (this.isWanted(index) && isFound(images[index], labels[index])) return this.go(index);
      if (steps % 16 === 0) await new Promise((resolve) => setTimeout(resolve));
      if (searching !== this.searching) return;
    }
    this.panel.say(`${this.panel.search.none} on these ${countText(images.length)} pictures${this.classes.value === "" ? "" : " of this class"}.`);
  }

  leave() {
    this.searching = null;
  }

  close() {
    this.leave();
  }
}
