// A diagram made in Python: click or Enter on a box selects its layer, dragging or Alt and an arrow moves it, pointing at
// it tells the arithmetic; blocks fold and open; layers are searched; the picture is saved as SVG or, twice as large, PNG.

import { element, finder, saveBlob, svgElement } from "../shared/dom.js";
import { arrowStep } from "../shared/keys.js";
import { mount } from "../shared/mount.js";
import { morph } from "./morph.js";
import { Reorder } from "./reorder.js";
import { Search } from "./search.js";
import { Zoom } from "./zoom.js";

const PNG_SCALE = 2;
const DARK_PAPER = "#14181f";
const DARK_INK = "#1c1c1c";
const LIGHT_INK = "#f4f4f4";
const INTRODUCTION = [
  "Point at a box: how its size comes about. Click it to change the layer.",
  "Drag a box to another place, or press Alt and an arrow key on it.",
];

const sizeOf = (svg) => {
  const [, width, height] = /viewBox="0 0 (\S+) (\S+)"/.exec(svg).map(Number);
  return { width, height };
};

class Diagram {
  constructor(root) {
    const find = finder(root);
    this.root = root;
    [this.frame, this.hint, this.paper, this.note, this.views] = ["frame", "hint", "paper", "note", "views"].map(find);
    this.zoom = new Zoom(this.frame, find, () => this.isLarge());
    this.reorder = new Reorder(this.frame, {
      tell: (layer, goal) => this.tellGoal(layer, goal),
      move: (path, { layer, isAfter }) => this.move(path, layer.dataset.path || "0", isAfter && layer.dataset.path !== ""),
    });
    this.search = new Search(find("search"), find("found"), (path) => this.goTo(path));
    this.frame.addEventListener("click", (event) => this.act(event.target));
    this.frame.addEventListener("keydown", (event) => this.press(event));
    for (const type of ["pointerover", "focusin"])
      this.frame.addEventListener(type, (event) => this.reorder.dragged || this.tell(event.target.closest(".layer")));
    this.frame.addEventListener("focusin", (event) => this.makeTabStop(event.target.closest(".layer, .fold")));
    this.frame.addEventListener("pointerleave", () => this.reorder.dragged || this.tell(this.chosen()));
    find("svg").addEventListener("click", () => saveSvg(this.drawings[0].svg, this.paper.value, this.name));
    find("png").addEventListener("click", () => savePng(this.drawings[0].svg, this.paper.value, this.name));
    this.large = find("large");
    this.large.hidden = !document.fullscreenEnabled;
    this.large.addEventListener("click", () => (this.isLarge() ? document.exitFullscreen() : root.requestFullscreen()));
    root.addEventListener("fullscreenchange", () => (this.large.textContent = this.isLarge() ? "Leave full screen" : "Full screen"));
    this.resizing = new ResizeObserver(() => this.show());
    this.resizing.observe(this.frame);
  }

  isLarge() {
    return this.root.matches(":fullscreen");
  }

  // `drawings` are { svg, width } of the same net, the one for slides first, then narrower ones.
  take({ data, setTriggerValue }) {
    this.send = setTriggerValue;
    const { drawings, hints, name, layers, view, views, note, said } = data;
    Object.assign(this, { drawings, hints, name: name.replace(/[^\w-]+/g, "_") });
    this.search.layers = layers;
    this.reorder.isDown = view === "flow";
    this.note.textContent = note;
    this.note.hidden = !note;
    this.showViews(views, view);
    this.show();
    if (said) this.say([said], { isRefused: true });
  }

  showViews(views, chosen) {
    const choices = Object.entries(views).map(([name, title]) => {
      const on = { change: () => this.send("view", name) };
      return element("label", {}, element("input", { type: "radio", name: "view", checked: name === chosen, on }), title);
    });
    const focused = [...this.views.querySelectorAll("input")].findIndex((input) => input.matches(":focus"));
    this.views.replaceChildren(...choices);
    if (focused >= 0) this.views.querySelectorAll("input")[focused].focus();
  }

  show() {
    const { svg } = this.suitable();
    if (svg !== this.shown) this.replace(svg);
    this.zoom.apply();
  }

  // The drawing of which all is seen in the largest scale here.
  suitable() {
    if (this.isLarge()) return this.drawings[0];
    const scale = ({ svg }) => this.zoom.readable(sizeOf(svg)) + Math.min(1, this.zoom.whole(sizeOf(svg)));
    return this.drawings.reduce((best, each) => (scale(each) > scale(best) + 0.01 ? each : best));
  }

  replace(svg) {
    const focused = this.frame.querySelector(":is(.layer, .fold):focus");
    const place = focused && (focused.dataset.fold ? `[data-fold="${focused.dataset.fold}"]` : `.layer[data-path="${focused.dataset.path}"]`);
    const { scrollLeft, scrollTop } = this.frame;
    this.endMorph?.();
    const before = this.frame.querySelector("svg");
    this.frame.innerHTML = svg;
    // the browser's own slow tooltips would stand beside ours
    this.frame.querySelectorAll("g > title").forEach((title) => title.remove());
    this.shown = svg;
    this.makeTabStop(this.chosen() ?? this.frame.querySelector(".layer"));
    this.zoom.apply();
    this.frame.scrollTo(scrollLeft, scrollTop);
    const focus = this.hasMoved ? this.chosen() : place && this.frame.querySelector(place);
    this.hasMoved = false;
    focus?.focus({ preventScroll: true });
    if (this.chosen()) this.zoom.uncover(this.chosen());
    this.tell(this.frame.querySelector(".layer:hover") ?? this.chosen());
    if (before) this.endMorph = morph(before, this.frame.querySelector("svg"));
  }

  // One Tab leads to the diagram and one past it, however many layers there are; arrow keys go from one to the next.
  makeTabStop(part) {
    this.frame.querySelectorAll(".layer, .fold").forEach((each) => each.setAttribute("tabindex", each === part ? 0 : -1));
  }

  chosen() {
    return this.frame.querySelector('.layer[aria-pressed="true"]');
  }

  act(target) {
    const part = target.closest(".layer, .fold");
    if (part?.dataset.fold) this.send("fold", part.dataset.fold);
    else if (part) this.send("picked", part.dataset.path);
  }

  goTo(path) {
    const layer = this.frame.querySelector(`.layer[data-path="${path}"]`);
    if (layer) this.zoom.uncover(layer);
    this.send("picked", path);
  }

  press(event) {
    const part = event.target.closest(".layer, .fold");
    const step = arrowStep(event);
    if (step && part && event.altKey) this.moveByKey(part, step[0] + step[1] > 0);
    else if (step && part) {
      const parts = [...this.frame.querySelectorAll(".layer, .fold")];
      const next = parts[parts.indexOf(part) + step[0] + step[1]];
      next?.focus();
      if (next) this.zoom.uncover(next);
    } else if (part && (event.key === "Enter" || event.key === " ")) this.act(part);
    else if (event.ctrlKey || event.metaKey || !this.zoom.takesKey(event.key)) return;
    event.preventDefault();
  }

  moveByKey(layer, isAfter) {
    if (!Reorder.movable(layer)) return;
    this.hasMoved = true;
    this.send("moved", { path: layer.dataset.path, beside: "", isAfter });
  }

  move(path, beside, isAfter) {
    this.send("moved", { path, beside, isAfter });
  }

  tellGoal(layer, goal) {
    if (!goal) return this.tell(this.chosen());
    const [what, where] = [layer, goal.layer].map((each) => each.getAttribute("aria-label").split(/ · |, |:/)[0]);
    this.say([`Release to put ${what} ${goal.isAfter ? "after" : "before"} ${where}.`, "Escape leaves it where it is."]);
  }

  // The name and shapes of a layer, and the arithmetic behind them.
  tell(layer) {
    const own = layer && (this.hints[layer.dataset.layer] ?? [layer.getAttribute("aria-label")]);
    this.say(own ?? INTRODUCTION);
  }

  say(lines, { isRefused = false } = {}) {
    const text = lines.join("\n");
    if (this.hint.dataset.text === text) return;
    this.hint.dataset.text = text;
    this.hint.classList.toggle("refused", isRefused);
    this.hint.replaceChildren(...lines.map((line) => element("div", { text: line })));
  }

  close() {
    this.endMorph?.();
    this.resizing.disconnect();
  }
}

// The picture as it is saved: for slides, in its full size, on paper, nothing marked and without buttons.
function file(svg, paper) {
  const picture = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  const { width, height } = { width: picture.getAttribute("width"), height: picture.getAttribute("height") };
  picture.style.color = paper === DARK_PAPER ? LIGHT_INK : DARK_INK;
  picture.querySelectorAll(".mark, .fold").forEach((part) => part.remove());
  if (paper) {
    picture.insertBefore(svgElement("rect", { width, height, fill: paper }), picture.querySelector("defs").nextSibling);
  }
  return new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
}

function saveSvg(svg, paper, name) {
  saveBlob(file(svg, paper), `${name}.svg`);
}

async function savePng(svg, paper, name) {
  const url = URL.createObjectURL(file(svg, paper));
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.naturalWidth * PNG_SCALE, picture.naturalHeight * PNG_SCALE];
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  canvas.toBlob((blob) => saveBlob(blob, `${name}.png`), "image/png");
}

export default mount(".net-diagram", (root) => new Diagram(root));
