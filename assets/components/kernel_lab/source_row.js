// The row of pictures to choose from: samples as small pictures, then drawing, a file, the camera, an address.

import { drawPixels } from "../shared/canvas.js";
import { element, svgElement } from "../shared/dom.js";
import { arrowStep } from "../shared/keys.js";

const WAYS = {
  draw: ["Draw", "M4 20l1-5L16 4l4 4L9 19l-5 1z M13.5 6.5l4 4"],
  upload: ["Upload", "M12 16V4 M7 9l5-5 5 5 M4 16v4h16v-4"],
  live: ["Camera", "M3 8h4l2-3h6l2 3h4v11H3z M12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z"],
  address: ["Address", "M10 14a4 4 0 0 1 0-6l3-3a4 4 0 0 1 6 6l-2 2 M14 10a4 4 0 0 1 0 6l-3 3a4 4 0 0 1-6-6l2-2"],
};

export class SourceRow {
  // `samples` are [{name, title, thumbnail: url} or {name, title, grid: rows of pixels}]; `pick(name)` is told of a press.
  constructor(place, samples, pick) {
    this.place = place;
    this.tiles = new Map();
    const add = (name, title, image) => {
      const tile = element("button", { type: "button", class: "source", "aria-pressed": "false", title, on: { click: () => pick(name) } }, image, element("span", { text: title }));
      this.tiles.set(name, tile);
    };
    samples.forEach((sample) => add(sample.name, sample.title, sample.grid ? drawnGrid(sample.grid) : photo(sample.thumbnail)));
    for (const [name, [title, path]] of Object.entries(WAYS))
      add(name, title, svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svgElement("path", { d: path })));
    place.append(...this.tiles.values());
    place.addEventListener("keydown", (event) => this.move(event));
    this.show(samples[0]?.name);
  }

  // The row is one stop of the Tab key; arrows go along it.
  move(event) {
    const [, step] = arrowStep(event) ?? [0, 0];
    const tiles = [...this.tiles.values()];
    const at = tiles.indexOf(event.target);
    if (!step || at < 0) return;
    event.preventDefault();
    tiles[(at + step + tiles.length) % tiles.length].focus();
  }

  // Mark where the picture is from; null: from elsewhere (pasted, dropped).
  show(name) {
    for (const [own, tile] of this.tiles) {
      tile.setAttribute("aria-pressed", String(own === name));
      tile.tabIndex = own === name ? 0 : -1;
    }
    if (!this.tiles.has(name)) [...this.tiles.values()][0].tabIndex = 0;
    const tile = this.tiles.get(name);
    if (tile) this.place.scrollLeft += Math.min(0, tile.offsetLeft - this.place.scrollLeft) + Math.max(0, tile.offsetLeft + tile.offsetWidth - this.place.scrollLeft - this.place.clientWidth);
  }

  // A tile is narrow: it may say less than its title.
  rename(name, text, title = text) {
    const tile = this.tiles.get(name);
    tile.lastChild.textContent = text;
    tile.title = title;
  }
}

const photo = (src) => element("img", { src, alt: "", loading: "lazy", draggable: false });

function drawnGrid(rows) {
  const canvas = element("canvas", { "aria-hidden": "true" });
  drawPixels(canvas, rows.flat(), [rows.length, rows[0].length, 1]);
  return canvas;
}
