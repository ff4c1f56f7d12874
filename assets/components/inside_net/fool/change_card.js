// A change that the computer has made: before, the change, after; how large it is, how many test images such a change fools, and
// what it does not mean.

import { drawPixels } from "../../shared/canvas.js";
import { signedColour } from "../../shared/colours.js";
import { element } from "../../shared/dom.js";
import { sizeOfChange } from "../../shared/nn/fooling.js";
import { ramp, signedScale } from "../../shared/net_view/scale.js";
import { probability } from "../../shared/net_view/words.js";
import { countText, valueText } from "../../shared/numbers.js";
import { pixelsText } from "./game.js";

const MIDDLE = 127; // grey: no change

export class ChangeCard {
  // maker: an entry of the table that Python gives; onShare() when the share of the test images is asked for, onStop(),
  // onLook(pixels, words); controls: what stands above the pictures.
  constructor(maker, { onShare, onStop, onLook }, ...controls) {
    this.maker = maker;
    const figure = (name) => {
      const canvas = element("canvas", { role: "img" });
      const caption = element("figcaption");
      return [name, { canvas, caption, root: element("figure", { class: "fool-figure" }, canvas, caption) }];
    };
    this.figures = Object.fromEntries(["before", "change", "after"].map(figure));
    this.facts = element("p", { class: "fool-facts" });
    this.shareText = element("p", { class: "hint" });
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    this.look = button("Look at it", () => onLook(this.after, `${pixelsText(this.size.count)} changed`));
    this.share = button("How many test images does it fool?", onShare);
    this.stop = button("Stop", onStop);
    this.stop.hidden = true;
    this.pictures = element("div", { class: "fool-pictures" }, ...Object.values(this.figures).map(({ root }) => root));
    this.shown = element("div", { class: "fool-shown" }, this.pictures, this.facts);
    const meaning = element("details", { class: "fool-meaning" }, element("summary", { text: "What it means" }), element("p", { text: maker.says }), element("p", { class: "fool-formula", text: maker.formula }), element("p", { text: `What it does not mean: ${maker.caution}` }), element("p", { class: "hint", text: maker.source }));
    this.status = element("p", { class: "hint" });
    this.buttons = element("div", { class: "fool-buttons" }, this.look, this.share, this.stop);
    this.root = element("section", { class: "fool-card", "aria-label": maker.title, "data-maker": maker.name }, element("h3", { text: maker.title }), ...controls, this.status, this.shown, this.buttons, this.shareText, meaning);
    this.wait("");
  }

  // Nothing to show yet, and why.
  wait(text) {
    this.status.textContent = text;
    this.shown.hidden = true;
    this.look.hidden = this.share.hidden = true;
    this.shareText.textContent = "";
  }

  // texts {before, after}: what the net says of each; flips: whether the answer has changed as was wanted.
  show({ before, after, shape, texts, flips }, about, failed) {
    Object.assign(this, { after, size: sizeOfChange(before, after, shape[2]) });
    this.status.textContent = flips ? "" : failed;
    this.shown.hidden = false;
    this.look.hidden = false;
    this.share.hidden = !this.hasImages;
    this.shareText.textContent = "";
    const { figures, size } = this;
    drawPixels(figures.before.canvas, before, shape);
    drawPixels(figures.after.canvas, after, shape);
    this.showChange(before, after, shape);
    figures.before.caption.replaceChildren("Before: ", element("b", { text: texts.before }));
    figures.after.caption.replaceChildren("After: ", element("b", { text: texts.after }));
    figures.after.root.classList.toggle("flipped", flips);
    for (const name of ["before", "after"]) figures[name].canvas.setAttribute("aria-label", `${name}: ${texts[name]}`);
    this.facts.textContent = `${about}${countText(size.count)} of ${pixelsText(before.length / shape[2])} changed, by at most ${size.largest} grey ${size.largest === 1 ? "level" : "levels"}; ${valueText(Number(size.mean.toPrecision(2)))} on average over all.`;
  }

  // Grey: blue is brighter, red is darker. Colours: each channel around grey, enlarged.
  showChange(before, after, [height, width, units]) {
    const { canvas, caption } = this.figures.change;
    const largest = this.size.largest || 1;
    const change = Float32Array.from(after, (value, at) => value - before[at]);
    const times = largest > MIDDLE ? MIDDLE / largest : Math.floor(MIDDLE / largest);
    const colours = units === 1 ? Uint8ClampedArray.from({ length: 3 * change.length }, (_, at) => signedColour(change[Math.floor(at / 3)], largest)[at % 3]) : change.map((value) => MIDDLE + times * value);
    drawPixels(canvas, colours, [height, width, 3]);
    const scale = signedScale(-largest, largest);
    const bar = element("i", { class: "ramp", style: `background: ${ramp(scale)}` });
    if (units === 1) caption.replaceChildren(element("span", { class: "bar" }, `\u2212${largest}`, bar, `+${largest}`));
    else caption.textContent = `Change, ${times < 1 ? times.toFixed(1) : times} times as large; grey is none`;
    canvas.setAttribute("aria-label", `The change, from ${-largest} to ${largest} grey levels`);
  }

  // While the share is found, and then: {fooled, byChance, asked, share}. first: of how many images; target: name of the class wanted,
  // which no image that has it already is asked for.
  showShare({ fooled, byChance, asked, share = 1 }, about, { noise = false, first, target } = {}) {
    const isDone = share === 1;
    this.stop.hidden = isDone;
    this.share.hidden = !isDone;
    const chance = noise ? ` Noise of the same size, by chance: ${byChance}.` : "";
    const percent = asked ? ` (${probability(fooled / asked)})` : "";
    const left = isDone && asked < first ? ` Left out: ${countText(first - asked)} of the first ${countText(first)}, which the net calls ${target} already.` : "";
    this.shareText.textContent = `${about} fools ${fooled} of ${isDone ? "" : "the first "}${asked} test images${percent}.${chance}${left}`;
  }

  stopped() {
    this.stop.hidden = true;
    this.share.hidden = !this.hasImages || this.shown.hidden;
  }
}
