// How the values differ from those of the pinned picture, and the colours of that: signed around no difference.

import { signedScale } from "../../shared/net_view/scale.js";
import { Scales } from "./scales.js";

export class Differences extends Scales {
  constructor(app) {
    super(app);
    this.made = new Map();
    this.known = new Map();
  }

  forget() {
    super.forget();
    this.known?.clear();
  }

  // Once a frame at most for each layer.
  values(index) {
    if (!this.known.has(index)) {
      const then = this.app.pinned.of(index);
      this.known.set(index, Float32Array.from(this.app.values(index), (value, at) => value - then[at]));
    }
    return this.known.get(index);
  }

  between(least, most) {
    return signedScale(least, most);
  }

  ofPicture({ index }) {
    return this.wholeLayer(index);
  }
}
