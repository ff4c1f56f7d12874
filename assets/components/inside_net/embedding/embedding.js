// The test images as points: those that the net finds alike stand close together, and the picture moves among them.

import { element } from "../../shared/dom.js";
import { answerOf } from "../../shared/nn/evaluator.js";
import { countText } from "../../shared/numbers.js";
import { Pictures } from "../journey/pictures.js";
import { Slices } from "../slices.js";
import { byPrincipalAxes } from "./arrangements.js";
import { Chosen } from "./chosen.js";
import { EmbeddingBar } from "./embedding_bar.js";
import { collectFeatures, isAveraged, putFeature } from "./features.js";
import { colouring, Legend } from "./legend.js";
import { Neighbours } from "./neighbours.js";
import { Places } from "./places.js";
import { ScatterCard } from "./scatter_card.js";
import { Thumbnails, pictureOf } from "./thumbnails.js";
import { arrangedWords, LEAD, NO_IMAGES, tooFew } from "./words.js";

const LEAST = 4; // images: any three points lie in one plane
const HEIGHT = { around: 410, least: 300, most: 640 }; // CSS pixels

export class Embedding {
  constructor(app) {
    Object.assign(this, { app, pictures: new Pictures(), slices: new Slices(), set: null, arrangement: null, isStale: true, isUnknown: true });
    const onPick = (index) => this.pick(index);
    this.bar = new EmbeddingBar({ onArrange: () => this.compute(), onColour: () => this.recolour() });
    this.card = new ScatterCard({ onPick, onChoose: (indices) => this.choose(indices) });
    this.legend = new Legend((group) => this.light(group));
    this.chosen = new Chosen({ onPick, onClear: () => this.choose([]) });
    this.neighbours = new Neighbours({ onPick, onMetric: () => this.follow() });
    this.places = new Places(app, { onPick });
    this.said = element("p", { class: "hint embedding-said", role: "status" });
    this.about = element("p", { class: "hint" });
    this.ways = ["The whole picture", "One place"].map((text, at) => element("button", { type: "button", text, on: { click: () => this.turn(at === 1) } }));
    const under = element("div", { class: "embedding-under" }, this.about, this.card.about);
    this.side = element("div", { class: "embedding-side" }, element("h3", { text: "What is nearest to" }), element("div", { class: "views", role: "group" }, ...this.ways), this.neighbours.root, this.places.root);
    this.main = element("div", {}, this.card.root, this.legend.root, under);
    this.root = app.find("embedding");
    this.root.append(element("p", { class: "lead", text: LEAD }), this.bar.root, this.said, this.main, this.side, this.chosen.root);
    this.turn(false);
    new ResizeObserver(() => this.fit()).observe(this.main);
  }

  changed(values, changed) {
    const isShown = this.app.isShown("embedding");
    this.root.hidden = !isShown;
    if (changed.has("net")) this.isUnknown = true;
    if (["net", "edits", "url"].some((name) => changed.has(name))) this.isStale = true;
    if (!isShown) return this.slices.stop();
    if (this.isStale) this.compute();
    else if (["screen", "view"].some((name) => changed.has(name))) this.resume();
  }

  // Back on this screen: what was going on was stopped.
  resume() {
    if (!this.arrangement) this.compute();
    else this.follow();
  }

  // Everything anew: the images' features, their places, their colours.
  async compute() {
    const { app } = this;
    const request = (this.request = {});
    this.slices.stop();
    this.isStale = false;
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
    this.bar.take({ layers: app.layers, titles: app.titles, hasAnswer: app.hasAnswer, methods: [], counts: [] });
  }

  async arrange({ layer, dimensions }, isCurrent) {
    const { app, slices } = this;
    const about = `${layer} ${dimensions}`;
    if (about !== this.arranged) this.card.scatter.view.reset(); // an epoch more is looked at from where one stood
    this.arranged = about;
    this.layer = app.layers.find(({ name }) => name === layer);
    const net = await app.openCalculator();
    if (!isCurrent()) return;
    const told = (share) => this.say(`Looking at the test images: ${Math.round(100 * share)} %`);
    const fail = (error) => this.refuse(error.message);
    slices.add(collectFeatures(net, this.pictures, this.layer, told), (set) => {
      this.say("Arranging them");
      slices.add(byPrincipalAxes(set, dimensions, this.arrangement), (arrangement) => this.take(set, arrangement), fail);
    }, fail);
  }

  take(set, arrangement) {
    if (set.image !== this.set?.image || !this.thumbnails) this.thumbnails = new Thumbnails(set);
    Object.assign(this, { set, arrangement });
    this.say("");
    this.card.root.classList.remove("stale");
    this.about.textContent = arrangedWords(set, arrangement, this.app.titles[this.layer.index], isAveraged(this.layer));
    this.colour();
    this.card.take(set, arrangement, this.thumbnails);
    this.card.scatter.canvas.setAttribute("aria-label", `${countText(set.count)} test images as points. ${this.about.textContent} Arrow keys move or turn, plus and minus zoom, 0 shows all.`);
    if (this.card.scatter.chosen.size) this.choose([...this.card.scatter.chosen].filter((index) => index < set.count));
    this.places.take(this.pictures, this.thumbnails, set, this.layer);
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
    if (!set || !arrangement || !picture || this.isStale) return;
    const feature = new Float32Array(set.size);
    putFeature(app.values(layer.index), layer, feature);
    const distances = this.neighbours.distances(set, feature);
    const last = app.layers.at(-1);
    const answer = app.hasAnswer ? answerOf(last) : -1;
    const nearest = this.neighbours.show({ set, thumbnails: this.thumbnails, distances, without: this.ownIndex(picture), answer });
    this.small = pictureOf(picture.pixels, app.layers[0].shape);
    card.scatter.live = { place: arrangement.place(feature, distances), picture: this.small, nearest };
    card.scatter.draw();
    if (!this.places.root.hidden) this.places.follow();
  }

  // Where the picture stands among the test images, if it is one of them.
  ownIndex({ index }) {
    return index ?? -1;
  }

  pick(index) {
    this.app.showTestImage(index);
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
  }

  fit() {
    if (this.root.hidden || !this.main.clientWidth) return;
    const most = this.app.isPhone() ? 400 : HEIGHT.most;
    this.card.scatter.resize(this.main.clientWidth, Math.min(Math.max(window.innerHeight - HEIGHT.around, HEIGHT.least), most));
  }

  refuse(text) {
    this.say(text);
    this.main.hidden = this.side.hidden = true;
  }

  say(text) {
    this.said.textContent = text;
  }

  close() {
    this.slices.stop();
    this.places.close();
  }
}
