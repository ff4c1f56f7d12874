// The lab: one picture, one set of settings, one result, and all who show them.

import { finder } from "../shared/dom.js";
import { placeInside } from "../shared/keys.js";
import { Chain } from "./chain.js";
import { Compare } from "./compare.js";
import { makeTabs } from "./controls.js";
import { displayScale } from "./display.js";
import { Editor } from "./editor.js";
import { KernelFields } from "./kernel_fields.js";
import { Kinds } from "./kinds.js";
import { Learn } from "./learn.js";
import { Panes } from "./panes.js";
import { PictureSources } from "./picture_sources.js";
import { compute, explain, natureOf, makePicture } from "./pipeline.js";
import { showProducts } from "./products.js";
import { limits, Settings } from "./settings.js";
import { Sliding } from "./sliding.js";
import { Transport } from "./transport.js";
import { describeViews } from "./view.js";

const RESHAPES = ["stride", "padding", "dilation", "kind"]; // settings that change the size of the result
const NOT_SHOWN = ["url", "range"]; // settings that change no value of the result

export class Lab {
  // `report` is called whenever the `summary` may have changed; `ask` is that of PictureSources.
  constructor(root, { settings, presets, samples }, report, ask) {
    Object.assign(this, { root, report, find: finder(root) });
    this.settings = new Settings(settings);
    this.place = { row: 0, column: 0 };
    this.panel = "slide";
    this.isClosed = false;
    this.picture = this.chosen = makePicture("", 3, 3, new Uint8Array(27));
    this.result = compute(this.picture, this.settings);
    this.panes = new Panes(this);
    this.zoom = this.panes.zoom;
    this.views = { input: this.panes.input, output: this.panes.output };
    this.transport = new Transport(this);
    this.player = this.transport.player;
    this.panes.listen();
    const room = () => this.room();
    this.editor = new Editor(this.find, this.settings, presets, room);
    this.sliding = new Sliding(this.find, this.settings, room);
    this.panels = {
      slide: this.sliding,
      compare: new Compare(this),
      kernel: new KernelFields(this.find, this.settings),
      colour: new Kinds(this),
      chain: new Chain(this, presets),
      learn: new Learn(this, presets),
    };
    this.panels.colour.refreshMix();
    this.settings.onChange((patch) => this.onSettings(patch));
    this.openPanel = makeTabs(root.querySelector('[role="tablist"]'), [...root.querySelectorAll("[data-panel]")], (name) => {
      this.panel = name;
      this.panels[name].refresh();
    });
    this.sources = new PictureSources(this, samples, ask);
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(root);
    this.openPanel("slide");
  }

  room() {
    const { width, height } = this.picture;
    return { width, height, ...limits(width, height, this.settings.side, this.settings.values) };
  }

  // The picture that was chosen on the page.
  takePixels(name, width, height, rgb) {
    this.chosen = makePicture(name, width, height, rgb);
    this.backToChosen();
  }

  backToChosen() {
    this.setPicture(this.chosen);
    if (this.settings.values.url) this.settings.change({ url: "" });
  }

  // Another picture: settings that it makes impossible give way, and that is said. `isFrame`: one of many that follow
  // each other, from the camera or the pen.
  setPicture(picture, { note = "", isFrame = false } = {}) {
    const isResized = picture.width !== this.picture.width || picture.height !== this.picture.height;
    this.picture = picture;
    const notes = [note, this.giveWay()].filter(Boolean);
    if (!isFrame) {
      this.notify(notes.join(" "));
      this.report();
    }
    if (isResized) {
      this.zoom.reset();
      this.place = { row: Math.floor(picture.height * 0.4), column: Math.floor(picture.width * 0.4) };
    }
    this.recompute();
    if (isResized || !isFrame) this.player.open(isFrame ? { width: Infinity, height: Infinity } : picture);
    if (isResized) {
      this.fit();
      this.editor.refresh();
      this.sliding.refresh();
    }
    this.refreshPanelSoon();
  }

  giveWay() {
    const { settings } = this;
    const room = this.room();
    if (settings.values.kind === "transposed") return "";
    if (room.paddings.includes(settings.values.padding) && settings.values.stride <= room.stride) return "";
    settings.change({ padding: "same", dilation: 1, stride: Math.min(settings.values.stride, room.stride) }, { silent: true });
    this.report();
    return "The kernel is larger than this picture, so padding is set to Same.";
  }

  onSettings(patch) {
    const changed = Object.keys(patch);
    const notes = this.giveWay();
    if (notes) this.notify(notes);
    this.recompute();
    if (changed.some((key) => !NOT_SHOWN.includes(key)) && !this.player.isWhole) this.player.showAll();
    if (changed.some((key) => RESHAPES.includes(key))) this.panes.bringIntoFrame();
    this.editor.refresh();
    this.panels.colour.refreshMix();
    this.transport.refresh();
    this.sliding.refresh();
    this.refreshPanelSoon();
    this.report();
  }

  // The open panel follows one frame behind, so that the result never waits for it.
  refreshPanelSoon() {
    if (this.isPanelDue) return;
    this.isPanelDue = true;
    requestAnimationFrame(() =>
      setTimeout(() => {
        this.isPanelDue = false;
        if (!this.isClosed) this.panels[this.panel].refresh();
      }),
    );
  }

  // What Python hears: the settings, and the size of a picture that only the browser has.
  get summary() {
    const { picture, chosen, settings } = this;
    return { settings: settings.values, own: picture === chosen ? null : [picture.height, picture.width] };
  }

  recompute() {
    const { picture, settings } = this;
    this.result = compute(picture, settings);
    this.scale = displayScale(this.result.output, settings.values.range, natureOf(this.result));
    this.clampPlace();
    this.explained = explain(this.result, settings, this.place.row, this.place.column);
    this.panes.show();
    describeViews(this.find, picture, this.result, this.scale);
    this.describeWindow();
  }

  clampPlace() {
    this.place = placeInside(this.place, this.result);
  }

  // Mark an output position; `follow` brings it into the frame.
  pointAt(place, { follow = false } = {}) {
    this.place = place;
    this.clampPlace();
    this.explained = explain(this.result, this.settings, this.place.row, this.place.column);
    if (follow) this.panes.bringIntoFrame();
    this.draw();
    this.describeWindow();
    this.panels[this.panel].point?.();
  }

  draw() {
    this.panes.draw();
  }

  fit() {
    this.panes.fit();
    this.draw();
    this.panels[this.panel].point?.();
  }

  describeWindow() {
    showProducts(this.find, this.result, this.explained, this.place, this.scale);
  }

  get notice() {
    return this.find("notice").textContent;
  }

  notify(text) {
    this.find("notice").textContent = text;
    this.find("notice").hidden = !text;
  }

  close() {
    this.isClosed = true;
    this.resize.disconnect();
    this.sources.close();
  }
}
