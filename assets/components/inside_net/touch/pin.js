// A picture that is kept beside: every view then tells how the present one differs from it.

import { element } from "../../shared/dom.js";

export class Pin {
  constructor(app) {
    this.app = app;
    const button = (text, title, click) => element("button", { type: "button", text, title, "aria-pressed": "false", on: { click } });
    this.pin = button("Pin", "Keep this picture to compare others with it", () => this.toggle());
    this.switch = button("Show the difference", "Maps show how they differ from those of the pinned picture", () => this.app.state.change({ difference: !app.state.values.difference }));
    this.thumbnail = element("canvas", { class: "pinned-picture", role: "img" });
    this.words = element("p", { class: "hint" });
    this.panel = element("div", { class: "change-panel pinned", hidden: true }, this.thumbnail, this.words, this.switch);
    app.find("touches").append(this.panel);
  }

  toggle() {
    const { app } = this;
    if (app.state.values.pinned) return app.state.change({ pinned: null, difference: false });
    if (!app.hasFrame) return;
    const seen = app.find("seen");
    Object.assign(this.thumbnail, { width: seen.width, height: seen.height });
    this.thumbnail.getContext("2d").drawImage(seen, 0, 0);
    const { name, pixels } = app.state.values.picture;
    app.state.change({ pinned: { name, pixels: Float32Array.from(pixels) }, difference: false });
  }

  changed({ pinned, difference }, changed) {
    if (!changed.has("pinned") && !changed.has("difference") && !changed.has("net")) return;
    this.panel.hidden = !pinned;
    this.pin.setAttribute("aria-pressed", String(Boolean(pinned)));
    this.switch.setAttribute("aria-pressed", String(difference));
    if (!pinned) return;
    this.thumbnail.setAttribute("aria-label", `The pinned picture: ${pinned.name}`);
    this.words.textContent = `Pinned: ${pinned.name}`;
  }
}
