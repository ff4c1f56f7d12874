// Where the picture comes from: a sample of the page, a drawing, a file, the camera, an address, the clipboard.

import { Camera } from "./camera.js";
import { Drawing } from "./drawing.js";
import { SourceRow } from "./source_row.js";
import { attachPaste, PictureProblem, readAddress, readBlob, UnknownFormat } from "./sources.js";

const SERVER_MS = 6000;
const SERVER_READS = "The server reads this file.";
const MOST_BYTES = 50_000_000; // of a file that the server reads

export class PictureSources {
  // `ask` tells Python: source(name), drawing({strokes, png}), upload(base64).
  constructor(lab, samples, ask) {
    Object.assign(this, { lab, ask, strokes: [] });
    const { find } = lab;
    this.camera = new Camera(
      (picture) => lab.setPicture(picture, { isFrame: true }),
      (rate) => this.sayRate(rate),
    );
    this.drawing = new Drawing(find("drawing"), { take: (picture) => lab.setPicture(picture, { isFrame: true }), keep: (drawing) => ask.drawing(drawing) });
    this.row = new SourceRow(find("sources"), samples, (name) => this.pick(name));
    find("file").addEventListener("change", () => {
      const [file] = find("file").files;
      if (file) this.takeFile(file, file.name, "upload");
      find("file").value = "";
    });
    find("address").addEventListener("submit", (event) => {
      event.preventDefault();
      this.fetch(find("url").value.trim());
    });
    this.detach = attachPaste(lab.root, (blob, name) => this.takeFile(blob, name, null));
  }

  pick(name) {
    this.say("");
    if (name === "upload") return this.lab.find("file").click();
    if (name === "address") return this.toggleAddress();
    if (name === "live") return this.toggleCamera();
    this.asked = null;
    this.leave(name);
    if (name === "draw") this.drawing.open(this.strokes);
    else if (name === this.chosen) this.lab.backToChosen();
    this.ask.source(name);
    return undefined;
  }

  // The picture that Python sent is that of `name`.
  showChosen(name, strokes) {
    Object.assign(this, { chosen: name, strokes });
    this.leave(name);
    if (name === "draw") this.drawing.open(strokes);
  }

  // Another picture comes: what gave the one before ends.
  leave(name) {
    this.stopCamera();
    if (name !== "draw") this.drawing.hide();
    if (name !== "address") this.lab.find("address").hidden = true;
    this.lab.notify("");
    this.row.show(name);
  }

  // Of an image file; what the browser does not know of those that were chosen goes to the server.
  async takeFile(blob, title, name) {
    try {
      await this.take(() => readBlob(blob, title), name);
    } catch (error) {
      const isForServer = name === "upload" && error instanceof UnknownFormat && blob.size > 0 && blob.size <= MOST_BYTES;
      if (!isForServer) return this.refuse(error);
      this.lab.notify(SERVER_READS);
      setTimeout(() => this.lab.notice === SERVER_READS && this.lab.notify(""), SERVER_MS); // by then it has said above what it found
      const text = await new Promise((done) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.readAsDataURL(blob);
      });
      this.ask.upload(text.slice(text.indexOf(",") + 1));
    }
    return undefined;
  }

  // Whether it is shown: what comes when another picture was chosen meanwhile is left out, and so is what is wrong with it.
  async take(read, name) {
    const asked = (this.asked = {});
    this.say("");
    const found = await read().catch((error) => {
      if (asked === this.asked) throw error;
    });
    if (asked !== this.asked) return false;
    this.leave(name);
    this.lab.setPicture(found.picture, { note: found.note });
    return true;
  }

  async fetch(url) {
    try {
      if (await this.take(() => readAddress(url), "address")) this.lab.settings.change({ url: url.startsWith("data:") ? "" : url });
    } catch (error) {
      this.refuse(error);
    }
  }

  // An address that came with a link is fetched only after a press: anybody can plant one.
  offer(url) {
    const { find } = this.lab;
    find("url").value = url;
    find("address").hidden = false;
    this.say("This link names a picture on the web: press Fetch to load it from there.");
  }

  toggleAddress() {
    const form = this.lab.find("address");
    form.hidden = !form.hidden;
    if (!form.hidden) this.lab.find("url").focus();
  }

  async toggleCamera() {
    if (this.camera.isOn) return this.stopCamera();
    try {
      if (await this.camera.start()) this.leaveForCamera();
    } catch (error) {
      this.refuse(error);
    }
    return undefined;
  }

  leaveForCamera() {
    this.asked = null;
    this.drawing.hide();
    this.lab.find("address").hidden = true;
    this.row.show("live");
    this.row.rename("live", "Stop", "Stop the camera");
  }

  // The last frame stays.
  stopCamera() {
    const { isOn } = this.camera;
    this.camera.stop(); // also one that has not been allowed yet
    if (!isOn) return;
    this.row.rename("live", "Camera");
    this.sayRate(0);
    this.lab.report();
  }

  // Beside the picture's size, where it moves nothing and is not read aloud with each frame.
  sayRate(rate) {
    this.lab.find("rate").textContent = rate ? `${rate.toFixed(0)} frames a second` : "";
  }

  refuse(error) {
    if (!(error instanceof PictureProblem)) throw error;
    this.say(`${error.message} The picture before stays.`);
  }

  say(problem) {
    const place = this.lab.find("picture-problem");
    place.textContent = problem;
    place.hidden = !problem;
  }

  close() {
    this.camera.stop();
    this.drawing.close();
    this.detach();
  }
}
