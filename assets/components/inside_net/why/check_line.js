// A check beneath a map: a small curve, and in words whether the map passes.

import { clearedContext, fitCanvas, screenRatio } from "../../shared/canvas.js";
import { element } from "../../shared/dom.js";
import { valueText } from "../../shared/numbers.js";

const SIZE = [84, 30]; // CSS pixels of the curve

const WORDS = {
  deletion: {
    name: "Taken away",
    title: "Pixels are taken away, the strongest first: those of a digit become black, those of a photo its mean colour. The dark line is how much of the class's probability is left, the light ones are for pixels at random: the sooner the dark one falls, the better.",
    of: ({ area, areas }) => {
      return `${area.toFixed(2)} left on average, at random ${Math.min(...areas).toFixed(2)} at best`;
    },
    fails: "no better than any pixels",
    tellsNothing: "it hardly matters to the net what is taken away",
    curves: ({ curve, random }) => [curve, ...random],
    range: [0, 1],
  },
  shuffle: {
    name: "Shuffled",
    title: "The weights of layer after layer are shuffled, from the last on. The line is how alike the map stays: a map that stays shows the picture more than what the net has learned.",
    of: ({ stages }) => `${valueText(Number(stages.at(-1).alike.toFixed(2)))} alike with all weights shuffled`,
    fails: "it hardly depends on the net",
    tellsNothing: "the map is the same everywhere",
    curves: ({ stages }) => [[1, ...stages.map(({ alike }) => alike)]],
    range: [-1, 1],
  },
};

export class CheckLine {
  constructor(kind) {
    this.words = WORDS[kind];
    this.canvas = element("canvas", { role: "img", "aria-label": "" });
    this.text = element("span");
    this.root = element("div", { class: "why-check", title: this.words.title, "data-check": kind }, this.canvas, this.text);
    this.wait();
  }

  wait(text = "") {
    this.root.classList.remove("passes", "fails");
    this.root.classList.toggle("empty", !text);
    this.canvas.hidden = true;
    this.text.textContent = text;
  }

  // The result in words; "" while there is none.
  get said() {
    return this.canvas.hidden ? "" : this.text.textContent;
  }

  // What it waited for does not come.
  leave() {
    if (this.canvas.hidden) this.wait();
  }

  show(result) {
    const { words, root } = this;
    root.classList.remove("empty");
    root.classList.toggle("passes", result.passes);
    root.classList.toggle("fails", result.tells && !result.passes);
    const verdict = result.passes ? "" : result.tells ? `fails, ${words.fails}. ` : `tells nothing, ${words.tellsNothing}. `;
    this.text.replaceChildren(element("b", { text: `${words.name}: ${verdict}` }), words.of(result));
    this.canvas.hidden = false;
    this.canvas.setAttribute("aria-label", words.title);
    this.draw(words.curves(result), words.range);
  }

  draw([own, ...others], [low, high]) {
    fitCanvas(this.canvas, ...SIZE);
    const context = clearedContext(this.canvas);
    const { width, height } = this.canvas;
    const ratio = screenRatio();
    const { color } = getComputedStyle(this.canvas);
    const line = (curve, thickness, opacity) => {
      Object.assign(context, { strokeStyle: color, lineWidth: thickness * ratio, globalAlpha: opacity });
      context.beginPath();
      curve.forEach((value, at) => context.lineTo((at / (curve.length - 1)) * width, ratio + (1 - (value - low) / (high - low)) * (height - 2 * ratio)));
      context.stroke();
    };
    for (const curve of others) line(curve, 1, 0.3);
    line(own, 2, 1);
  }
}
