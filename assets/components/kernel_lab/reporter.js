// Tells Python what it does not know yet of a lab, after a rest, and at once when the hand goes elsewhere, on the page or into
// the address; but not when it goes to a link: Streamlit would run this page anew and take what comes of that, its address
// or all of it, for what follows the click.
//
// What is not told because the page is left is not lost. The newest settings stay in this tab until
// Python must have heard of them; a lab that opens before that, with settings of an earlier moment, goes on with the newest.

import { LAB_SETTINGS, forget, recall, remember } from "../shared/drawing_memory.js";
import { isOnWayOut } from "../shared/leaving.js";

const REPORT_AFTER = 500; // ms of rest before Python hears of new settings
const SURELY_HEARD = 10_000; // ms after which Python knows what it was told, however busy it is
const ELSEWHERE = ["pointerdown", "keydown"];

export class Reporter {
  constructor(root, send) {
    Object.assign(this, { send, told: null, toldAt: -Infinity, waiting: 0, earlier: [] });
    this.goesElsewhere = (event) => event.composedPath().includes(root) || (isOnWayOut(event) ? this.restAgain() : this.tell());
    this.leavesWindow = () => this.tell();
    this.unloads = () => forget(LAB_SETTINGS); // what is loaded next goes by its address
    for (const kind of ELSEWHERE) document.addEventListener(kind, this.goesElsewhere, true);
    window.addEventListener("blur", this.leavesWindow);
    window.addEventListener("pagehide", this.unloads);
  }

  // The settings to begin with, where Python gives these.
  begin(given) {
    const { newest, earlier = [] } = recall(LAB_SETTINGS, {});
    const text = JSON.stringify(given);
    forget(LAB_SETTINGS);
    this.earlier = [text];
    this.told = JSON.stringify({ settings: given, own: null });
    return newest && earlier.includes(text) ? { ...newest, url: given.url } : given;
  }

  follow(lab) {
    this.lab = lab;
    if (JSON.stringify(lab.summary) !== this.told) this.later();
  }

  later() {
    remember({ newest: this.lab.settings.values, earlier: this.earlier }, LAB_SETTINGS);
    this.restAgain();
  }

  // The hand may leave the link again.
  restAgain() {
    clearTimeout(this.waiting);
    this.wait();
  }

  wait() {
    this.waiting = setTimeout(() => (this.lab.editor.isDragging ? this.wait() : this.tell()), REPORT_AFTER);
  }

  tell() {
    clearTimeout(this.waiting);
    const { summary } = this.lab;
    const text = JSON.stringify(summary);
    if (text === this.told) return;
    this.told = text;
    this.toldAt = performance.now();
    this.earlier.push(JSON.stringify(summary.settings));
    this.send(summary);
  }

  close() {
    clearTimeout(this.waiting);
    const isUntold = JSON.stringify(this.lab.summary) !== this.told;
    if (!isUntold && performance.now() > this.toldAt + SURELY_HEARD) forget(LAB_SETTINGS);
    for (const kind of ELSEWHERE) document.removeEventListener(kind, this.goesElsewhere, true);
    window.removeEventListener("blur", this.leavesWindow);
    window.removeEventListener("pagehide", this.unloads);
  }
}
