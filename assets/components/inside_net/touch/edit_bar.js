// What was changed of the net, in a slim bar; what that does to 500 test images; back again, or kept as a new net. It lies over
// the end of the window, so that nothing moves away from under the hand when it comes, and nothing in it while numbers come.

import { element } from "../../shared/dom.js";
import { countText } from "../../shared/numbers.js";
import { percent } from "../../shared/net_view/words.js";
import { drawMatrix, mostMistakes } from "../../shared/net_view/matrix.js";
import { WhatIfAnswers } from "./what_if_answers.js";
import { WhatIfView, changedWords } from "./what_if_view.js";
import { editTexts } from "./weights.js";

const TOLD = 2; // changes that are named; of more, their number
const PREPARED_MACS = 100e6; // of a picture: nets whose test images are computed as soon as there is nothing else to do
const CALM_MS = 400; // an epoch that stays so long is not passed by
const SMALL = 36; // pixels of the matrix in the bar

export class EditBar {
  constructor(app) {
    this.app = app;
    this.answers = new WhatIfAnswers(app, (answer) => this.show(answer));
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.words = element("p", { class: "edit-words" });
    this.accuracy = element("p", { class: "edit-accuracy", role: "status" });
    this.small = element("canvas", { "aria-hidden": "true" });
    this.sides = element("span");
    this.more = element("button", { type: "button", class: "edit-more", "aria-expanded": "false", on: { click: () => this.toggle() } }, this.small, this.sides);
    this.save = button("Save as a new net", () => this.keep());
    this.view = new WhatIfView(app);
    this.root = app.find("edit-bar");
    const buttons = element("div", { class: "edit-buttons" }, button("Reset", () => app.resetEdits()), this.save);
    this.root.append(this.view.root, element("div", { class: "edit-row" }, element("div", { class: "edit-told" }, this.words, this.accuracy), this.more, buttons));
  }

  // Once: the same changes would be saved as a second net.
  keep() {
    const { app } = this;
    this.save.disabled = true;
    app.tell("save", { net: app.url, edits: app.live.edits });
  }

  toggle() {
    const { root } = this.view;
    root.hidden = !root.hidden;
    this.more.setAttribute("aria-expanded", String(!root.hidden));
    if (this.answer) this.show(this.answer);
  }

  changed({ edits, view }, changed) {
    const { app } = this;
    if (changed.has("net") || changed.has("url")) this.answers.forget();
    if (view.level) this.prepare();
    if (!["edits", "net", "url"].some((name) => changed.has(name))) return;
    clearTimeout(this.later);
    this.save.disabled = false;
    this.save.hidden = app.isOffline; // there is no server to keep it
    this.root.hidden = !edits.length;
    if (!edits.length) return this.answers.ask(edits);
    const texts = editTexts(edits, { layers: app.layers, titles: app.titles, unitTitle: (layer, unit) => app.unitTitle(layer, unit) });
    const told = texts.slice(0, TOLD).join(", ");
    this.words.replaceChildren(element("strong", { text: texts.length === 1 ? "1 change: " : `${texts.length} changes: ` }), texts.length > TOLD ? `${told} and ${texts.length - TOLD} more` : told);
    this.words.title = texts.join(", ");
    this.wait();
    if (changed.has("url")) this.askLater(edits);
    else this.answers.ask(edits);
  }

  // Numbers of other edits are not shown as those of the new ones.
  wait() {
    if (!this.answer?.after) return;
    this.root.classList.add("computing");
    this.accuracy.querySelector("strong").textContent = "computing \u2026";
  }

  // While epochs are played, a pass over the images for each of them would come too late and hold up the next one.
  askLater(edits) {
    this.show({ text: "" });
    this.later = setTimeout(() => this.app.current && this.answers.ask(edits), CALM_MS);
  }

  // So that the first edit is answered as fast as the others, and the dead units are known.
  prepare() {
    const { app } = this;
    if (app.imagesUrl && app.live.manifest.macs < PREPARED_MACS) this.answers.prepare().catch(() => {}); // an edit will say it
  }

  settle() {
    if (!this.app.dead.ofNet(this.app.url)) this.prepare();
  }

  // answer: {text} while there is no more to say, or {before, after, images, labels, classes}.
  show(answer) {
    this.answer = answer;
    this.root.classList.remove("computing");
    const { text = "", before, after } = answer;
    this.more.classList.toggle("to-come", !after);
    if (!after) {
      this.view.root.hidden = true;
      this.more.setAttribute("aria-expanded", "false");
      this.accuracy.textContent = text;
      return;
    }
    const count = countText(after.predictions.length);
    this.accuracy.replaceChildren(`Right on ${count} test images: ${percent(before.accuracy)} \u2192 `, element("strong", { text: percent(after.accuracy) }));
    const most = mostMistakes(before.matrix, after.matrix);
    drawMatrix(this.small, after.matrix, { side: SMALL, most });
    this.sides.textContent = this.sides.title = changedWords(answer);
    if (!this.view.root.hidden) this.view.show(answer, most);
  }

  close() {
    clearTimeout(this.later);
    this.answers.forget();
  }
}
