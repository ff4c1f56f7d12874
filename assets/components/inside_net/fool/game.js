// The game: paint pixels until the net says another class, with as few as you can.

import { element } from "../../shared/dom.js";
import { answerOf, isFlipped, marginOf } from "../../shared/nn/fooling.js";
import { ClassBars } from "../../shared/net_view/class_bars.js";
import { probability } from "../../shared/net_view/words.js";
import { clamp, countText, percentText } from "../../shared/numbers.js";
import { sharesOf } from "../../shared/nn/evaluator.js";
import { bestScore, gameKey, keepScore } from "./best_scores.js";
import { Brushes } from "./brushes.js";
import { Painting } from "./painting.js";

export const ANY = "any"; // other class than the one that it says
const MOST_BARS = 10;
const UNKNOWN = "\u2013";

export const pixelsText = (count) => `${countText(count)} ${count === 1 ? "pixel" : "pixels"}`;

export class Game {
  // onGoal(ANY or a class), onLook(pixels, words) for whoever wants to look at what was painted, speak(text)
  constructor({ onGoal, onLook, speak }) {
    Object.assign(this, { speak, asked: null, searched: null, best: null });
    this.painting = new Painting({ onChange: () => this.frame(), onEnd: () => this.speak(this.words()) });
    this.brushes = new Brushes((colour) => (this.painting.colour = colour));
    this.bars = new ClassBars();
    this.said = element("b");
    this.goal = element("select", { "aria-label": "What it shall say", on: { change: () => onGoal(this.goal.value === ANY ? ANY : Number(this.goal.value)) } });
    this.message = element("p", { class: "fool-message" });
    this.way = element("i");
    this.wayText = element("span");
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.undo = button("Undo", () => this.painting.undo());
    this.again = button("Start again", () => this.painting.clear());
    this.look = button("Look at it", () => onLook(this.painting.pixels, `${pixelsText(this.count)} painted`));
    this.tiles = Object.fromEntries([["count", "Your pixels"], ["best", "Your best"], ["search", "The search"]].map(([name, title]) => [name, element("strong", { "data-score": name, text: UNKNOWN, title })]));
    const tile = (name) => element("div", { class: "fool-tile" }, this.tiles[name], element("span", { text: this.tiles[name].title }));
    const left = element("div", { class: "fool-left" }, this.painting.canvas, this.brushes.root, element("div", { class: "fool-buttons" }, this.undo, this.again, this.look));
    const right = element("div", { class: "fool-right" }, element("div", { class: "fool-tiles" }, tile("count"), tile("best"), tile("search")), this.message, element("div", { class: "fool-way", title: "How far the lead of the first answer, before softmax, is gone" }, element("span", { class: "class-track" }, this.way), this.wayText), this.bars.root);
    this.task = element("p", { class: "fool-goal" }, "It says ", this.said, ". Make it say ", this.goal, " with as few pixels as you can.");
    this.root = element("section", { class: "fool-game", "aria-label": "Fool it by hand" }, left, right);
  }

  // asked: {net, pixels, said, target}; names of the classes; of which net and edits it is. What was painted on the same picture
  // stays.
  take(asked, { names, url, edits, side }) {
    const isNew = !samePixels(asked.pixels, this.asked?.pixels);
    Object.assign(this, { asked, names, searched: null, key: gameKey(url, edits, asked.pixels, asked.target) });
    this.best = bestScore(this.key);
    this.root.style.setProperty("--side", `${side}px`);
    const { shape } = asked.net.layers[0];
    if (isNew) {
      this.painting.take(asked.pixels, shape, side);
      this.brushes.take(asked.pixels, shape[2]);
      this.painting.canvas.setAttribute("aria-label", `The picture, ${shape[1]} \u00d7 ${shape[0]} pixels. Arrow keys move, space paints.`);
    }
    this.takeBars();
    this.frame();
  }

  // Names and bars; those that stand there already stay, because pictures may come with every frame.
  takeBars() {
    const { asked, names } = this;
    asked.net.run(asked.pixels);
    this.lead = -marginOf(asked);
    const shares = this.shares();
    const order = shares.map((_, of) => of).sort((one, other) => shares[other] - shares[one]);
    const wanted = asked.target === null ? [] : [asked.target];
    const units = [...new Set([asked.said, ...wanted, ...order])].slice(0, MOST_BARS).sort((one, other) => one - other);
    const built = JSON.stringify([asked.said, asked.target, units, names]);
    if (built === this.built) return;
    this.built = built;
    this.said.textContent = names[asked.said];
    const options = [[ANY, "anything else"], ...names.map((text, of) => [of, text]).filter(([of]) => of !== asked.said)];
    this.goal.replaceChildren(...options.map(([value, text]) => element("option", { value: String(value), text })));
    this.goal.value = String(asked.target ?? ANY);
    this.bars.take(units, names);
    for (const { unit, row } of this.bars.rows) row.classList.toggle("wanted", unit === asked.target);
  }

  shares() {
    const { net } = this.asked;
    return sharesOf(net.values(net.layers.length - 1), net.manifest.output);
  }

  // What the search needed, or null while it is not known.
  tellSearch(count) {
    this.searched = count;
    this.show();
  }

  // A pixel was painted: ask the net.
  frame() {
    if (!this.asked) return;
    const { net } = this.asked;
    net.run(this.painting.pixels);
    const answer = answerOf(net);
    Object.assign(this, { answer, percent: this.shares(), count: this.painting.changed.length });
    this.isWon = this.count > 0 && isFlipped(answer, this.asked);
    this.nearer = 1 + marginOf(this.asked) / (this.lead || 1);
    if (this.isWon) this.best = keepScore(this.key, this.count);
    this.bars.show(this.percent, { isShare: true });
    this.show();
  }

  show() {
    const { tiles, count } = this;
    tiles.count.textContent = countText(count);
    tiles.best.textContent = this.best === null ? UNKNOWN : countText(this.best);
    tiles.search.textContent = this.searched === null ? UNKNOWN : countText(this.searched);
    this.root.classList.toggle("won", this.isWon);
    this.message.textContent = this.words();
    const share = this.isWon ? 1 : clamp(this.nearer, 0, 0.99);
    this.way.style.transform = `scaleX(${share})`;
    this.wayText.textContent = this.isWon ? "there" : this.nearer < -0.005 ? "further away" : `${percentText(share)} of the way`;
    this.undo.disabled = !this.painting.strokes.length;
    for (const button of [this.again, this.look]) button.disabled = !count;
  }

  words() {
    const { names, answer, count, percent, searched, asked } = this;
    if (!count) return "Paint on the picture.";
    const says = `It says ${names[answer]}, ${probability(percent[answer])}.`;
    if (!this.isWon) return asked.target === null || asked.target === answer ? says : `${says} ${names[asked.target]} has ${probability(percent[asked.target])}.`;
    const compared = searched === null ? "" : count < searched ? " Fewer than the search!" : count === searched ? " As few as the search!" : ` The search needed ${searched}. Can you do with fewer?`;
    return `\u2713 Fooled with ${pixelsText(count)}! ${says}${compared}`;
  }

  close() {
    this.painting.close();
  }
}

const samePixels = (one, other) => other !== undefined && one.length === other.length && one.every((value, at) => value === other[at]);
