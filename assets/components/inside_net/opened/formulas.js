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
  add: ({ terms, computed }) => `${terms.map(({ value }) => inBrackets(value)).join(" + ")} = ${text(computed)}`,
  rescaling: ({ terms: [{ value }], computed }) => `${text(value)} / 255 = ${text(computed)}`,
};

function meanText({ terms, computed }) {
  const sum = terms.reduce((all, { value }) => all + value, 0);
  return `The mean: ${text(sum)} / ${terms.length} = ${text(computed)}.`;
}

export function formulaOf(layer, explained, weights, unit) {
  const formula = FORMULAS[layer.kind];
  if (formula) return formula(explained, weights, unit, layer);
  return explained.terms.length === 1 ? `${text(explained.terms[0].value)} goes on as it is.` : "";
}
