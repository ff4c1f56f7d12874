// What is known of a run, and what follows from it. Pure: no page.

const PARTS = ["about", "head", "marks", "findings", "stops"];
export const COLUMNS = ["epoch", "loss", "accuracy", "learning_rate"]; // of a point, as cnnviz/web/live/panel.py sends it

export const emptyHistory = () => ({ points: [], epochs: [], marks: [], findings: [], stops: [], about: null, head: null });

// Append a message to a history, in place; false where all that was known of the curves was taken back.
export function append(history, message) {
  if (message.anew) Object.assign(history, { points: [], epochs: [] });
  history.points.push(...message.points);
  history.epochs.push(...message.epochs);
  for (const part of PARTS) if (part in message) history[part] = message[part];
  return !message.anew;
}

// The mean over an epoch stands in its middle, what was measured at its end there: so neither looks better than it was.
export const trainingPlace = (epoch) => epoch - 0.5;

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const picked = (rows, name, place = (epoch) => epoch) => rows.filter((row) => isNumber(row[name])).map((row) => [place(row.epoch), row[name]]);

// [[x, y], ...] of single batches, of the mean of each epoch, and of the validation at its end.
export function seriesOf({ points, epochs }, metric) {
  const column = COLUMNS.indexOf(metric);
  return {
    batches: column < 0 ? [] : points.filter((point) => isNumber(point[column])).map((point) => [point[0], point[column]]),
    training: picked(epochs, metric, trainingPlace),
    validation: picked(epochs, `val_${metric}`),
  };
}

// {weights or gradients of each layer: [[epoch, norm], ...]}, in the order of the net.
export function normsOf({ epochs }, side) {
  const newest = epochs.findLast(({ norms }) => norms)?.norms ?? {};
  const layers = Object.keys(newest).filter((layer) => "weights" in newest[layer]);
  const line = (layer) => epochs.filter(({ norms }) => isNumber(norms?.[layer]?.[side])).map(({ epoch, norms }) => [epoch, norms[layer][side]]);
  return layers.map((layer) => ({ name: layer, points: line(layer) }));
}

// Exponential moving average without the usual pull of the start towards zero (Kingma and Ba 2015, 3).
export function smooth(points, weight) {
  let [sum, total] = [0, 0];
  return points.map(([x, y]) => {
    sum = weight * sum + (1 - weight) * y;
    total = weight * total + (1 - weight);
    return [x, sum / total];
  });
}

// Where training and validation last cross, [epoch, value]: on the lines as they are drawn, each at its own places.
export function crossing({ training, validation }) {
  const at = (line, x) => {
    const next = line.findIndex(([place]) => place >= x);
    if (next < 0 || (next === 0 && line[0][0] !== x)) return null;
    if (line[next][0] === x) return line[next][1];
    const [[x0, y0], [x1, y1]] = [line[next - 1], line[next]];
    return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  };
  const places = [...new Set([...training, ...validation].map(([x]) => x))].sort((a, b) => a - b);
  const gaps = places.map((x) => [x, at(training, x), at(validation, x)]).filter(([, a, b]) => a !== null && b !== null);
  for (let i = gaps.length - 1; i > 0; i--) {
    const [[x0, a0, b0], [x1, a1, b1]] = [gaps[i - 1], gaps[i]];
    const [before, after] = [a0 - b0, a1 - b1];
    if (before * after >= 0) continue;
    const share = before / (before - after);
    return [x0 + share * (x1 - x0), a0 + share * (a1 - a0)];
  }
  return null;
}

// {numImages, guessing} of the validation, by its newest matrix: guessing is to say the largest class always. null without.
export function validationOf({ epochs }) {
  const { confusion } = epochs.findLast((row) => row.confusion) ?? {};
  const sizes = confusion?.map((row) => row.reduce((sum, count) => sum + count, 0)) ?? [];
  const numImages = sizes.reduce((sum, size) => sum + size, 0);
  return numImages ? { numImages, guessing: Math.max(...sizes) / numImages } : null;
}

// What guessing gets right, 0 to 1: measured, or before there is a matrix as the server expects it; null if neither is known.
export const guessingOf = (history) => validationOf(history)?.guessing ?? history.about?.guessing ?? null;

// Where the run is, in epochs: as far as any point reaches.
export function positionOf({ points, epochs, head }) {
  return Math.max(points.at(-1)?.[0] ?? 0, epochs.at(-1)?.epoch ?? 0, head?.position ?? 0);
}

// The matrix of an epoch, or else of the last one before it that has one.
export function matrixAt({ epochs }, epoch) {
  const row = epochs.findLast((one) => one.epoch <= epoch && one.confusion) ?? null;
  return row && { epoch: row.epoch, matrix: row.confusion };
}
