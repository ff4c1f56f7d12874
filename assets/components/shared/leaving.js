// A click on a link leads to another page as soon as Python has answered. What Python is told from then on, Streamlit takes
// for a wish to stay on the page that is being left, and what was told in the last milliseconds, too: it sends that after the
// click. So what is told while the pointer is on such a link waits until it is somewhere else, and after a click it is told only
// if the page stays after all.
//
// Links inside a component are its own matter.

const LONGEST = 5_000; // ms, even on a busy server, and for a pointer that was left lying there
const LOOK_AGAIN = 50; // ms

let clickedAt = -Infinity;
let aimedAt = -Infinity; // since when the pointer is on such a link; -Infinity: it is not
const places = new WeakMap(); // by root: {beganAt, waiting}, the latter what is to be told, in order

// Whether an event, heard at the document, is on a link to another page.
export function isOnWayOut({ target, ctrlKey, metaKey, shiftKey }) {
  const link = target.closest?.("a[href]");
  if (!link || link.target === "_blank" || link.hasAttribute("download") || ctrlKey || metaKey || shiftKey) return false;
  return link.origin === location.origin && link.pathname !== location.pathname;
}

document.addEventListener("click", (event) => isOnWayOut(event) && (clickedAt = performance.now()), true);
document.addEventListener("pointerover", (event) => {
  if (!isOnWayOut(event)) aimedAt = -Infinity;
  else if (aimedAt === -Infinity) aimedAt = performance.now();
}, true);

// `tell` for the component at `root`; what a click led to is not held up by it.
export function toldWhileHere(root, tell) {
  if (!places.has(root)) places.set(root, { beganAt: performance.now(), waiting: [] });
  const place = places.get(root);
  return (...value) => {
    place.waiting.push(() => tell(...value));
    if (place.waiting.length === 1) flush(root, place);
  };
}

function flush(root, place) {
  if (isHeld(place.beganAt)) setTimeout(() => (root.isConnected ? flush(root, place) : (place.waiting = [])), LOOK_AGAIN);
  else for (const say of place.waiting.splice(0)) say();
}

function isHeld(beganAt) {
  const last = Math.max(clickedAt, aimedAt);
  return last > beganAt && performance.now() < last + LONGEST;
}
