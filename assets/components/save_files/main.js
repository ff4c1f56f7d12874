// Buttons that save files: a click fetches what the server makes (cnnviz/web/offered_files.py) and lets the browser save
// it. What goes wrong stands under the button, in the server's sentence; of a file that cannot be had a click says why.

import { element, saveBlob, svgElement } from "../shared/dom.js";
import { mount } from "../shared/mount.js";

const ARROW = "M12 4v11m-5-5 5 5 5-5M5 20h14";
const LOST = "The server does not answer. Try again, or load the page again.";

class SaveFiles {
  constructor(root) {
    Object.assign(this, { root, told: "" });
  }

  // data: {look, groups: [{title, files: [{title, name, help, url}]}]}; a file without `url` cannot be had, and its help says why.
  take({ data }) {
    const told = JSON.stringify(data);
    if (told === this.told) return; // a button at work, or with a sentence under it, stays what it is
    this.told = told;
    const focused = this.root.querySelector("button:focus")?.textContent;
    this.root.dataset.look = data.look;
    this.root.replaceChildren(...data.groups.map((group) => this.group(group)));
    [...this.root.querySelectorAll("button")].find(({ textContent }) => textContent === focused)?.focus();
  }

  group({ title, files }) {
    const list = element("ul", title ? { "aria-label": title } : {}, ...files.map((file) => this.row(file)));
    return element("div", {}, title ? element("p", { class: "title", text: title, "aria-hidden": "true" }) : null, list);
  }

  row({ title, name, help, url }) {
    const problem = element("p", { class: "problem", role: "alert" });
    const icon = svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svgElement("path", { d: ARROW }));
    const button = element("button", { type: "button", title: help, ...(url ? {} : { "aria-disabled": "true" }) }, icon, title);
    button.addEventListener("click", () => (url ? this.save(button, problem, url, name) : (problem.textContent = help)));
    return element("li", {}, button, problem);
  }

  async save(button, problem, url, name) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    problem.textContent = "";
    try {
      saveBlob(await fetched(url), name);
    } catch (error) {
      problem.textContent = error.message;
    }
    button.removeAttribute("aria-busy");
  }

  close() {} // what is on its way is saved also where a visitor goes on to another page
}

async function fetched(url) {
  const lost = (cause) => {
    throw new Error(LOST, { cause });
  };
  const answer = await fetch(url).catch(lost);
  if (answer.ok) return answer.blob().catch(lost);
  const { problem } = await answer.json().catch(() => ({}));
  throw new Error(problem ?? `${LOST} Received: status ${answer.status}.`);
}

export default mount(".save-files", (root) => new SaveFiles(root));
