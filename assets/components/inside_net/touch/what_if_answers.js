// Asks what the edits do to the test images, and tells the newest answer. Nothing is computed before somebody is about
// to edit the net.

import { fetchFile } from "../../shared/nn/fetch_file.js";
import { readImages } from "../../shared/nn/net_file.js";
import { WhatIf } from "../../shared/nn/what_if.js";
import { percentText } from "../../shared/numbers.js";

const NO_IMAGES = "The test images are not here, so nobody knows what this does to them.";

export class WhatIfAnswers {
  // tell({text}) or tell({before, after, images, labels, classes})
  constructor(app, tell) {
    Object.assign(this, { app, tell, opening: null });
  }

  async ask(edits) {
    const { app } = this;
    const request = (this.request = {});
    if (!edits.length && !this.opening) return;
    if (!app.imagesUrl) return this.tell({ text: NO_IMAGES });
    const opening = this.prepare();
    try {
      const { whatIf, set, before } = await opening;
      const after = await whatIf.update(edits);
      if (request === this.request) this.tell({ before, after, ...set });
    } catch (error) {
      if (opening === this.opening) this.opening = null; // the next edit tries again
      if (request === this.request) this.tell({ text: error.message });
    }
  }

  // The first pass over the images, so that the first edit is answered as fast as the others.
  prepare() {
    this.opening ??= this.open();
    return this.opening;
  }

  async open() {
    const { app } = this;
    const { url, imagesUrl } = app;
    const session = (this.session = {});
    this.tell({ text: "Computing the test images \u2026" });
    const onProgress = (share) => session === this.session && this.tell({ text: `Computing the test images: ${percentText(share)}` });
    const [whatIf, file] = await Promise.all([WhatIf.open({ netUrl: url, imagesUrl, onProgress }), fetchFile(imagesUrl)]);
    const before = await whatIf.update([]);
    app.dead.learn(url, before);
    return { whatIf, set: readImages(file), before };
  }

  // Another net has come.
  forget() {
    this.request = this.session = null;
    this.opening?.then(({ whatIf }) => whatIf.close(), () => {});
    this.opening = null;
  }
}
