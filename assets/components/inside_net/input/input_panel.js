// The picture that the net sees, and what the net says of it.

import { sharesOf } from "../../shared/nn/evaluator.js";
import { probability } from "../../shared/net_view/words.js";
import { PictureInput } from "../../shared/picture_input/picture_input.js";
import { Pin } from "../touch/pin.js";

// One output is the probability of the second of two classes.
const answersOf = (app) => {
  const values = app.values(app.layers.length - 1);
  return values.length === 1 ? sharesOf(values, app.live.manifest.output) : values;
};

// The next picture on which the net is wrong.
const mistakes = (app) => ({
  text: "Next mistake",
  none: "The net makes no mistake",
  open: async () => {
    if (!app.current) return null;
    const net = await app.openCalculator();
    return (pixels, label) => {
      net.run(pixels);
      const values = net.values(net.layers.length - 1);
      return values.indexOf(Math.max(...values)) !== label;
    };
  },
});

export class InputPanel extends PictureInput {
  constructor(app) {
    super(app.find, { onPicture: (picture) => app.show(picture), search: mistakes(app) });
    this.app = app;
    this.pin = new Pin(app);
    this.touchRow.append(this.pin.pin);
  }

  // A picture has come: show it, also before the net has answered.
  changed(values, changed) {
    const { picture } = values;
    if (picture && (changed.has("picture") || changed.has("net"))) this.draw(picture, this.app.layers[0].shape);
    this.pin.changed(values, changed);
  }

  frame() {
    const { app } = this;
    const { picture } = app.state.values;
    const values = answersOf(app);
    if (!app.hasAnswer) {
      app.find("answer").textContent = "No answer: this net ends with maps.";
      return;
    }
    const best = values.indexOf(Math.max(...values));
    const said = app.classes[best] ?? best + 1;
    const right = picture.label === undefined ? "" : picture.label === best ? " Right." : ` Wrong: it is ${app.classes[picture.label]}.`;
    const doubt = app.isDoubtful ? " But perhaps it is none of these: it is unlike what the net learned from." : "";
    const words = app.isShare ? `The net says ${said}, ${probability(values[best])}.` : `The net says ${said}.`;
    app.find("answer").textContent = `${words}${right}${doubt}`;
    app.find("answer").classList.toggle("wrong", picture.label !== undefined && picture.label !== best);
  }

  settle() {
    this.app.find("spoken").textContent = `${this.app.state.values.picture.name}. ${this.app.find("answer").textContent}`;
  }
}
