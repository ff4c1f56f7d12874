// The camera, live through the whole net.

import { element } from "../dom.js";
import { prepare } from "../prepare_image.js";
import { conversion } from "./photos.js";

const SIDE = 256; // pixels that are read of each frame

export class Camera {
  constructor(panel) {
    this.panel = panel;
    this.video = element("video", { muted: true, playsInline: true, "aria-label": "What the camera sees" });
    this.hold = element("button", { type: "button", text: "Hold still", "aria-pressed": "false", on: { click: () => this.toggle() } });
    this.note = element("p", { class: "hint" });
    this.root = element("div", { class: "camera" }, this.video, this.hold, this.note);
    this.canvas = document.createElement("canvas");
    Object.assign(this.canvas, { width: SIDE, height: SIDE });
  }

  // A camera that is allowed when nobody waits for it any more is switched off again.
  async enter() {
    const asked = (this.asked = {});
    this.video.hidden = this.hold.hidden = true; // until there is something to see
    if (!navigator.mediaDevices) return this.panel.say("This browser gives no camera to pages without https. Draw, or upload a picture.");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, facingMode: "environment" } });
      if (asked !== this.asked) return stream.getTracks().forEach((track) => track.stop());
      this.stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
      if (asked !== this.asked) return;
      this.video.hidden = this.hold.hidden = false;
      this.keep(false);
      const { shape, style } = this.panel.data;
      this.note.textContent = conversion({ width: this.video.videoWidth, height: this.video.videoHeight }, shape, { style });
      this.tick();
    } catch {
      if (asked === this.asked) this.panel.say("The camera was not allowed, or there is none. Allow it in the address bar, or upload a picture.");
    }
  }

  toggle() {
    this.keep(!this.isHeld);
    this.tick();
  }

  keep(isHeld) {
    this.isHeld = isHeld;
    this.hold.setAttribute("aria-pressed", String(isHeld));
  }

  tick() {
    cancelAnimationFrame(this.next); // of two presses within a frame
    if (!this.stream || this.isHeld) return;
    const { videoWidth: width, videoHeight: height } = this.video;
    const { shape, style } = this.panel.data;
    if (width) {
      const side = Math.min(width, height);
      const context = this.canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(this.video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, SIDE, SIDE);
      const picture = context.getImageData(0, 0, SIDE, SIDE);
      const { image, problem } = prepare(picture, shape, style, { isPhoto: true });
      if (problem) this.panel.say("The camera sees nothing written. Hold a drawing into it, dark on light or light on dark.");
      else this.panel.show({ pixels: image, name: "The camera", from: { picture, isPhoto: true } }, this);
    }
    this.next = requestAnimationFrame(() => this.tick());
  }

  leave() {
    this.asked = null;
    cancelAnimationFrame(this.next);
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
  }

  close() {
    this.leave();
  }
}
