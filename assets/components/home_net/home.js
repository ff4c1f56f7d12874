// The page: paper, net and answer, joined. What is drawn is read within the same frame.

import { element, finder } from "../shared/dom.js";
import { recall, remember } from "../shared/drawing_memory.js";
import { Familiarity } from "../shared/nn/familiarity.js";
import { LiveNet } from "../shared/nn/live_net.js";
import { Paper } from "../shared/paper.js";
import { prepareDigit } from "../shared/prepare_digit.js";
import { Answer } from "./answer.js";
import { Demo } from "./demo.js";
import { Picture } from "./picture.js";
import { Steps } from "./steps.js";
import { Tools } from "./tools.js";
import { View } from "./view.js";

const ITSELF = "it draws by itself until you do";
const NO_ANSWER = "Until it is here nothing answers; what you draw stays.";
const HOW = "with mouse, pen or finger";

export class Home {
  constructor(root) {
    this.find = finder(root);
    this.paper = new Paper(this.find("paper"), { onChange: () => this.compute(), onEnd: () => this.keep() });
    this.demo = new Demo(this.paper);
    this.answer = new Answer(root);
    this.paper.addEventListener("say", ({ detail }) => this.answer.speak(detail));
    this.steps = new Steps(this.find);
    this.tools = new Tools(this.find, this.paper, () => this.keep());
    this.picture = new Picture(this.find("picture"));
    this.view = new View(root, this.picture, () => this.paint());
    const kept = recall(); // what was here before
    if (kept.length) this.paper.resume(kept);
  }

  take({ data, setTriggerValue }) {
    this.view.takeLinks(data, (place) => setTriggerValue("open", place));
    if (this.url !== data.net) this.open(data.net);
  }

  async open(url) {
    this.url = url;
    try {
      const live = await LiveNet.open({ url, onFrame: () => this.show() });
      if (url !== this.url) return live.close(); // another one is wanted, or this page was left
      this.live = live;
    } catch (error) {
      if (url === this.url) this.showMissing(error.message);
      return;
    }
    this.showMissing("");
    this.familiarity = Familiarity.of(this.live.manifest);
    this.answer.take(this.live.manifest.classes);
    this.picture.take(this.live.net);
    this.view.fit();
    this.begin();
  }

  // Say where the net would stand why it does not, and what to do; "" once it is here. Without it there is no answer.
  showMissing(problem) {
    const said = `${problem.split(" Received:")[0]} ${NO_ANSWER}`;
    const again = element("button", { type: "button", text: "Try again", on: { click: () => this.open(this.url) } });
    this.find("problem").replaceChildren(...(problem ? [element("p", { text: said }), again] : []));
    this.find("problem").hidden = !problem;
    for (const part of ["stage", "answer"]) this.find(part).hidden = Boolean(problem);
  }

  // With what is on the paper, or else by itself.
  begin() {
    if (!this.paper.isEmpty) this.compute();
    else if (this.view.mayMove) this.demo.play();
    else this.demo.showStill();
  }

  compute() {
    this.tools.refresh();
    this.find("hint").textContent = this.paper.isDemo ? ITSELF : HOW;
    this.prepared = prepareDigit(this.paper.pixels());
    this.steps.show(this.prepared);
    this.live?.show(this.prepared.image);
  }

  // The net has answered.
  show() {
    const { layers } = this.live;
    this.hasFrame = true;
    const isEmpty = this.prepared.problem !== "";
    if (isEmpty) this.answer.clear();
    else {
      const isDoubtful = Boolean(this.familiarity?.doubts(this.live.net));
      this.answer.show(this.live.values(layers.length - 1), { isQuiet: this.paper.isDemo, isDoubtful });
    }
    this.picture.refresh({ isEmpty, isGlowing: this.view.mayMove && !isEmpty });
    this.paint();
  }

  paint() {
    if (!this.hasFrame) return; // the net's first values are still to come
    this.find("stage").dataset.drawn = "true";
    if (this.picture.draw(this.view.colours))
      this.glowing ??= requestAnimationFrame(() => {
        this.glowing = null;
        this.paint();
      });
  }

  // A stroke has ended, or another drawing was put in its place.
  keep() {
    remember(this.paper.strokes);
  }

  close() {
    this.url = null;
    this.paper.close();
    this.answer.close();
    this.view.close();
    this.live?.close();
  }
}
