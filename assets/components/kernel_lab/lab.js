// The lab: one picture, one set of settings, one result, and all who show them.

import { finder } from "../shared/dom.js";
import { placeInside } from "../shared/keys.js";
import { clamp } from "../shared/numbers.js";
import { Chain } from "./chain.js";
import { labelled, makeTabs, select } from "./controls.js";
import { displayScale, RANGES } from "./display.js";
import { Editor } from "./editor.js";
import { Gestures } from "./gestures.js";
import { Kinds } from "./kinds.js";
import { Learn } from "./learn.js";
import { compute, explain, keepsBrightness, makePicture, outputPlaceOf, paddingAround, windowOnPicture } from "./pipeline.js";
import { Player } from "./player.js";
import { showProducts } from "./products.js";
import { limits, Settings, usesColour } from "./settings.js";
import { Sliding } from "./sliding.js";
import { PictureTools } from "./tools.js";
import { describeViews, markPixels, PictureView, strokeBox, Zoom } from "./view.js";

const RESHAPES = ["stride", "padding", "dilation", "kind"]; // settings that change the size of the result

export class Lab {
  // `report` is called whenever the `summary` may have changed.
  constructor(root, { settings, presets }, report) {
    Object.assign(this, { root, report, find: finder(root) });
    this.settings = new Settings(settings);
    this.zoom = new Zoom();
    this.place = { row: 0, column: 0 };
    this.panel = "slide";
    this.isClosed = false;
    this.picture = this.chosen = makePicture("", 3, 3, new Uint8Array(27));
    this.views = { input: new PictureView(this.find("input"), this.zoom), output: new PictureView(this.find("output"), this.zoom) };
    this.result = compute(this.picture, this.settings);
    const room = () => this.room();
    this.player = new Player(this.find("tools-slide"), this);
    this.editor = new Editor(this.find, this.settings, presets, room);
    this.sliding = new Sliding(this.find, this.settings, room);
    this.panels = {
      slide: this.sliding,
      kernel: { refresh: () => this.editor.showFields() },
      colour: new Kinds(this),
      chain: new Chain(this, presets),
      learn: new Learn(this, presets),
    };
    this.range = select(Object.fromEntries(Object.keys(RANGES).map((name) => [name, name[0].toUpperCase() + name.slice(1)])), (value) =>
      this.settings.change({ range: value }), { "aria-label": "Shown as" });
    this.find("range").append(labelled("Shown as", this.range));
    this.settings.onChange((patch) => this.onSettings(patch));
    this.attachViews();
    this.openPanel = makeTabs(root.querySelector('[role="tablist"]'), [...root.querySelectorAll("[data-panel]")], (name) => {
      this.panel = name;
      this.panels[name].refresh();
    });
    this.sources = new PictureTools(this);
    this.resize = new ResizeObserver(() => this.fit());
    this.resize.observe(root);
    this.openPanel("slide");
  }

  attachViews() {
    const { input, output } = this.views;
    this.zoom.listeners.push(() => this.draw());
    const shared = {
      move: (rows, columns) => this.pointAt({ row: this.place.row + rows, column: this.place.column + columns }, { follow: true }),
      enter: () => this.player.hold(true),
      leave: () => this.player.hold(false),
    };
    this.gestures = [
      new Gestures(input, this.zoom, { ...shared, point: ({ row, column }) => this.pointAt(outputPlaceOf(this.result, row, column)) }),
      new Gestures(output, this.zoom, { ...shared, point: (place) => this.pointAt(place) }),
    ];
    input.overlay = (context, frame) => this.markWindow(context, frame);
    output.overlay = (context, frame) => {
      this.player.cover(context, frame);
      const { row, column } = this.place;
      strokeBox(context, frame, { top: row, left: column, bottom: row + 1, right: column + 1 });
    };
  }

  markWindow(context, frame) {
    const marked = windowOnPicture(this.explained.traces[0]);
    strokeBox(context, frame, marked);
    if (this.settings.values.dilation > 1 || this.settings.values.kind === "transposed") markPixels(context, frame, marked.places);
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
    this.sources.stopCamera();
    this.setPicture(this.chosen);
    if (this.settings.values.url) this.settings.change({ url: "" });
  }

  // Another picture: settings that it makes impossible give way, and that is said.
  setPicture(picture, { note = "", isFrame = false } = {}) {
    const isResized = picture.width !== this.picture.width || picture.height !== this.picture.height;
    this.picture = picture;
    const notes = [note, this.giveWay()].filter(Boolean);
    if (!isFrame) {
      this.notify(notes.join(" "));
      this.report();
    }
    this.sources?.showBack(picture !== this.chosen);
    if (isResized) {
      this.zoom.reset();
      this.player.finish();
      this.place = { row: Math.floor(picture.height * 0.4), column: Math.floor(picture.width * 0.4) };
    }
    this.recompute();
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
    const notes = this.giveWay();
    if (notes) this.notify(notes);
    if (Object.keys(patch).some((key) => RESHAPES.includes(key))) this.player.finish();
    this.recompute();
    if (Object.keys(patch).some((key) => RESHAPES.includes(key))) this.bringIntoFrame();
    this.editor.refresh();
    this.range.value = this.settings.values.range;
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
    const { picture, settings, views } = this;
    this.result = compute(picture, settings);
    const shown = usesColour(settings.values.kind) ? picture.planes : [picture.grey];
    const { output } = this.result;
    this.scale = displayScale(output, settings.values.range, { isPicture: keepsBrightness(this.result) });
    this.clampPlace();
    this.explained = explain(this.result, settings, this.place.row, this.place.column);
    this.fitCanvases();
    views.input.ring = paddingAround(this.result);
    if (views.input.planes?.[0] === shown[0]) views.input.draw();
    else views.input.show(shown, { mode: "clip", low: 0, high: 255 });
    views.output.show(output, this.scale);
    this.describe();
  }

  clampPlace() {
    this.place = placeInside(this.place, this.result);
  }

  // Mark an output position; `follow` brings it into the frame.
  pointAt(place, { follow = false } = {}) {
    this.place = place;
    this.clampPlace();
    this.explained = explain(this.result, this.settings, this.place.row, this.place.column);
    if (follow) this.bringIntoFrame();
    this.draw();
    this.describeWindow();
    this.panels[this.panel].point?.();
  }

  bringIntoFrame() {
    const { zoom, place, result } = this;
    if (zoom.factor > 1) zoom.include((place.column + 0.5) / result.width, (place.row + 0.5) / result.height);
  }

  draw() {
    this.views.input.draw();
    this.views.output.draw();
  }

  fitCanvases() {
    const aspect = clamp(this.picture.width / this.picture.height, 0.4, 2.5);
    this.views.input.fit(aspect);
    this.views.output.fit(aspect);
  }

  fit() {
    this.fitCanvases();
    this.draw();
    this.panels[this.panel].point?.();
  }

  describe() {
    describeViews(this.find, this.picture, this.result, this.scale);
    this.range.value = this.settings.values.range;
    this.range.title = RANGES[this.scale.mode];
    this.describeWindow();
  }

  describeWindow() {
    showProducts(this.find, this.result, this.explained, this.place, this.scale);
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
