// What a net from elsewhere says of the picture for each usual way of scaling its pixels: a wrong one shows in answers that
// make no sense.

import { element } from "../../shared/dom.js";
import { sharesOf } from "../../shared/nn/evaluator.js";
import { fetchFile, OpenedOnce } from "../../shared/nn/fetch_file.js";
import { Net } from "../../shared/nn/net.js";
import { probability } from "../../shared/net_view/words.js";

const SCALED = 1; // the layer that scales the picture

export class Scalings {
  constructor(app) {
    Object.assign(this, { app, rows: [], turn: null, nets: new OpenedOnce(async (url) => Net.open(await fetchFile(url))) });
    this.root = app.find("scalings");
    this.list = element("div", { class: "scaling-list", role: "list" });
    const summary = element("summary", {}, element("b", { text: "What it says if its pixels are " }), element("span", { class: "hint", text: "(the right way gives answers that make sense)" }));
    this.details = element("details", { open: !app.isPhone(), on: { toggle: () => this.settle() } }, summary, this.list);
    this.root.append(this.details);
  }

  // scalings: [{name, title, scale, shift, order, used}], none for a net that was trained here; may_change: its owner looks.
  take({ scalings = [], may_change: mayChange = false }) {
    this.turn = null; // the net before says nothing of these
    this.root.hidden = !scalings.length;
    this.rows = scalings.map((scaling) => {
      const bar = element("i", { class: "class-share", style: "transform: scaleX(0)" }); // until it is known
      const said = element("span", { class: "scaling-said" });
      const use = element("button", { type: "button", text: "Use", "aria-label": `Use ${scaling.title}`, hidden: scaling.used || !mayChange, on: { click: () => this.use(scaling) } });
      const name = element("span", { class: "scaling-name", text: scaling.title });
      const root = element("div", { class: `scaling${scaling.used ? " used" : ""}`, role: "listitem" }, name, element("span", { class: "class-track" }, bar), said, use);
      if (scaling.used) name.append(", in use");
      return { scaling, bar, said, root };
    });
    this.list.replaceChildren(...this.rows.map(({ root }) => root));
    this.settle();
  }

  use({ name }) {
    this.app.tell("scaling", { net: this.app.url, name });
  }

  // A net of its own: others compute with theirs meanwhile.
  async open() {
    const net = await this.nets.of(this.app.url);
    net.restore(this.app.live.edits);
    return net;
  }

  async settle() {
    const { picture } = this.app.state.values;
    if (!this.rows.length || !this.details.open || !this.app.hasFrame || !picture) return;
    const turn = (this.turn = {});
    const net = await this.open();
    for (const row of this.rows) {
      await new Promise((resolve) => setTimeout(resolve)); // the page goes on in between
      if (turn !== this.turn) return; // another picture has come
      scaleInto(net.values(SCALED), picture.pixels, row.scaling);
      net.compute(net.layers.slice(SCALED + 1));
      this.show(row, net);
    }
  }

  show({ bar, said, root }, net) {
    const shares = sharesOf(net.values(net.layers.length - 1), net.manifest.output);
    const best = shares.indexOf(Math.max(...shares));
    bar.style.transform = `scaleX(${shares[best]})`;
    said.textContent = `${this.app.classes[best] ?? best + 1}, ${probability(shares[best])}`;
    root.dataset.value = shares[best];
  }

  close() {
    this.turn = null;
  }
}

const of = (factors, channel) => (Array.isArray(factors) ? factors[channel] : factors);

// out = pixels (HWC, 0 to 255) x scale + shift, with red and blue swapped before that where the order is "bgr".
export function scaleInto(out, pixels, { scale, shift, order }) {
  const channels = Array.isArray(scale) ? scale.length : Array.isArray(shift) ? shift.length : order === "bgr" ? 3 : 1;
  for (let i = 0; i < out.length; i++) {
    const channel = i % channels;
    const from = order === "bgr" ? i - channel + (channels - 1 - channel) : i;
    out[i] = pixels[from] * Math.fround(of(scale, channel)) + of(shift, channel);
  }
}
