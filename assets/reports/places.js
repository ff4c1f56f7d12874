// The places of a report in which components of the app stand, as on its pages: each in a shadow root of its own.

const PAPER = "print";

// File -> address of it, for what fetches files by address.
export function addresses(files) {
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, URL.createObjectURL(new Blob([bytes]))]));
}

export class Places {
  // parts: {component: {html, css}}
  constructor(parts) {
    Object.assign(this, { parts, hosts: [], redraws: [] });
  }

  // Put a component into the place of that key; onTrigger(name, value) hears what it would tell the server. Returns its
  // element, or null where the report has no such place. redraw(element) draws it anew at once, in other colours or sizes.
  put(key, part, component, { data, onTrigger = () => {}, redraw }) {
    const host = document.getElementById(`${key}-place`);
    if (!host) return null;
    host.replaceChildren();
    const root = host.attachShadow({ mode: "open" });
    const { html, css } = this.parts[part];
    root.innerHTML = `<style>${css}</style>${html}`;
    component({ data, parentElement: root, setStateValue: onTrigger, setTriggerValue: onTrigger });
    const element = root.querySelector("section");
    this.hosts.push(host);
    this.redraws.push(() => redraw(element));
    return element;
  }

  redraw() {
    for (const redraw of this.redraws) redraw();
  }

  // On paper there is a white ground, no controls, and the width of a page; figures are drawn anew for it.
  followPrinting() {
    const turn = (isPrinting) => {
      if (isPrinting === document.documentElement.hasAttribute("data-printing")) return;
      for (const node of [document.documentElement, ...this.hosts]) node.toggleAttribute("data-printing", isPrinting);
      this.redraw();
    };
    addEventListener("beforeprint", () => turn(true));
    addEventListener("afterprint", () => turn(false));
    matchMedia(PAPER).addEventListener("change", ({ matches }) => turn(matches));
  }

  // Light or dark as the system has it, until somebody chooses.
  followTheme() {
    const { dataset } = document.documentElement;
    const button = document.getElementById("theme");
    const system = matchMedia("(prefers-color-scheme: dark)");
    const show = () => {
      const isDark = dataset.theme ? dataset.theme === "dark" : system.matches;
      button.textContent = isDark ? "Light" : "Dark";
      button.setAttribute("aria-label", isDark ? "Light colours" : "Dark colours");
      this.redraw();
      return isDark;
    };
    button.hidden = false;
    button.addEventListener("click", () => {
      dataset.theme = button.textContent.toLowerCase();
      show();
    });
    system.addEventListener("change", show);
    show();
  }
}
