// Browsers drop what they do not know from a field of whole numbers, and say nothing: 15 of 1,5 and of 1/5, 3 of a 3 with
// an en dash before it. What is no whole number is refused in a sentence here, and the number before stays.
const DASHES = /[\u2010-\u2013\u2212]/g; // a hyphen, an en dash, a minus: what text programs make of "-"
const GROUPS = /(?<=\d)[\u0020\u00a0\u2009\u202f'\u2019](?=\d{3}(?:\D|$))/g; // between thousands, where nothing else is meant
const SENTENCE_STYLE =
  "position: fixed; z-index: 1000000; max-width: 20rem; padding: 0.4rem 0.7rem; border-radius: 0.5rem; font-size: 0.875rem; background: #b3261e; color: #fff";

const isWholeField = (target) => target instanceof HTMLInputElement && target.type === "number";
const setValue = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;

let before = ""; // what Streamlit has of the field
let refused = ""; // all that was typed since; empty while it is a whole number
const sentence = document.createElement("div");
sentence.setAttribute("role", "alert");
sentence.style.cssText = SENTENCE_STYLE;

function show(field) {
  const { left, bottom } = field.getBoundingClientRect();
  sentence.style.left = `${left}px`;
  sentence.style.top = `${bottom + 6}px`;
  sentence.textContent = `Whole numbers only. Received: ${refused.slice(0, 40)}.`;
  document.body.append(sentence);
}

function forget() {
  refused = "";
  sentence.remove();
}

// As if it had been typed, so that Streamlit notes it.
function fill(field, text) {
  setValue.call(field, text);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function refuse(field, text) {
  refused = text;
  fill(field, before);
  show(field);
}

addEventListener("focusin", ({ target }) => {
  if (!isWholeField(target)) return;
  forget();
  before = target.value;
});
addEventListener("focusout", ({ target }) => isWholeField(target) && forget());
addEventListener("scroll", forget, true);

addEventListener("beforeinput", (event) => {
  const { target: field, data, inputType } = event;
  if (!isWholeField(field)) return;
  const typed = data ?? event.dataTransfer?.getData("text/plain") ?? "";
  if (!typed || inputType.startsWith("delete")) return forget();
  const text = (refused + typed).replace(DASHES, "-").trim().replace(GROUPS, "");
  if (!refused) sentence.remove();
  if (!refused && /^\d+$/.test(typed)) return;
  event.preventDefault();
  const isReplaced = String(getSelection()) === field.value || inputType !== "insertText";
  if (refused || !/^-?\d*$/.test(text)) return refuse(field, (refused || (isReplaced ? "" : field.value)) + typed);
  document.execCommand("insertText", false, text); // a dash, or a number that stood in a sheet
}, true);

addEventListener("keydown", ({ target, key }) => {
  if (!isWholeField(target)) return;
  if (["Escape", "Backspace", "Delete", "ArrowUp", "ArrowDown"].includes(key)) forget();
  if (key === "Enter") refused = ""; // what is typed next is a number of its own
}, true);
addEventListener("keyup", ({ target, key }) => {
  if (isWholeField(target) && ["Enter", "ArrowUp", "ArrowDown"].includes(key)) before = target.value; // taken by Streamlit
}, true);
