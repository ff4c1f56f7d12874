// The last step of a unit that is switched off: what it has come to, times 0. The steps before it stay true.

import { element } from "../../shared/dom.js";
import { figure } from "./pieces.js";

const REASON = "this unit is switched off";

// For the sentence that is spoken.
export const offWords = (isOff) => (isOff ? ` Then times 0: ${REASON}.` : "");

export const timesZero = () => figure(REASON, element("span", { class: "number times-zero", text: "\u00d7 0" }));

// What is on the page only while the unit is off; whoever makes it sets `hidden`.
export const offStep = (...nodes) => element("div", { class: "off-step", hidden: true }, ...nodes);
