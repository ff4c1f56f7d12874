// Below a layer with more units than fit: pages, the order of the units, and a search.

import { element } from "../../shared/dom.js";
import { countText } from "../../shared/numbers.js";
import { ORDERS } from "../../shared/net_view/orders.js";

export class ColumnTools {
  constructor(app, column) {
    Object.assign(this, { app, column });
    const { index } = column;
    const button = (text, label, step) => element("button", { type: "button", class: "turn", text, "aria-label": label, on: { click: () => this.turn(step) } });
    this.title = app.titles[index];
    this.previous = button("\u2039", `Page before, ${this.title}`, -1);
    this.next = button("\u203a", `Next page, ${this.title}`, 1);
    this.sort = element("button", { type: "button", class: "range", "aria-haspopup": "dialog", "aria-expanded": "false", on: { click: () => this.toggle() } });
    this.root = element("footer", { class: "turner" }, this.previous, this.sort, this.next);
    this.root.hidden = column.layer.units < 2 || column.form === "answer";
  }

  turn(step) {
    const { column, app } = this;
    app.state.set("pages", column.index, Math.min(Math.max(column.page + step, 0), column.numPages - 1));
  }

  refresh() {
    const { column, app } = this;
    const { page, numPages, cells, layer, units } = column;
    const order = app.state.values.orders[column.index] ?? "index";
    const isAll = numPages === 1 && units.length === layer.units;
    for (const node of [this.previous, this.next]) node.hidden = numPages === 1;
    this.previous.disabled = page === 0;
    this.next.disabled = page === numPages - 1;
    const from = page * cells.page;
    const many = app.orders.shown(column.index).length;
    const range = `${countText(from + 1)}\u2013${countText(from + units.length)}`;
    const text = numPages > 1 ? `${range} of ${countText(many)}` : isAll ? `all ${layer.units}` : `${units.length} of ${layer.units}`;
    const isNarrow = column.form === "values" && numPages > 1; // its neighbour is near, and how many there are stands above
    this.sort.textContent = `${isNarrow ? range : text}${order === "index" ? "" : " \u2193"}`;
    this.sort.setAttribute("aria-label", `${this.title}: ${text}, ${ORDERS[order]}. Sort or search.`);
    this.root.hidden = layer.units < 2 || (column.form === "answer" && numPages === 1);
  }

  toggle() {
    if (this.popover) return this.close();
    const { app, column } = this;
    const { index } = column;
    const order = app.state.values.orders[index] ?? "index";
    const choices = Object.entries(ORDERS).map(([name, text]) =>
      element("label", {}, element("input", { type: "radio", name: `order-${index}`, checked: name === order, on: { change: () => app.orders.choose(index, name) } }), text),
    );
    const search = element("input", { type: "search", placeholder: "Number, \u201csilent\u201d, \u201cdead\u201d", "aria-label": `Search ${this.title}`, value: app.state.values.searches[index] ?? "" });
    search.addEventListener("input", () => app.state.change({ searches: { ...app.state.values.searches, [index]: search.value }, pages: { ...app.state.values.pages, [index]: 0 } }));
    this.popover = element("div", { class: "popover", role: "dialog", "aria-label": `Sort or search ${this.title}` }, element("fieldset", {}, element("legend", { text: "Order" }), ...choices), search);
    this.popover.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.close();
      this.sort.focus();
    });
    this.outside = (event) => event.composedPath().includes(this.root) || this.close();
    app.root.addEventListener("pointerdown", this.outside);
    this.root.append(this.popover);
    this.sort.setAttribute("aria-expanded", "true");
    (this.popover.querySelector("input:checked") ?? search).focus();
  }

  close() {
    this.popover?.remove();
    this.popover = null;
    this.sort.setAttribute("aria-expanded", "false");
    this.app.root.removeEventListener("pointerdown", this.outside);
  }
}
