// The window slides over the picture by itself; the result fills as it goes. A small picture is slid over pixel by pixel;
// in a large one the window brushes over several rows at once, so that a whole slide never takes longer than 15 s.

const SLOWEST = 2.5; // positions a second
const WHOLE_SLIDE = 15; // s, at most, at the usual speed
const MAX_PASSES = 30; // from the left to the right
const REST = 2500; // ms before a demonstration begins again
const GLIDE = { ms: 200, fastest: 6 }; // how long the window is on its way, while it goes slowly: positions a second
const READABLE_SIDE = 16; // pixels: a picture of which one can read every number
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];
export const USUAL = SPEEDS.indexOf(1);

export class Player {
  // `onChange` is called when something changes that a button shows.
  constructor(lab, onChange) {
    Object.assign(this, { lab, onChange, speed: USUAL });
    this.filled = null; // how many positions of the result are shown; null: the whole result
    this.isPlaying = false;
    this.isHeld = false; // while the mouse is on a picture
    this.isDemo = false; // began by itself, and begins again
    this.glide = null; // {from: place, since: ms}
  }

  get isWhole() {
    return this.filled === null;
  }

  // Rows that the window brushes over at once.
  get band() {
    return Math.ceil(this.lab.result.height / MAX_PASSES);
  }

  get total() {
    const { width, height } = this.lab.result;
    return Math.ceil(height / this.band) * width;
  }

  // Positions a second.
  get pace() {
    return SPEEDS[this.speed] * Math.max(SLOWEST, this.total / WHOLE_SLIDE);
  }

  // A new picture: one that can be read is shown at work, any other whole.
  open({ width, height }) {
    this.showAll();
    if (Math.max(width, height) > READABLE_SIDE) return;
    this.isDemo = true;
    this.begin();
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.play();
  }

  // Only the first position.
  begin() {
    this.filled = 0;
    this.advance(1);
  }

  play() {
    if (this.isWhole || this.filled >= this.total) this.begin();
    Object.assign(this, { isPlaying: true, last: performance.now(), owed: 0, restsUntil: 0 });
    this.ticking ??= requestAnimationFrame((now) => this.tick(now));
    this.onChange();
  }

  pause() {
    if (!this.isPlaying) return;
    this.isPlaying = this.isDemo = false;
    this.arriveAtOnce();
    this.onChange();
  }

  toggle() {
    if (this.isPlaying) this.pause();
    else this.play();
  }

  tick(now) {
    this.ticking = null;
    if (!this.isPlaying || this.lab.isClosed) return;
    if (this.restsUntil && now > this.restsUntil) {
      this.restsUntil = 0;
      this.begin();
    } else if (!this.isHeld && !this.restsUntil) {
      this.owed += Math.min(0.25, Math.max(0, now - this.last) / 1000) * this.pace;
      const steps = Math.floor(this.owed);
      this.owed -= steps;
      if (steps) this.advance(steps);
      if (this.filled >= this.total) this.arrive(now);
    }
    this.last = now;
    if (this.glide) this.lab.draw();
    if (this.isPlaying) this.ticking = requestAnimationFrame((next) => this.tick(next));
  }

  arrive(now) {
    if (this.isDemo) this.restsUntil = now + REST;
    else this.showAll();
  }

  // One position further; where the whole result is shown, it stays.
  step() {
    this.pause();
    const { width, height } = this.lab.result;
    if (this.isWhole) {
      const at = (this.lab.place.row * width + this.lab.place.column + 1) % (width * height);
      this.lab.pointAt({ row: Math.floor(at / width), column: at % width }, { follow: true });
    } else if (this.filled >= this.total) this.begin();
    else this.advance(1);
  }

  advance(steps) {
    this.filled = Math.min(this.filled + steps, this.total);
    const { width } = this.lab.result;
    const { band } = this;
    const at = this.filled - 1;
    const isSlow = this.isPlaying && steps === 1 && this.pace <= GLIDE.fastest;
    this.glide = isSlow ? { from: this.lab.place, since: performance.now() } : null;
    this.lab.pointAt({ row: Math.floor(at / width) * band + (band >> 1), column: at % width }, { follow: true });
  }

  // How far the window still is from its place, in pixels of the result.
  get lag() {
    if (!this.glide) return { rows: 0, columns: 0 };
    const { from, since } = this.glide;
    const left = Math.max(0, 1 - (performance.now() - since) / GLIDE.ms) ** 3;
    if (left === 0) this.glide = null;
    return { rows: left * (from.row - this.lab.place.row), columns: left * (from.column - this.lab.place.column) };
  }

  arriveAtOnce() {
    this.glide = null;
    this.lab.draw();
  }

  showAll() {
    this.glide = null;
    Object.assign(this, { isPlaying: false, isDemo: false, filled: null });
    this.onChange();
    this.lab.draw();
  }

  // Only what the window has passed, down to where it stands.
  showPassed() {
    const { place, result } = this.lab;
    this.filled = Math.floor(place.row / this.band) * result.width + place.column + 1;
    this.onChange();
    this.lab.draw();
  }

  hold(isHeld) {
    this.isHeld = isHeld;
    if (this.glide) this.arriveAtOnce();
    this.onChange();
  }

  // Cover what is not computed yet.
  cover(context, { cell, left, top, width, height }) {
    if (this.isWhole) return;
    const first = Math.floor(this.filled / width) * this.band; // row of the pass that is under way
    const next = Math.min(height, first + this.band);
    const column = this.filled % width;
    context.fillStyle = getComputedStyle(context.canvas).color;
    // Whole pixels of the screen: no seam between both, nothing of the result at the edges.
    const [y, below] = [first, next].map((row) => Math.round(top + row * cell));
    const [from, begin] = [left, left + column * cell].map(Math.floor);
    const [end, bottom] = [left + width * cell, top + height * cell].map(Math.ceil);
    context.fillRect(begin, y, end - begin, Math.max(0, below - y));
    context.fillRect(from, below, end - from, Math.max(0, bottom - below));
  }
}
