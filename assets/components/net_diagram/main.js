// A diagram made in Python: click or Enter on a box selects its layer, pointing at it tells the arithmetic,
// and the picture can be saved as SVG or, twice as large, as PNG.

import { element, finder, saveBlob, svgElement } from "../shared/dom.js";
import { arrowStep } from "../shared/keys.js";
import { mount } from "../shared/mount.js";

const EASY_SCALE = 0.9; // the widest drawing that need not be made smaller than this is taken
const LEAST_SCALE = 0.72; // smaller, the 11 pixel text could not be read: scroll instead
const LARGE_SCALE = 2.5; // on the full screen
const PNG_SCALE = 2;
const DARK_PAPER = "#14181f";
const DARK_INK = "#1c1c1c";
const LIGHT_INK = "#f4f4f4";
const INTRODUCTION = "Point at a box: how its size comes about. Click it to change the layer.";

class Diagram {
  constructor(root) {
    const find = finder(root);
    this.root = root;
    [this.frame, this.hint, this.paper] = ["frame", "hint", "paper"].map(find);
    this.frame.addEventListener("click", (event) => this.choose(event));
    this.frame.addEventListener("keydown", (event) => this.press(event));
    for (const type of ["pointerover", "focusin"])
      this.frame.addEventListener(type, (event) => this.tell(event.target.closest(".layer")));
    this.frame.addEventListener("pointerleave", () => this.tell(this.chosen()));
    find("svg").addEventListener("click", () => this.save(this.file(), "svg"));
    find("png").addEventListener("click", () => this.savePng());
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
  take({ data: { drawings, hints, name }, setTriggerValue }) {
    this.pick = (path) => setTriggerValue("picked", path);
    this.drawings = drawings;
    this.hints = hints;
    this.name = name.replace(/[^\w-]+/g, "_");
    this.show();
  }

  show() {
    const { svg } = this.suitable();
    if (svg !== this.shown) this.replace(svg);
    this.fit();
  }

  // The widest drawing that can be read here without scrolling sideways, else the narrowest.
  suitable() {
    if (this.isLarge()) return this.drawings[0];
    const room = this.frame.clientWidth / EASY_SCALE;
    return this.drawings.find(({ width }) => width <= room) ?? this.drawings.at(-1);
  }

  replace(svg) {
    const focused = this.frame.querySelector(".layer:focus")?.dataset.path;
    const { scrollLeft, scrollTop } = this.frame;
    this.frame.innerHTML = svg;
    // the browser's own slow tooltips would stand beside ours
    this.frame.querySelectorAll(".layer > title").forEach((title) => title.remove());
    this.shown = svg;
    this.fit();
    this.frame.scrollTo(scrollLeft, scrollTop);
    const focus = focused === undefined ? null : this.frame.querySelector(`.layer[data-path="${focused}"]`);
    focus?.focus({ preventScroll: true });
    this.uncover();
    this.tell(this.frame.querySelector(".layer:hover") ?? this.chosen());
  }

  chosen() {
    return this.frame.querySelector('.layer[aria-pressed="true"]');
  }

  // Scroll to the selected box inside the frame, where it is out of sight.
  uncover() {
    const chosen = this.chosen();
    if (!chosen) return;
    const [box, frame] = [chosen.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    if (box.left < frame.left || box.right > frame.right)
      this.frame.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2);
    if (box.top < frame.top || box.bottom > frame.bottom)
      this.frame.scrollTop += box.top + box.height / 2 - (frame.top + frame.height / 2);
  }

  fit() {
    const svg = this.frame.querySelector("svg");
    const { clientWidth, clientHeight } = this.frame;
    if (!svg || !clientWidth) return;
    const { width, height } = svg.viewBox.baseVal;
    const room = this.isLarge() ? Math.min(clientWidth / width, clientHeight / height) : clientWidth / width;
    const scale = Math.min(this.isLarge() ? LARGE_SCALE : 1, Math.max(LEAST_SCALE, room));
    svg.setAttribute("width", width * scale);
    svg.setAttribute("height", height * scale);
  }

  choose(event) {
    const layer = event.target.closest(".layer");
    if (layer) this.pick(layer.dataset.path);
  }

  press(event) {
    const layer = event.target.closest(".layer");
    if (!layer) return;
    if (event.key === "Enter" || event.key === " ") {
      this.pick(layer.dataset.path);
      event.preventDefault();
    }
    const step = arrowStep(event);
    if (step) {
      const layers = [...this.frame.querySelectorAll(".layer")];
      layers[layers.indexOf(layer) + step[0] + step[1]]?.focus();
      event.preventDefault();
    }
  }

  // The name and shapes of a layer, and the arithmetic behind them.
  tell(layer) {
    const lines = layer ? (this.hints[layer.dataset.layer] ?? [layer.getAttribute("aria-label")]) : [INTRODUCTION];
    const text = lines.join("\n");
    if (this.hint.dataset.text === text) return;
    this.hint.dataset.text = text;
    this.hint.replaceChildren(...lines.map((line) => element("div", { text: line })));
  }

  // The picture as it is saved: for slides, in its full size, on paper, nothing marked as selected.
  file() {
    const picture = new DOMParser().parseFromString(this.drawings[0].svg, "image/svg+xml").documentElement;
    const { width, height } = { width: picture.getAttribute("width"), height: picture.getAttribute("height") };
    const paper = this.paper.value;
    picture.style.color = paper === DARK_PAPER ? LIGHT_INK : DARK_INK;
    picture.querySelectorAll(".mark").forEach((mark) => mark.remove());
    if (paper) {
      picture.insertBefore(svgElement("rect", { width, height, fill: paper }), picture.querySelector("defs").nextSibling);
    }
    return new Blob([new XMLSerializer().serializeToString(picture)], { type: "image/svg+xml" });
  }

  async savePng() {
    const url = URL.createObjectURL(this.file());
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.naturalWidth * PNG_SCALE, picture.naturalHeight * PNG_SCALE];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob((blob) => this.save(blob, "png"), "image/png");
  }

  save(blob, suffix) {
    saveBlob(blob, `${this.name}.${suffix}`);
  }

  close() {
    this.resizing.disconnect();
  }
}

export default mount(".net-diagram", (root) => new Diagram(root));
