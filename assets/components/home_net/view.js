// What stands around the picture of the net: the names of its columns as links, and what is said of a pointed unit.

import { css, NEGATIVE, POSITIVE } from "../shared/colours.js";
import { element, finder } from "../shared/dom.js";
import { describeUnit, layerTitles } from "../shared/net_view/words.js";
import { sizeText } from "../shared/numbers.js";

// Kind of layer -> its name, its size, and what happens there.
const WORDS = {
  input: ({ height, width }) => ["What it sees", sizeText(height, width), "your drawing, centred"],
  conv: ({ units, height, width }, isFirst) => [
    `${units} kernels`,
    `${units} maps, ${sizeText(height, width)}`,
    isFirst ? "each slides over it: bright where it finds its pattern" : "each finds a pattern of patterns",
  ],
  max_pool: ({ height, width }) => ["Pooling", sizeText(height, width), "largest of 4 values"],
  dense: ({ units }) => [`${units} neurons`, "", "weigh up all of it"],
};
const LEAST_FOOT = 56; // pixels of what stands below a column
const BELOW = 104; // of the links below the picture: with them it fits the window
const LEAST_HEIGHT = 480;
const MORE_IN_THE_DARK = "rgb(104, 172, 235)"; // the same blue and red, on a dark ground
const LESS_IN_THE_DARK = "rgb(240, 110, 110)";

export class View {
  constructor(root, picture, repaint) {
    Object.assign(this, { root, picture, repaint });
    this.find = finder(root);
    this.still = matchMedia("(prefers-reduced-motion: reduce)");
    this.net = this.find("net");
    this.stage = this.find("stage");
    this.card = this.find("pointed");
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.net);
    root.addEventListener("transitionend", ({ target }) => target === root && this.changeTheme()); // of its colour, see component.css
    this.stage.addEventListener("pointermove", (event) => this.point(event));
    this.stage.addEventListener("pointerleave", () => this.leave());
  }

  get mayMove() {
    return !this.still.matches;
  }

  takeLinks({ links, run }, open) {
    this.run = run;
    this.open = open;
    const items = links.map(({ fact, action, page, query }) => this.link({ page, query }, {}, fact && `${fact} `, element("b", { text: action })));
    this.find("links").replaceChildren(...items);
  }

  // A link as any other, but a plain click stays in this session.
  link(place, options, ...children) {
    const query = new URLSearchParams(place.query).toString();
    return element("a", { href: `${place.page}${query ? `?${query}` : ""}`, ...options, on: { click: (event) => this.follow(event, place) } }, ...children);
  }

  follow(event, place) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.open(this.pointedPlace(event, place));
  }

  // A little kernel leads to the page of kernels, a map to itself.
  pointedPlace({ currentTarget }, place) {
    const { pointed } = this.picture;
    if (!pointed || !currentTarget.classList.contains("column")) return place;
    if (!pointed.isKernel) return { ...place, query: { ...place.query, unit: pointed.unit + 1 } };
    const weights = Array.from(this.picture.kernelOf(pointed.position, pointed.unit), (weight) => Number(weight.toFixed(2)));
    return { page: "kernels", query: { kernel: weights.join("_") } };
  }

  fit() {
    if (!this.picture.columns.length) return;
    const top = this.net.getBoundingClientRect().top;
    const hasNames = this.find("answer").getBoundingClientRect().top < top; // on a phone the bars stand above
    const left = hasNames ? 0 : innerHeight - top - BELOW;
    const room = { width: this.net.clientWidth, height: Math.max(left, LEAST_HEIGHT), hasNames };
    const { columns, width, height, cellsHeight } = this.picture.fit(room);
    Object.assign(this.stage.style, { width: `${width}px`, height: `${height}px` });
    this.root.style.setProperty("--pitch", `${cellsHeight / columns.at(-1).layer.units}px`);
    this.find("columns").replaceChildren(...columns.slice(0, -1).map((column) => this.columnLink(column, height)));
    this.repaint();
  }

  columnLink({ layer, left, width }, height) {
    const [name, size, does] = WORDS[layer.kind](layer, layer.index < 3);
    const place = { page: "inside", query: { run: this.run, layer: layer.name, picture: "drawing" } };
    const style = `left:${left - 6}px;width:${width + 12}px;height:${height}px`;
    const label = element("span", { class: "label" }, name, element("small", { text: size }));
    const foot = element("span", { class: "foot", style: `width:${Math.max(width, LEAST_FOOT)}px`, text: does });
    return this.link(place, { class: "column", style, "aria-label": `${name}, ${size}: ${does}. Look inside.` }, label, foot);
  }

  // CSS colours of the theme. Read once: it takes longer than all of the net.
  get colours() {
    return (this.theme ??= this.readColours());
  }

  changeTheme() {
    this.theme = null;
    this.repaint();
  }

  readColours() {
    const style = getComputedStyle(this.root);
    const [text, back, line, accent] = ["--text", "--back", "--muted", "--accent"].map((name) => style.getPropertyValue(name));
    const isDark = style.getPropertyValue("color-scheme").includes("dark");
    const [more, less] = isDark ? [MORE_IN_THE_DARK, LESS_IN_THE_DARK] : [css(POSITIVE), css(NEGATIVE)];
    return { text, back, line, accent, more, less };
  }

  point(event) {
    const box = this.stage.getBoundingClientRect();
    const pointed = this.picture.at(event.clientX - box.left, event.clientY - box.top);
    this.picture.pointed = pointed;
    this.repaint();
    if (!pointed) return this.hide();
    const { net, columns } = this.picture;
    const { layer, form } = columns[pointed.position];
    const title = layerTitles(net.layers)[layer.index];
    const words = describeUnit(net.values(layer.index), { layer, title }, pointed.unit, form === "classes" ? net.manifest.classes[pointed.unit] : undefined);
    this.card.textContent = pointed.isKernel ? `A kernel of ${title}, unit ${pointed.unit + 1}. Click to try it on a picture.` : words;
    const around = this.root.getBoundingClientRect();
    Object.assign(this.card.style, { left: `${event.clientX - around.left + 16}px`, top: `${event.clientY - around.top + 18}px`, visibility: "visible" });
    return null;
  }

  leave() {
    this.picture.pointed = null;
    this.hide();
    this.repaint();
  }

  hide() {
    this.card.style.visibility = "hidden";
  }

  close() {
    this.watch.disconnect();
  }
}
