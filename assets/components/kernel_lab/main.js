// The kernel lab's place on the page.
//
// The data is one packet: the length of a JSON head (4 bytes, little endian), the head, the pixels (RGB bytes).

import { mount } from "../shared/mount.js";
import { Lab } from "./lab.js";
import { Reporter } from "./reporter.js";

function readPacket(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { head, pixels: bytes.subarray(4 + length) };
}

class KernelLab {
  constructor(root, { data, setStateValue, setTriggerValue }) {
    const { head } = readPacket(data);
    this.reporter = new Reporter(root, (summary) => setStateValue("summary", summary));
    const ask = {
      source: (name) => setStateValue("source", name),
      drawing: (drawing) => setStateValue("drawing", drawing),
      upload: (text) => setTriggerValue("upload", text),
    };
    this.lab = new Lab(root, { ...head, settings: this.reporter.begin(head.settings) }, () => this.reporter.later(), ask);
    this.reporter.follow(this.lab);
    this.picture = null; // the id of the picture that Python sent last
    root.kernelLab = this.lab; // what the browser tests and the bench read
  }

  take({ data }) {
    const { head, pixels } = readPacket(data);
    const { id, name, source, width, height } = head.picture;
    if (this.picture === id) return;
    const url = this.picture === null ? head.settings.url : "";
    this.picture = id;
    if (source === "draw" && this.lab.sources.drawing.isOpen) return; // it comes from here
    this.lab.takePixels(name, width, height, pixels);
    this.lab.sources.showChosen(source, head.strokes);
    if (url) this.lab.sources.offer(url);
  }

  close() {
    this.reporter.close();
    this.lab.close();
  }
}

export default mount(".lab", (root, args) => new KernelLab(root, args));
