// What a chart shows of a run: one metric, the learning rate, or the norms of layers. Pure: no page.

import { crossing, guessingOf, normsOf, positionOf, seriesOf, smooth } from "../history.js";
import { curveWords, guessingWords, markWords, nameOf, SHARES, valueWords } from "../words.js";
import { rangeOf } from "./axes.js";

const LEAST_EPOCHS = 1; // that the axis shows, but of a run that diverged before
const NEVER_LOG = [...SHARES, "correlation"];
const FEW_BATCHES = 12; // of which each is a point
const DASH = [2, 4];

const lineOf = (points, name, colour, metric, look = {}) => ({
  points,
  name,
  colour,
  width: 2.5,
  label: points.length ? `${name} ${valueWords(points.at(-1)[1], metric)}` : "",
  ...look,
});

// A model for `Chart.show`. options: {smoothing, isLog, marksCrossing}; a run that diverged is shown by powers of ten.
export function metricModel(history, metric, look, { smoothing, isLog, marksCrossing }) {
  const { batches, training, validation } = seriesOf(history, metric);
  const isFiner = batches.some(([place]) => !Number.isInteger(place)); // with one batch an epoch, it has the numbers of the epochs again
  const isSmooth = smoothing > 0 && batches.length > 0; // some metrics are known by epoch only
  const isFirst = batches.length > 0 && !training.length; // no epoch has ended: all there is, as of a run that diverged
  const lines = [
    lineOf(isFiner || isFirst ? batches : [], "each batch", isFirst ? look.train : look.batch, metric, { width: 1, dot: batches.length <= FEW_BATCHES ? "circle" : null, label: isFirst ? `batch ${valueWords(batches.at(-1)[1], metric)}` : "" }),
    lineOf(isSmooth ? smooth(isFiner ? batches : training, smoothing) : training, "training", look.train, metric, { dot: isSmooth ? null : "circle" }),
    lineOf(validation, "validation", look.validation, metric, { dash: DASH, dot: "diamond" }),
  ];
  const shown = lines.filter(({ points }, i) => points.length || i > 0);
  const isPowers = (isLog || Boolean(history.head?.diverged)) && !NEVER_LOG.includes(metric);
  const met = marksCrossing ? crossing({ training, validation }) : null;
  const marks = met ? [{ epoch: met[0], words: `crossing at epoch ${met[0].toFixed(1)}: ${valueWords(met[1], metric)}` }] : [];
  const guessing = metric === "accuracy" ? guessingOf(history) : null;
  const levels = guessing === null ? [] : [{ value: guessing, words: guessingWords(history) }];
  return { ...framed(history, shown, marks, { isShare: SHARES.includes(metric), isLog: isPowers }), levels, metric, words: curveWords(history, metric) };
}

export function rateModel(history, look, { isLog }) {
  const planned = history.about?.planned ?? [];
  const position = positionOf(history);
  const used = seriesOf(history, "learning_rate").batches;
  const lines = [
    { ...lineOf(planned, "planned", look.muted, "learning_rate", { width: 2, dash: DASH }), label: "" },
    lineOf(used, "used", look.train, "learning_rate"),
  ];
  const now = used.at(-1)?.[1] ?? planned[0]?.[1];
  const words = `Learning rate: ${valueWords(now, "learning_rate")} at epoch ${position.toFixed(1)}; planned from ${valueWords(planned[0]?.[1], "learning_rate")} to ${valueWords(planned.at(-1)?.[1], "learning_rate")}.`;
  const model = framed(history, lines, [], { isLog });
  return { ...model, x: [0, history.about?.epochs ?? model.x[1]], metric: "learning_rate", words };
}

// side: "weights" or "gradients", whose norms lie further apart.
export function normsModel(history, side, look) {
  const layers = normsOf(history, side).map(({ name, points }) => ({ name: history.about?.titles?.[name] ?? name, points }));
  const lines = layers.map(({ name, points }, i) => ({ points, label: name, colour: look.layers[i % look.layers.length], width: 2, dot: "circle" }));
  const told = layers.filter(({ points }) => points.length).map(({ name, points }) => `${name} ${valueWords(points.at(-1)[1], side)}`);
  const words = told.length ? `Norms of the ${side} after epoch ${history.epochs.at(-1).epoch}: ${told.join(", ")}.` : `Norms of the ${side}: no epoch has ended yet.`;
  return { ...framed(history, lines, [], { isLog: side === "gradients" }), metric: side, words };
}

// The axes go as far as the run has come: what is to come is nowhere drawn.
function framed(history, lines, marks, { isShare = false, isLog }) {
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value));
  return {
    lines,
    isLog,
    x: [0, endOf(history)],
    y: rangeOf(values, { isShare, isLog }),
    marks: [...marksOf(history).map((mark) => ({ epoch: mark.epoch, words: markWords(mark) })), ...marks],
  };
}

// What was done to a run, and which epoch's net it has.
export function marksOf({ marks, head }) {
  const kept = head?.kept ?? null;
  return kept === null ? marks : [...marks, { kind: "kept", epoch: kept }];
}

function endOf(history) {
  const position = positionOf(history);
  return history.head?.diverged && position > 0 ? position : Math.max(position, LEAST_EPOCHS);
}

export const titleOf = (metric) => ({ weights: "weights (norm)", gradients: "gradients (norm)" })[metric] ?? nameOf(metric);
