// Elements: to make, to find, to save.

// element("button", {class: "x", text: "Play", on: {click: f}, aria-label: "..."}, child, child)
export function element(tag, options = {}, ...children) {
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

export function svgElement(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
  node.append(...children);
  return node;
}

// Finds the elements of a component's HTML by their data-id.
export function finder(root) {
  return (id) => root.querySelector(`[data-id="${id}"]`);
}

// Let the browser download a blob as a file.
export function saveBlob(blob, filename) {
  const url = URL.createObjectURL(blob);
  element("a", { href: url, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // not at once: some browsers read it later
}
