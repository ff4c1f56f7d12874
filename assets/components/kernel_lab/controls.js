// Small helpers to make elements.

// element("button", {class: "x", text: "Play", on: {click: f}, aria-label: "..."}, child, child)
function element(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "text") node.textContent = value;
    else if (name === "on") Object.entries(value).forEach(([type, listener]) => node.addEventListener(type, listener));
    else if (name in node && typeof value !== "string") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

// Fill a <select> with {value: title}; values that are not allowed now are shown but cannot be taken.
function fillSelect(select, titles, allowed = Object.keys(titles)) {
  select.replaceChildren(
    ...Object.entries(titles).map(([value, title]) =>
      element("option", { value, text: title, disabled: !allowed.includes(value) }),
    ),
  );
}

// A control with its name above; the name alone is read out, without the options of a <select>.
function labelled(title, control, hint = "") {
  if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", title);
  return element("label", { class: "field" }, element("span", { class: "field-name", text: title }), control, hint);
}

function select(titles, onPick, attributes = {}) {
  const node = element("select", { ...attributes, on: { change: () => onPick(node.value) } });
  fillSelect(node, titles);
  return node;
}

// A button; signs without letters are named by their title.
function button(text, title, onClick, attributes = {}) {
  const label = /[a-z]/i.test(text) ? {} : { "aria-label": title };
  return element("button", { type: "button", text, title, on: { click: onClick }, ...label, ...attributes });
}

// Tabs by WAI-ARIA: arrows move between them, only the open panel is there.
function makeTabs(list, panels, onOpen) {
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
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const at = tabs.findIndex((tab) => tab.getAttribute("aria-selected") === "true");
    open(tabs[(at + step + tabs.length) % tabs.length].dataset.tab, true);
    event.preventDefault();
  });
  return open;
}
