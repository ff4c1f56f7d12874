// What the net says: a sentence, ten rows that keep their places, and a voice that speaks when the pen rests.

import { ClassBars } from "../shared/net_view/class_bars.js";
import { finder } from "../shared/dom.js";
import { roughProbability } from "../shared/net_view/words.js";

const UNSURE_BELOW = 0.6;
const SPEAKS_AFTER = 700; // ms of rest
const INVITATION = "Draw a digit";

export class Answer {
  constructor(root) {
    this.root = root;
    [this.said, this.sure, this.spoken] = ["said", "sure", "spoken"].map(finder(root));
    this.bars = new ClassBars();
    finder(root)("bars").append(this.bars.root);
    this.clear();
  }

  take(classes) {
    this.classes = classes;
    this.bars.take([...classes.keys()], classes);
  }

  // Probabilities, one a class; `isQuiet`: nobody need hear of it. `isDoubtful`: the drawing is unlike what the net learned
  // from. A net must name one of its classes, whatever it is shown: so more than "most like" is not known.
  show(probabilities, { isQuiet = false, isDoubtful = false } = {}) {
    this.root.classList.remove("is-empty");
    this.bars.show(probabilities);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const share = probabilities[best];
    const name = this.classes[best];
    if (isDoubtful) this.say("Perhaps no digit", `Unlike all it learned from; most like a ${name}.`, isQuiet);
    else if (share < UNSURE_BELOW) this.say(`Perhaps a ${name}`, `Only ${roughProbability(share)}: compare the bars.`, isQuiet);
    else this.say(`Most like a ${name}`, `Of the ten digits: ${roughProbability(share)}.`, isQuiet);
  }

  // Nothing is drawn.
  clear() {
    this.root.classList.add("is-empty");
    if (this.classes) this.bars.show(new Float32Array(this.classes.length));
    this.say(INVITATION, "The net answers while you draw.", true);
  }

  say(said, sure, isQuiet) {
    if (this.said.textContent !== said) this.said.textContent = said;
    if (this.sure.textContent !== sure) this.sure.textContent = sure;
    clearTimeout(this.speaking);
    if (!isQuiet) this.speaking = setTimeout(() => this.speak(`${said}. ${sure}`), SPEAKS_AFTER);
  }

  speak(sentence) {
    this.spoken.textContent = sentence;
  }

  close() {
    clearTimeout(this.speaking);
  }
}
