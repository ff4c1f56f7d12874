// What is said of a run, in words. Pure: no page.

import { accuracyInterval, countText, inPercent, percentText } from "../shared/numbers.js";
import { seriesOf, validationOf } from "./history.js";

export const SHARES = ["accuracy", "precision", "recall"];
const NAMES = { mse: "squared error", learning_rate: "learning rate" };
const NOTHING = "\u2013";
const SMALL_IS_GOOD = ["loss", "mse"];

export const nameOf = (metric) => NAMES[metric] ?? metric;
const powerWords = (value) => value.toExponential(1).replace(".0e", "e").replace("e+", "e");
const significant = (value) => (value === 0 ? "0" : Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3 ? powerWords(value) : String(Number(value.toPrecision(3))));

// A value as a label says it: 97.3 %, 0.0821.
export function valueWords(value, metric) {
  if (value === null || value === undefined) return NOTHING;
  if (SHARES.includes(metric)) return percentText(value, 1);
  // zeros that can be counted, as everywhere: 0.000123
  if (metric === "learning_rate") return String(Number(value.toPrecision(3))).replace("-", "\u2212");
  const text = metric === "loss" && value >= 1e-3 && value < 1e3 ? value.toPrecision(3) : significant(value);
  return value < 0 ? text.replace("-", "\u2212") : text;
}

// The same at a line across the figure, where round numbers stand.
export function tickWords(value, metric) {
  return SHARES.includes(metric) ? inPercent(Number((100 * value).toFixed(1))) : valueWords(value, "");
}

// What guessing gets right: measured, or before there is a matrix only expected, and said so. null where nothing is known.
export function guessingWords(history) {
  const known = validationOf(history);
  if (known) return `guessing: ${valueWords(known.guessing, "accuracy")}`;
  const { guessing = null, balanced = false } = history.about ?? {};
  return guessing === null ? null : `guessing: ${balanced ? "about" : "at least"} ${percentText(guessing)}`;
}

// What the canvas of a metric shows.
export function curveWords(history, metric) {
  const { training, validation, batches } = seriesOf(history, metric);
  if (!training.length && !validation.length) {
    const last = batches.at(-1);
    return `Curve of the ${nameOf(metric)}: no epoch has ended yet${last ? `; the last batch has ${valueWords(last[1], metric)}` : ""}.`;
  }
  const told = [["training", training], ["validation", validation]].filter(([, line]) => line.length).map(([what, line]) => {
    const values = line.map(([, value]) => value);
    const best = SMALL_IS_GOOD.includes(metric) ? Math.min(...values) : Math.max(...values);
    const epoch = Math.ceil(line[values.indexOf(best)][0]);
    return `${what} went from ${valueWords(values[0], metric)} to ${valueWords(values.at(-1), metric)} (best ${valueWords(best, metric)} in epoch ${epoch})`;
  });
  return `Curve of the ${nameOf(metric)} over ${countWords(history.epochs.length)}: ${told.join("; ")}.`;
}

export const countWords = (count) => `${count} ${count === 1 ? "epoch" : "epochs"}`;

// How an epoch has ended.
function epochWords({ epochs, about }) {
  const row = epochs.at(-1);
  if (!row) return "";
  const validation = row.val_accuracy === undefined || row.val_accuracy === null ? "" : `, validation accuracy ${valueWords(row.val_accuracy, "accuracy")}`;
  return `After epoch ${row.epoch} of ${about?.epochs ?? row.epoch}: training accuracy ${valueWords(row.accuracy, "accuracy")}${validation}.`;
}

// What of a message is said aloud, [words, whether it comes by itself now and then]: nothing of single batches.
export function newsWords(known, history) {
  const { epochs, marks, head } = history;
  if (!known.head) return ["", false];
  if (marks.length > known.marks.length) return [`The training: ${markWords(marks.at(-1))}.`, false];
  if (head.paused !== known.head.paused) {
    const goesOn = head.moves ? "The training goes on." : "The training has ended.";
    return [head.paused ? "The training is held." : goesOn, false];
  }
  return epochs.length > known.epochs ? [epochWords(history), true] : ["", false];
}

export function markWords({ kind, epoch, value }) {
  if (kind === "kept") return `net of epoch ${epoch}`;
  if (kind === "more") return `more epochs ${placeWords(epoch)}`;
  if (kind === "rate") return `rate ${valueWords(value, "learning_rate")}`;
  if (kind === "lost") return `worker lost, goes on ${placeWords(epoch)}`;
  return `back to ${epoch ? `the end of epoch ${epoch}` : "the start"}`;
}

// Where something happened: after epoch 16; in epoch 17 (after 16.4 epochs).
function placeWords(epoch) {
  const done = Math.floor(epoch);
  if (epoch === done) return done ? `after epoch ${done}` : "at the start";
  const place = Math.min(Math.max(epoch, done + 0.01), done + 0.99); // rounded, it would be that of a whole epoch
  return `in epoch ${done + 1} (after ${Number(place.toFixed(2))} epochs)`;
}

// A mark where no axis says its epoch.
export function markLine(mark) {
  return mark.kind === "rate" ? `Rate ${valueWords(mark.value, "learning_rate")} ${placeWords(mark.epoch)}` : capital(markWords(mark));
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

// [value, note] of an accuracy on the validation, as a run that has ended says it of its test images.
function validationWords(history, accuracy) {
  const known = validationOf(history);
  const value = valueWords(accuracy, "accuracy");
  if (!known || value === NOTHING) return [value];
  const [low, high] = accuracyInterval(accuracy, known.numImages).map((share) => (100 * share).toFixed(1));
  return [value, `(${low} to ${high}) of ${countText(known.numImages)}; guessing: ${valueWords(known.guessing, "accuracy")}`];
}

// The figures of a run: [label, value, note], those of learning of the epoch whose weights the net has, the last one unless early
// stopping went back, so that none is a single batch's.
export function figuresOf(history) {
  const { epochs, head, points, about } = history;
  const kept = head?.kept ?? null; // early stopping went back to it
  const row = epochs.find(({ epoch }) => epoch === kept) ?? epochs.at(-1) ?? {};
  const done = epochs.at(-1)?.epoch ?? 0;
  const rate = points.at(-1)?.[3] ?? head?.rate;
  return [
    ["Images a second", head?.speed ? countText(Math.round(head.speed)) : NOTHING],
    ["Learning rate", valueWords(rate, "learning_rate")],
    ["Epochs done", about ? `${done} of ${about.epochs}` : NOTHING, ...(kept === null ? [] : [`net of epoch ${kept}`])],
    ["Training loss", valueWords(row.loss, "loss")],
    ["Training accuracy", valueWords(row.accuracy, "accuracy")],
    ["Validation loss", valueWords(row.val_loss, "loss")],
    ["Validation accuracy", ...validationWords(history, row.val_accuracy)],
  ];
}
