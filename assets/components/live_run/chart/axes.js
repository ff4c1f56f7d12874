// The ranges and ticks of axes, and where labels stand. Pure: no page.

const STEPS = [1, 2, 5, 10];
const ROOM = 0.06; // of a linear axis, above and below what is drawn

// Round numbers between low and high, at most about `count`.
export function ticksOf(low, high, count) {
  const raw = (high - low) / Math.max(count, 1);
  if (!(raw > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * STEPS.find((one) => one * power >= raw * 0.999);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

// Powers of ten between low and high, both logarithms; of few of them also 2 and 5 times.
export function logTicksOf(low, high, count) {
  const powers = Array.from({ length: Math.floor(high + 1e-9) - Math.ceil(low - 1e-9) + 1 }, (_, i) => Math.ceil(low - 1e-9) + i);
  if (powers.length > count) return powers.filter((_, i) => i % Math.ceil(powers.length / count) === 0);
  if (powers.length > 2) return powers;
  const finer = [];
  for (let power = Math.floor(low); power <= high; power++) for (const times of [1, 2, 5]) finer.push(power + Math.log10(times));
  return finer.filter((value) => value >= low && value <= high);
}

// [low, high] that holds all values: shares from 0 to 1, others from 0 where none is below, as logarithms if `isLog`.
export function rangeOf(values, { isShare = false, isLog = false } = {}) {
  if (isShare) return [0, 1];
  const known = isLog ? values.filter((value) => value > 0).map(Math.log10) : values;
  let [low, high] = [Infinity, -Infinity];
  for (const value of known) [low, high] = [Math.min(low, value), Math.max(high, value)];
  if (low > high) return isLog ? [-1, 0] : [0, 1];
  if (isLog) return high - low < 0.3 ? [low - 0.15, high + 0.15] : [low - ROOM * (high - low), high + ROOM * (high - low)];
  if (low >= 0) return [0, high === 0 ? 1 : high * (1 + ROOM)];
  const room = ROOM * (high - low || Math.abs(low));
  return [low - room, high + room];
}

// Places of labels at the ends of lines, moved as little as keeps `least` between any two and all within [top, bottom].
export function spreadLabels(places, { least, top, bottom }) {
  const order = places.map((place, i) => [Math.min(Math.max(place, top), bottom), i]).sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < order.length; i++) order[i][0] = Math.max(order[i][0], order[i - 1][0] + least);
  let limit = bottom;
  for (let i = order.length - 1; i >= 0; i--) {
    order[i][0] = Math.min(order[i][0], limit);
    limit = order[i][0] - least;
  }
  const found = [];
  for (const [place, i] of order) found[i] = place;
  return found;
}

// No more of a line than can be seen: of each column of pixels its first, least, greatest and last point.
export function thinned(points, toColumn) {
  const kept = [];
  for (let from = 0, to; from < points.length; from = to) {
    const column = Math.floor(toColumn(points[from][0]));
    let [least, most] = [from, from];
    for (to = from; to < points.length && Math.floor(toColumn(points[to][0])) === column; to++) {
      if (points[to][1] < points[least][1]) least = to;
      if (points[to][1] > points[most][1]) most = to;
    }
    const places = new Set([from, Math.min(least, most), Math.max(least, most), to - 1]);
    for (const place of places) kept.push(points[place]);
  }
  return kept;
}
