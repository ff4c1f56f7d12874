// What the page's address says is what is shown, so that a link that is copied opens the same: the screen, the picture, the
// epoch, the opened unit. The browser's address follows as soon as the hand rests, and at once when it goes elsewhere, as
// into the address itself; the page is told later, because that lets it run anew.

const REST_MS = 200;
const APART_MS = 350; // between two addresses: Safari refuses the hundredth within 30 s
const TELL_MS = 700;
const OF_WHAT_IS_SHOWN = ["net", "picture", "screen", "url", "view"];
const GOES = { blur: window, pagehide: window, visibilitychange: document, pointerdown: document, keydown: document };

export class Address {
  constructor(app, input) {
    Object.assign(this, { app, input, data: null, said: null, writtenAt: -Infinity });
    this.goes = (event) => event.composedPath().includes(app.root) || this.write();
    for (const [name, place] of Object.entries(GOES)) place.addEventListener(name, this.goes, true);
  }

  // What the address says by now: that of a link, or what the page was told.
  take(data) {
    this.data = data;
    const named = [data.net, this.named()];
    if (JSON.stringify(named) !== this.known) this.said = this.written = JSON.stringify(named[1]);
    this.known = JSON.stringify(named);
    this.tellSoon();
  }

  named() {
    const { net, screen, index, images, drawing, layer, unit } = this.data;
    const opened = layer ? { layer, unit: unit + 1 } : { layer: null, unit: null };
    return { view: nameOf(screen), image: numberOf(images && !drawing ? index : null), picture: drawing ? "drawing" : null, epoch: this.epochOf(net), ...opened };
  }

  shown() {
    const { picture, screen, url, view } = this.app.state.values;
    const isDrawing = this.data.drawing && this.input.source === "draw";
    const opened = view.level > 0 ? { layer: this.app.layers[view.layer].name, unit: view.unit + 1 } : { layer: null, unit: null };
    return { view: nameOf(screen), image: numberOf(picture.index ?? picture.place), picture: isDrawing ? "drawing" : null, epoch: this.epochOf(url), ...opened };
  }

  // null for the net as it ended.
  epochOf(url) {
    const { stops } = this.data;
    return url === stops.at(-1)?.url ? null : (stops.find((one) => one.url === url)?.epoch ?? null);
  }

  changed(_, changed) {
    if (OF_WHAT_IS_SHOWN.some((name) => changed.has(name))) this.tellSoon();
  }

  tellSoon() {
    this.stop();
    if (this.app.isOffline) return;
    this.writing = setTimeout(() => this.write(), Math.max(REST_MS, this.writtenAt + APART_MS - performance.now()));
    this.telling = setTimeout(() => this.tell(), TELL_MS);
  }

  get isReady() {
    return Boolean(this.app.current && this.app.hasFrame && this.app.state.values.picture);
  }

  // Who writes it is assets/scripts/one_entry_a_page.js.
  write() {
    if (!this.isReady || this.app.isOffline) return;
    const shown = this.shown();
    const text = JSON.stringify(shown);
    if (text === this.written) return;
    this.written = text;
    this.writtenAt = performance.now();
    document.dispatchEvent(new CustomEvent("cnnviz-address", { detail: { page: "inside", shown } }));
  }

  tell() {
    if (!this.isReady) return;
    const shown = this.shown();
    const text = JSON.stringify(shown);
    if (text === this.said) return;
    this.said = text;
    this.app.tell("shown", shown);
  }

  // Nothing is written or told that waits.
  stop() {
    clearTimeout(this.writing);
    clearTimeout(this.telling);
  }

  close() {
    this.stop();
    for (const [name, place] of Object.entries(GOES)) place.removeEventListener(name, this.goes, true);
  }
}

// Beside a training the address names the epoch of the link that it was opened by, as long as that one is shown.
export class LinkedEpoch {
  constructor(app) {
    Object.assign(this, { app, url: "" });
  }

  // named: the net of that epoch, "" where the address names none.
  take({ named = "" }) {
    this.url = named;
  }

  changed({ url }, changed) {
    if (!this.url || !changed.has("url") || url === this.url) return;
    this.url = "";
    this.app.tell("shown", { epoch: null });
  }
}

// The net itself has none.
const nameOf = (screen) => (screen && screen !== "net" ? screen : null);

// Test images count from 1 in the address, as on the page.
const numberOf = (index) => (index === null || index === undefined ? null : index + 1);
