// What one net says: the class in words, whether it is right, and a bar for each class; of many classes the likeliest.

import { element } from "../shared/dom.js";
import { ClassBars } from "../shared/net_view/class_bars.js";
import { isShares, probability } from "../shared/net_view/words.js";
import { sharesOf } from "../shared/nn/evaluator.js";

const MOST_ROWS = 12;
const LIKELIEST = 5;
const DOUBT = "Unlike what this net learned from: perhaps it is none of these.";
const NO_ANSWER = "No answer: this net ends with maps.";

export class NetAnswer {
  constructor() {
    this.said = element("strong");
    this.share = element("span", { class: "hint" });
    this.verdict = element("span", { class: "net-verdict" });
    this.doubt = element("p", { class: "hint net-doubt", text: DOUBT });
    this.bars = new ClassBars();
    this.words = element("p", { class: "net-said" }, this.said, " ", this.share, " ", this.verdict);
    this.root = element("div", { class: "net-answer" }, this.words, this.bars.root, this.doubt);
  }

  // classes: their names, in the order of the net's answers; canDoubt: whether it is known what the net learned from.
  take({ manifest, layers }, classes, canDoubt) {
    this.doubt.hidden = !canDoubt;
    const last = layers.at(-1);
    this.hasAnswer = last.shape.length === 1;
    if (!this.hasAnswer) {
      this.words.replaceChildren(NO_ANSWER);
      return;
    }
    this.output = manifest.output;
    const count = Math.max(last.units, 2); // one output is the probability of the second of two classes
    this.names = Array.from({ length: count }, (_, at) => classes[at] ?? (last.units === 1 ? ["no", "yes"][at] : String(at + 1)));
    this.isFew = count <= MOST_ROWS;
    if (this.isFew) this.bars.take([...this.names.keys()], this.names);
  }

  // Of each class what a net whose last layer gives `values` says.
  of(values) {
    return values.length === 1 ? sharesOf(values, this.output) : values;
  }

  // The class that is said, from 0. label: the name of what it is, or undefined.
  show(last, label, isDoubtful) {
    const values = this.of(last);
    const isShare = isShares(this.output) || last.length === 1;
    const best = values.indexOf(Math.max(...values));
    if (!this.isFew) this.takeLikeliest(values);
    this.bars.show(values, { isShare });
    this.said.textContent = this.names[best];
    this.share.textContent = isShare ? probability(values[best]) : "";
    const isKnown = label !== undefined && this.names.includes(label);
    const isRight = isKnown && this.names[best] === label;
    this.verdict.textContent = !isKnown ? "" : isRight ? "\u2713 right" : `\u2717 wrong: it is ${label}`;
    this.verdict.classList.toggle("wrong", isKnown && !isRight);
    this.doubt.classList.toggle("told", isDoubtful); // its room stays, so that nothing jumps
    this.best = best;
  }

  takeLikeliest(values) {
    const order = [...values.keys()].sort((one, other) => values[other] - values[one]).slice(0, LIKELIEST);
    if (order.join() === this.order) return;
    this.order = order.join();
    this.bars.take(order, this.names);
  }

  get spoken() {
    return this.hasAnswer ? `${this.words.textContent.trim()}.` : NO_ANSWER;
  }
}
