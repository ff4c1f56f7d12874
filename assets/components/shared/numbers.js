// Numbers as people type and read them.

const DECIMAL = "[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+";
const NUMBER = new RegExp(`^([+-]?)(${DECIMAL})(?:[eE]([+-]?[0-9]{1,2}))?(?:\\s*/\\s*(${DECIMAL}))?$`);
const DASHES = /[\u2010-\u2014\u2212]/g; // a hyphen, an en or em dash, a minus: what text programs make of "-"
const VULGAR = /([0-9]+)?([\u00bc-\u00be\u2150-\u215e\u2189])/g; // a half as one letter, and one and a half
const MAX_DENOMINATOR = 64;

// The text with 1/2 for a half that is one letter, 3/2 for one and a half, and digits of full width as usual ones.
export function withVulgarFractions(text) {
  return text
    .replace(VULGAR, (_, whole, fraction) => {
      const [above, below] = fraction.normalize("NFKC").split("\u2044").map(Number);
      return `${Number(whole ?? 0) * below + above}/${below}`;
    })
    .replace(/[\uff01-\uff5e]/g, (letter) => letter.normalize("NFKC"))
    .replace("\u215f", "1/")
    .replace(/[\u2044\u2215]/g, "/");
}

// The number a text stands for ("-0.5", "0,5", "1e-3", "1/9", a half as one letter), or null.
export function parseNumber(text) {
  const match = NUMBER.exec(withVulgarFractions(text).trim().replaceAll(DASHES, "-"));
  if (!match) return null;
  const [, sign, digits, exponent, divisor] = match;
  const value = Number(`${sign}${digits.replace(",", ".")}e${exponent || 0}`);
  const below = divisor === undefined ? 1 : Number(divisor.replace(",", "."));
  if (!below || !Number.isFinite(value) || !Number.isFinite(below)) return null;
  const quotient = value / below;
  return Number.isFinite(quotient) ? quotient : null;
}

// A short text of a weight: 0.1111111 is 1/9.
export function weightText(weight) {
  const decimal = String(Number(weight.toPrecision(6)));
  for (let below = 2; below <= MAX_DENOMINATOR; below++) {
    const above = Math.round(weight * below);
    if (above !== 0 && Math.abs(above / below - weight) < 1e-7) {
      const fraction = `${above}/${below}`;
      return fraction.length < decimal.length ? fraction : decimal;
    }
  }
  return decimal;
}

// The same with a true minus, to be read: parseNumber takes it too.
export const weightLabel = (weight) => weightText(weight).replace("-", "\u2212");

// A value for a small cell: at most about five characters.
export function shortText(value) {
  const size = Math.abs(value);
  if (size >= 99_999) return value.toExponential(0);
  const digits = size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
  return minus(Number(value.toFixed(digits)));
}

export const valueText = (value) => minus(Number(value.toFixed(3)));
const minus = (value) => String(value === 0 ? 0 : value).replace("-", "\u2212");
export const signedTerm = (value) => (value < 0 ? `\u2212 ${valueText(-value)}` : `+ ${valueText(value)}`);
// A share of 0 to 1 in per cent, with the narrow space that no line breaks at; `text` in place of its number.
export const inPercent = (text) => `${text}\u202f%`;
export const percentText = (share, digits = 0) => inPercent((100 * share).toFixed(digits));
// A probability is never certainty, even where 32 bits round it to 1 or 0: "> 99.9 %", "< 0.1 %", as cnnviz/text/units.py.
export function probabilityText(share, digits = 1) {
  const step = 10 ** -(digits + 2);
  if (share >= 1 - step / 2) return `> ${percentText(1 - step, digits)}`;
  return share < step / 2 ? `< ${percentText(step, digits)}` : percentText(share, digits);
}
// A part of a whole, such as of the test images: all and none are said only of all and none.
export const partText = (share, digits = 1) => (share === 0 || share === 1 ? percentText(share, digits) : probabilityText(share, digits));
export const countText = (count) => count.toLocaleString("en");
// How many there are of something: 1 step, 2,610 steps, 10 classes.
export const plural = (count, noun) => `${countText(count)} ${noun}${count === 1 ? "" : noun.endsWith("s") ? "es" : "s"}`;
// The size of a picture or of maps, as the pages write it: 26 × 26.
export const sizeText = (...sides) => sides.join(" \u00d7 ");
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

const Z95 = 1.959964; // as cnnviz/evaluation/accuracy.py

// [low, high] of an accuracy from so many images: the 95 % interval of Wilson (1927).
export function accuracyInterval(accuracy, numImages) {
  const share = Z95 ** 2 / numImages;
  const middle = (accuracy + share / 2) / (1 + share);
  const half = Math.sqrt(accuracy * (1 - accuracy) * share + share ** 2 / 4) / (1 + share);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
