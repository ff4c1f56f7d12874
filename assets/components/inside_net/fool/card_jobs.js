// The two cards of what the computer finds, and their work between frames: one job of each at a time, and a share of the test
// images.

import { element } from "../../shared/dom.js";
import { finished } from "../../shared/nn/attribution.js";
import { fewestPixels, gradientStep, shareFooled, smallestStep } from "../../shared/nn/fooling.js";
import { Slices } from "../../shared/slices.js";
import { ChangeCard } from "./change_card.js";
import { pixelsText } from "./game.js";

const SHARE_OF = { pixels: 50, step: 100 }; // of how many test images
const FIRST_SIZE = 8;
const SMALL_STEPS = 10;

class CardJobs {
  // page: {text(pixels) -> what the net says, name(class), hasImages(), images() -> Promise of pictures or null, look(pixels, words)}
  constructor(maker, page, ...controls) {
    Object.assign(this, { page, asked: null, slices: new Slices() });
    const hands = { onShare: () => this.share(), onStop: () => this.stop(), onLook: page.look };
    this.card = new ChangeCard(maker, hands, ...controls);
    this.root = this.card.root;
  }

  // asked: {net, way, pixels, said, target, isQuick}
  take(asked) {
    this.stop();
    this.asked = asked;
    this.card.hasImages = this.page.hasImages();
  }

  start(job, done) {
    this.slices.stop();
    this.card.stop.hidden = false;
    this.slices.add(job, (found) => {
      this.card.stopped();
      done(found);
    }, (error) => {
      this.card.wait(error.message);
      this.card.stopped();
    });
  }

  // failed: what is said where the answer has not flipped.
  show({ after, flips }, about = "", failed = "It still gives that answer.") {
    const { pixels, net } = this.asked;
    const texts = { before: this.page.text(pixels), after: this.page.text(after) };
    this.card.show({ before: pixels, after, shape: net.layers[0].shape, texts, flips }, about, failed);
  }

  async share() {
    const { asked } = this;
    const images = await this.page.images();
    if (!images || asked !== this.asked) return;
    const { change, noise = 0, ...said } = this.changeOfSize();
    const about = asked.target === null ? said.about : `${said.about} towards ${this.page.name(asked.target)}`;
    const first = images.slice(0, SHARE_OF[this.card.maker.name]);
    const tell = (found) => this.card.showShare(found, about, { noise: noise > 0, first: first.length, target: this.page.name(asked.target) });
    this.start(told(shareFooled(asked, first, change, noise), tell), tell);
  }

  stop() {
    this.slices.stop();
    this.card.stopped();
  }
}

export class PixelsJobs extends CardJobs {
  // onFound(count) when the search is done, onFound(null) while it is not. Where the pixels are is shown to who wants to know.
  constructor(maker, page, onFound) {
    const button = (text, click) => element("button", { type: "button", text, on: { click } });
    const [search, how] = [button("Search", () => this.search()), button("Show how", () => this.showHow())];
    super(maker, page, element("div", { class: "fool-controls" }, search, how));
    Object.assign(this, { searchButton: search, how, onFound, isOpen: false, candidates: maker.settings[0].default });
    how.hidden = true;
  }

  take(asked) {
    super.take(asked);
    this.found = null;
    this.card.wait("");
    this.offer();
    this.onFound(null);
  }

  // What can be pressed now.
  offer() {
    this.searchButton.hidden = Boolean(this.found) || this.slices.isBusy;
    this.how.hidden = !this.found?.flips || this.isOpen;
  }

  search() {
    if (!this.asked) return;
    const tell = (count) => (this.card.status.textContent = `Searching: ${pixelsText(count)} so far`);
    this.start(told(fewestPixels(this.asked, { candidates: this.candidates }), tell), (found) => {
      this.found = found;
      this.onFound(found.flips ? found.count : null);
      if (this.isOpen || !found.flips) this.showHow();
      else this.card.wait(`Found: ${pixelsText(found.count)} ${found.count === 1 ? "is" : "are"} enough.`);
      this.offer();
    });
    this.offer();
  }

  showHow() {
    this.isOpen ||= this.found.flips;
    this.show(this.found, this.found.flips ? "The fewest we found: " : "", "Not fooled: no other pixel helps by the slope.");
    this.offer();
  }

  stop() {
    super.stop();
    if (!this.found) this.card.wait("");
    this.offer();
  }

  // The same search for each test image, with no more pixels than here.
  changeOfSize() {
    const most = this.found.count;
    const about = `Changing ${most === 1 ? "1 pixel" : `at most ${pixelsText(most)}`}`;
    return { about, change: (given) => fewestPixels(given, { candidates: this.candidates, most }) };
  }
}

export class StepJobs extends CardJobs {
  constructor(maker, page) {
    const [size, iterations] = maker.settings;
    const slider = element("input", { type: "range", min: String(size.least), max: String(size.most), value: String(FIRST_SIZE), "aria-label": "Grey levels of the step" });
    const output = element("output");
    const ways = element("select", { "aria-label": "In how many steps" }, ...[[iterations.default, "one step"], [SMALL_STEPS, `${SMALL_STEPS} small steps`]].map(([value, text]) => element("option", { value: String(value), text })));
    const smallest = element("button", { type: "button", text: "Smallest", title: "The smallest size that was found to fool it", on: { click: () => this.smallest() } });
    super(maker, page, element("div", { class: "fool-controls" }, element("label", {}, "Size ", slider, output), ways, smallest));
    Object.assign(this, { slider, output, ways, isFirst: true });
    slider.addEventListener("input", () => this.step());
    ways.addEventListener("change", () => this.step());
  }

  take(asked) {
    super.take(asked);
    if (this.isFirst) this.smallest();
    else this.step();
  }

  get settings() {
    return { size: Number(this.slider.value), iterations: Number(this.ways.value) };
  }

  // In the same frame where the net is small.
  step() {
    this.output.textContent = `${this.settings.size} of 255`;
    if (!this.asked) return;
    this.stop();
    const job = gradientStep(this.asked, this.settings);
    if (this.asked.isQuick) this.show(finished(job));
    else this.start(job, (found) => this.show(found));
  }

  // Of the first picture in small steps, where one step does not do.
  smallest() {
    if (!this.asked) return;
    this.stop();
    const { iterations } = this.settings;
    const done = (found) => {
      const isTriedAgain = this.isFirst && !found.flips && iterations === 1;
      this.isFirst = false;
      if (isTriedAgain) {
        this.ways.value = String(SMALL_STEPS);
        return this.smallest();
      }
      this.slider.value = String(found.size);
      this.output.textContent = `${found.size} of 255`;
      this.show(found, "", `No size that we tried fools it this way${iterations === 1 ? `: ${SMALL_STEPS} small steps may` : ""}.`);
    };
    const job = smallestStep(this.asked, this.settings);
    if (this.asked.isQuick) done(finished(job));
    else this.start(job, done);
  }

  changeOfSize() {
    const { size, iterations } = this.settings;
    return { about: `A step of ${size}`, noise: size, change: (given) => gradientStep(given, { size, iterations }) };
  }
}

// A job that tells what it yields.
function* told(job, tell) {
  let step = job.next();
  for (; !step.done; step = job.next()) {
    tell(step.value);
    yield;
  }
  return step.value;
}
