// Live frames of the camera as pictures.

import { element } from "../shared/dom.js";
import { PictureProblem, readDrawable } from "./sources.js";

export const CAMERA_SIZE = { width: 320, height: 240 };
const CAMERA_PROBLEMS = {
  NotAllowedError: "The camera was refused. Allow it in the address bar of the browser, then press Camera again.",
  NotFoundError: "There is no camera on this device. Use a sample or a picture of your own.",
  NotReadableError: "The camera is in use by another program. Close it there, then press Camera again.",
};
const NO_CAMERA = "This browser gives no access to a camera on this page: it needs https or localhost.";

// Live frames at 320x240, each handed to `take` as a picture.
export class Camera {
  constructor(take, say) {
    Object.assign(this, { take, say, isOn: false, canvas: document.createElement("canvas") });
  }

  // Whether it is on: one that is allowed when nobody waits for it any more is switched off again.
  async start() {
    const asked = (this.asked = {});
    if (!navigator.mediaDevices?.getUserMedia) throw new PictureProblem(NO_CAMERA);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { ...CAMERA_SIZE, frameRate: { ideal: 60 } }, audio: false });
    } catch (error) {
      if (asked !== this.asked) return false;
      throw new PictureProblem(CAMERA_PROBLEMS[error.name] || `The camera does not start. Received: ${error.name}.`);
    }
    if (asked !== this.asked) {
      switchOff(stream);
      return false;
    }
    this.video = element("video", { muted: true, playsInline: true });
    this.video.srcObject = stream;
    await this.video.play();
    if (asked !== this.asked) return false;
    Object.assign(this, { isOn: true, times: [] });
    this.frame();
    return true;
  }

  frame() {
    if (!this.isOn) return;
    const next = this.video.requestVideoFrameCallback ? "requestVideoFrameCallback" : null;
    if (next) this.video[next](() => this.frame());
    else requestAnimationFrame(() => this.frame());
    if (!this.video.videoWidth) return;
    this.take(readDrawable(this.video, CAMERA_SIZE, "Camera", this.canvas));
    const now = performance.now();
    this.times = [...this.times.filter((time) => now - time < 2000), now];
    this.say(this.framesPerSecond);
  }

  get framesPerSecond() {
    const { times } = this;
    return times.length < 2 ? 0 : (1000 * (times.length - 1)) / (times.at(-1) - times[0]);
  }

  stop() {
    Object.assign(this, { isOn: false, asked: null });
    if (this.video) switchOff(this.video.srcObject);
  }
}

const switchOff = (stream) => stream.getTracks().forEach((track) => track.stop());
