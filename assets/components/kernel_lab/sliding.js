// Stride, padding, border, dilation, and the size formula with its numbers.

import { element } from "../shared/dom.js";
import { outputSize, paddingAmounts, span } from "../shared/nn/numerics.js";
import { fillSelect, labelled, select } from "./controls.js";
import { BORDERS, PADDINGS } from "./settings.js";

export class Sliding {
  constructor(find, settings, room) {
    Object.assign(this, { find, settings, room });
    this.stride = this.slider("stride");
    this.dilation = this.slider("dilation");
    this.padding = select(PADDINGS, (value) => settings.change({ padding: value }));
    this.border = select(BORDERS, (value) => settings.change({ border: value }));
    this.strideLabel = labelled("Stride", this.stride);
    this.dilationLabel = labelled("Dilation", this.dilation);
    find("slide-fields").append(this.strideLabel, labelled("Padding", this.padding), labelled("Border", this.border), this.dilationLabel);
    this.refresh();
  }

  slider(name) {
    const node = element("input", { type: "range", min: "1", step: "1", "aria-label": name });
    node.addEventListener("input", () => this.settings.change({ [name]: Number(node.value) }));
    return node;
  }

  refresh() {
    const { values, side } = this.settings;
    const room = this.room();
    for (const [slider, label, name] of [
      [this.stride, this.strideLabel, "stride"],
      [this.dilation, this.dilationLabel, "dilation"],
    ]) {
      slider.max = room[name];
      slider.value = values[name];
      slider.disabled = room[name] <= 1;
      const title = name[0].toUpperCase() + name.slice(1);
      label.firstChild.textContent = `${title}: ${values[name]} (1 to ${room[name]})`;
    }
    const isTransposed = values.kind === "transposed";
    fillSelect(this.padding, PADDINGS, room.paddings);
    this.padding.value = values.padding;
    this.padding.disabled = isTransposed || values.kind === "pointwise";
    this.border.value = values.border;
    this.border.disabled = this.padding.disabled || values.padding === "valid";
    this.border.title = values.padding === "valid" ? "Without padding there is no border to fill" : "";
    this.find("formula").replaceChildren(...this.formula(room.width, room.height, side));
  }

  formula(width, height, side) {
    const { values, sliding } = this.settings;
    const { stride, dilation, kind } = values;
    if (kind === "transposed") {
      const line = (name, size) =>
        `${name}: (${size} \u2212 1) \u00d7 ${stride} + ${span(side, dilation)} = ${(size - 1) * stride + span(side, dilation)}`;
      return lines("Size = (picture \u2212 1) \u00d7 stride + span", [line("Width", width), line("Height", height)], this.spanText(side));
    }
    const own = kind === "pointwise" ? 1 : side;
    const slide = kind === "pointwise" ? { ...sliding, padding: "valid", dilation: 1 } : sliding;
    const line = (name, size) => {
      const [before, after] = paddingAmounts(size, own, slide);
      const reach = span(own, slide.dilation);
      return `${name}: \u230a(${size} + ${before} + ${after} \u2212 ${reach}) / ${stride}\u230b + 1 = ${outputSize(size, own, slide)}`;
    };
    return lines(
      "Size = \u230a(picture + padding before + after \u2212 span) / stride\u230b + 1",
      [line("Width", width), line("Height", height)],
      this.spanText(own),
    );
  }

  spanText(side) {
    const { dilation, kind } = this.settings.values;
    const own = kind === "pointwise" ? 1 : dilation;
    return `The span of the kernel is dilation \u00d7 (side \u2212 1) + 1 = ${own} \u00d7 ${side - 1} + 1 = ${span(side, own)}.`;
  }
}

function lines(head, rows, note) {
  return [
    element("strong", { text: head }),
    ...rows.flatMap((row) => [element("br"), element("code", { text: row })]),
    element("br"),
    element("span", { class: "hint", text: note }),
  ];
}
