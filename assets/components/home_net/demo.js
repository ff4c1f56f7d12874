// Draws by itself, a digit and then what turns it into another one, until somebody takes the pen.

import { DIGITS, SCENES } from "../shared/digits.js";

const DRAW_MS = 1100; // a digit
const CHANGE_MS = 700; // what turns it into another one
const REST_MS = 1800; // in which one reads the answer
const STILL = 7; // the digit that is shown where motion is unwanted

export class Demo {
  constructor(paper) {
    this.paper = paper;
  }

  async play() {
    for (let scene = 0; ; scene = (scene + 1) % SCENES.length) {
      const { first, then } = SCENES[scene];
      if (!(await this.draw(first, [], DRAW_MS)) || !(await this.draw(then, first, CHANGE_MS))) return;
    }
  }

  // False once somebody has taken over.
  async draw(strokes, after, duration) {
    const isDrawn = await this.paper.demo(strokes, duration, { after });
    if (!isDrawn) return false;
    await new Promise((resolve) => setTimeout(resolve, REST_MS));
    return this.paper.isDemo;
  }

  // One digit that stands, until somebody takes over.
  showStill() {
    this.paper.demo(DIGITS[STILL], 0);
  }
}
