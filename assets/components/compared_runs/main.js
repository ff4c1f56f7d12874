// The runs of a comparison beside each other, each with its letter and colour: moved and taken out here. The page is told
// the ids in their new order. `data` is what cnnviz/ui/components/compared_runs.py packs.

import { element, finder } from "../shared/dom.js";
import { mount } from "../shared/mount.js";

const TOOLS = [
  { name: "earlier", text: "\u2039", words: (name) => `Move ${name} one place earlier` },
  { name: "later", text: "\u203a", words: (name) => `Move ${name} one place later` },
  { name: "out", text: "\u00d7", words: (name) => `Take ${name} out of the comparison` },
];

class ComparedRuns {
  constructor(root, { setTriggerValue }) {
    Object.assign(this, { root, tell: setTriggerValue, list: finder(root)("runs"), runs: [], told: [] });
  }

  // data: {runs: [{id, letter, name, note, colour}]}. The keyboard stays with the run, wherever that stands now; with
  // the one at its place, where it was taken out.
  take({ data }) {
    const focused = this.list.querySelector("[data-tool]:focus");
    const held = focused?.closest("[data-run]");
    const at = [...this.list.children].indexOf(held);
    this.ids = this.orderBy(data.runs);
    this.runs = data.runs;
    this.list.replaceChildren(...this.runs.map((run) => this.chip(run)));
    if (held) this.focus(held.dataset.run, at, focused.dataset.tool);
  }

  // The ids in the order that was told last, as long as the page still answers what was told before that, or is only
  // drawn again; where it has other runs, or another order, from elsewhere, in its own.
  orderBy(runs) {
    const [ids, before] = [runs, this.runs].map((all) => all.map(({ id }) => id));
    const answered = this.told.findLastIndex((order) => order.join() === ids.join());
    if (answered < 0 && ids.join() !== before.join()) this.told = [];
    this.told.splice(0, answered + 1);
    return this.told.at(-1) ?? ids;
  }

  focus(id, place, tool) {
    const chips = [...this.list.children];
    const chip = chips.find(({ dataset }) => dataset.run === id) ?? chips[Math.min(place, chips.length - 1)];
    (chip?.querySelector(`[data-tool="${tool}"]`) ?? chip)?.focus();
  }

  chip({ id, letter, name, note, colour }) {
    const tools = this.runs.length > 1 ? TOOLS.map((tool) => this.tool(tool, `${letter}, ${name}`, id)) : [];
    const words = element("div", { class: "run-words" }, element("span", { class: "run-name", text: name, title: name }), element("span", { class: "run-note", text: note, title: note }));
    const chip = element("li", { "data-run": id, tabindex: "-1" }, element("span", { class: "run-letter", text: letter }), words, element("div", { class: "run-tools" }, ...tools));
    chip.style.setProperty("--run", colour);
    return chip;
  }

  tool({ name, text, words }, title, id) {
    const on = {
      click: () => {
        const order = this.moved(name, id);
        if (!order) return;
        this.ids = order;
        this.told.push(order);
        this.tell("order", order);
      },
    };
    return element("button", { type: "button", text, title: words(title), "aria-label": words(title), "aria-disabled": String(!this.moved(name, id)), "data-tool": name, on });
  }

  // The ids in their order after that; null where the run stands at the end already, or none would be left.
  moved(name, id) {
    const ids = [...this.ids];
    const place = ids.indexOf(id);
    if (name === "out") return ids.length > 1 ? ids.filter((one) => one !== id) : null;
    const to = place + (name === "earlier" ? -1 : 1);
    if (place < 0 || to < 0 || to >= ids.length) return null;
    [ids[place], ids[to]] = [ids[to], ids[place]];
    return ids;
  }

  close() {}
}

export default mount(".compared-runs", (root, args) => new ComparedRuns(root, args));
