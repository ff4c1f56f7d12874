// The kernel lab's place on the page.
//
// The data is one packet: the length of a JSON head (4 bytes, little endian), the head, the pixels (RGB bytes).

import { mount } from "../shared/mount.js";
import { Lab } from "./lab.js";

function readPacket(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return { head, pixels: bytes.subarray(4 + length) };
}

class KernelLab {
  constructor(root, { data, setStateValue }) {
    const { head } = readPacket(data);
    this.lab = new Lab(root, head, (summary) => setStateValue("summary", summary));
    this.picture = null; // the id of the picture that Python sent last
    root.kernelLab = this.lab; // what the browser tests and the bench read
  }

  take({ data }) {
    const { head, pixels } = readPacket(data);
    const { id, name, width, height } = head.picture;
    if (this.picture === id) return;
    const url = this.picture === null ? head.settings.url : "";
    this.picture = id;
    this.lab.takePixels(name, width, height, pixels);
    if (url) this.lab.sources.fetch(url);
  }

  close() {
    this.lab.close();
  }
}

export default mount(".lab", (root, args) => new KernelLab(root, args));
