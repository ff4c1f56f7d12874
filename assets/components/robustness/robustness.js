// One corruption after the other is answered, and every figure, image and sentence follows.

import { element, finder } from "../shared/dom.js";
import { corrupt } from "../shared/imaging/corrupt.js";
import { accuracyInterval, countText, percentText } from "../shared/numbers.js";
import { ByWorker, InBrowser } from "./asking.js";
import { Card } from "./card.js";
import { ClassTable } from "./class_table.js";
import { accuraciesOf, guessingOf, headline, meanError } from "./findings.js";
import { Strip } from "./strip.js";

const ALL = "";
const NARROW = 640; // CSS pixels, as in component.css
const BEFORE = "Eight changes, each at seven levels: one of them leaves the images as they are.";

export class Robustness {
  constructor(root) {
    Object.assign(this, { root, find: finder(root), data: null, asker: null, controller: null });
    root.robustness = this; // what the browser tests read
    this.strip = new Strip(root, { go: (index) => this.look({ index }), choose: (place) => this.look({ place }) });
    this.table = new ClassTable(root, (label) => this.chooseClass(label));
    this.find("start").addEventListener("click", () => (this.controller ? this.stop() : this.start()));
    this.find("count").addEventListener("change", () => this.recount());
    this.find("class").addEventListener("change", ({ target }) => this.chooseClass(target.value === ALL ? null : Number(target.value)));
  }

  take({ data }) {
    if (data.id === this.data?.id) return this.asker.renew(data);
    this.stop();
    this.asker?.close();
    this.data = data;
    this.asker = data.net ? new InBrowser(data) : new ByWorker(data);
    this.cards = data.series.map((series) => new Card(series, (place) => this.choose(series, place)));
    this.find("cards").replaceChildren(...this.cards.map(({ root }) => root));
    this.fill("count", data.counts.map((count) => [count, count === data.num_test ? `all ${countText(count)}` : countText(count)]), data.count);
    this.fill("class", [[ALL, "All classes"], ...data.classes.map((name, label) => [label, name])], ALL);
    this.seen = { series: data.series[0], place: data.series[0].levels.length - 1, index: 0 };
    this.label = null;
    this.forget();
    this.find("closer").hidden = true;
    this.look({});
    if (data.net) this.start(); // in this browser it costs nobody anything
  }

  fill(id, options, chosen) {
    this.find(id).replaceChildren(...options.map(([value, text]) => element("option", { value: String(value), text, selected: value === chosen })));
  }

  get count() {
    return Number(this.find("count").value);
  }

  get all() {
    return this.data.series.map(({ name }) => this.found.get(name)).filter(Boolean);
  }

  forget() {
    this.found = new Map(); // name of a corruption -> its answers
    this.show();
  }

  recount() {
    const isAsked = this.data.net || this.controller || this.found.size; // a worker is left alone until somebody starts
    this.stop();
    this.forget();
    this.look({ index: Math.min(this.seen.index, this.count - 1) });
    if (isAsked) this.start();
  }

  async start() {
    const controller = (this.controller = new AbortController());
    const { signal } = controller;
    this.say(null);
    const missing = this.data.series.filter(({ name }) => !this.found.has(name));
    try {
      for (const [place, series] of missing.entries()) {
        this.progress(series, place / missing.length);
        const told = (share) => signal.aborted || this.progress(series, (place + share) / missing.length);
        const answers = await this.asker.ask(series, this.count, { told, signal });
        signal.throwIfAborted();
        this.found.set(series.name, { ...answers, series });
        this.asker.keep(series, this.count, answers);
        this.show();
        if (series === this.seen.series) this.look({});
      }
    } catch (error) {
      if (signal.aborted) return;
      this.asker.close();
      this.say(error.message);
    }
    this.controller = null;
    this.showTools();
  }

  stop() {
    this.controller?.abort();
    this.controller = null;
    if (this.data) this.showTools();
  }

  progress({ title }, share) {
    this.showTools();
    this.find("done").style.transform = `scaleX(${share})`;
    this.find("working").textContent = `${title}, ${percentText(share)} of all`;
  }

  say(problem) {
    this.find("problem").hidden = !problem;
    this.find("problem").textContent = problem ?? "";
  }

  show() {
    const { all, label } = this;
    for (const card of this.cards) {
      const answers = this.found.get(card.series.name) ?? null;
      const everything = answers && accuraciesOf(answers);
      const curve = label === null ? everything : answers && accuraciesOf(answers, label);
      const guessing = answers && label === null ? guessingOf(answers) : null;
      card.show(answers, { curve, all: everything, guessing });
    }
    this.find("headline").textContent = all.length ? headline(all, all.length < this.data.series.length) : BEFORE;
    this.find("note").textContent = all.length ? this.note(all) : this.data.before;
    this.find("legend").textContent = `${label === null ? "accuracy" : this.data.classes[label]}, with its 95\u202f% interval`;
    this.find("legend-all").hidden = label === null;
    this.find("legend-guessing").hidden = label !== null;
    this.table.show(all, this.data.classes, label);
    this.showTools();
  }

  note(all) {
    const [{ series, labels }] = all;
    const clean = accuraciesOf(all[0]).shares[series.clean];
    const [low, high] = accuracyInterval(clean, labels.length).map((share) => (100 * share).toFixed(1));
    const images = labels.length === this.data.num_test ? `All ${countText(labels.length)}` : `The first ${countText(labels.length)} of ${countText(this.data.num_test)}`;
    const error = `Mean error over all changes ${percentText(meanError(all), 1)}, unchanged ${percentText(1 - clean, 1)}.`;
    return `${error} ${images} test images; unchanged ${percentText(clean, 1)} (${low} to ${high}) are right; always saying the largest class of these gets ${percentText(guessingOf(all[0]), 1)}.`;
  }

  showTools() {
    const isDone = this.found.size === this.data.series.length;
    const start = this.find("start");
    start.textContent = this.controller ? "Cancel" : this.found.size ? "Go on" : "Start";
    start.hidden = isDone && !this.controller;
    this.find("at-work").hidden = !this.controller;
  }

  // Of the class of this number, or of all.
  chooseClass(label) {
    this.label = label;
    this.find("class").value = label === null ? ALL : String(label);
    this.show();
  }

  // A card, or one of its levels; on a phone the images stand far below.
  choose(series, place) {
    this.look({ series, place: place ?? series.levels.length - 1 });
    if (this.root.clientWidth < NARROW) this.find("closer").scrollIntoView({ block: "nearest" });
  }

  // Look at another image, corruption or level.
  async look(changes) {
    const seen = (this.seen = { ...this.seen, ...changes });
    const { data } = this;
    const isNewest = () => seen === this.seen && data === this.data;
    try {
      const { pixels, label } = await this.asker.picture(seen.index);
      if (isNewest()) this.draw(seen, pixels, label);
    } catch (error) {
      if (isNewest()) this.say(error.message);
    }
  }

  draw({ series, place, index }, pixels, label) {
    const { shape, classes, num_test: numTest } = this.data;
    const pictures = new Map(this.data.series.map((one) => [one, one.levels.map(({ changes }) => corrupt(pixels, shape, changes, index))]));
    for (const card of this.cards) {
      const answers = this.found.get(card.series.name);
      card.draw(pictures.get(card.series), shape, answers ? answers.said.map((said) => said[index] === label) : null);
      card.choosing(card.series === series, place);
    }
    const answers = this.found.get(series.name) ?? null;
    const insideUrl = `${this.data.inside}&image=${index + 1}`;
    this.strip.show({ series, place, index, label, pictures: pictures.get(series), shape, answers, classes, numImages: Math.min(this.count, numTest), insideUrl });
  }

  close() {
    this.stop();
    this.asker?.close();
  }
}
