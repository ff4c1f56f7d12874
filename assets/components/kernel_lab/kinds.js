// Colour planes apart, partial maps and their sum, and the other kinds of convolution on the same picture.

import { css, inkOn, signedColour } from "../shared/colours.js";
import { element } from "../shared/dom.js";
import { signedTerm, weightLabel } from "../shared/numbers.js";
import { button, labelled, numberField } from "./controls.js";
import { SmallMap } from "./maps.js";
import { natureOf, PLANE_NAMES } from "./pipeline.js";
import { canHaveKernelEach, KIND_TITLES, usesColour } from "./settings.js";

const KIND_TEXTS = {
  grey: "One plane: the picture in grey, one kernel.",
  sum: "What a convolution layer does: a kernel for each colour plane; the three partial maps and the bias add up to one map.",
  depthwise: "A kernel for each colour plane, and nothing is summed: three maps come out, shown as a colour picture.",
  pointwise: "A 1\u00d71 kernel: each pixel's red, green and blue, weighted and summed. No neighbour takes part.",
  separable: "Depthwise first, then 1\u00d71. With c planes in and f maps out, k\u00b7k\u00b7c + c\u00b7f weights do the work of k\u00b7k\u00b7c\u00b7f.",
  transposed: "The other way round: each pixel lays its own copy of the kernel down, stride pixels apart, and what overlaps is summed. The picture grows.",
};

export class Kinds {
  constructor(lab) {
    this.lab = lab;
    const { find, settings } = lab;
    Object.entries(KIND_TITLES).forEach(([kind, title]) =>
      find("kinds").append(button(title, title, () => this.setKind(kind), { "data-kind": kind })),
    );
    this.each = element("input", { type: "checkbox", on: { change: () => this.setEach(this.each.checked) } });
    this.eachLabel = element("label", { class: "check" }, this.each, "A kernel of its own for each plane");
    this.mix = PLANE_NAMES.map((name, i) =>
      numberField(() => settings.values.mix[i], (value) => settings.change({ mix: settings.values.mix.with(i, value) })),
    );
    find("mix").append(
      ...this.mix.map((field, i) => {
        field.setAttribute("aria-label", `1\u00d71 weight, ${PLANE_NAMES[i].toLowerCase()}`);
        return labelled(PLANE_NAMES[i], field, field.problem);
      }),
    );
    find("colour-fields").append(this.eachLabel);
  }

  // The 1x1 kernel stands where the others stand, also while another panel is open.
  refreshMix() {
    const { find, settings } = this.lab;
    const { kind, mix } = settings.values;
    find("mix").hidden = kind !== "pointwise" && kind !== "separable";
    const largest = Math.max(...mix.map(Math.abs)) || 1;
    this.mix.forEach((field, i) => {
      const colour = signedColour(mix[i], largest);
      Object.assign(field.style, { backgroundColor: css(colour), color: inkOn(colour) });
      field.show();
    });
  }

  setKind(kind) {
    this.lab.settings.change({ kind });
  }

  setEach(isEach) {
    const { settings } = this.lab;
    const [first] = settings.values.kernels;
    settings.change({ kernels: isEach ? [first, first, first] : [first] });
  }

  refresh() {
    const { find, settings } = this.lab;
    const { kind, kernels } = settings.values;
    [...find("kinds").children].forEach((node) => node.setAttribute("aria-pressed", String(node.dataset.kind === kind)));
    find("kind-text").textContent = KIND_TEXTS[kind];
    this.eachLabel.hidden = !canHaveKernelEach(kind);
    this.each.checked = kernels.length === 3;
    this.showFlow();
  }

  // Planes, partial maps, sum: as small pictures in the order of the arithmetic.
  showFlow() {
    const { picture, result, settings } = this.lab;
    const { kind, bias, mix } = settings.values;
    if (this.shownKind !== kind) {
      this.shownKind = kind;
      this.maps = Array.from({ length: 7 }, () => new SmallMap());
      this.lab.find("flow").replaceChildren(...this.arrange(kind));
    }
    const [red, green, blue, first, second, third, last] = this.maps;
    const showPlanes = () =>
      [red, green, blue].forEach((map, i) => map.show([picture.planes[i]], `${PLANE_NAMES[i]} plane`, "", "clip", { tint: i }));
    if (usesColour(kind)) {
      showPlanes();
      [first, second, third].forEach((map, i) => {
        const share = kind === "separable" ? `counts \u00d7 ${weightLabel(mix[i])}` : "";
        map.show([result.partials[i]], `${PLANE_NAMES[i]}, after its kernel`, share);
      });
    } else if (kind === "transposed") {
      red.show([picture.grey], "Picture in grey", "");
      first.show([result.branches[0].plane], "Pulled apart", "zeros between the pixels");
    } else {
      showPlanes();
      first.show([picture.grey], "Grey", "0.299 R + 0.587 G + 0.114 B");
    }
    const title = result.isOpen ? "Three maps together" : kind === "sum" || kind === "separable" ? `Sum ${signedTerm(bias)} (bias)` : "Result";
    last.show(result.output, title, "", settings.values.range, natureOf(result));
  }

  arrange(kind) {
    const [red, green, blue, first, second, third, last] = this.maps.map((map) => map.node);
    const row = (...nodes) => element("div", { class: "flow" }, ...nodes);
    if (kind === "transposed") return [row(red, operator("\u2192"), first, operator("\u2192"), last)];
    if (kind === "grey") return [row(red, green, blue), row(first, operator("\u2192"), last)];
    const sign = kind === "depthwise" ? "," : "+";
    return [row(red, green, blue), row(first, operator(sign), second, operator(sign), third, operator(kind === "depthwise" ? "\u2192" : "="), last)];
  }
}

const operator = (text) => element("span", { class: "operator", text });
