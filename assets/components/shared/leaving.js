// A click on a link leads to another page as soon as Python has answered. What Python is told in between, Streamlit takes for
// a wish to stay on the page that is being left: it waits, and is told only if that page stays after all.
//
// Links inside a component are its own matter.

const LONGEST = 5_000; // ms, even on a busy server

let clickedAt = -Infinity;
const beganAt = new WeakMap(); // by root

// Whether an event, heard at the document, is on a link to another page.
export function isOnWayOut({ target, ctrlKey, metaKey, shiftKey }) {
  const link = target.closest?.("a[href]");
  return Boolean(link) && link.target !== "_blank" && link.pathname !== location.pathname && !(ctrlKey || metaKey || shiftKey);
}

document.addEventListener("click", (event) => isOnWayOut(event) && (clickedAt = performance.now()), true);

// `tell` for the component at `root`; what a click led to is not held up by it.
export function toldWhileHere(root, tell) {
  if (!beganAt.has(root)) beganAt.set(root, performance.now());
  const told = (...value) => {
    const wait = clickedAt > beganAt.get(root) ? clickedAt + LONGEST - performance.now() : 0;
    if (wait <= 0) tell(...value);
    else setTimeout(() => root.isConnected && told(...value), wait);
  };
  return told;
}
