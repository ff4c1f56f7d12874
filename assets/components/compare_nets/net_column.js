// One net beside the others: what it says of the picture, the maps of one of its layers, and why it says it.

import { drawPixels } from "../shared/canvas.js";
import { element } from "../shared/dom.js";
import { Familiarity } from "../shared/nn/familiarity.js";
import { LiveNet } from "../shared/nn/live_net.js";
import { layerTitles } from "../shared/net_view/words.js";
import { Attributor } from "./attributor.js";
import { LAYER_CHOICES, OWN } from "./layer_choices.js";
import { LayerMaps } from "./layer_maps.js";
import { NetAnswer } from "./net_answer.js";
import { NetEpochs } from "./net_epochs.js";
import { WhyMap } from "./why_map.js";

const LOADING = "Loading the net";

export class NetColumn {
  // given: an entry of the data's nets; hands: {onFrame(), onOpen(), onOwnLayer(), onInside(run), onChange()}.
  constructor(given, numNets, hands) {
    const title = `${given.letter} \u00b7 ${given.title}`;
    Object.assign(this, { given, title, hands, live: null, seen: null });
    this.link = element("a", { href: given.inside, text: "Inside \u203a", "aria-label": `Look inside ${title}`, on: { click: (event) => this.lookInside(event) } });
    this.form = element("p", { class: "hint net-form", hidden: true });
    this.small = element("canvas", { class: "net-sees", role: "img", hidden: true });
    this.epoch = element("span", { class: "hint" });
    this.status = element("p", { class: "net-status", role: "status", text: LOADING });
    this.again = element("button", { type: "button", text: "Try again", "aria-label": `Try again to load ${title}`, hidden: true, on: { click: () => this.open() } });
    this.head = element("div", { class: "net-head" }, element("h3", { text: title }), element("p", { class: "net-facts" }, this.epoch, this.link), element("div", { class: "net-seen" }, this.small, this.form), this.status, this.again);
    this.answer = new NetAnswer();
    this.maps = new LayerMaps((index) => {
      this.own = index;
      hands.onOwnLayer();
    });
    this.why = new WhyMap();
    this.parts = [this.answer.root, this.maps.root, this.why.root];
    for (const part of this.parts) part.hidden = true;
    this.root = element("section", { class: "compared-net", "aria-label": title, style: `--run: ${given.colour}` }, this.head, ...this.parts);
    this.epochs = new NetEpochs(given, numNets, () => hands.onChange());
    this.attributor = new Attributor(given.net);
  }

  async open() {
    const { given, hands } = this;
    if (given.problem) return this.fail(given.problem);
    this.again.hidden = true;
    this.status.textContent = LOADING;
    try {
      const live = await LiveNet.open({ url: given.net, onFrame: () => this.frame(), onProblem: (text) => this.fail(text) });
      if (this.isClosed) return live.close();
      this.take(live);
      hands.onOpen(this);
    } catch (error) {
      this.fail(error.message);
      this.again.hidden = false;
    }
  }

  take(live) {
    this.live = live;
    this.titles = layerTitles(live.layers);
    this.familiarity = Familiarity.of(live.manifest);
    this.status.textContent = "";
    for (const part of this.parts) part.hidden = false;
    this.answer.take(live, this.given.classes, Boolean(this.familiarity));
    this.maps.take(live.layers, this.titles, this.title);
    this.epoch.textContent = this.epochs.words;
  }

  // The others go on without it.
  fail(sentence) {
    this.live?.close();
    this.live = null;
    this.hasFrame = false;
    this.status.textContent = sentence;
    for (const part of this.parts) part.hidden = true;
    this.hands.onChange();
  }

  // A click; with a key that opens tabs the browser does that.
  lookInside(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.hands.onInside(this.given.run);
  }

  // seen: {pixels, words, problem} in the form of this net; isOther: it is not the form in which the picture is shown above.
  show(seen, isOther) {
    this.seen = seen;
    this.form.hidden = this.small.hidden = !isOther;
    if (isOther) this.tellForm(seen);
    this.live?.show(seen.pixels);
  }

  tellForm({ pixels, words }) {
    drawPixels(this.small, pixels, this.given.shape);
    if (this.form.textContent === words) return;
    this.form.textContent = words;
    this.small.setAttribute("aria-label", `What ${this.title} sees`);
  }

  frame() {
    this.hasFrame = true;
    this.hands.onFrame();
  }

  choose(choice) {
    if (!this.live) return;
    const { layers } = this.live;
    const found = choice === OWN ? layers[this.own ?? this.maps.layer?.index ?? 1] : LAYER_CHOICES[choice].find(layers);
    this.maps.choose(found, LAYER_CHOICES[choice].text);
  }

  // label: the name of what is seen, or undefined.
  drawAnswer(label) {
    if (!this.answer.hasAnswer) return;
    const isDoubtful = Boolean(this.familiarity && this.epochs.isEnd && this.familiarity.doubts(this.live.net));
    this.answer.show(this.live.layers.at(-1).values, label, isDoubtful);
  }

  get values() {
    return this.live.layers.at(-1).values;
  }

  // {letter, name, classes} of what it says now; null while it says nothing.
  get said() {
    const { names, best, hasAnswer } = this.answer;
    return this.hasFrame && hasAnswer ? { letter: this.given.letter, name: names[best], classes: names } : null;
  }

  // Of other pixels, for a search: the net of `attributor` says it.
  saidOf({ net }, pixels) {
    net.run(pixels);
    const values = this.answer.of(net.layers.at(-1).values);
    return { name: this.answer.names[values.indexOf(Math.max(...values))], classes: this.answer.names };
  }

  async go(share) {
    if (!this.live) return;
    try {
      const going = this.epochs.go(share);
      this.epoch.textContent = this.epochs.words;
      const weights = await going;
      if (!weights || !this.live) return;
      this.attributor.load(weights);
      this.live.load(weights);
    } catch (error) {
      this.epoch.textContent = error.message;
    }
  }

  close() {
    this.isClosed = true;
    this.epochs.leave();
    this.live?.close();
  }
}
