// The test images as points: those that the net finds alike stand close together, and the picture moves among them.

import { element } from "../../shared/dom.js";
import { answerOf } from "../../shared/nn/evaluator.js";
import { countText, percentText } from "../../shared/numbers.js";
import { Pictures } from "../journey/pictures.js";
import { Slices } from "../../shared/slices.js";
import { byPrincipalAxes } from "./arrangements.js";
import { Chosen } from "./chosen.js";
import { EmbeddingBar } from "./embedding_bar.js";
import { collectFeatures, isAveraged, putFeature } from "./features.js";
import { colouring, Legend } from "./legend.js";
import { Neighbours } from "./neighbours.js";
import { Places } from "./places.js";
import { ScatterCard } from "./scatter_card.js";
import { Thumbnails, pictureOf } from "./thumbnails.js";
import { EDITED, LEAD, LEFT, NO_IMAGES, arrangedWords, tooFew, workerWords } from "./words.js";
import { WorkerFeatures } from "./worker_features.js";

const LEAST = 4; // images: any three points lie in one plane
const HEIGHT = { around: 410, least: 300, most: 640 }; // CSS pixels

export class Embedding {
  constructor(app) {
    Object.assign(this, { app, pictures: new Pictures(), slices: new Slices(), worker: new WorkerFeatures(app), set: null, arrangement: null, isStale: true, isUnknown: true, isDue: true });
    const onPick = (index) => this.pick(index);
    this.bar = new EmbeddingBar({ onArrange: () => this.compute(), onColour: () => this.recolour() });
    this.card = new ScatterCard({ onPick, onChoose: (indices) => this.choose(indices) });
    this.legend = new Legend((group) => this.light(group));
    this.chosen = new Chosen({ onPick, onClear: () => this.choose([]) });
    this.neighbours = new Neighbours({ onPick, onMetric: () => this.follow() });
    this.places = new Places(app);
    this.said = element("p", { class: "hint", role: "status" });
    this.asking = element("button", { type: "button", hidden: true, on: { click: () => (this.request ? this.cancel() : this.compute()) } });
    this.about = element("p", { class: "hint" });
    this.ways = ["The whole picture", "One place"].map((text, at) => element("button", { type: "button", text, on: { click: () => this.turn(at === 1) } }));
    const under = element("div", { class: "embedding-under" }, this.about, this.card.about);
    this.side = element("div", { class: "embedding-side" }, element("h3", { text: "What is nearest to" }), element("div", { class: "views", role: "group" }, ...this.ways), this.neighbours.root, this.places.root);
    this.main = element("div", {}, this.card.root, this.legend.root, under);
    this.root = app.find("embedding");
    this.root.append(element("p", { class: "lead", text: LEAD }), this.bar.root, element("div", { class: "embedding-said" }, this.said, this.asking), this.main, this.side, this.chosen.root);
    this.turn(false);
    this.watching = new ResizeObserver(() => this.fit());
    this.watching.observe(this.main);
  }

  changed(values, changed) {
    const isShown = this.app.isShown("embedding");
    this.root.hidden = !isShown;
    if (changed.has("net")) this.isUnknown = true;
    if (["net", "edits", "url"].some((name) => changed.has(name))) this.isStale = true;
    if (!isShown) return this.stop();
    if (this.isStale) this.compute();
    else if (["screen", "view"].some((name) => changed.has(name))) this.resume();
  }

  // Back on this screen: what was going on was stopped.
  resume() {
    if (this.said.textContent || this.isDue) this.compute();
    else this.follow();
  }

  // Everything anew: the images' features, their places, their colours.
  async compute() {
    const { app } = this;
    this.stop();
    const request = (this.request = {});
    this.isStale = false;
    this.isDue = true;
    this.fit();
    const hasImages = await this.pictures.open(app.imagesUrl);
    if (request !== this.request) return;
    const count = this.pictures.set?.images.length ?? 0;
    if (!hasImages || count < LEAST) return this.refuse(hasImages ? tooFew(count) : NO_IMAGES);
    if (this.isUnknown) this.takeNet();
    this.card.root.classList.add("stale");
    this.main.hidden = this.side.hidden = false;
    try {
      await this.arrange(this.bar.values, () => request === this.request);
    } catch (error) {
      if (request === this.request) this.refuse(error.message);
    }
  }

  takeNet() {
    const { app } = this;
    this.isUnknown = false;
    this.set = this.arrangement = null;
    const first = this.pictures.set.images.length;
    const all = app.questionsUrl ? [{ value: "all", text: "the whole test set" }] : [];
    const counts = [{ value: "first", text: `the first ${countText(first)}` }, ...all];
    this.bar.take({ layers: app.layers, titles: app.titles, hasAnswer: app.hasAnswer, methods: app.questionsUrl ? app.embeddings : [], counts });
  }

  async arrange({ layer, dimensions, method, images }, isCurrent) {
    const { app } = this;
    const about = `${layer} ${dimensions} ${method} ${images}`;
    if (about !== this.arranged) this.card.scatter.view.reset(); // an epoch more is looked at from where one stood
    this.arranged = about;
    const of = app.layers.find(({ name }) => name === layer);
    const isOfWorker = method !== "pca" || images === "all";
    const isChanged = app.state.values.edits.length > 0;
    this.isEdited = isOfWorker && isChanged;
    const isSlow = app.live.isWorker && app.questionsUrl;
    if ((isOfWorker || isSlow) && !isChanged) return this.askWorker({ of, layer, dimensions, method, images }, isCurrent);
    const net = await app.openCalculator();
    if (isCurrent()) this.arrangeHere(net, of, dimensions);
  }

  arrangeHere(net, layer, dimensions) {
    const { slices } = this;
    const told = (share) => this.say(`Looking at the test images: ${percentText(share)}`);
    const fail = (error) => this.refuse(error.message);
    slices.add(collectFeatures(net, this.pictures, layer, told), (set) => {
      this.say("Arranging them");
      slices.add(byPrincipalAxes(set, dimensions, this.arrangement), (arrangement) => this.take(set, arrangement, layer), fail);
    }, fail);
  }

  async askWorker({ of, layer, dimensions, method, images }, isCurrent) {
    const count = images === "all" ? null : this.pictures.set.images.length;
    const told = (way) => (share) => isCurrent() && this.say(workerWords(share, way), "Cancel");
    told("")(0);
    const set = await this.worker.features({ layer, count }, told(""));
    if (!isCurrent()) return;
    const arrangement = await this.worker.arrangement({ layer, count, method, dimensions }, set, told(method));
    if (isCurrent()) this.take(set, arrangement, of);
  }

  take(set, arrangement, layer) {
    if (set.rows !== this.set?.rows) this.thumbnails = new Thumbnails(set);
    Object.assign(this, { set, arrangement, layer, isDue: false });
    this.say("");
    this.card.root.classList.remove("stale");
    const words = arrangedWords(set, arrangement, this.app.titles[layer.index], isAveraged(layer));
    this.about.textContent = this.isEdited ? `${words} ${EDITED}` : words;
    this.colour();
    this.card.take(set, arrangement, this.thumbnails);
    this.card.scatter.canvas.setAttribute("aria-label", `${countText(set.count)} test images as points. ${this.about.textContent} Arrow keys move or turn, plus and minus zoom, 0 shows all.`);
    if (this.card.scatter.chosen.size) this.choose([...this.card.scatter.chosen].filter((index) => index < set.count));
    this.places.take(this.pictures.set, layer);
    this.follow();
  }

  colour() {
    const colours = colouring(this.bar.values.colour, this.set);
    this.card.scatter.lit = null;
    this.card.scatter.colour(colours);
    this.legend.show(colours);
  }

  recolour() {
    if (!this.set) return;
    this.colour();
    this.card.scatter.draw();
  }

  light(group) {
    const { scatter } = this.card;
    scatter.lit = group === null ? null : scatter.groupOf.map((one) => one === group);
    scatter.draw();
  }

  frame() {
    if (!this.root.hidden) this.follow();
  }

  // The picture that the net sees, among the others.
  follow() {
    const { app, set, arrangement, layer, card } = this;
    const { picture } = app.state.values;
    if (!set || !arrangement || !picture || this.isStale || this.isUnknown) return;
    const feature = new Float32Array(set.size);
    putFeature(app.values(layer.index), layer, feature);
    const distances = this.neighbours.distances(set, feature);
    const without = this.ownIndex(picture);
    const found = this.neighbours.nearest(distances, without);
    card.scatter.live = { place: arrangement.place(feature, distances), picture: pictureOf(picture.pixels, app.layers[0].shape), nearest: found };
    card.scatter.paint();
    const answer = app.hasAnswer ? answerOf(app.layers.at(-1)) : -1;
    if (!this.neighbours.root.hidden) this.neighbours.show({ set, thumbnails: this.thumbnails, distances, found, without, answer });
    if (!this.places.root.hidden) this.places.follow();
  }

  // Where the picture stands among the test images, if it is one of them.
  ownIndex({ index = -1 }) {
    return this.set.numbers ? this.set.numbers.indexOf(index) : index;
  }

  pick(index) {
    const { set } = this;
    const number = set.numbers?.[index] ?? index;
    if (number < this.pictures.set.images.length) return this.app.showTestImage(number);
    const label = set.labels[index];
    return this.app.show({ pixels: set.image(index), label, index: number, name: `Test image ${number + 1}: ${set.classes[label]}` });
  }

  choose(indices) {
    this.card.scatter.chosen = new Set(indices);
    this.chosen.show(this.set, this.thumbnails, indices);
    this.card.scatter.draw();
  }

  turn(isPlace) {
    this.ways.forEach((button, at) => button.setAttribute("aria-pressed", String((at === 1) === isPlace)));
    this.neighbours.root.hidden = isPlace;
    this.places.open(isPlace);
    this.follow();
  }

  fit() {
    if (this.root.hidden || !this.main.clientWidth) return;
    const most = this.app.isPhone() ? 400 : HEIGHT.most;
    this.card.scatter.resize(this.main.clientWidth, Math.min(Math.max(window.innerHeight - HEIGHT.around, HEIGHT.least), most));
  }

  // What is shown stays, pale.
  cancel() {
    this.stop();
    this.say(LEFT, "Ask again");
  }

  refuse(text) {
    this.say(text);
    this.main.hidden = this.side.hidden = true;
  }

  // button: its text, where a worker is asked and can be left, or was left and can be asked again.
  say(text, button = "") {
    this.said.textContent = text;
    this.asking.textContent = button;
    this.asking.hidden = !button;
  }

  stop() {
    this.request = null;
    this.slices.stop();
    this.worker.leave();
  }

  close() {
    this.stop();
    this.places.close();
    this.watching.disconnect();
  }
}
