// A diagram made in Python: click or Enter on a box selects its layer, pointing at it tells the arithmetic,
// and the picture can be saved as SVG or, twice as large, as PNG.

const LEAST_SCALE = 0.72; // smaller, the 11 pixel text could not be read: scroll instead
const PNG_SCALE = 2;
const DARK_INK = "#1c1c1c";
const LIGHT_INK = "#f4f4f4";
const INTRODUCTION = "Point at a box: how its size comes about. Click it to change the layer.";

const diagrams = new WeakMap();

export default function netDiagram({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".net-diagram");
  let diagram = diagrams.get(root);
  if (!diagram) {
    diagram = new Diagram(root);
    diagrams.set(root, diagram);
  }
  diagram.pick = (path) => setTriggerValue("picked", path);
  diagram.show(data);
  return () => {
    diagram.close();
    diagrams.delete(root);
  };
}

class Diagram {
  constructor(root) {
    const find = (id) => root.querySelector(`[data-id="${id}"]`);
    [this.frame, this.hint, this.paper] = ["frame", "hint", "paper"].map(find);
    this.frame.addEventListener("click", (event) => this.choose(event));
    this.frame.addEventListener("keydown", (event) => this.press(event));
    for (const type of ["pointerover", "focusin"]) this.frame.addEventListener(type, (event) => this.tell(event));
    find("svg").addEventListener("click", () => this.save(this.file(), "svg"));
    find("png").addEventListener("click", () => this.savePng());
    this.resizing = new ResizeObserver(() => this.fit());
    this.resizing.observe(this.frame);
    this.hint.textContent = INTRODUCTION;
  }

  show({ svg, hints, name }) {
    this.hints = hints;
    this.name = name.replace(/[^\w-]+/g, "_");
    if (this.shown === svg) return;
    const focused = this.frame.querySelector(".layer:focus")?.dataset.path;
    const { scrollLeft, scrollTop } = this.frame;
    this.frame.innerHTML = svg;
    // the browser's own slow tooltips would stand beside ours
    this.frame.querySelectorAll(".layer > title").forEach((title) => title.remove());
    this.shown = svg;
    this.fit();
    this.frame.scrollTo(scrollLeft, scrollTop);
    if (focused) this.frame.querySelector(`.layer[data-path="${focused}"]`)?.focus({ preventScroll: true });
    this.uncover();
  }

  // Scroll sideways to the selected box, where it is out of sight.
  uncover() {
    const chosen = this.frame.querySelector('.layer[aria-pressed="true"]');
    if (!chosen) return;
    const [box, frame] = [chosen.getBoundingClientRect(), this.frame.getBoundingClientRect()];
    if (box.left < frame.left || box.right > frame.right)
      this.frame.scrollLeft += box.left + box.width / 2 - (frame.left + frame.width / 2);
    if (box.top < frame.top || box.bottom > frame.bottom)
      this.frame.scrollTop += box.top + box.height / 2 - (frame.top + frame.height / 2);
  }

  fit() {
    const svg = this.frame.querySelector("svg");
    if (!svg || !this.frame.clientWidth) return;
    const { width, height } = svg.viewBox.baseVal;
    const scale = Math.min(1, Math.max(LEAST_SCALE, this.frame.clientWidth / width));
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
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) {
      const layers = [...this.frame.querySelectorAll(".layer")];
      layers[layers.indexOf(layer) + step]?.focus();
      event.preventDefault();
    }
  }

  tell(event) {
    const label = event.target.closest(".layer")?.getAttribute("aria-label");
    if (!label) return;
    const more = this.hints[label.split(":")[0]];
    this.hint.textContent = more ? `${label}\n${more}` : label;
  }

  // The picture as it is saved: in its full size, on paper, without the mark of the selected layer's focus.
  file() {
    const svg = this.frame.querySelector("svg").cloneNode(true);
    const { width, height } = svg.viewBox.baseVal;
    const paper = this.paper.value;
    svg.setAttribute("width", width);
    svg.setAttribute("height", height);
    svg.style.color = paper === "#14181f" ? LIGHT_INK : DARK_INK;
    if (paper) {
      const sheet = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      Object.entries({ width, height, fill: paper }).forEach(([key, value]) => sheet.setAttribute(key, value));
      svg.insertBefore(sheet, svg.querySelector("defs").nextSibling);
    }
    return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
  }

  async savePng() {
    const { width, height } = this.frame.querySelector("svg").viewBox.baseVal;
    const url = URL.createObjectURL(this.file());
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width * PNG_SCALE, height * PNG_SCALE];
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(url);
    canvas.toBlob((blob) => this.save(blob, "png"), "image/png");
  }

  save(blob, suffix) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${this.name}.${suffix}`;
    link.click();
    URL.revokeObjectURL(link.href);
  }

  close() {
    this.resizing.disconnect();
  }
}
