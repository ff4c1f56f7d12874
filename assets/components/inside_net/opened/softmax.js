// From the sums of all classes to shares: e to the power of each, divided by the sum of all. Point at a row: its term in
// the sum lights up, and the other way round.

import { element } from "../../shared/dom.js";
import { termsAt } from "../../shared/nn/explain.js";
import { probability, significant } from "../../shared/net_view/words.js";
import { number, setNumber } from "./pieces.js";

const MOST = 12; // classes with a row; more are added up

export class Softmax {
  constructor(app, { layer, unit }) {
    Object.assign(this, { app, layer, unit });
    const { units } = app.layers[layer];
    const all = Array.from({ length: units }, (_, at) => at);
    this.units = units <= MOST ? all : [...new Set([unit, ...all])].slice(0, MOST).sort((a, b) => a - b);
    this.rows = this.units.map((at) => this.row(at));
    this.terms = this.units.map((at) => element("span", { class: "softmax-term", "data-unit": at }));
    this.others = element("span", { class: "softmax-term" });
    this.total = number("exponentials", 0);
    this.result = element("p", { class: "softmax-result" });
    const head = element("div", { class: "softmax-row head", "aria-hidden": "true" }, ...["class", "sum z", "e^z", "share"].map((text) => element("span", { text })));
    const sum = element("p", { class: "softmax-sum" }, ...this.terms.flatMap((term, at) => (at ? [" + ", term] : [term])), ...(units > MOST ? [" + ", this.others] : []), " = ", this.total);
    this.root = element("section", { class: "softmax", "aria-label": "Softmax: from sums to shares" }, element("h3", { text: "Softmax: from sums to shares" }), head, ...this.rows.map(({ node }) => node), element("h3", { text: "Sum of all e^z" }), sum, this.result);
    for (const type of ["pointerover", "focusin"]) this.root.addEventListener(type, (event) => this.light(event.target.closest("[data-unit]")?.dataset.unit));
    this.root.addEventListener("pointerleave", () => this.light());
  }

  row(unit) {
    const { app, layer } = this;
    const dot = element("i", { class: "softmax-dot" });
    const [logit, power, share] = [number("logit", 0), number("power", 0), number("share", 0)];
    const open = () => app.openUnit(layer, unit);
    const node = element("button", { type: "button", class: "softmax-row", "data-unit": unit, on: { click: open } }, element("span", {}, dot, app.classes[unit] ?? String(unit + 1)), logit, power, share);
    node.setAttribute("aria-current", String(unit === this.unit));
    return { unit, node, dot, logit, power, share };
  }

  // The same class in both places, or none.
  light(unit) {
    for (const node of this.root.querySelectorAll("[data-unit]")) node.classList.toggle("lit", unit !== undefined && node.dataset.unit === unit);
  }

  frame() {
    const { app, layer, unit } = this;
    const logits = termsAt(app.net, layer, unit).softmax;
    const shares = app.values(layer);
    const powers = Array.from(logits, Math.exp);
    const total = powers.reduce((sum, power) => sum + power, 0);
    this.rows.forEach(({ unit: at, dot, logit, power, share }, position) => {
      setNumber(logit, logits[at]);
      setNumber(power, powers[at]);
      setNumber(share, shares[at], { text: probability(shares[at]) });
      dot.style.transform = `scale(${Math.sqrt(shares[at]).toFixed(3)})`;
      this.terms[position].textContent = significant(powers[at]);
    });
    this.others.textContent = significant(powers.reduce((sum, power, at) => (this.units.includes(at) ? sum : sum + power), 0));
    setNumber(this.total, total);
    this.result.textContent = `${app.unitTitle(layer, unit)}: ${significant(powers[unit])} / ${significant(total)} = ${probability(shares[unit])}`;
  }
}
