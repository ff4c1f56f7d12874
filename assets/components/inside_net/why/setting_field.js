// A setting of a method: a choice, or a number that is taken as soon as it is one the method can take.

import { element } from "../../shared/dom.js";
import { parseNumber } from "../../shared/numbers.js";

export function settingField({ title, default: first, least, most, choices, help }, onChange) {
  const label = (field, ...more) => element("label", { class: "why-setting", title: help }, `${title} `, field, ...more);
  if (choices.length) {
    const select = element("select", { on: { change: () => onChange(select.value) } }, ...choices.map((text) => element("option", { value: text, text })));
    select.value = first;
    return label(select);
  }
  const isWhole = [first, least, most].every(Number.isInteger) && most !== 1;
  const problem = element("span", { class: "problem", role: "alert" });
  const field = element("input", { type: "text", inputMode: "decimal", value: String(first), class: "weight" });
  field.addEventListener("change", () => {
    const value = parseNumber(field.value);
    const fits = value !== null && value >= least && value <= most && (!isWhole || Number.isInteger(value));
    field.setAttribute("aria-invalid", String(!fits));
    problem.textContent = fits ? "" : `Expected ${isWhole ? "a whole number" : "a number"} from ${least} to ${most}. Received: ${field.value || "nothing"}.`;
    if (fits) onChange(value);
  });
  return label(field, problem);
}
