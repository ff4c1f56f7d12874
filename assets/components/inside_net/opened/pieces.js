// Small parts of the opened views: numbers that tests can read, signs between maps, the curve of an activation.

import { element, svgElement } from "../../shared/dom.js";
import { activate } from "../../shared/nn/activations.js";
import { significant } from "../../shared/net_view/words.js";

// A number in words for people, in full for whoever reads data-value.
export function number(name, value, options = {}) {
  const node = element("span", { class: "number", "data-name": name });
  setNumber(node, value, options);
  return node;
}

export function setNumber(node, value, { text = significant(value) } = {}) {
  node.dataset.value = value;
  node.textContent = text;
}

export const sign = (text) => element("span", { class: "sign", "aria-hidden": "true", text });

// A figure around any node, with words below or above it.
export const figure = (caption, ...nodes) => element("figure", { class: "piece" }, element("figcaption", { text: caption }), ...nodes);

const CURVE = { width: 108, height: 72, pad: 6 };
const CURVE_NAMES = {
  relu: "ReLU", leaky_relu: "leaky ReLU", elu: "ELU", gelu: "GELU", gelu_tanh: "GELU (by tanh)", linear: "no activation",
  relu6: "ReLU up to 6", silu: "SiLU", hard_sigmoid: "hard sigmoid", hard_silu: "hard SiLU", selu: "SELU", mish: "Mish",
  clip: "clip",
};

export const activationName = (name) => CURVE_NAMES[name] ?? name;

// The graph of an activation, and on it the value that goes in at present.
export class Curve {
  constructor(name, layer = {}) {
    Object.assign(this, { name, layer });
    this.line = svgElement("path", { class: "graph" });
    this.dot = svgElement("circle", { class: "dot", r: 4 });
    const { width, height } = CURVE;
    this.axes = svgElement("path", { class: "axis" });
    this.svg = svgElement("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `Graph of ${activationName(name)}` }, this.axes, this.line, this.dot);
    this.root = figure(activationName(name), this.svg);
  }

  show(input, limit) {
    const { width, height, pad } = CURVE;
    const most = Math.max(limit, Math.abs(input), 1e-6);
    const inputs = Float32Array.from({ length: 61 }, (_, i) => ((i - 30) / 30) * most);
    const outputs = this.at(inputs);
    const top = Math.max(...outputs, 0);
    const bottom = Math.min(...outputs, 0);
    const x = (value) => pad + ((value / most + 1) / 2) * (width - 2 * pad);
    const y = (value) => height - pad - ((value - bottom) / (top - bottom || 1)) * (height - 2 * pad);
    this.line.setAttribute("d", `M${Array.from(inputs, (value, i) => `${x(value).toFixed(1)} ${y(outputs[i]).toFixed(1)}`).join("L")}`);
    this.axes.setAttribute("d", `M${pad} ${y(0)}H${width - pad}M${x(0)} ${pad}V${height - pad}`);
    this.dot.setAttribute("cx", x(input));
    this.dot.setAttribute("cy", y(this.at(Float32Array.of(input))[0]));
  }

  at(inputs) {
    const values = inputs.slice();
    activate(this.name, values, 1, this.layer);
    return values;
  }
}
