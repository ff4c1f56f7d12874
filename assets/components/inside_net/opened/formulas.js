// One value in a line of arithmetic, for layers whose values have a formula and no kernel.

import { significant } from "../../shared/net_view/words.js";
import { activationName } from "./pieces.js";

const text = significant;
const plus = (value) => (value < 0 ? `\u2212 ${text(-value)}` : `+ ${text(value)}`);
const inBrackets = (value) => (value < 0 ? `(${text(value)})` : text(value));

const FORMULAS = {
  max_pool: ({ terms, output }) => `The largest of ${terms.length} values: ${text(output)}.`,
  global_max_pool: ({ terms, output }) => `The largest of all ${terms.length} values: ${text(output)}.`,
  avg_pool: meanText,
  global_avg_pool: meanText,
  batch_norm: ({ terms: [{ value, weight }], bias, output }, weights, unit, { epsilon }) => {
    const { mean, variance, gamma, beta } = weights;
    const whole = `(${text(value)} \u2212 ${inBrackets(mean[unit])}) / \u221a(${text(variance[unit])} + ${epsilon}) \u00d7 ${inBrackets(gamma?.[unit] ?? 1)} ${plus(beta?.[unit] ?? 0)}`;
    return `${whole} = ${text(value)} \u00d7 ${inBrackets(weight)} ${plus(bias)} = ${text(output)}`;
  },
  layer_norm: ({ terms: [{ value }], statistics: { mean, variance }, output }, { gamma, beta }, unit, { epsilon }) =>
    `(${text(value)} \u2212 ${inBrackets(mean)}) / \u221a(${text(variance)} + ${epsilon}) \u00d7 ${inBrackets(gamma?.[unit] ?? 1)} ${plus(beta?.[unit] ?? 0)} = ${text(output)}; mean and variance are those of all channels at this place.`,
  activation: ({ terms: [{ value }], output, activation }) => `${activationName(activation)}(${text(value)}) = ${text(output)}`,
  add: ({ terms, output }) => `${terms.map(({ value }) => inBrackets(value)).join(" + ")} = ${text(output)}`,
  rescaling: ({ terms: [{ value }], output }) => `${text(value)} / 255 = ${text(output)}`,
};

function meanText({ terms, output }) {
  const sum = terms.reduce((all, { value }) => all + value, 0);
  return `The mean: ${text(sum)} / ${terms.length} = ${text(output)}.`;
}

export function formulaOf(layer, explained, weights, unit) {
  const formula = FORMULAS[layer.kind];
  if (formula) return formula(explained, weights, unit, layer);
  return explained.terms.length === 1 ? `${text(explained.terms[0].value)} goes on as it is.` : "";
}
