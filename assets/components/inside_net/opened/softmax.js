// From the sums of all classes to shares: e to the power of each, divided by the sum of all. Point at a row: its term in
// the sum lights up, and the other way round. The net computes all shares and only then sets those of units that are
// switched off to 0: the others keep theirs.

import { element } from "../../shared/dom.js";
import { activationOf, termsAt } from "../../shared/nn/explain.js";
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
    this.off = element("p", { class: "hint softmax-off", hidden: true });
    const head = element("div", { class: "softmax-row head", "aria-hidden": "true" }, ...["class", "sum z", "e^z", "share"].map((text) => element("span", { text })));
    const sum = element("p", { class: "softmax-sum" }, ...this.terms.flatMap((term, at) => (at ? [" + ", term] : [term])), ...(units > MOST ? [" + ", this.others] : []), " = ", this.total);
    this.root = element("section", { class: "softmax", "aria-label": "Softmax: from sums to shares" }, element("h3", { text: "Softmax: from sums to shares" }), head, ...this.rows.map(({ node }) => node), element("h3", { text: "Sum of all e^z" }), sum, this.result, this.off);
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
    const computed = activationOf("softmax", [...logits]);
    const powers = Array.from(logits, Math.exp);
    const total = sum(powers);
    this.rows.forEach(({ unit: at, dot, logit, power, share }, position) => {
      setNumber(logit, logits[at]);
      setNumber(power, powers[at]);
      setNumber(share, shares[at], { text: app.isOff(layer, at) ? "0 (off)" : probability(shares[at]) });
      dot.style.transform = `scale(${Math.sqrt(shares[at]).toFixed(3)})`;
      this.terms[position].textContent = significant(powers[at]);
    });
    this.others.textContent = significant(powers.reduce((sum, power, at) => (this.units.includes(at) ? sum : sum + power), 0));
    setNumber(this.total, total);
    this.result.textContent = `${app.unitTitle(layer, unit)}: ${significant(powers[unit])} / ${significant(total)} = ${probability(computed[unit])}${app.isOff(layer, unit) ? ", \u00d7 0: this unit is switched off" : ""}`;
    this.sayOff(shares);
  }

  sayOff(shares) {
    const { app, layer } = this;
    const off = [...app.net.off[layer]].sort((a, b) => a - b).map((at) => app.unitTitle(layer, at));
    this.off.hidden = !off.length;
    this.off.textContent = `Switched off: ${off.join(", ")}. The net computes all shares first and then sets such a share to 0. The others stay as they are, together ${probability(sum(shares))}.`;
  }
}

const sum = (values) => values.reduce((all, value) => all + value, 0);
