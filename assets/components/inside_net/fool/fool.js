// The smallest change that flips the answer: by hand, a game; by the computer, the fewest pixels and a step of all of them.

import { element } from "../../shared/dom.js";
import { firstTwo, wholePixels } from "../../shared/nn/fooling.js";
import { probability } from "../../shared/net_view/words.js";
import { clamp } from "../../shared/numbers.js";
import { sharesOf } from "../../shared/nn/evaluator.js";
import { PixelsJobs, StepJobs } from "./card_jobs.js";
import { ANY, Game } from "./game.js";

const SIDE = { most: 440, least: 200, around: 430, share: 0.33 }; // CSS pixels of the picture that is painted on, and of the width
const REST_MS = 400; // a picture that stays so long is searched by itself

export class Fool {
  constructor(app) {
    Object.assign(this, { app, given: null, goal: null });
    this.root = app.find("fool");
    this.status = element("p", { class: "lead" });
    this.body = element("div", { class: "fool-body", hidden: true });
    this.root.append(this.status, this.body);
  }

  changed(values, changed) {
    const isShown = this.app.isShown("fool");
    this.root.hidden = !isShown;
    if (changed.has("net") || changed.has("url")) this.given = null;
    if (!isShown) return this.leave();
    if (["screen", "view", "net", "url", "edits"].some((name) => changed.has(name))) this.open();
  }

  async open() {
    const { app } = this;
    this.stop();
    if (!this.given) this.say("Getting the net ready");
    const request = (this.request = {});
    try {
      const given = await app.backward.open();
      if (!given || request !== this.request) return;
      this.given = given;
    } catch (error) {
      return request === this.request && this.say(error.message);
    }
    if (!this.game) this.build();
    this.refresh();
  }

  build() {
    const { app } = this;
    const look = (pixels, words) => this.look(pixels, words);
    const page = {
      look,
      text: (pixels) => this.text(pixels),
      name: (of) => this.names[of],
      hasImages: () => Boolean(app.imagesUrl),
      images: async () => ((await app.testPictures.open(app.imagesUrl)) ? app.testPictures.set.images : null),
    };
    const maker = (name) => app.makers.find((one) => one.name === name);
    this.game = new Game({ onGoal: (goal) => this.choose(goal), onLook: look, speak: (text) => (app.find("spoken").textContent = text) });
    this.pixels = new PixelsJobs(maker("pixels"), page, (count) => this.game.tellSearch(count));
    this.step = new StepJobs(maker("step"), page);
    const cards = element("div", { class: "fool-cards" }, this.pixels.root, this.step.root);
    this.body.append(this.game.task, this.game.root, cards);
  }

  say(text) {
    this.status.textContent = text;
    this.status.hidden = !text;
    this.body.hidden = Boolean(text);
  }

  frame() {
    if (this.app.isShown("fool") && this.given) this.refresh();
  }

  choose(goal) {
    this.goal = goal;
    this.refresh();
  }

  get names() {
    const { classes, layers } = this.app;
    const { length } = layers.at(-1).values;
    if (length === 1 && classes.length < 2) return ["no", "yes"]; // the probability of one thing
    return classes.length ? [...classes] : Array.from({ length }, (_, of) => String(of + 1));
  }

  // Everything anew, of the picture that is shown.
  refresh() {
    const { app, given } = this;
    const { picture, edits } = app.state.values;
    this.stop();
    if (!picture) return this.say("Draw, or choose a picture.");
    this.say("");
    given.net.restore(edits);
    const pixels = wholePixels(picture.pixels);
    const { said, next } = firstTwo(given.net, pixels);
    const target = this.goal === ANY ? null : this.goal === said || !(this.goal in this.names) ? next : this.goal;
    const asked = { ...given, pixels, said, target };
    this.game.take(asked, { names: this.names, url: app.url, edits, side: this.side() });
    this.pixels.take(asked);
    this.step.take(asked);
    if (given.isQuick) this.resting = setTimeout(() => this.pixels.search(), REST_MS);
  }

  side() {
    const { clientWidth } = this.root;
    const wanted = this.app.isPhone() ? clientWidth : Math.min(SIDE.share * clientWidth, window.innerHeight - SIDE.around);
    return Math.floor(clamp(wanted, SIDE.least, SIDE.most));
  }

  // What the net says of a picture, "7, 99 %".
  text(pixels) {
    const { net } = this.given;
    net.run(pixels);
    const shares = sharesOf(net.values(net.layers.length - 1), net.manifest.output);
    const best = shares.indexOf(Math.max(...shares));
    return `${this.names[best]}, ${probability(shares[best])}`;
  }

  // On the whole net, as the picture of the page.
  look(pixels, words) {
    const { picture } = this.app.state.values;
    this.app.show({ pixels: pixels.slice(), label: picture.label, name: `${picture.name}, ${words}` });
    this.app.state.change({ screen: "net" });
  }

  stop() {
    clearTimeout(this.resting);
    for (const part of [this.pixels, this.step]) part?.stop();
  }

  // A net that comes after that is not asked.
  leave() {
    this.request = null;
    this.stop();
  }

  close() {
    this.leave();
    this.game?.close();
  }
}
