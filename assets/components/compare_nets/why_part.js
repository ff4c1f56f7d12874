// Why each net says what it says: one method for all, on one scale; quick ones in the frame of the picture, the others once it
// has come to rest.

import { element } from "../shared/dom.js";
import { Slices } from "../shared/slices.js";
import { endTexts, ramp, signedScale } from "../shared/net_view/scale.js";

const SAID = ""; // the class that each net says
const NONE = "none";

export class WhyPart {
  // methods: as Python gives them; onChange() when another map is wanted.
  constructor(methods, onChange) {
    Object.assign(this, { methods, slices: new Slices() });
    this.select = element("select", { "aria-label": "Method", on: { change: onChange } }, ...methods.map(({ name, title }) => element("option", { value: name, text: title })), element("option", { value: NONE, text: "nothing" }));
    this.of = element("select", { "aria-label": "Class", on: { change: onChange } });
    this.low = element("span");
    this.ramp = element("i", { class: "ramp", style: `background: ${ramp(signedScale(-1, 1))}` });
    this.high = element("span");
    this.bar = element("span", { class: "bar" }, this.low, this.ramp, this.high);
    this.caution = element("p", { class: "hint" });
    this.ofLabel = element("label", {}, "for ", this.of);
    this.root = element("div", { class: "nets-heading why-heading" }, element("h3", { text: "Why" }), element("label", {}, this.select), this.ofLabel, this.bar, this.caution);
  }

  // The method's name, or "none".
  get value() {
    return this.select.value;
  }

  set value(name) {
    if ([...this.select.options].some(({ value }) => value === name)) this.select.value = name;
  }

  get method() {
    return this.methods.find(({ name }) => name === this.value);
  }

  // The names of all classes that any of the nets knows.
  takeClasses(names) {
    const before = this.of.value;
    const options = [[SAID, "what each net says"], ...names.map((name) => [name, name])];
    this.of.replaceChildren(...options.map(([value, text]) => element("option", { value, text })));
    if (options.some(([value]) => value === before)) this.of.value = before;
  }

  // What a column is asked now: {of: number of the class, words}, or the sentence that says why nothing is asked.
  question({ answer, seen, given }) {
    if (!answer.hasAnswer) return { problem: "This net gives no answer, so nothing speaks for one." };
    const name = this.of.value === SAID ? answer.names[answer.best] : this.of.value;
    const of = answer.names.indexOf(name);
    if (of < 0) return { problem: `This net has no class ${name}.` };
    return { of, pixels: seen.pixels, shape: given.shape, words: `what speaks for ${name}` };
  }

  // Quick maps at once; nothing where nothing else is asked than before. columns: those whose net has computed the picture.
  frame(columns) {
    const { method } = this;
    const question = [method, this.of.value, ...columns.flatMap(({ seen, answer, attributor }) => [seen.pixels, answer.best, attributor.ready, attributor.weights])];
    if (question.length === this.asked?.length && question.every((part, at) => part === this.asked[at])) return;
    this.asked = question;
    this.slices.stop();
    this.ofLabel.hidden = !method;
    const caution = method?.caution ?? "";
    if (this.caution.textContent !== caution) this.caution.textContent = caution;
    if (method) for (const column of columns) this.ask(column, method);
  }

  ask(column, method) {
    const { attributor, why } = column;
    const asked = this.question(column);
    if (asked.problem) return why.fail(asked.problem);
    if (!attributor.ready || !attributor.isQuick(method)) return why.wait("is computed when the picture rests");
    try {
      why.take(attributor.now(method, column.given.settings[method.name], asked.pixels, asked.of), asked);
    } catch (error) {
      why.fail(error.message);
    }
  }

  // The picture has come to rest: nets are opened for the way back, and slow maps are computed. onMap() after each.
  async settle(columns, onMap) {
    const { method, asked } = this;
    if (!method) return;
    await Promise.all(columns.map(({ attributor, why }) => attributor.open().catch((error) => why.fail(error.message))));
    if (this.slices.isBusy || asked !== this.asked) return; // it is being answered already, or something else is asked
    for (const column of columns) {
      const { attributor, why } = column;
      if (!why.root.classList.contains("stale") || !attributor.ready) continue;
      if (attributor.isQuick(method)) this.ask(column, method);
      else this.later(column, method, onMap);
    }
    onMap();
  }

  later(column, method, onMap) {
    const { attributor, why, given } = column;
    const asked = this.question(column);
    if (asked.problem) return;
    why.wait("is being computed");
    const done = (map) => {
      why.take(map, asked);
      onMap();
    };
    this.slices.add(attributor.job(method, given.settings[method.name], asked.pixels, asked.of), done, (error) => why.fail(error.message));
  }

  // All maps that are there, in the colours of the strongest.
  draw(columns) {
    const { method } = this;
    if (!method) {
      this.bar.hidden = true;
      return;
    }
    const most = Math.max(...columns.map(({ why }) => why.limit), 0);
    this.bar.hidden = !most;
    const limit = most || 1;
    [this.low.textContent, this.high.textContent] = endTexts(signedScale(-limit, limit));
    for (const column of columns) column.why.draw(limit, method);
  }

  close() {
    this.slices.stop();
  }
}
