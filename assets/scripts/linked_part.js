// A link to a part of a page, `?part=mistakes`, shows it: what stands above it may be higher than the window. It is kept in sight while
// what stands above comes in, until somebody scrolls, clicks or types. A warning on top comes first.

const PART = ".st-key-linked_part";
const PART_WARNED = ".st-key-page_warnings [data-testid='stAlert']"; // that another net is shown, say: it stays in sight
const PART_PATIENCE = 15_000; // ms, on a busy server
const PART_HANDS = ["wheel", "touchstart", "pointerdown", "keydown"];

const partGrowth = new ResizeObserver(() => showPart());

let partPage = null;
let partUntil = -Infinity;
let partAt = null; // the height at which it was put in sight

function beginPart() {
  if (location.pathname === partPage) return;
  partPage = location.pathname;
  const said = new URLSearchParams(location.search);
  partUntil = said.has("part") || said.has("view") ? performance.now() + PART_PATIENCE : -Infinity;
  partAt = null;
}

function showPart() {
  beginPart();
  if (document.querySelector(PART_WARNED)) partUntil = -Infinity;
  const part = performance.now() < partUntil && document.querySelector(PART);
  if (!part) return;
  partGrowth.observe(part.parentElement); // what components draw is no change of the document
  const { top } = part.getBoundingClientRect();
  if (top === partAt) return;
  part.scrollIntoView();
  partAt = part.getBoundingClientRect().top;
}

new MutationObserver(showPart).observe(document, { childList: true, subtree: true });
for (const name of PART_HANDS) addEventListener(name, () => (partUntil = -Infinity), { capture: true, passive: true });
