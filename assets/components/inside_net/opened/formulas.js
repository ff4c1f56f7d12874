// One value in a line of arithmetic, for layers whose values have a formula and no kernel. Of a unit that is switched off
// the line says what it would give: that it is then times 0 is the step after.

import { significant } from "../../shared/net_view/words.js";
import { activationName } from "./pieces.js";

const text = significant;
const plus = (value) => (value < 0 ? `\u2212 ${text(-value)}` : `+ ${text(value)}`);
const inBrackets = (value) => (value < 0 ? `(${text(value)})` : text(value));

const FORMULAS = {
  max_pool: ({ terms, computed }) => `The largest of ${terms.length} values: ${text(computed)}.`,
  global_max_pool: ({ terms, computed }) => `The largest of all ${terms.length} values: ${text(computed)}.`,
  avg_pool: meanText,
  global_avg_pool: meanText,
  batch_norm: ({ terms: [{ value, weight }], bias, computed }, weights, unit, { epsilon }) => {
    const { mean, variance, gamma, beta } = weights;
    const whole = `(${text(value)} \u2212 ${inBrackets(mean[unit])}) / \u221a(${text(variance[unit])} + ${epsilon}) \u00d7 ${inBrackets(gamma?.[unit] ?? 1)} ${plus(beta?.[unit] ?? 0)}`;
    return `${whole} = ${text(value)} \u00d7 ${inBrackets(weight)} ${plus(bias)} = ${text(computed)}`;
  },
  layer_norm: ({ terms: [{ value }], statistics: { mean, variance }, computed }, { gamma, beta }, unit, { epsilon }) =>
    `(${text(value)} \u2212 ${inBrackets(mean)}) / \u221a(${text(variance)} + ${epsilon}) \u00d7 ${inBrackets(gamma?.[unit] ?? 1)} ${plus(beta?.[unit] ?? 0)} = ${text(computed)}; mean and variance are those of all channels at this place.`,
  activation: ({ terms: [{ value }], computed, activation }) => `${activationName(activation)}(${text(value)}) = ${text(computed)}`,
  clip: ({ terms: [{ value }], computed }, weights, unit, { low, high }) =>
    `${text(value)}, no less than ${text(low)} and no more than ${text(high)}: ${text(computed)}`,
  prelu: ({ terms: [{ value, weight }], computed }) =>
    value < 0 ? `${text(value)} is below zero: times the slope ${text(weight)} = ${text(computed)}` : `${text(value)} is not below zero and goes on as it is.`,
  add: joined("+"),
  multiply: joined("\u00d7"),
  average: ({ terms, computed }) => `(${terms.map(({ value }) => inBrackets(value)).join(" + ")}) / ${terms.length} = ${text(computed)}`,
  maximum: ({ terms, computed }) => `The largest of ${terms.map(({ value }) => text(value)).join(" and ")}: ${text(computed)}.`,
  rescaling: (explained, weights, unit, { scale, shift }) => {
    const { terms: [{ value }], computed } = explained;
    return scale === 1 / 255 && shift === 0 ? `${text(value)} / 255 = ${text(computed)}` : scaledText(explained);
  },
  scaling: scaledText,
  zero_padding: ({ terms: [{ value, row, column }] }, weights, unit, { border: [top, bottom, left, right], height, width }) => {
    const isInside = row >= 0 && column >= 0 && row < height - top - bottom && column < width - left - right;
    return isInside ? `${text(value)} goes on as it is.` : "Here is no value before: 0.";
  },
  up_sampling: ({ terms, computed }) =>
    terms.length === 1 ? `${text(terms[0].value)} goes on as it is.` : `${terms.map(({ value, weight }) => `${inBrackets(value)} \u00d7 ${text(weight)}`).join(" + ")} = ${text(computed)}`,
};

function joined(word) {
  return ({ terms, computed }) => `${terms.map(({ value }) => inBrackets(value)).join(` ${word} `)} = ${text(computed)}`;
}

function scaledText({ terms: [{ value, weight }], bias, computed }) {
  return `${text(value)} \u00d7 ${inBrackets(weight)} ${plus(bias)} = ${text(computed)}`;
}

function meanText({ terms, computed }) {
  const sum = terms.reduce((all, { value }) => all + value, 0);
  return `The mean: ${text(sum)} / ${terms.length} = ${text(computed)}.`;
}

export function formulaOf(layer, explained, weights, unit) {
  const formula = FORMULAS[layer.kind];
  if (formula) return formula(explained, weights, unit, layer);
  return explained.terms.length === 1 ? `${text(explained.terms[0].value)} goes on as it is.` : "";
}
