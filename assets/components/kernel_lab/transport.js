// The row below the pictures: slide, step, speed, zoom, the whole picture, how values are shown, save.

import { screenRatio } from "../shared/canvas.js";
import { element, saveBlob } from "../shared/dom.js";
import { button } from "./controls.js";
import { Player, SPEEDS } from "./player.js";

const ZOOM_STEP = 1.6;
const READABLE = 34; // pixels of the screen for one of the picture, so that its number is read from afar

export class Transport {
  constructor(lab) {
    this.lab = lab;
    this.player = new Player(lab, () => this.refresh());
    const { player } = this;
    this.playButton = button("Slide", "Let the kernel slide over the picture", () => player.toggle(), { class: "play" });
    this.speed = element("input", { type: "range", min: "0", max: String(SPEEDS.length - 1), step: "1", "aria-label": "Speed" });
    this.speed.value = player.speed;
    this.speed.addEventListener("input", () => {
      player.speed = this.speed.valueAsNumber;
      this.refresh();
    });
    this.speedText = element("span", { class: "size" });
    this.whole = button("Whole picture", "Apply the kernel everywhere at once, or only where the window has been", () => this.switchWhole(), {
      role: "switch",
      class: "switch",
    });
    this.lay();
    const pauseOutside = (event) => event.composedPath().includes(lab.find("transport")) || event.key === "Tab" || player.pause();
    for (const kind of ["pointerdown", "keydown"]) lab.root.addEventListener(kind, pauseOutside, true);
    this.refresh();
  }

  lay() {
    const { player, lab } = this;
    const { zoom } = lab;
    const group = (...nodes) => element("div", { class: "tools" }, ...nodes);
    lab.find("transport").append(
      group(
        this.playButton,
        button("Step", "One position further", () => player.step()),
        element("label", { class: "speed" }, this.speed, this.speedText),
      ),
      group(
        button("\u2212", "Zoom out", () => zoom.by(1 / ZOOM_STEP)),
        button("+", "Zoom in", () => this.zoomIn()),
        button("Fit", "Show the whole picture", () => zoom.change(1, 0.5, 0.5)),
        button("Numbers", "Zoom to where the numbers show", () => this.zoomToNumbers()),
      ),
      group(this.whole),
      group(button("Save", "Save the result as PNG", () => this.download())),
    );
  }

  switchWhole() {
    if (this.player.isWhole) this.player.showPassed();
    else this.player.showAll();
  }

  // The window's pixel is what one wants to see larger.
  zoomIn() {
    const { zoom, place, result } = this.lab;
    const isFirst = zoom.factor === 1;
    zoom.by(ZOOM_STEP);
    if (isFirst) zoom.change(zoom.factor, (place.column + 0.5) / result.width, (place.row + 0.5) / result.height);
  }

  zoomToNumbers() {
    const { views, zoom, place, result } = this.lab;
    const wanted = READABLE * screenRatio();
    const factor = zoom.factor * Math.max(wanted / views.input.frame.cell, wanted / views.output.frame.cell);
    zoom.change(factor, (place.column + 0.5) / result.width, (place.row + 0.5) / result.height);
  }

  download() {
    this.lab.views.output.bitmap.canvas.toBlob((blob) => saveBlob(blob, "convolved.png"));
  }

  refresh() {
    const { player, lab } = this;
    const waits = player.isPlaying && player.isHeld;
    this.playButton.textContent = waits ? "Waits" : player.isPlaying ? "Pause" : "Slide";
    this.playButton.title = waits ? "Goes on when the mouse leaves the picture" : player.isPlaying ? "Let the window stand" : "Let the kernel slide over the picture";
    this.playButton.dataset.state = player.isPlaying ? "playing" : "still";
    this.speedText.textContent = `${String(SPEEDS[player.speed])}\u00d7`;
    this.whole.setAttribute("aria-checked", String(player.isWhole));
    lab.find("equation").setAttribute("aria-live", player.isPlaying ? "off" : "polite"); // nobody wants to hear each position
  }
}
