// One corruption: accuracy against its level, and below each point the chosen image as it is there.

import { drawPixels } from "../shared/canvas.js";
import { element, svgElement } from "../shared/dom.js";
import { accuracyInterval, percentText } from "../shared/numbers.js";
import { shortVerdict } from "./findings.js";

const TICKS = [1, 0.5, 0];
const HEIGHT = 100; // of the figure's own coordinates; each level is 100 wide

const across = (place) => 100 * place + 50;
const down = (share) => HEIGHT * (1 - share);
const points = (shares) => shares.map((share, place) => `${across(place)} ${down(share)}`);
const path = (shares) => `M${points(shares).join("L")}`;

export class Card {
  // choose(level or null): a click on the card, or on one of its levels.
  constructor(series, choose) {
    Object.assign(this, { series, choose, answers: null });
    this.title = element("button", { type: "button", text: series.title, title: series.meaning, "aria-pressed": "false" });
    this.verdict = element("span");
    this.mark = element("i", { class: "at", hidden: true });
    this.figure = svgElement("svg", { viewBox: `0 0 ${100 * series.levels.length} ${HEIGHT}`, preserveAspectRatio: "none", role: "img" });
    this.plot = element("div", { class: "plot" }, this.mark, this.figure);
    this.thumbs = series.levels.map((level) => this.thumb(level));
    const scale = element("div", { class: "scale", "aria-hidden": "true" }, ...TICKS.map((share) => element("span", { text: percentText(share), style: `top:${down(share)}%` })));
    const pictures = element("div", { class: "thumbs", "aria-hidden": "true" }, ...this.thumbs.map(({ root }) => root));
    this.root = element("article", { class: "card" }, element("header", {}, this.title, this.verdict), scale, this.plot, pictures);
    this.root.addEventListener("click", ({ target, clientX }) => this.choose(this.title.contains(target) ? null : this.levelAt(clientX)));
    this.root.addEventListener("pointermove", ({ clientX }) => this.tell(this.levelAt(clientX)));
    this.root.addEventListener("pointerleave", () => this.tell(null));
  }

  thumb({ text }) {
    const canvas = element("canvas");
    const root = element("span", {}, canvas, element("i", { class: "mark" }), element("span", { text: text.replace("\u202fpx", "").replace("\u00d7\u202f", "") }));
    return { root, canvas };
  }

  levelAt(clientX) {
    const { left, width } = this.plot.getBoundingClientRect();
    const place = Math.floor(((clientX - left) / width) * this.series.levels.length);
    return this.series.levels[place] ? place : null;
  }

  // answers, or null before there are any; curve: {shares, count} of the class that is looked at, all: of all classes;
  // guessing, or null where that says nothing.
  show(answers, { curve, all, guessing }) {
    Object.assign(this, { answers: curve?.count ? answers : null, curve, all });
    this.tell(null);
    const wide = 100 * this.series.levels.length;
    const lines = TICKS.map((share) => svgElement("path", { class: "grid", d: `M0 ${down(share)}H${wide}` }));
    this.figure.replaceChildren(...lines);
    this.figure.setAttribute("aria-label", this.words());
    if (!this.answers) return;
    const flat = (share, name) => svgElement("path", { class: `level ${name}`, d: `M0 ${down(share)}H${wide}` });
    const bounds = curve.shares.map((share) => accuracyInterval(share, curve.count));
    const band = [...points(bounds.map(([, high]) => high)), ...points(bounds.map(([low]) => low)).reverse()];
    this.figure.append(svgElement("path", { class: "band", d: `M${band.join("L")}Z` }), flat(curve.shares[this.series.clean], "clean"));
    if (guessing !== null) this.figure.append(flat(guessing, "guessing"));
    if (all !== curve) this.figure.append(svgElement("path", { class: "line all", d: path(all.shares) }));
    const dots = curve.shares.map((share, place) => `M${across(place)} ${down(share)}h0.01`).join("");
    this.figure.append(svgElement("path", { class: "line", d: path(curve.shares) }), svgElement("path", { class: "dots", d: dots }));
  }

  inShort() {
    const verdict = shortVerdict(this.answers);
    return verdict && this.curve !== this.all ? `of all, ${verdict}` : verdict;
  }

  levelWords(place) {
    const [low, high] = accuracyInterval(this.curve.shares[place], this.curve.count).map((share) => (100 * share).toFixed(0));
    return `${this.series.levels[place].text}: ${percentText(this.curve.shares[place])} (${low} to ${high})`;
  }

  words() {
    if (!this.answers) return `${this.series.title}: ${this.curve ? "no image of this class" : "not measured yet"}.`;
    return `${this.series.title}, accuracy by level. ${this.series.levels.map((_, place) => this.levelWords(place)).join("; ")}.`;
  }

  // What stands beside the title: where the pointer is, or what comes of it all.
  tell(place) {
    this.verdict.textContent = !this.answers ? (this.curve ? "no image of it" : "") : place === null ? this.inShort() : this.levelWords(place);
  }

  // Whether it is the one that is looked at, and at which of its levels.
  choosing(isChosen, place) {
    this.root.classList.toggle("chosen", isChosen);
    this.title.setAttribute("aria-pressed", String(isChosen));
    this.mark.hidden = !isChosen;
    this.mark.style.left = `${(100 * place) / this.series.levels.length}%`;
  }

  // pictures: of each level; right: whether the answer is, or null where it is not known.
  draw(pictures, shape, right) {
    this.thumbs.forEach(({ root, canvas }, place) => {
      drawPixels(canvas, pictures[place], shape);
      root.classList.toggle("wrong", right?.[place] === false);
    });
  }
}
