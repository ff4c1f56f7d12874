// The same picture through several nets. The way of the data is one:
//
//   a source of pictures -> show() -> each column's net -> frame() -> draw(): what is common first, then each column

import { element, finder } from "../shared/dom.js";
import { PictureInput } from "../shared/picture_input/picture_input.js";
import { agreementText, isDisputed } from "./agreement.js";
import { MapsPart } from "./maps_part.js";
import { NetColumn } from "./net_column.js";
import { formKey, PictureForms } from "./picture_forms.js";
import { TrainingSlider } from "./training_slider.js";
import { WhyPart } from "./why_part.js";

const SETTLE_MS = 250; // a picture that stays so long has come to rest
const TELL_MS = 500; // between two choices that the page is told

export class CompareNets {
  constructor(root, { data, setStateValue, setTriggerValue }) {
    Object.assign(this, { root, find: finder(root), tellState: setStateValue, tell: setTriggerValue, columns: [], forms: new PictureForms(), picture: null, toldAt: -Infinity });
    const search = { text: "Next difference", none: "All nets say the same", open: () => this.searched() };
    this.input = new PictureInput(this.find, { onPicture: (picture) => this.show(picture), search });
    this.maps = new MapsPart({ onChange: () => this.chooseLayers(), onLook: () => this.draw() });
    this.why = new WhyPart(data.methods, () => this.chooseMethod());
    this.training = new TrainingSlider({
      onShare: (share) => this.columns.forEach((column) => column.go(share)),
      onNear: () => this.columns.forEach(({ epochs }) => epochs.prepare()),
    });
    this.leader = element("select", { on: { change: () => this.lead(Number(this.leader.value)) } });
    this.leaderLabel = element("label", {}, "Pictures as for ", this.leader);
    this.find("common").append(this.leaderLabel, this.training.root);
    this.maps.value = data.maps;
    this.why.value = data.why;
    this.resizing = new ResizeObserver(() => this.remeasure());
    this.resizing.observe(this.find("nets"));
    root.compareNets = this; // what the browser tests read
  }

  take({ data }) {
    const key = JSON.stringify(data.nets.map(({ run, net, problem, stops }) => [run, net, problem, stops]));
    if (key === this.key) return;
    this.key = key;
    for (const column of this.columns) column.close();
    this.why.close();
    const hands = { onFrame: () => this.schedule(), onOpen: (column) => this.opened(column), onOwnLayer: () => this.ownLayer(), onChange: () => this.schedule(), onInside: (run) => this.tell("inside", { run, index: this.picture?.index ?? null }) };
    Object.assign(this, { data, columns: data.nets.map((given) => new NetColumn(given, data.nets.length, hands)) });
    this.find("nets").replaceChildren(this.maps.root, this.why.root, ...this.columns.map(({ root }) => root));
    this.find("nets").style.setProperty("--nets", this.columns.length);
    this.columns.forEach(({ root }, at) => root.style.setProperty("--at", at + 1));
    this.why.takeClasses([...new Set(data.nets.flatMap(({ classes }) => classes))]);
    this.training.root.hidden = !this.columns.some(({ epochs, given }) => epochs.hasSeveral && !given.problem);
    this.offerLeaders();
    for (const column of this.columns) column.open();
  }

  // The nets whose pictures can be taken, one of each kind.
  offerLeaders() {
    const { nets } = this.data;
    const usable = nets.map((net, at) => ({ net, at })).filter(({ net }) => !net.problem);
    const kinds = new Map();
    for (const one of usable) {
      const key = `${one.net.images} ${formKey(one.net)}`;
      if (!kinds.has(key)) kinds.set(key, one);
    }
    const offered = [...kinds.values()];
    this.leader.replaceChildren(...offered.map(({ net, at }) => element("option", { value: at, text: `${net.letter} \u00b7 ${net.title}` })));
    this.leaderLabel.hidden = offered.length < 2;
    this.find("asked").hidden = !usable.length;
    const first = offered.find(({ net }) => net.images) ?? offered[0];
    if (!first) return;
    this.leader.value = first.at;
    this.lead(first.at);
  }

  // Pictures in the form of that net, and its test images.
  lead(at) {
    this.source = this.data.nets[at];
    const { photos, index } = this.data;
    const pictures = { ...this.source, photos, index };
    if (this.input.isNew(pictures)) this.picture = null; // of another form, until the first of these is here
    this.input.take(pictures);
  }

  opened(column) {
    this.isMeasured = false;
    column.choose(this.maps.value);
    if (this.picture) this.give(column);
    column.go(this.training.share);
    if (this.why.method) column.attributor.open().then(() => this.schedule(), () => {});
  }

  // picture: as the hand has changed it, in the form of the source. Of many in one moment the newest wins.
  show(picture) {
    this.picture = picture;
    this.input.draw(picture, this.source.shape);
    this.next ??= requestAnimationFrame(() => this.run());
  }

  run() {
    this.next = null;
    if (!this.picture) return;
    this.isRunning = true;
    for (const column of this.columns) this.give(column);
    this.isRunning = false;
    this.draw();
    this.tellChoice();
  }

  give(column) {
    const isOther = formKey(column.given) !== formKey(this.source);
    const { original, changes } = this.input;
    const seen = isOther ? this.forms.of(original, this.source, column.given, changes.settings) : { pixels: this.picture.pixels };
    column.show(seen, isOther);
  }

  // Something is to be drawn anew, in the next frame.
  schedule() {
    if (this.isRunning) return;
    this.drawing ??= requestAnimationFrame(() => {
      this.drawing = null;
      this.draw();
    });
  }

  remeasure() {
    this.isMeasured = false;
    this.schedule();
  }

  // How wide each part of a column may be: asking for it in each frame would cost a layout.
  measure() {
    this.isMeasured = true;
    for (const { maps, why } of this.columns) for (const part of [maps, why]) part.width = part.root.clientWidth;
  }

  // The columns that have something to show.
  get drawn() {
    return this.columns.filter(({ live, hasFrame, seen }) => live && hasFrame && seen);
  }

  draw() {
    const columns = this.drawn;
    const label = this.label;
    for (const column of columns) column.drawAnswer(label);
    if (!this.isMeasured) this.measure();
    this.maps.draw(columns);
    this.why.frame(columns);
    this.why.draw(columns);
    this.find("agreement").textContent = agreementText(columns.map(({ said }) => said).filter(Boolean), label);
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.settle(), SETTLE_MS);
  }

  // The name of what the picture is; undefined where nobody knows.
  get label() {
    const { label } = this.picture ?? {};
    return label === undefined ? undefined : this.source.classes[label];
  }

  settle() {
    const columns = this.drawn;
    this.why.settle(columns, () => this.why.draw(columns));
    const said = columns.map(({ given, answer }) => `${given.letter}: ${answer.spoken}`).join(" ");
    this.find("spoken").textContent = `${this.picture?.name ?? ""}. ${this.find("agreement").textContent} ${said}`;
  }

  chooseLayers() {
    for (const column of this.columns) column.choose(this.maps.value);
    this.draw();
    this.tellChoice();
  }

  // A net got a layer of its own: the others keep theirs.
  ownLayer() {
    this.maps.becomeOwn();
    this.chooseLayers();
  }

  chooseMethod() {
    for (const { why } of this.columns) why.root.hidden = !this.why.method;
    this.isMeasured = false;
    this.draw();
    this.tellChoice();
  }

  // What a link should name, once it has changed: a single choice at once, for who leaves the page after it; of several that
  // follow each other the first one, and the last one when they have come to rest.
  tellChoice() {
    const chosen = { index: this.picture?.index ?? null, maps: this.maps.value, why: this.why.value };
    const text = JSON.stringify(chosen);
    if (text === this.told) return;
    const isFirst = this.told === undefined;
    this.told = text;
    clearTimeout(this.telling);
    if (isFirst) return;
    const tell = () => {
      this.toldAt = performance.now();
      this.tellState("chosen", chosen);
    };
    if (performance.now() - this.toldAt > TELL_MS) return tell();
    this.telling = setTimeout(tell, TELL_MS);
  }

  // What a search through the test images looks for: pictures on which the nets differ.
  async searched() {
    const columns = this.drawn.filter(({ answer }) => answer.hasAnswer);
    const asked = await Promise.all(columns.map(async (column) => ({ column, copy: await column.attributor.open() })));
    const { changes } = this.input;
    const forms = new PictureForms();
    return (pixels) => {
      const original = { pixels };
      return isDisputed(asked.map(({ column, copy }) => column.saidOf(copy, forms.of(original, this.source, column.given, changes.settings).pixels)));
    };
  }

  close() {
    for (const column of this.columns) column.close();
    this.input.close();
    this.why.close();
    this.training.stop();
    this.resizing.disconnect();
    for (const timer of [this.settling, this.telling]) clearTimeout(timer);
    for (const frame of [this.next, this.drawing]) cancelAnimationFrame(frame);
  }
}
