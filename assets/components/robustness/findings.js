// What follows from the answers: numbers as cnnviz/evaluation/robustness.py has them, and the sentences. Pure: no page.
//
// Answers are {series, labels, said, sure}: see answers.js and `Series` of cnnviz/evaluation/corruptions.py.

import { accuracyInterval, countText, percentText } from "../shared/numbers.js";

const HALF = 0.5; // of what a net knows
const HARDLY = 0.9; // of what it knows is left: it hardly minds
const MIDDLE = 0.995; // of what it knows: below that something is lost

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const changedOf = ({ series }) => [...series.levels.keys()].filter((place) => place !== series.clean);

// Share of the images (of one class, if one is given) that are right at each level, and how many there are.
export function accuraciesOf({ labels, said }, only = null) {
  const places = [...labels.keys()].filter((place) => only === null || labels[place] === only);
  const shares = said.map((classes) => places.filter((place) => classes[place] === labels[place]).length / places.length);
  return { shares, count: places.length };
}

// Mean over the levels that change something of the share of the images (of one class) that are right.
function changedMean(answers, only = null) {
  const { shares } = accuraciesOf(answers, only);
  return mean(changedOf(answers).map((place) => shares[place]));
}

// What always saying the largest class would get, 0 to 1.
export function guessingOf({ labels }) {
  const counts = new Map();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / labels.length;
}

// Whether the unchanged images show that the net knows something: their 95 % interval lies above guessing.
const isKnown = (clean, guessing, { labels }) => accuracyInterval(clean, labels.length)[0] > guessing;

// Values below and above the clean one from which on half of what the net knows is gone: [number or null, number or null].
export function halfPoints(answers) {
  const { levels, clean, is_ratio: isRatio } = answers.series;
  const { shares } = accuraciesOf(answers);
  const guessing = guessingOf(answers);
  if (!isKnown(shares[clean], guessing, answers)) return [null, null];
  const least = guessing + HALF * (shares[clean] - guessing);
  const [scale, back] = isRatio ? [Math.log, Math.exp] : [Number, Number];
  const places = [...levels.keys()];
  return [places.slice(0, clean + 1).reverse(), places.slice(clean)].map((way) => {
    const last = way.findLastIndex((place) => shares[place] > least); // the clean level at the latest
    if (last === way.length - 1) return null;
    const [before, after] = [way[last], way[last + 1]];
    const share = (shares[before] - least) / (shares[before] - shares[after]);
    const [start, end] = [before, after].map((place) => scale(levels[place].value));
    return back(start + share * (end - start));
  });
}

// Mean share of what the net knows that is left at the levels that change something, 0 to 1; NaN where it may only guess.
export function knowledgeKept(answers) {
  const { shares } = accuraciesOf(answers);
  const [guessing, clean] = [guessingOf(answers), shares[answers.series.clean]];
  if (!isKnown(clean, guessing, answers)) return NaN;
  return mean(changedOf(answers).map((place) => Math.min(1, Math.max(0, (shares[place] - guessing) / (clean - guessing)))));
}

// Mean over corruptions of the mean error at the levels that change something (Hendrycks and Dietterich, 2019).
export function meanError(all) {
  return mean(all.map((answers) => 1 - changedMean(answers)));
}

// A value between the levels, as `value_text` of cnnviz/evaluation/corruptions.py writes them.
export function valueText(value, unit) {
  const number = String(Number(value.toPrecision(2))).replace("-", "\u2212");
  if (unit === "\u00d7") return `\u00d7\u202f${number}`;
  return unit === "" || unit === "\u00b0" ? `${number}${unit}` : `${number}\u202f${unit}`;
}

const halvesText = (answers) => halfPoints(answers).filter((value) => value !== null).map((value) => valueText(value, answers.series.unit));

// For the head of a figure.
export function shortVerdict(answers) {
  const kept = knowledgeKept(answers);
  if (Number.isNaN(kept)) return "";
  const halves = halvesText(answers);
  if (halves.length) return `half gone at ${halves.join(" and ")}`;
  return kept >= MIDDLE ? "nothing lost" : `keeps ${percentText(kept)}`;
}

// The sentence above all figures; isSoFar: others are still to come.
export function headline(all, isSoFar = false) {
  const kept = all.map(knowledgeKept);
  if (kept.some(Number.isNaN)) return "Too little to say what changes take away: even unchanged, these images are not shown to be answered better than by guessing.";
  const [weakest, strongest] = [Math.min, Math.max].map((pick) => all[kept.indexOf(pick(...kept))]);
  const most = Math.max(...kept);
  const halves = halvesText(weakest);
  const lost = halves.length
    ? `Half of what it knows is gone at ${halves.map((text) => weakest.series.phrase.replace("{}", text)).join(" or ")}`
    : `No change takes half of what it knows; most is lost by ${weakest.series.title.toLowerCase()}`;
  const hurt = isSoFar ? `So far: ${lost}` : lost;
  if (all.length < 2 || weakest === strongest) return `${hurt}.`;
  const name = strongest.series.title.toLowerCase();
  return most >= HARDLY ? `${hurt}; it hardly minds ${name}.` : `${hurt}; it stands ${name} best, and keeps ${percentText(most)} there on average.`;
}

// [{label, count, clean, changed, worst: series or null where nothing is lost}, ...] of the classes that there are, the one
// that loses most first.
export function classRows(all, numClasses) {
  const rows = Array.from({ length: numClasses }, (_, label) => {
    const { shares, count } = accuraciesOf(all[0], label);
    if (!count) return null;
    const means = all.map((answers) => changedMean(answers, label));
    const clean = shares[all[0].series.clean];
    const changed = mean(means);
    return { label, count, clean, changed, worst: changed < clean ? all[means.indexOf(Math.min(...means))].series : null };
  });
  return rows.filter(Boolean).sort((one, other) => other.clean - other.changed - (one.clean - one.changed));
}

// The confusion that changes bring about most often: {label, said, count, total, worst: series}, or null.
export function worstPair(all) {
  const pairs = new Map();
  for (const answers of all)
    for (const place of changedOf(answers))
      answers.labels.forEach((label, image) => {
        const [said, before] = [answers.said[place][image], answers.said[answers.series.clean][image]];
        if (said === label || before !== label) return; // it was wrong before
        const pair = pairs.get(`${label},${said}`) ?? { label, said, count: 0, by: new Map() };
        pairs.set(`${label},${said}`, pair);
        pair.count++;
        pair.by.set(answers.series, (pair.by.get(answers.series) ?? 0) + 1);
      });
  if (!pairs.size) return null;
  const worst = [...pairs.values()].reduce((best, pair) => (pair.count > best.count ? pair : best));
  const times = all.reduce((sum, answers) => sum + changedOf(answers).length, 0);
  const [series] = [...worst.by].reduce((best, one) => (one[1] > best[1] ? one : best));
  return { ...worst, total: times * accuraciesOf(all[0], worst.label).count, worst: series };
}

export function pairWords(all, classes) {
  const pair = worstPair(all);
  if (!pair) return "No image that was right is wrong when it is changed.";
  const { label, said, count, total, worst } = pair;
  return `Most often ${classes[label]} turns into ${classes[said]}: ${countText(count)} of ${countText(total)} changed images, most of them by ${worst.title.toLowerCase()}.`;
}
