// The rows of the Runs table by keyboard: arrows move between cells, Enter and Space choose the row. The table that Streamlit
// draws on a canvas has a key for it (Shift and Space) that nobody would find, and opens the cell for editing with Enter.
const TABLE = ".st-key-runs";
const KEYS = ["Enter", " "];

addEventListener("keydown", (event) => {
  const { target, key, shiftKey, isTrusted } = event;
  if (!isTrusted || shiftKey || !KEYS.includes(key) || !target.matches?.(`${TABLE} :is(canvas, canvas *)`)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  target.dispatchEvent(new KeyboardEvent("keydown", { key: " ", code: "Space", keyCode: 32, shiftKey: true, bubbles: true, cancelable: true }));
}, true);
