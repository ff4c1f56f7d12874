// What stands around the kernel's weights: divisor, bias, activation, flip; and how the result is shown.

import { element } from "../shared/dom.js";
import { ACTIVATIONS } from "../shared/nn/numerics.js";
import { labelled, numberField, select, titlesOf } from "./controls.js";
import { RANGES } from "./display.js";

const FLIP_TEXTS = {
  false:
    "Cross-correlation, as in every framework: the kernel lies on the picture as you see it. Nets learn their kernels, so they need no flip.",
  true: "Convolution as mathematicians define it: the kernel is turned by 180 degrees before it is laid on. A kernel that looks the same when turned, such as a blur, gives the same result either way.",
};

export class KernelFields {
  constructor(find, settings) {
    Object.assign(this, { find, settings });
    this.divisor = select({ own: "My own", auto: "Sum of weights" }, (value) => this.setDivisor(value));
    this.divisorValue = numberField(() => settings.values.divisor, (value) => (value === 0 ? false : settings.change({ divisor: value })));
    this.bias = numberField(() => settings.values.bias, (value) => settings.change({ bias: value }));
    this.activation = select(titlesOf(ACTIVATIONS), (value) => settings.change({ activation: value }));
    this.flip = element("input", { type: "checkbox", on: { change: () => settings.change({ flip: this.flip.checked }) } });
    this.range = select(
      Object.fromEntries(Object.keys(RANGES).map((name) => [name, name[0].toUpperCase() + name.slice(1)])),
      (value) => settings.change({ range: value }),
    );
    find("kernel-fields").append(
      labelled("Divide by", this.divisor),
      labelled("Divisor", this.divisorValue, this.divisorValue.problem),
      labelled("Bias, added to each sum", this.bias, this.bias.problem),
      labelled("Activation", this.activation),
      labelled("Result shown as", this.range),
      element("label", { class: "check" }, this.flip, "Flip the kernel"),
    );
  }

  setDivisor(choice) {
    this.settings.change({ divisor: choice === "auto" ? "auto" : this.settings.divisorOf(0) });
  }

  refresh() {
    const { find, settings } = this;
    const { values } = settings;
    this.divisor.value = values.divisor === "auto" ? "auto" : "own";
    this.divisorValue.parentElement.hidden = values.divisor === "auto";
    if (values.divisor !== "auto") this.divisorValue.show();
    this.bias.show();
    this.activation.value = values.activation;
    this.flip.checked = values.flip;
    this.range.value = values.range;
    this.range.title = RANGES[values.range];
    find("flip-text").textContent = FLIP_TEXTS[values.flip];
  }
}
