// Controls: lists, buttons, fields for numbers, tabs.

import { element } from "../shared/dom.js";
import { arrowStep } from "../shared/keys.js";
import { parseNumber, weightLabel } from "../shared/numbers.js";

// Fill a <select> with {value: title}; values that are not allowed now are shown but cannot be taken.
export function fillSelect(list, titles, allowed = Object.keys(titles)) {
  list.replaceChildren(
    ...Object.entries(titles).map(([value, title]) =>
      element("option", { value, text: title, disabled: !allowed.includes(value) }),
    ),
  );
}

// A control with its name above; the name alone is read out, without the options of a <select>.
export function labelled(title, control, hint = "") {
  if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", title);
  return element("label", { class: "field" }, element("span", { class: "field-name", text: title }), control, hint);
}

// {value: title} of a table of {title, ...}.
export const titlesOf = (table) => Object.fromEntries(Object.entries(table).map(([name, { title }]) => [name, title]));

export function select(titles, onPick, attributes = {}) {
  const node = element("select", { ...attributes, on: { change: () => onPick(node.value) } });
  fillSelect(node, titles);
  return node;
}

// A text field for one number; what cannot be used is said below it and changes nothing.
export function numberField(read, write) {
  const field = element("input", { type: "text", class: "short", inputmode: "text", autocomplete: "off" });
  field.problem = element("small", { class: "problem", role: "alert" });
  field.show = () => {
    if (field.getRootNode().activeElement === field) return;
    field.value = weightLabel(read());
    field.problem.textContent = "";
  };
  field.addEventListener("input", () => {
    const value = parseNumber(field.value);
    const isUsable = value !== null && Number.isFinite(value) && Math.abs(value) <= 100_000 && write(value) !== false;
    field.problem.textContent = isUsable ? "" : "Type a number such as 9, -20 or 1/9. The value before stays.";
  });
  field.addEventListener("blur", () => field.show());
  return field;
}

// A button; signs without letters are named by their title.
export function button(text, title, onClick, attributes = {}) {
  const label = /[a-z]/i.test(text) ? {} : { "aria-label": title };
  return element("button", { type: "button", text, title, on: { click: onClick }, ...label, ...attributes });
}

// Tabs by WAI-ARIA: arrows move between them, only the open panel is there.
export function makeTabs(list, panels, onOpen) {
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const open = (name, focus = false) => {
    tabs.forEach((tab) => {
      const isOpen = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(isOpen));
      tab.tabIndex = isOpen ? 0 : -1;
      if (isOpen && focus) tab.focus();
    });
    panels.forEach((panel) => (panel.hidden = panel.dataset.panel !== name));
    onOpen(name);
  };
  list.addEventListener("click", (event) => event.target.dataset.tab && open(event.target.dataset.tab));
  list.addEventListener("keydown", (event) => {
    const [, step] = arrowStep(event) ?? [0, 0];
    if (!step) return;
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    open(tabs[(at + step + tabs.length) % tabs.length].dataset.tab, true);
    event.preventDefault();
  });
  return open;
}
