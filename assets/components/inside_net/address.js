// What the page's address says is what is shown, so that a link that is copied opens the same: the screen, the picture, the
// epoch, the opened unit. The page writes it, and is told when what is shown has come to rest.

const REST_MS = 700;
const OF_WHAT_IS_SHOWN = ["net", "picture", "screen", "url", "view"];

export class Address {
  constructor(app, input) {
    Object.assign(this, { app, input, data: null, said: null });
  }

  // What the address says by now: that of a link, or what the page was told.
  take(data) {
    this.data = data;
    const named = [data.net, this.named()];
    if (JSON.stringify(named) !== this.known) this.said = JSON.stringify(named[1]);
    this.known = JSON.stringify(named);
    this.tellSoon();
  }

  named() {
    const { net, screen, index, images, drawing, layer, unit } = this.data;
    const opened = layer ? { layer, unit: unit + 1 } : { layer: null, unit: null };
    return { view: nameOf(screen), index: images && !drawing ? index : null, picture: drawing ? "drawing" : null, epoch: this.epochOf(net), ...opened };
  }

  shown() {
    const { picture, screen, url, view } = this.app.state.values;
    const isDrawing = this.data.drawing && this.input.source === "draw";
    const opened = view.level > 0 ? { layer: this.app.layers[view.layer].name, unit: view.unit + 1 } : { layer: null, unit: null };
    return { view: nameOf(screen), index: picture.index ?? picture.place ?? null, picture: isDrawing ? "drawing" : null, epoch: this.epochOf(url), ...opened };
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
    clearTimeout(this.telling);
    if (!this.app.isOffline) this.telling = setTimeout(() => this.tell(), REST_MS);
  }

  tell() {
    if (!this.app.current || !this.app.hasFrame || !this.app.state.values.picture) return;
    const shown = this.shown();
    const text = JSON.stringify(shown);
    if (text === this.said) return;
    this.said = text;
    this.app.tell("shown", shown);
  }

  close() {
    clearTimeout(this.telling);
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
