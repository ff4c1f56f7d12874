// The toolbar: zoom, camera, address, download; and pictures that are pasted or dropped.

import { screenRatio } from "../shared/canvas.js";
import { saveBlob } from "../shared/dom.js";
import { sizeText } from "../shared/numbers.js";
import { button } from "./controls.js";
import { attachPaste, Camera, CAMERA_SIZE, PictureProblem, readAddress, readBlob } from "./sources.js";
import { NUMBERS_FROM } from "./view.js";

export class PictureTools {
  constructor(lab) {
    this.lab = lab;
    this.camera = new Camera(
      (picture) => lab.setPicture(picture, { isFrame: true }),
      (rate) => lab.notify(`Camera, ${sizeText(CAMERA_SIZE.width, CAMERA_SIZE.height)}: ${rate.toFixed(0)} frames a second.`),
    );
    const { find, zoom } = lab;
    find("tools-zoom").append(
      button("\u2212", "Zoom out", () => zoom.by(1 / 1.6)),
      button("+", "Zoom in", () => this.zoomIn()),
      button("Fit", "Show the whole picture", () => zoom.change(1, 0.5, 0.5)),
      button("Numbers", "Zoom to where the numbers show", () => this.zoomToNumbers()),
    );
    this.back = button("Back", "Back to the picture chosen at the top", () => lab.backToChosen(), { hidden: true });
    this.cameraButton = button("Camera", "Live camera through the kernel", () => this.toggleCamera());
    find("tools-picture").append(
      this.cameraButton,
      button("From address", "Fetch a picture from the web", () => this.toggleAddress()),
      this.back,
      button("Save PNG", "Download the result as PNG", () => this.download()),
    );
    find("address").addEventListener("submit", (event) => {
      event.preventDefault();
      this.fetch(find("url").value.trim());
    });
    this.detach = attachPaste(lab.root, (blob, name) => this.take(() => readBlob(blob, name)));
  }

  // The window's pixel is what one wants to see larger.
  zoomIn(ratio = 1.6) {
    const { zoom, place, result } = this.lab;
    const isFirst = zoom.factor === 1;
    zoom.by(ratio);
    if (isFirst) zoom.change(zoom.factor, (place.column + 0.5) / result.width, (place.row + 0.5) / result.height);
  }

  zoomToNumbers() {
    const { views, zoom, place, result } = this.lab;
    const wanted = (NUMBERS_FROM + 4) * screenRatio();
    const factor = zoom.factor * Math.max(wanted / views.input.frame.cell, wanted / views.output.frame.cell);
    zoom.change(factor, (place.column + 0.5) / result.width, (place.row + 0.5) / result.height);
  }

  async take(read) {
    this.say("");
    try {
      const { picture, note } = await read();
      this.stopCamera();
      this.lab.setPicture(picture, { note });
      return true;
    } catch (error) {
      if (!(error instanceof PictureProblem)) throw error;
      this.say(`${error.message} The picture before stays.`);
      return false;
    }
  }

  async fetch(url) {
    const isTaken = await this.take(() => readAddress(url));
    if (isTaken) this.lab.settings.change({ url: url.startsWith("data:") ? "" : url });
  }

  // An address that came with a link is fetched only after a press: anybody can plant one.
  offer(url) {
    const { find } = this.lab;
    find("url").value = url;
    find("address").hidden = false;
    this.say("This link names a picture on the web: press Fetch to load it from there.");
  }

  showBack(isForeign) {
    this.back.hidden = !isForeign || this.camera.isOn;
  }

  toggleAddress() {
    const form = this.lab.find("address");
    form.hidden = !form.hidden;
    if (!form.hidden) this.lab.find("url").focus();
  }

  async toggleCamera() {
    if (this.camera.isOn) return this.stopCamera();
    this.say("");
    try {
      await this.camera.start();
      this.cameraButton.textContent = "Stop camera";
    } catch (error) {
      if (!(error instanceof PictureProblem)) throw error;
      this.say(`${error.message} The picture before stays.`);
    }
  }

  stopCamera() {
    if (!this.camera.isOn) return;
    this.camera.stop();
    this.cameraButton.textContent = "Camera";
    this.lab.notify("");
    this.showBack(true);
    this.lab.reportLater();
  }

  download() {
    this.lab.views.output.bitmap.canvas.toBlob((blob) => saveBlob(blob, "convolved.png"));
  }

  say(problem) {
    const place = this.lab.find("picture-problem");
    place.textContent = problem;
    place.hidden = !problem;
  }

  close() {
    this.camera.stop();
    this.detach();
  }
}
