// A paper with its buttons. What was drawn goes to Python when a stroke ends.

import { finder } from "../shared/dom.js";
import { mount } from "../shared/mount.js";
import { Paper } from "../shared/paper.js";
import { paperTools } from "../shared/paper_tools.js";

class DrawingPad {
  constructor(root, { setStateValue }) {
    const send = (paper) => setStateValue("drawing", paper.drawing());
    this.paper = new Paper(finder(root)("paper"), { onEnd: send });
    root.append(paperTools(this.paper));
  }

  // The drawing that Python kept from before; later ones come from here and are known already.
  take({ data }) {
    if (!this.isFilled && data.strokes.length) this.paper.resume(data.strokes);
    this.isFilled = true;
  }

  close() {
    this.paper.close();
  }
}

export default mount(".drawing-pad", (root, args) => new DrawingPad(root, args));
