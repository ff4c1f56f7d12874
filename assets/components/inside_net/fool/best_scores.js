// The fewest pixels that were painted in this browser, of each net, picture and class that was to be said.

const KEY = "cnnviz.fool.best";
const MOST = 300; // the oldest are forgotten

// A short name of what a score is of (FNV-1a).
export function gameKey(net, edits, pixels, target) {
  let hash = 0x811c9dc5;
  const mix = (code) => (hash = Math.imul(hash ^ code, 0x01000193) >>> 0);
  for (const letter of `${net} ${JSON.stringify(edits)} ${target}`) mix(letter.charCodeAt(0));
  for (const value of pixels) mix(value);
  return hash.toString(36);
}

// Its number of pixels, or null.
export function bestScore(key) {
  return read()[key] ?? null;
}

// Keep a score if it is the best one; gives the best one.
export function keepScore(key, count) {
  const { [key]: before = Infinity, ...others } = read();
  const best = Math.min(before, count);
  if (best === before) return best;
  const entries = [...Object.entries(others), [key, best]].slice(-MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(entries)));
  } catch {
    // a browser that keeps nothing, or is full
  }
  return best;
}

function read() {
  try {
    const known = JSON.parse(localStorage.getItem(KEY));
    return known && typeof known === "object" ? known : {};
  } catch {
    return {};
  }
}
