// The net at each kept epoch: a line to scrub or to play while the picture moves, with the accuracy on the test images
// above it; and, unfolded, the confusion matrix of the epoch and from when on each class was known.

import { element, svgElement } from "../../shared/dom.js";
import { countText, percentText } from "../../shared/numbers.js";
import { percent } from "../../shared/net_view/words.js";
import { drawMatrix, matrixWords, mostMistakes } from "../../shared/net_view/matrix.js";
import { EpochAnswers, KNOWN_FROM, knownFrom } from "./epoch_answers.js";
import { EpochNets } from "../../shared/nn/epoch_nets.js";

const STEP_MS = 250; // of playing
const SIDE = 170; // CSS pixels of the matrix
const HEIGHT = 30; // of the curve
const MORE_COME = "The next epoch takes its place here when it is done.";
const ONLY_END = "Only the end of this training is kept, so there are no epochs to go back to.";
const LARGE = "This net is large: what its epochs answer is computed when asked for, by class or with the slider.";

export class Timeline {
  constructor(app) {
    Object.assign(this, { app, stops: [], at: 0, timer: null, answers: null });
    const button = (text, click, attributes = {}) => element("button", { type: "button", text, ...attributes, on: { click } });
    this.play = button("Play", () => this.togglePlay(), { "aria-label": "Play the epochs" });
    this.curve = svgElement("svg", { viewBox: `0 0 100 ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
    this.slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Epoch", on: { input: () => this.scrub() } });
    this.title = element("strong");
    this.note = element("span", { role: "status" });
    this.more = button("By class", () => this.unfold(), { "aria-expanded": "false" });
    this.matrix = element("canvas", { role: "img" });
    this.learned = element("ul", { class: "learned" });
    this.learnedWords = element("p", { class: "hint" });
    const byClass = element("div", { class: "by-class" }, this.learnedWords, this.learned);
    this.folded = element("div", { class: "epoch-answers", hidden: true }, this.matrix, byClass);
    this.row = [this.play, element("div", { class: "epoch-track" }, this.curve, this.slider), element("div", { class: "epoch-words" }, this.title, this.note), this.more, this.folded];
    this.root = app.find("timeline");
  }

  // stops: [{title, url}], in order; net: the address of the one that is shown.
  take({ net, stops = [], images, goes_on: goesOn, is_own: isOwn, offline = false }) {
    this.pause();
    this.forget();
    Object.assign(this, { stops: [...stops], at: Math.max(stops.findIndex(({ url }) => url === net), 0), imagesUrl: images, goesOn });
    const nets = (this.nets = new EpochNets(this.stops, () => nets === this.nets && this.refresh()));
    const hasNone = Boolean(isOwn || (offline && stops.length < 2)); // it was not trained here, or its epochs did not come along
    this.root.hidden = hasNone;
    if (hasNone) this.root.replaceChildren();
    else this.lay();
  }

  // While the net learns: the epochs so far. Whoever looks at the newest goes on with the newest. What the server has
  // dropped between the first and the newest stays here. False if one of these two is another one, as after a rewind.
  extend({ stops, goes_on: goesOn }) {
    const newest = this.stops.at(-1)?.url;
    const known = stops.findLastIndex(({ url }) => url === newest);
    if (known < 0 || stops[0].url !== this.stops[0].url) return false;
    const more = stops.slice(known + 1);
    if (!more.length && goesOn === this.goesOn) return true;
    const isNewest = this.at === this.stops.length - 1;
    this.goesOn = goesOn;
    this.stops.push(...more);
    this.lay();
    if (this.app.hasFrame) this.prepare();
    if (isNewest) this.go(this.stops.length - 1);
    return true;
  }

  // A line to scrub, where there is more than one place on it.
  lay() {
    const { stops } = this;
    this.slider.max = stops.length - 1;
    if (stops.length > 1) {
      if (!this.slider.isConnected) this.root.replaceChildren(...this.row);
      return this.refresh();
    }
    const text = this.goesOn && stops.length ? [element("strong", { text: stops[0].title }), ` ${MORE_COME}`] : [ONLY_END];
    this.root.replaceChildren(element("p", { class: "hint" }, ...text));
  }

  changed(_, changed) {
    if (!changed.has("net") || !this.stops.length) return;
    if (this.stops.length > 1) this.prepare();
    if (this.app.isLearning) this.go(this.at); // a newer epoch may have come while this one was fetched
  }

  // The other epochs come when the first picture stands.
  prepare() {
    this.nets.fetch();
    this.answers ??= new EpochAnswers(this.stops, this.imagesUrl, (url, answer) => this.learn(url, answer));
    if (!this.app.live.isWorker) this.answers.compute(); // a large net waits until somebody wants to know
    this.refresh();
  }

  learn(url, answer) {
    if (answer) this.app.dead.learn(url, answer);
    this.refresh();
  }

  scrub() {
    this.pause();
    this.go(Number(this.slider.value));
  }

  async go(at) {
    this.at = at;
    this.answers?.compute();
    this.refresh();
    const { nets } = this;
    const { url } = this.stops[at];
    try {
      const weights = await nets.weights(at);
      if (nets === this.nets && this.at === at && this.app.current && this.app.url !== url) this.app.loadEpoch({ url, weights });
    } catch {
      this.refresh(); // says it
    }
  }

  togglePlay() {
    if (this.timer) return this.pause();
    if (this.at === this.stops.length - 1) this.go(0);
    this.timer = setInterval(() => (this.at < this.stops.length - 1 ? this.go(this.at + 1) : this.pause()), STEP_MS);
    this.label("Pause", "Pause the epochs");
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.label("Play", "Play the epochs");
  }

  label(text, words) {
    this.play.textContent = text;
    this.play.setAttribute("aria-label", words);
  }

  unfold() {
    this.folded.hidden = !this.folded.hidden;
    this.more.setAttribute("aria-expanded", String(!this.folded.hidden));
    this.answers?.compute();
    this.refresh();
  }

  refresh() {
    const { stops, at, answers } = this;
    const found = answers?.found ?? [];
    const answer = found[at];
    this.slider.value = at;
    this.slider.setAttribute("aria-valuetext", `${stops[at].title}, ${at + 1} of ${stops.length}`); // the last may be no epoch
    this.title.textContent = this.goesOn && at === stops.length - 1 ? `${stops[at].title}, the newest` : stops[at].title;
    this.note.textContent = answer ? `${percent(answer.accuracy)} of ${countText(answer.predictions.length)} test images right` : this.waiting();
    this.drawCurve(found);
    if (!this.folded.hidden) this.drawClasses(found);
  }

  waiting() {
    const problem = this.nets.problems.get(this.at) || this.answers?.problem;
    if (problem) return problem;
    if (this.nets.numHere < this.stops.length) return `${this.nets.numHere} of ${this.stops.length} epochs are here`;
    if (this.answers?.isAtWork) return `Test images: ${this.answers.numDone} of ${this.stops.length} epochs answered`;
    return this.answers?.numDone === 0 && this.app.live.isWorker ? LARGE : "";
  }

  drawCurve(found) {
    const last = this.stops.length - 1;
    const known = [...found.entries()].filter(([, answer]) => answer);
    const point = ([i, { accuracy }]) => [(100 * i) / last, HEIGHT - accuracy * HEIGHT];
    const line = svgElement("polyline", { points: known.map((entry) => point(entry).join()).join(" ") });
    this.curve.replaceChildren(line);
    const words = known.map(([i, { accuracy }]) => `${this.stops[i].title} ${percent(accuracy)}`).join(", ");
    this.curve.setAttribute("aria-label", words ? `Accuracy on test images: ${words}` : "The accuracy is not computed yet");
  }

  drawClasses(found) {
    const { classes } = this.app;
    const answer = found[this.at];
    this.matrix.hidden = !answer;
    if (answer) {
      drawMatrix(this.matrix, answer.matrix, { side: SIDE, most: mostMistakes(...found.filter(Boolean).map(({ matrix }) => matrix)) });
      this.matrix.setAttribute("aria-label", `Confusion matrix, ${this.stops[this.at].title}: ${matrixWords(answer.matrix, classes)}`);
    }
    const isWhole = found.length === this.stops.length && found.every(Boolean);
    const isWaiting = found.length < this.stops.length && !this.answers?.problem;
    const missing = isWaiting ? "Waiting for all epochs \u2026" : "Not all epochs are here, so nobody knows when each class was learned.";
    const text = isWhole ? `Known from then on: at least ${percentText(KNOWN_FROM)} of its test images right, until the end.` : missing;
    const firsts = isWhole ? knownFrom(found.map(({ matrix }) => matrix)) : [];
    const items = firsts.map((first, label) => {
      const when = first === null ? "not yet" : first === undefined ? "no test images" : this.stops[first].title.toLowerCase();
      return element("li", { class: first !== null && first <= this.at ? "known" : "", text: `${classes[label] ?? label + 1}: ${when}` });
    });
    this.learnedWords.textContent = text;
    this.learned.replaceChildren(...items);
  }

  forget() {
    this.nets?.leave();
    this.answers?.close();
    this.answers = null;
  }

  close() {
    this.pause();
    this.forget();
  }
}
