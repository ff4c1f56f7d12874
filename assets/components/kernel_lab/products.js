// One window in numbers: pixels times weights, products, their sum, bias, activation.

import { css, inkOn, signedColour } from "../shared/colours.js";
import { element } from "../shared/dom.js";
import { ACTIVATIONS } from "../shared/nn/numerics.js";
import { clamp, shortText, signedTerm, valueText, weightLabel } from "../shared/numbers.js";
import { colourOf } from "./display.js";
import { PLANE_NAMES } from "./pipeline.js";

const MOST_TERMS = 9; // products that are written out as a sum

export function showProducts(find, result, explained, place, scale) {
  const { traces } = explained;
  find("window-title").textContent =
    `The result's pixel in row ${place.row + 1}, column ${place.column + 1}`;
  find("products").classList.toggle("many", traces.length > 1);
  find("products").replaceChildren(...traces.map((trace) => traceTables(trace, traces.length > 1)));
  find("equation").replaceChildren(...equation(explained, result, scale));
}

function traceTables(trace, isNamed) {
  const { cells, kernel, total, name, share } = trace;
  const largestWeight = Math.max(...kernel.weights.map(Math.abs)) || 1;
  const largestProduct = Math.max(...cells.map(({ product }) => Math.abs(product))) || 1;
  const tint = PLANE_NAMES.indexOf(name);
  const shown = (value) => colourOf(clamp(value, 0, 255), { mode: "clip", low: 0, high: 255, tint: tint < 0 ? undefined : tint });
  const row = element(
    "div",
    { class: "trace", "data-side": kernel.side },
    cellTable("Pixels", kernel.side, cells, (cell) => [cell.value, shown(cell.value), cell.isPadding]),
    element("span", { class: "sign", text: "\u00d7" }),
    cellTable("Weights", kernel.side, cells, (cell) => [cell.weight, signedColour(cell.weight, largestWeight), false]),
    element("span", { class: "sign", text: "=" }),
    cellTable("Products", kernel.side, cells, (cell) => [cell.product, signedColour(cell.product, largestProduct), false]),
    element("span", { class: "sign", text: "\u2192" }),
    element(
      "p",
      { class: "sum" },
      element("span", { class: "total", text: `Sum ${valueText(total)}${share === 1 ? "" : ` \u00d7 ${weightLabel(share)} = ${valueText(total * share)}`}` }),
      cells.length > 1 && cells.length <= MOST_TERMS ? element("span", { class: "terms", text: `= ${termsOf(cells)}` }) : null,
    ),
  );
  return element("div", { class: "traced" }, isNamed ? element("strong", { class: "trace-name", text: name }) : null, row);
}

// The products as a sum: 12 - 3 + 0 ...
function termsOf([first, ...others]) {
  return [valueText(first.product), ...others.map(({ product }) => signedTerm(product))].join(" ");
}

// A table of numbers in a room that is as large for every side: its letters are as small as the longest number asks for.
export function cellTable(title, side, cells, describe) {
  const shown = cells.map((cell) => {
    const [value, colour, isPadding] = describe(cell);
    const text = title === "Weights" ? weightLabel(value) : shortText(value);
    const style = `background-color:${css(colour)};color:${inkOn(colour)}`;
    const options = { text, style, title: isPadding ? "Padding: outside the picture" : valueText(value) };
    return isPadding ? { ...options, class: "padding" } : options;
  });
  const rows = Array.from({ length: side }, (_, r) =>
    element("tr", {}, ...shown.slice(r * side, (r + 1) * side).map((options) => element("td", options))),
  );
  const letters = Math.max(...shown.map(({ text }) => text.length));
  const table = element("table", { "aria-label": title, style: `--side:${side};--letters:${letters}` }, element("tbody", {}, ...rows));
  return element("figure", { class: "cells" }, element("figcaption", { text: title }), table);
}

function equation({ traces, bias, activation, sums, values }, result, scale) {
  if (result.isOpen) {
    return [`Nothing is summed across planes: ${PLANE_NAMES.map((name, i) => `${name} ${valueText(values[i])}`).join(", ")}.`];
  }
  const [first, ...others] = traces.map(({ total, share }) => total * share);
  const sum = `${valueText(first)} ${[...others, bias].map(signedTerm).join(" ")} (bias) = `;
  const step = activation === "linear" ? "" : `${valueText(sums[0])} \u2192 ${ACTIVATIONS[activation].title} \u2192 `;
  const colour = colourOf(values[0], scale);
  return [sum, step, element("b", { text: valueText(values[0]), style: `background:${css(colour)};color:${inkOn(colour)}` })];
}
