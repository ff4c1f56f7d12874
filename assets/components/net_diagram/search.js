// Find a layer by its name or kind: a field with the layers found below it, reached by arrow keys.

import { element } from "../shared/dom.js";

const MOST = 40; // more are not looked through: type another letter

export class Search {
  constructor(field, list, go) {
    Object.assign(this, { field, list, go, layers: [], found: [], at: -1 });
    field.addEventListener("input", () => this.look());
    field.addEventListener("focus", () => field.value && this.look());
    field.addEventListener("keydown", (event) => this.press(event));
    field.addEventListener("blur", () => this.close());
    // before the field loses the focus
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => this.choose(event.target.closest("li")?.dataset.index));
  }

  look() {
    const words = this.field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const fits = ({ name, code, kind }) => words.every((word) => `${name} ${code} ${kind}`.toLowerCase().includes(word));
    this.found = words.length ? this.layers.filter(fits).slice(0, MOST) : [];
    this.at = this.found.length ? 0 : -1;
    this.list.hidden = !words.length;
    this.field.setAttribute("aria-expanded", String(!this.list.hidden));
    this.draw();
  }

  draw() {
    const items = this.found.map(({ name, code, shape }, index) =>
      element(
        "li",
        { role: "option", id: `found-${index}`, "data-index": String(index), "aria-selected": String(index === this.at) },
        element("span", {}, element("b", { text: name }), " ", element("code", { text: code })),
        element("span", { text: shape }),
      ),
    );
    const none = element("li", { class: "none", text: "No layer has this name or kind." });
    this.list.replaceChildren(...(items.length ? items : [none]));
    if (this.at < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `found-${this.at}`);
    this.list.children[this.at]?.scrollIntoView({ block: "nearest" });
  }

  press(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.found.length) {
      this.at = (this.at + step + this.found.length) % this.found.length;
      this.draw();
    } else if (event.key === "Enter") this.choose(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  choose(index) {
    const layer = this.found[index];
    if (!layer || this.list.hidden) return;
    this.close();
    this.go(layer.path);
  }

  close() {
    this.list.hidden = true;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }
}
