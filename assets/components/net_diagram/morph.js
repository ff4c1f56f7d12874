// From one drawing of a net to the next: boxes grow, shrink and move to where they stand now; new ones fade in.

const DURATION = 280; // ms
const NUMBER = /-?\d+(?:\.\d+)?/g;
const SHAPES = ["points", "x", "y", "width", "height", "transform"];

const keyOf = ({ dataset: { layer, fold, path } }) => layer ?? (fold ? `fold ${fold}` : `path ${path}`);
const numbersIn = (text) => (text?.match(NUMBER) ?? []).map(Number);
const parts = (layer) => [...layer.querySelectorAll("*")].filter((node) => !node.matches("title, .mark"));

// Where a layer stands in its drawing; all that moves it are translations.
function placeOf(layer) {
  let [x, y] = [0, 0];
  for (let node = layer.parentElement; node && node.tagName !== "svg"; node = node.parentElement) {
    const [dx = 0, dy = 0] = numbersIn(node.getAttribute("transform"));
    [x, y] = [x + dx, y + dy];
  }
  return [x, y];
}

// What changes in the shapes of a layer: [node, attribute, old numbers, new numbers].
function changes(before, after) {
  const [old, now] = [parts(before), parts(after)];
  if (old.length !== now.length || old.some((node, i) => node.tagName !== now[i].tagName)) return [];
  return now.flatMap((node, i) =>
    SHAPES.map((name) => [node, name, numbersIn(old[i].getAttribute(name)), numbersIn(node.getAttribute(name))]).filter(
      ([, , from, to]) => from.length === to.length && from.some((value, k) => value !== to[k]),
    ),
  );
}

function mixed(node, name, from, to, share) {
  let i = 0;
  return node.getAttribute(name).replace(NUMBER, () => {
    const value = from[i] + (to[i] - from[i]) * share;
    i += 1;
    return value.toFixed(2);
  });
}

// Starts the way from `before`, an SVG that is no longer shown, to `after`; returns what ends it at once.
export function morph(before, after) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden) return () => {};
  const old = new Map([...before.querySelectorAll(".layer")].map((layer) => [keyOf(layer), layer]));
  const steps = [...after.querySelectorAll(".layer")].map((layer) => stepOf(old.get(keyOf(layer)), layer)).filter(Boolean);
  const start = performance.now();
  let frame = 0;
  const draw = (now) => {
    const share = Math.min(1, Math.max(0, now - start) / DURATION);
    const eased = 1 - (1 - share) ** 3;
    steps.forEach((step) => step(eased));
    frame = share < 1 ? requestAnimationFrame(draw) : 0;
  };
  if (steps.length) draw(start);
  return () => {
    cancelAnimationFrame(frame);
    steps.forEach((step) => step(1));
  };
}

// What draws a layer on its way, or null where nothing of it changes.
function stepOf(before, after) {
  if (!before) return (share) => (share < 1 ? after.setAttribute("opacity", share) : after.removeAttribute("opacity"));
  const [[fromX, fromY], [toX, toY]] = [placeOf(before), placeOf(after)];
  const [dx, dy] = [fromX - toX, fromY - toY];
  const shapes = changes(before, after).map(([node, name, from, to]) => [node, name, from, to, node.getAttribute(name)]);
  if (!shapes.length && Math.hypot(dx, dy) < 0.5) return null;
  return (share) => {
    const rest = 1 - share;
    if (rest) after.setAttribute("transform", `translate(${(dx * rest).toFixed(2)} ${(dy * rest).toFixed(2)})`);
    else after.removeAttribute("transform");
    for (const [node, name, from, to, last] of shapes) node.setAttribute(name, rest ? mixed(node, name, from, to, share) : last);
  };
}
