// Test images beside each other, each with the first answers of the net: a click shows one on the page Inside, a link of
// its own opens it in another tab.

import { element } from "../shared/dom.js";
import { mount } from "../shared/mount.js";

const SMALL = 64; // pixels of a picture whose pixels are shown as squares

class ImageCards {
  constructor(root, { setTriggerValue }) {
    Object.assign(this, { root, tell: setTriggerValue, title: null, list: root.querySelector("ul") });
  }

  take({ data }) {
    const isOther = this.title !== data.title;
    this.title = data.title;
    this.list.setAttribute("aria-label", data.title);
    this.list.replaceChildren(...data.cards.map((card) => this.card(card)));
    if (isOther && navigator.userActivation?.isActive) this.root.scrollIntoView({ block: "nearest" }); // of a click, not of a link
  }

  card({ index, picture, true: label, answers, url }) {
    const image = element("img", { src: picture, alt: "", on: { load: () => image.classList.toggle("small", image.naturalWidth <= SMALL) } });
    const words = `Test image ${index + 1}, ${label}. The net says ${answers.map(({ name, text }) => `${name} ${text}`).join(", ")}. Look inside.`;
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return; // in a tab or window of its own
      event.preventDefault();
      this.tell("open", index);
    };
    return element("li", {}, element("a", { href: url, title: words, "aria-label": words, on: { click: open } }, image, element("ol", { "aria-hidden": "true" }, ...answers.map(answerRow))));
  }

  close() {}
}

function answerRow({ name, share, text, is_true: isTrue, is_first: isFirst }, place) {
  const bar = element("i");
  bar.style.width = `${100 * share}%`;
  const kind = isTrue ? "true" : place === 0 || isFirst ? "wrong" : "";
  return element("li", { class: kind }, element("span", { text: isTrue ? `${name} \u2713` : name }), element("span", { text }), bar);
}

export default mount(".image-cards", (root, args) => new ImageCards(root, args));
