// In which order the units of a layer stand: each order takes what is known of them and returns unit numbers.

export const ORDERS = {
  index: "as numbered",
  strength: "strongest first",
  similarity: "similar side by side",
  share: "by share of the answer",
};

const numbered = (count) => Array.from({ length: count }, (_, unit) => unit);
const descending = (scores) => numbered(scores.length).sort((a, b) => scores[b] - scores[a] || a - b);

// `measures` of scale.measure, `shares` (one a unit) or null while they are not known.
export function orderOf(order, layer, values, measures, shares) {
  if (order === "strength") return descending(measures.high); // as its label says where it is strongest
  if (order === "similarity") return bySimilarity(values, layer, measures);
  if (order === "share" && shares) return descending(shares);
  return numbered(layer.units);
}

// Begins with the strongest map; next comes always the one whose values point most the same way (cosine).
function bySimilarity(values, { units }, { strength }) {
  const places = values.length / units;
  const maps = numbered(units).map((unit) => unitVector(values, unit, units, places));
  const left = new Set(numbered(units));
  const order = [];
  let last = descending(strength)[0];
  while (left.size) {
    left.delete(last);
    order.push(last);
    let [next, best] = [-1, -Infinity];
    for (const unit of left) {
      const cosine = dot(maps[last], maps[unit]);
      if (cosine > best) [next, best] = [unit, cosine];
    }
    last = next;
  }
  return order;
}

function unitVector(values, unit, units, places) {
  const map = Float32Array.from({ length: places }, (_, place) => values[place * units + unit]);
  const length = Math.sqrt(dot(map, map)) || 1;
  return map.map((value) => value / length);
}

function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

// The units that a search leaves: a number, "silent" (0 on this picture), "dead" (a Set of units), a part of a class's name.
export function found(units, search, { classes, measures, dead }) {
  const text = search.trim().toLowerCase();
  if (!text) return units;
  if (/^\d+$/.test(text)) return units.filter((unit) => String(unit + 1).startsWith(text));
  if ("silent".startsWith(text)) return units.filter((unit) => isSilent(measures, unit));
  if ("dead".startsWith(text)) return units.filter((unit) => dead.has(unit));
  return units.filter((unit) => classes?.[unit]?.toLowerCase().includes(text));
}

export const isSilent = ({ low, high }, unit) => low[unit] === 0 && high[unit] === 0;
