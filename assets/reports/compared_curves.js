// The curves of several runs on one pair of axes, each in the colour of its run, with its name at its end.

import { rangeOf } from "../components/live_run/chart/axes.js";
import { Chart } from "../components/live_run/chart/chart.js";
import { readLook } from "../components/live_run/chart/look.js";
import { showTogether } from "../components/live_run/chart/together.js";
import { trainingPlace } from "../components/live_run/history.js";
import { SHARES, valueWords } from "../components/live_run/words.js";
import { css, readableOn } from "../components/shared/colours.js";

const FIGURES = [
  { title: "validation accuracy", metric: "accuracy", column: "val_accuracy" },
  { title: "validation loss", metric: "loss", column: "val_loss" },
  { title: "training accuracy", metric: "accuracy", column: "accuracy", place: trainingPlace },
  { title: "training loss", metric: "loss", column: "loss", place: trainingPlace },
];
const CONTRAST = 4.5; // of lines that have their name beside them in their colour
const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
const numbers = (colour) => colour.match(/\d+/g).map(Number);

// runs: [{name, colour, epochs}]. Mounts as a component does, in the element of live_run, whose styles the charts have.
export function comparedCurves(runs) {
  return ({ parentElement }) => {
    const root = parentElement.querySelector("section");
    const place = root.querySelector('[data-id="charts"]');
    root.replaceChildren(place);
    root.setAttribute("aria-label", "The curves of all runs");
    const figures = FIGURES.map((figure) => ({ ...figure, chart: new Chart(figure.title) }));
    place.style.gridTemplateColumns = "repeat(auto-fit, minmax(min(520px, 100%), 1fr))"; // four of them: two rows of two
    place.replaceChildren(...figures.map(({ chart }) => chart.root));
    root.redraw = () => {
      const look = readLook(root);
      showTogether(figures.map((figure) => [figure.chart, modelOf(runs, figure, look)]), look);
      for (const { chart } of figures) chart.see(true); // on paper all are in sight
    };
    root.redraw();
  };
}

// What Chart.show draws; every run's last value stands with its letter at its end.
export function modelOf(runs, { title, metric, column, place = (epoch) => epoch }, look) {
  const ground = numbers(look.back);
  const lines = runs.map(({ name, colour, epochs }) => {
    const points = epochs.filter((row) => Number.isFinite(row[column])).map((row) => [place(row.epoch), row[column]]);
    const label = points.length ? `${name.split(" ")[0]} ${valueWords(points.at(-1)[1], metric)}` : "";
    return { points, name, label, colour: css(readableOn(rgb(colour), ground, CONTRAST)), width: 2.5, dot: "circle" };
  });
  const all = lines.flatMap(({ points }) => points);
  const told = lines.filter(({ points }) => points.length).map(({ name, points }) => `${name} ends at ${valueWords(points.at(-1)[1], metric)}`);
  return {
    lines,
    metric,
    isLog: false,
    marks: [],
    x: [0, Math.max(1, ...all.map(([epoch]) => epoch))],
    y: rangeOf(all.map(([, value]) => value), { isShare: SHARES.includes(metric) }),
    words: `Curves of the ${title}: ${told.join("; ")}.`,
  };
}
