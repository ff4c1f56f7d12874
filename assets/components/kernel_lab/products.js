// One window in numbers: pixels times weights, products, their sum, bias, activation.

import { css, inkOn, signedColour } from "../shared/colours.js";
import { element } from "../shared/dom.js";
import { ACTIVATIONS } from "../shared/nn/numerics.js";
import { clamp, shortText, signedTerm, valueText, weightText } from "../shared/numbers.js";
import { colourOf } from "./display.js";
import { PLANE_NAMES } from "./pipeline.js";

export function showProducts(find, result, explained, place, scale) {
  const { traces } = explained;
  find("window-title").textContent =
    `How the result's pixel in row ${place.row + 1}, column ${place.column + 1} comes about`;
  find("products").classList.toggle("many", traces.length > 1);
  find("products").replaceChildren(...traces.map((trace) => traceTables(trace, traces.length > 1)));
  find("equation").replaceChildren(...equation(explained, result, scale));
}

function traceTables(trace, isNamed) {
  const { cells, kernel, total, name, share } = trace;
  const largestWeight = Math.max(...kernel.weights.map(Math.abs)) || 1;
  const largestProduct = Math.max(...cells.map(({ product }) => Math.abs(product))) || 1;
  const grey = (value) => Array(3).fill(Math.round(clamp(value, 0, 255)));
  const row = element(
    "div",
    { class: "trace" },
    cellTable("Pixels", kernel.side, cells, (cell) => [cell.value, grey(cell.value), cell.isPadding]),
    element("span", { class: "sign", text: "\u00d7" }),
    cellTable("Weights", kernel.side, cells, (cell) => [cell.weight, signedColour(cell.weight, largestWeight), false]),
    element("span", { class: "sign", text: "=" }),
    cellTable("Products", kernel.side, cells, (cell) => [cell.product, signedColour(cell.product, largestProduct), false]),
    element("span", { class: "total", text: `Sum ${valueText(total)}${share === 1 ? "" : ` \u00d7 ${weightText(share)}`}` }),
  );
  return element("div", {}, isNamed ? element("strong", { class: "trace-name", text: name }) : null, row);
}

export function cellTable(title, side, cells, describe) {
  const rows = Array.from({ length: side }, (_, r) =>
    element(
      "tr",
      {},
      ...cells.slice(r * side, (r + 1) * side).map((cell) => {
        const [value, colour, isPadding] = describe(cell);
        const text = title === "Weights" ? weightText(value).replace("-", "\u2212") : shortText(value);
        const style = `background-color:${css(colour)};color:${inkOn(colour)}`;
        const options = { text, style, title: isPadding ? "Padding: outside the picture" : valueText(value) };
        return element("td", isPadding ? { ...options, class: "padding" } : options);
      }),
    ),
  );
  const table = element("table", { class: "cells", "data-side": side, "aria-label": title }, element("tbody", {}, ...rows));
  return element("figure", {}, element("figcaption", { text: title }), table);
}

function equation({ traces, bias, activation, sums, values }, result, scale) {
  if (result.isOpen) {
    return [`Nothing is summed across planes: ${PLANE_NAMES.map((name, i) => `${name} ${valueText(values[i])}`).join(", ")}.`];
  }
  const terms = traces.map(({ total, share }) => (share === 1 ? valueText(total) : `${valueText(total)} \u00d7 ${weightText(share)}`));
  const sum = `${terms.join(" + ")} ${signedTerm(bias)} (bias) = `;
  const step = activation === "linear" ? "" : `${valueText(sums[0])} \u2192 ${ACTIVATIONS[activation].title} \u2192 `;
  const colour = colourOf(values[0], scale);
  return [sum, step, element("b", { text: valueText(values[0]), style: `background:${css(colour)};color:${inkOn(colour)}` })];
}
