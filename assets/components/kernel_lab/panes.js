// Picture and result beside each other: both show the same part, and the window in it.

import { TYPEFACE } from "../shared/canvas.js";
import { MARK } from "../shared/colours.js";
import { weightLabel } from "../shared/numbers.js";
import { Gestures } from "./gestures.js";
import { outputPlaceOf, paddingAround, windowOnPicture } from "./pipeline.js";
import { usesColour } from "./settings.js";
import { markPixels, PictureView, strokeBox, Zoom } from "./view.js";

const WEIGHTS_FROM = 40; // pixels of the screen for one of the picture, so that there is room for the weight on it

export class Panes {
  constructor(lab) {
    this.lab = lab;
    this.zoom = new Zoom();
    this.input = new PictureView(lab.find("input"), this.zoom);
    this.output = new PictureView(lab.find("output"), this.zoom);
    this.zoom.listeners.push(() => this.draw());
    this.input.overlay = (context, frame) => this.markWindow(context, frame);
    this.output.overlay = (context, frame) => {
      lab.player.cover(context, frame);
      const { rows, columns } = lab.player.lag;
      const [top, left] = [lab.place.row + rows, lab.place.column + columns];
      strokeBox(context, frame, { top, left, bottom: top + 1, right: left + 1 });
    };
  }

  listen() {
    const { lab, zoom, input, output } = this;
    const shared = {
      move: (rows, columns) => lab.pointAt({ row: lab.place.row + rows, column: lab.place.column + columns }, { follow: true }),
      enter: () => lab.player.hold(true),
      leave: () => lab.player.hold(false),
    };
    this.gestures = [
      new Gestures(input, zoom, { ...shared, point: ({ row, column }) => lab.pointAt(outputPlaceOf(lab.result, row, column)) }),
      new Gestures(output, zoom, { ...shared, point: (place) => lab.pointAt(place) }),
    ];
  }

  show() {
    const { input, output } = this;
    const { picture, result, settings, scale } = this.lab;
    const shown = usesColour(settings.values.kind) ? picture.planes : [picture.grey];
    this.makeRoom();
    this.fit();
    if (input.planes?.[0] === shown[0]) input.draw();
    else input.show(shown, { mode: "clip", low: 0, high: 255 });
    output.show(result.output, scale);
  }

  // A pixel of the result is as large as `stride` pixels of the picture: a result without padding is seen to be smaller.
  makeRoom() {
    const { picture, result, settings } = this.lab;
    const { stride, kind } = settings.values;
    const ring = paddingAround(result);
    const [width, height] = [picture.width + 2 * ring, picture.height + 2 * ring];
    const of = (size, own) => (kind === "transposed" ? own : Math.max(own, size / stride));
    this.input.ring = ring;
    this.input.room = { width, height };
    this.output.room = { width: of(width, result.width), height: of(height, result.height) };
  }

  markWindow(context, here) {
    const { explained, settings, player } = this.lab;
    const [trace] = explained.traces;
    const { lag } = player;
    const step = (trace.sliding.stride / trace.scale) * here.cell;
    const frame = { ...here, left: here.left + lag.columns * step, top: here.top + lag.rows * step };
    const marked = windowOnPicture(trace);
    strokeBox(context, frame, marked);
    if (settings.values.dilation > 1 || settings.values.kind === "transposed") markPixels(context, frame, marked.places);
    if (explained.traces.length === 1 && trace.scale === 1 && frame.cell >= WEIGHTS_FROM * frame.ratio) writeWeights(context, frame, trace.cells);
  }

  bringIntoFrame() {
    const { zoom } = this;
    const { place, result } = this.lab;
    if (zoom.factor > 1) zoom.include((place.column + 0.5) / result.width, (place.row + 0.5) / result.height);
  }

  draw() {
    this.input.draw();
    this.output.draw();
  }

  fit() {
    for (const view of [this.input, this.output]) {
      const { clientWidth, clientHeight } = view.canvas.parentElement;
      view.fit(clientWidth, clientHeight);
    }
  }
}

// The kernel as it lies on the picture: each weight below the number that it is multiplied by.
function writeWeights(context, { cell, left, top }, cells) {
  context.font = `600 ${Math.round(cell * 0.22)}px ${TYPEFACE}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const { row, column, weight } of cells) {
    const text = `\u00d7${weightLabel(weight)}`;
    const [x, y] = [left + (column + 0.5) * cell, top + (row + 0.83) * cell];
    const width = context.measureText(text).width + cell * 0.14;
    context.fillStyle = MARK;
    context.fillRect(x - width / 2, y - cell * 0.14, width, cell * 0.28);
    context.fillStyle = "#000";
    context.fillText(text, x, y);
  }
}
