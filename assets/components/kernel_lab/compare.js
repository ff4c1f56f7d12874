// Side by side: the same picture under each padding, and the result under each pooling.

import { element } from "../shared/dom.js";
import { addPlanes, convolve, makePlane, outputSize, padPlane, paddingAmounts, pool, poolValue } from "../shared/nn/numerics.js";
import { sizeText, valueText } from "../shared/numbers.js";
import { button, labelled, select } from "./controls.js";
import { displayScale } from "./display.js";
import { SmallMap } from "./maps.js";
import { strokeBox } from "./view.js";

const CORNER = 12; // pixels of a larger picture that are shown: at its border one sees what padding does
const PADDED = [
  ["Valid", { padding: "valid", border: "zero" }],
  ["Same, zeros", { padding: "same", border: "zero" }],
  ["Same, reflect", { padding: "same", border: "reflect" }],
  ["Same, replicate", { padding: "same", border: "replicate" }],
  ["Same, wrap", { padding: "same", border: "wrap" }],
  ["Full, zeros", { padding: "full", border: "zero" }],
];
const POOLED = { max: "Max", avg: "Average", min: "Min" };

export class Compare {
  constructor(lab) {
    Object.assign(this, { lab, size: 2, place: { row: 0, column: 0 } });
    this.paddings = PADDED.map(([title, setting]) => ({
      setting,
      take: button(title, `Take this padding: ${title}`, () => lab.settings.change(setting)),
      maps: [new SmallMap(), new SmallMap()],
    }));
    lab.find("paddings").append(
      ...this.paddings.map(({ take, maps }) => element("div", { class: "padded" }, take, ...maps.map((map) => map.node))),
    );
    const sizes = Object.fromEntries([2, 3, 4].map((size) => [size, sizeText(size, size)]));
    lab.find("poolings-fields").append(labelled("Window of the pooling", select(sizes, (value) => this.setSize(Number(value)))));
    this.before = new SmallMap((place) => this.point({ row: Math.floor(place.row / this.size), column: Math.floor(place.column / this.size) }));
    this.pooled = Object.keys(POOLED).map((mode) => ({ mode, map: new SmallMap((place) => this.point(place)) }));
    lab.find("poolings").append(this.before.node, ...this.pooled.map(({ map }) => map.node));
  }

  setSize(size) {
    this.size = size;
    this.showPoolings();
  }

  refresh() {
    this.showPaddings();
    this.showPoolings();
  }

  showPaddings() {
    const { picture, settings, find } = this.lab;
    const { stride, dilation, kind, padding, border } = settings.values;
    const takesNone = kind === "pointwise" || kind === "transposed";
    find("paddings").hidden = takesNone;
    const isCut = Math.max(picture.width, picture.height) > CORNER + 4;
    find("paddings-text").textContent = takesNone
      ? "This kind of convolution takes no padding."
      : `${isCut ? "The upper left corner of the" : "The"} picture in grey with its padding, and what the kernel makes of it. Press a name to use it above.`;
    if (takesNone) return;
    const kernel = settings.kernelOf(0);
    for (const { setting, take, maps } of this.paddings) {
      const sliding = { stride, dilation, ...setting };
      const fits = [picture.width, picture.height].every((size) => outputSize(size, kernel.side, sliding) > 0);
      take.disabled = !fits;
      take.setAttribute("aria-pressed", String(setting.padding === padding && (padding === "valid" || setting.border === border)));
      maps.forEach((map) => (map.node.hidden = !fits));
      if (fits) showPadding(picture.grey, kernel, sliding, maps, isCut);
    }
  }

  showPoolings() {
    const { result } = this.lab;
    const { size } = this;
    this.plane = result.isOpen ? addPlanes(result.output, [1, 1, 1], 0) : result.output[0];
    const fits = size <= Math.min(result.width, result.height);
    this.lab.find("poolings").hidden = !fits;
    if (!fits) return;
    const scale = displayScale([this.plane], "map"); // one for all: the same colour is the same value
    this.before.show([this.plane], "Result", "", "map", { scale });
    for (const one of this.pooled) {
      one.plane = pool(this.plane, one.mode, size, size);
      one.map.show([one.plane], POOLED[one.mode], "", "map", { scale });
    }
    this.mark();
  }

  point(place) {
    if (!place) return;
    this.place = place;
    this.mark();
  }

  // The window in the result, and what each pooling makes of it.
  mark() {
    const { size } = this;
    const [{ plane }] = this.pooled;
    const row = Math.min(this.place.row, plane.height - 1);
    const column = Math.min(this.place.column, plane.width - 1);
    const window = { top: row * size, left: column * size, height: size, width: size };
    this.before.view.overlay = (context, frame) =>
      strokeBox(context, frame, { top: window.top, left: window.left, bottom: window.top + size, right: window.left + size });
    this.before.view.draw();
    for (const { mode, map } of this.pooled) {
      map.view.overlay = (context, frame) => strokeBox(context, frame, { top: row, left: column, bottom: row + 1, right: column + 1 });
      map.view.draw();
      map.say(POOLED[mode], `here ${valueText(poolValue(this.plane, mode, window).value)}`);
    }
  }
}

function showPadding(plane, kernel, sliding, [before, after], isCut) {
  const [top] = paddingAmounts(plane.height, kernel.side, sliding);
  const [left] = paddingAmounts(plane.width, kernel.side, sliding);
  const padded = padPlane(plane, kernel.side, sliding);
  const made = convolve(plane, kernel, sliding);
  before.view.overlay = (context, frame) => strokeBox(context, frame, { top, left, bottom: top + plane.height, right: left + plane.width });
  before.show([isCut ? corner(padded) : padded], "Picture", "", "clip");
  after.show([isCut ? corner(made) : made], "Result", isCut ? `of ${sizeText(made.width, made.height)}` : "");
}

function corner(plane) {
  const out = makePlane(Math.min(CORNER, plane.width), Math.min(CORNER, plane.height));
  for (let row = 0; row < out.height; row++) out.data.set(plane.data.subarray(row * plane.width, row * plane.width + out.width), row * out.width);
  return out;
}
