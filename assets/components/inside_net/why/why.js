// Why the net says what it says: the maps of all methods side by side, following the hand, each with its checks.

import { element } from "../../shared/dom.js";
import { finished } from "../../shared/nn/attribution.js";
import { WORKER_MACS } from "../../shared/nn/live_net.js";
import { clamp, percentText, valueText } from "../../shared/numbers.js";
import { layerFor, QUICK } from "../../shared/nn/asked_net.js";
import { Explainer } from "./explainer.js";
import { MethodCard } from "./method_card.js";
import { SaveMenu } from "./save_menu.js";
import { SAID, WhyBar } from "./why_bar.js";
import { WorkerExplainer } from "./worker_explainer.js";

const SIDE = { most: 220, least: 130, space: 34, columns: 4, around: 590 }; // CSS pixels of a map; two rows of them are seen without scrolling
const SIGNS = "Blue speaks for it, red against it.";
const LARGE = "This net is large, so a worker computes the maps once the picture rests.";
const CHANGED = "A worker computes the maps of so large a net, and knows it without your changes by hand: take them back, or save the net, to ask it why.";
const asking = (share) => `asking the worker, ${percentText(share)}`;

export class Why {
  constructor(app) {
    Object.assign(this, { app, cards: [], explainer: null });
    this.root = app.find("why");
    this.lead = element("p", { class: "lead" });
    const onCancel = () => (this.isBusy ? this.cancel() : this.refresh());
    this.bar = new WhyBar({ onChange: () => this.refresh(), onLook: () => this.draw(), onCancel }, new SaveMenu(() => this.shown()).root);
    this.grid = element("div", { class: "why-grid" });
    this.root.append(element("div", { class: "why-head" }, this.lead, this.bar.asking), this.bar.root, this.grid);
  }

  changed({ pinned }, changed) {
    const isShown = this.app.isShown("why");
    this.root.hidden = !isShown;
    if (changed.has("net") || changed.has("url")) this.explainer = null;
    if (!isShown) return this.stop();
    if (["screen", "view", "net", "url"].some((name) => changed.has(name)) && !this.explainer) this.open();
    else if (["screen", "view", "edits", "pinned"].some((name) => changed.has(name)) && this.explainer) {
      this.bar.allowPinned(Boolean(pinned));
      this.refresh();
    }
  }

  async open() {
    const { app } = this;
    const url = app.url;
    this.stop();
    this.lead.textContent = "Getting the net ready to go back";
    try {
      const isLarge = app.net.manifest.macs > WORKER_MACS && app.questionsUrl;
      const explainer = isLarge ? new WorkerExplainer(app) : await Explainer.open(url);
      if (url !== app.url || this.root.hidden) return; // nothing has a width there; whoever comes back opens it again
      Object.assign(this, { explainer, maps: explainer.queue(), checks: explainer.queue() });
    } catch (error) {
      if (url === app.url) this.lead.textContent = error.message;
      return;
    }
    this.build();
    this.refresh();
  }

  build() {
    const { app } = this;
    const { layers } = this.explainer.net;
    const classes = layers.at(-1).values.length === 1 && app.classes.length < 2 ? ["no", "yes"] : [...app.classes];
    this.classes = classes.length ? classes : Array.from(layers.at(-1).values, (_, at) => String(at + 1));
    this.bar.take({ classes: this.classes, layers, titles: app.titles });
    this.bar.allowPinned(Boolean(app.state.values.pinned));
    const across = Math.floor(this.root.clientWidth / SIDE.columns) - SIDE.space;
    const side = clamp(Math.min(across, Math.floor((window.innerHeight - SIDE.around) / 2)), SIDE.least, SIDE.most);
    const hands = { side, onSetting: () => this.refresh(), onPlace: (place) => this.point(place) };
    const known = new Map(this.cards.map((card) => [card.method.name, card]));
    this.cards = app.methods.map((method) => known.get(method.name) ?? new MethodCard(method, hands));
    this.grid.replaceChildren(...this.cards.map((card) => card.root));
  }

  frame() {
    if (this.root.hidden || !this.explainer) return;
    if (!this.explainer.isWorker) this.refresh();
    else this.hold(LARGE);
  }

  settle() {
    if (this.explainer?.isWorker && !this.asked) this.refresh();
  }

  // The maps of a picture before stay, pale, while the hand moves.
  hold(text) {
    this.stop();
    this.asked = null;
    this.lead.textContent = text;
    this.explainer.forget();
    for (const card of this.cards) {
      card.wait();
      for (const line of Object.values(card.checks)) line.wait();
    }
  }

  // What is asked now; null while there is no picture.
  get question() {
    const { picture, pinned } = this.app.state.values;
    if (!picture) return null;
    const pixels = Float32Array.from(picture.pixels);
    const chosen = this.bar.values;
    const of = chosen.of === SAID ? this.explainer.said(pixels).of : chosen.of;
    return { ...chosen, of, pixels, pinned: pinned?.pixels };
  }

  // Quick maps at once, the others as time allows, checks when all are there.
  refresh() {
    if (!this.explainer || this.root.hidden) return;
    this.stop();
    if (!this.explainer.take(this.app.state.values.edits)) {
      this.hold(CHANGED);
      return;
    }
    const asked = (this.asked = this.question);
    if (!asked) {
      this.lead.textContent = "Draw, or choose a picture.";
      return;
    }
    this.say(asked);
    for (const card of this.cards.toSorted((one, other) => QUICK.has(other.method.name) - QUICK.has(one.method.name))) {
      for (const line of Object.values(card.checks)) line.wait();
      const job = this.explainer.explain(card.method, card.settings, asked);
      if (this.explainer.isQuick(card.method.name)) this.attempt(card, () => finished(job));
      else {
        card.wait(this.explainer.isWorker ? "waits for the worker" : "");
        this.maps.add(job, (found) => this.attempt(card, () => found, true), (error) => this.failed(card, error), (share) => card.wait(asking(share)));
      }
    }
    this.draw();
    this.bar.showAsking(this.explainer.isWorker ? "Cancel" : "");
    if (asked.less === null) this.resting = setTimeout(() => this.check(asked), 400);
  }

  attempt(card, find, isLate = false) {
    try {
      card.take(find());
    } catch (error) {
      card.fail(error.message);
    }
    if (isLate) this.draw();
    this.over();
  }

  failed(card, { message }) {
    card.fail(message);
    this.over();
  }

  // Nothing is left to cancel once all is there.
  over() {
    if (!this.isBusy) this.bar.showAsking("");
  }

  say({ of, less }) {
    const name = (at) => this.classes[at];
    const score = this.explainer.said(this.asked.pixels);
    const than = less === null ? "" : less === "pinned" ? ", less what spoke for it in the pinned picture" : `, less what speaks for ${name(less)}`;
    const answer = score.of === of ? `The net says ${name(of)}, with a score of ${valueText(score.score)}.` : `The net says ${name(score.of)}.`;
    Object.assign(this, { about: `What speaks for ${name(of)}${than}`, answer: `${SIGNS} ${answer}` });
    this.lead.replaceChildren("What speaks for ", element("b", { text: name(of) }), `${than}. ${this.answer}${less === null ? "" : " No check for a difference."}`);
  }

  // Colours: one limit for all maps of one unit, or each map's own.
  draw() {
    const { asked, app } = this;
    if (!asked) return;
    const { isShared, opacity } = this.bar.values;
    const shown = this.cards.filter(({ map }) => map);
    const limits = new Map();
    for (const card of shown) limits.set(card.method.unit, Math.max(limits.get(card.method.unit) ?? 0, card.extent));
    const { layers } = this.explainer.net;
    const shape = app.layers[0].shape;
    for (const card of shown) {
      const layer = layerFor(this.explainer.net, card.method, asked.layer);
      const { height, width } = layers[layer];
      const limit = isShared ? limits.get(card.method.unit) : card.extent;
      const picture = height * width > 1 ? { pixels: asked.pixels, shape } : null;
      const about = layer === 0 && asked.layer === null ? "" : layer === 0 ? "of the picture" : app.titles[layer];
      card.draw({ picture, limit, opacity, words: `what speaks for ${this.classes[asked.of]}`, about, isDifference: asked.less !== null });
      card.point(card.place ?? null);
    }
  }

  // What is saved; null while there is no map.
  shown() {
    const cards = this.cards.filter(({ map, isStale }) => map && !isStale);
    if (!this.asked || !cards.length) return null;
    const scale = this.bar.isShared ? "Maps of one unit share their colours." : "Each map has colours of its own.";
    const picture = { pixels: this.asked.pixels, shape: this.app.layers[0].shape };
    return { heading: this.about, lead: `${this.answer} ${scale}`, picture, cards };
  }

  point(place) {
    for (const card of this.cards) card.point(place);
    this.draw();
  }

  // Deletion and shuffling of every map that is there, in the order of the cards.
  check(asked) {
    this.resting = null;
    if (this.maps.isBusy) {
      this.resting = setTimeout(() => this.check(asked), 200);
      return;
    }
    const baseline = this.app.style === "digit" ? "black" : "mean";
    for (const card of this.cards.filter(({ map }) => map)) {
      const { deletion, shuffle } = card.checks;
      const given = [card.method, card.settings, asked, card.map];
      const show = (line) => [(result) => this.checked(line, result), (error) => this.checked(line, null, error), (share) => line.wait(asking(share))];
      if (card.map.height > 1) this.checks.add(this.explainer.deletion(...given, baseline), ...show(deletion));
      else deletion.wait("Taken away: what this layer gives has no place in the picture.");
      this.checks.add(this.explainer.randomisation(...given), ...show(shuffle));
    }
  }

  checked(line, result, problem) {
    if (problem) line.wait(problem.message);
    else line.show(result);
    this.over();
  }

  get isBusy() {
    return Boolean(this.maps?.isBusy || this.checks?.isBusy || this.resting);
  }

  cancel() {
    this.stop();
    for (const card of this.cards) card.leave();
    this.bar.showAsking("Ask again");
  }

  stop() {
    clearTimeout(this.resting);
    this.resting = null;
    this.maps?.stop();
    this.checks?.stop();
    this.bar.showAsking("");
  }

  close() {
    this.stop();
  }
}
