// What the views of a unit that is a sum have in common: its parts, of which the strongest stand first, and a button
// that shows more of them.

import { element } from "../../shared/dom.js";
import { partialMaps } from "../../shared/nn/explain.js";
import { extent, scaleBetween, signedScale } from "../../shared/net_view/scale.js";

const FIRST = 5; // rows at first; each press of the button shows as many more

// A subclass has `arrange()`, which makes its first `count` rows, and `frame()`, which fills them.
export class UnitSum {
  constructor(app, { layer, unit }) {
    Object.assign(this, { app, layer, unit, count: FIRST, shown: app.layers[layer] });
    this.more = element("button", { type: "button", class: "more", on: { click: () => this.showMore() } });
  }

  explain() {
    return partialMaps(this.app.net, this.layer, this.unit);
  }

  showMore() {
    this.count += FIRST;
    this.arrange();
    this.frame();
  }

  // How many parts have no row.
  offerMore(numLeft) {
    this.more.hidden = !numLeft;
    this.more.textContent = `Show ${Math.min(FIRST, numLeft)} more`;
  }
}

// One scale for all values of some maps, with zero on it.
export const spanning = (maps) => scaleBetween(...ends(maps));

// The same for weights: they are signed, also where none happens to be negative.
export const spanningWeights = (kernels) => signedScale(...ends(kernels));

function ends(maps) {
  const extents = maps.map(extent);
  return [Math.min(...extents.map(({ least }) => least), 0), Math.max(...extents.map(({ most }) => most), 0)];
}
