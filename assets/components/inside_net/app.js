// What the parts of the page share: the net that computes, the state, names and colours. The way of the data is one:
//
//   a source of pictures -> show() -> LiveNet -> frame() -> each part draws
//   a hand on a part -> state.change() -> each part hears changed()
// A part is {changed(values, changed), frame(), settle(), close()}, each of them optional; main.js lists the parts.

import { element, finder } from "../shared/dom.js";
import { fetchFile, OpenedOnce } from "../shared/nn/fetch_file.js";
import { Familiarity } from "../shared/nn/familiarity.js";
import { LiveNet } from "../shared/nn/live_net.js";
import { Net } from "../shared/nn/net.js";
import { describeUnit, isShares, layerTitles, strongest, unitTitle } from "../shared/net_view/words.js";
import { DeadUnits } from "./model/dead_units.js";
import { Differences } from "./model/differences.js";
import { Links } from "./model/links.js";
import { PinnedValues } from "./model/pinned_values.js";
import { Scales } from "./model/scales.js";
import { UnitOrders } from "./model/unit_orders.js";
import { openWanted, showOpening } from "./opening.js";
import { START, State } from "./state.js";

const SETTLE_MS = 350; // a picture that stays so long has come to rest
const PHONE = 620; // CSS pixels
const STAGE = { end: [318, 420, 680], learning: [455, 445, 680], phone: [0, 450, 450] }; // pixels around the net, its least and largest height

export class App {
  // isLearning: its training goes on beside it, each epoch takes the place of the one before, nothing is changed by hand.
  constructor(root, tell, { isLearning = false } = {}) {
    Object.assign(this, { root, tell, isLearning, find: finder(root), parts: [], live: null, layers: [], titles: [], classes: [] });
    this.state = new State();
    this.scales = new Scales(this);
    this.differences = new Differences(this);
    this.orders = new UnitOrders(this);
    this.links = new Links(this);
    this.pinned = new PinnedValues(this);
    this.dead = new DeadUnits(this);
    this.calculator = new OpenedOnce(async (url) => Net.open(await fetchFile(url)));
    this.state.subscribe((values, changed) => this.changed(values, changed));
  }

  add(...parts) {
    this.parts.push(...parts);
  }

  each(method, ...args) {
    for (const part of this.parts) part[method]?.(...args);
  }

  // Take another net; the picture stays where its shape fits. A link may name what to open in it: {layer, unit}, or a screen.
  async open(url, { classes, layer, unit, screen } = {}) {
    this.leave();
    const request = (this.request = {});
    const ifNewest = (act) => (given) => request === this.request && act(given); // late is what comes of a net that was left
    const onProblem = ifNewest((text) => this.fail(text, url));
    try {
      const live = await LiveNet.open({ url, onFrame: ifNewest(() => this.frame()), onProblem });
      if (request !== this.request) return live.close();
      this.wanted = { layer, unit, screen };
      this.take(live, url, classes);
    } catch (error) {
      onProblem(error.message);
      if (request === this.request) this.request = null; // none is here and none comes
    }
  }

  // Another net is coming, the old one is asked nothing more. Its picture stays for the new one, unless others come too.
  leave({ isOtherPictures = false } = {}) {
    Object.assign(this, { request: null, hasFrame: false });
    this.live?.close();
    clearTimeout(this.settling);
    if (isOtherPictures) this.state.values = { ...this.state.values, picture: null };
    showOpening(this, true);
  }

  take(live, url, classes) {
    this.request.isHere = true;
    const form = (layers) => layers.map(({ name, shape }) => `${name} ${shape}`).join();
    const isSameNet = form(live.layers) === form(this.layers);
    Object.assign(this, { live, url, hasAnswer: live.layers.at(-1).shape.length === 1, layers: live.layers, classes: classes ?? live.manifest.classes });
    this.titles = layerTitles(this.layers);
    this.familiarity = Familiarity.of(live.manifest);
    this.familiarUrl = url; // another epoch has other weights
    this.isShare = isShares(live.manifest.output);
    this.forgetWeights();
    const kept = isSameNet ? { ...this.state.values, edits: [] } : this.fresh();
    this.state.values = { ...kept, url, dead: this.dead.ofNet(url) };
    if (this.state.values.picture) live.show(this.state.values.picture.pixels);
  }

  // Of the state before, what a net of another form can take.
  fresh() {
    const { range, details, picture, pinned } = this.state.values;
    const fitting = (one) => (one?.pixels.length === this.layers[0].values.length ? one : null);
    return { ...START, range, details, picture: fitting(picture), pinned: fitting(pinned) };
  }

  get net() {
    return this.live?.net;
  }

  // The net that may be asked; null while another one comes.
  get current() {
    return this.request?.isHere ? this.live : null;
  }

  // A net for what is not shown, such as searching for mistakes.
  async openCalculator() {
    const net = await this.calculator.of(this.url);
    net.restore(this.live.edits);
    return net;
  }

  // The net of another epoch, {url, weights}, in place of the one that is shown; what was changed by hand is changed there too.
  loadEpoch({ url, weights }) {
    this.url = url;
    this.forgetWeights();
    this.live.load(weights, this.live.edits);
    this.state.change({ edits: this.live.edits, url, dead: this.dead.ofNet(url) });
  }

  // Change the net, see Net.edit; every map follows.
  edit(changes) {
    this.forgetWeights();
    this.live.edit(changes);
    this.state.change({ edits: this.live.edits });
  }

  resetEdits() {
    this.forgetWeights();
    this.live.reset();
    this.state.change({ edits: this.live.edits });
  }

  // Before others take their place.
  forgetWeights() {
    for (const model of [this.links, this.pinned]) model.forget();
  }

  // Whether that screen is shown, with no unit opened before it.
  isShown(name) {
    const { view, screen } = this.state.values;
    return view.level === 0 && screen === name;
  }

  isOff(layer, unit) {
    return this.net.off[layer].has(unit);
  }

  // Whatever a unit gives becomes 0, or is itself again.
  toggleUnit(layer, unit) {
    if (layer > 0 && !this.isLearning) this.edit({ layer, off: unit, isOff: !this.isOff(layer, unit) });
  }

  // Open a unit, at the pixel where it is strongest.
  openUnit(layer, unit) {
    const { row, column } = strongest(this.values(layer), this.layers[layer], unit);
    this.state.open({ level: 1, layer, unit, channel: -1, from: undefined, row, column });
  }

  // picture: {pixels (HWC, 0 to 255), name, label}. Of many in one moment the newest wins.
  show(picture) {
    this.state.change({ picture });
    this.next ??= requestAnimationFrame(() => {
      this.next = null;
      if (this.state.values.picture) this.current?.show(this.state.values.picture.pixels);
    });
  }

  frame() {
    this.scales.forget();
    this.differences.forget();
    if (!this.hasFrame) {
      this.hasFrame = true;
      showOpening(this, false);
      this.state.change({ net: {} }); // every part builds itself anew
      openWanted(this);
    }
    this.each("frame");
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLE_MS);
  }

  settle() {
    this.orders.settle();
    this.each("settle");
  }

  changed(values, changed) {
    if (changed.has("pinned")) this.pinned.forget();
    if (changed.has("pinned") || changed.has("range")) this.differences.forget();
    if (this.hasFrame) this.each("changed", values, changed);
  }

  values(index) {
    return this.live.values(index);
  }

  // What the cells of a layer show, {values, scales}: its values, or how they differ from those of the pinned picture.
  shown(index) {
    const { difference } = this.state.values;
    return difference ? { values: this.differences.values(index), scales: this.differences } : { values: this.values(index), scales: this.scales };
  }

  // Whether the picture is unlike what the net learned from; false where that is not known, as of a net changed by hand.
  get isDoubtful() {
    const { edits, url } = this.state.values;
    return Boolean(this.familiarity && !edits.length && url === this.familiarUrl && this.familiarity.doubts(this.net));
  }

  // The classes' names, for the layer that answers. One output is the probability of the second of two classes.
  classesOf(layer) {
    return this.hasAnswer && layer.index === this.layers.length - 1 ? (layer.shape[0] === 1 ? this.classes.slice(1) : this.classes) : null;
  }

  unitTitle(index, unit) {
    return unitTitle(this.layers[index], unit, this.classesOf(this.layers[index]));
  }

  describe(index, unit) {
    const layer = this.layers[index];
    return describeUnit(this.values(index), { layer, title: this.titles[index] }, unit, this.classesOf(layer)?.[unit]);
  }

  isPhone() {
    return this.root.clientWidth < PHONE;
  }

  stageHeight() {
    const [around, least, most] = STAGE[this.isPhone() ? "phone" : this.isLearning ? "learning" : "end"];
    return Math.min(Math.max(window.innerHeight - around, least), most);
  }

  say(text) {
    this.find("status").replaceChildren(...(text ? [element("p", { text })] : []));
  }

  // Say what is wrong with the net at `url`, and let the page's worker answer instead.
  fail(text, url) {
    this.say(text);
    this.tell("problem", { net: url, text });
  }

  close() {
    this.request = null; // a net that comes late is not opened
    this.each("close");
    this.live?.close();
    clearTimeout(this.settling);
    cancelAnimationFrame(this.next);
  }
}
