// The panel: what comes from the server is appended, and each part shows what it has to of it.
//
//   Connection -> append -> show: words, figures, charts, findings
// A run whose page has to be drawn anew, because it is held, goes on or has ended, says so once.

import { element, finder } from "../shared/dom.js";
import { Chart, MOST_WORDS } from "./chart/chart.js";
import { showTogether } from "./chart/together.js";
import { readLook } from "./chart/look.js";
import { marksOf, metricModel, normsModel, rateModel, titleOf } from "./chart/models.js";
import { Choices, offered } from "./choices.js";
import { Connection } from "./connection.js";
import { append, emptyHistory } from "./history.js";
import { MatrixFigure } from "./matrix_figure.js";
import { picturesTogether } from "./picture.js";
import { countWords, figuresOf, markLine, newsWords } from "./words.js";

const WORDS_MS = 500; // between two changes of what stands in words
const SPEAK_MS = 4_000; // between two epochs that are said aloud
const ASK_AGAIN = 4_000; // ms after which a page that was not drawn anew is asked again, each time twice as many: that begins anew to draw it
const ASK_LATER = 1_000; // ms after which a page whose state is another one than the run's is asked: else the news come soon
const LEAVES_WITHIN = 5_000; // ms that a page which was asked for by a link may take to come
const NO_ANSWER = "The server does not answer. It is asked again and again; load the page again if this stays.";
const GONE = "This run was deleted, or it is not shared with you any more. Load the page again to choose another one.";
const STOPS = "cnnviz-stops"; // an event: the maps beside the curves hear of new epochs, see inside_net/main.js
const STOPS_WANTED = "cnnviz-stops-wanted"; // an event: these maps are here by now, and know of epochs up to the one in it

const findingCard = ({ kind, title, evidence, advice }) =>
  element("p", { class: kind === "well" ? "finding well" : "finding" }, element("strong", { text: `${title}. ` }), `${evidence} ${advice}`.trim());

export class LiveRun {
  constructor(root, { setTriggerValue }) {
    Object.assign(this, { root, find: finder(root), tell: setTriggerValue, history: emptyHistory(), figures: new Map(), charts: new Map(), linkAt: -Infinity, shownAt: -Infinity, spokenAt: -Infinity });
    this.choices = new Choices(this.find, { onChange: () => this.draw(), picture: () => this.picture() });
    this.connection = new Connection({ onNews: (message) => this.hear(message), onLost: (isLost) => this.say(isLost ? NO_ANSWER : ""), onGone: () => this.leave() });
    this.noteLink = ({ target }) => target.closest?.("a[href]") && (this.linkAt = performance.now());
    document.addEventListener("click", this.noteLink, true);
    this.answer = ({ detail: newest }) => this.history.stops.some(({ url }) => url === newest) && this.tellStops();
    document.addEventListener(STOPS_WANTED, this.answer);
    root.addEventListener("transitionend", ({ target }) => target === root && this.changeTheme()); // of its colour, see component.css
    root.liveRun = this; // what the browser tests and the bench read
  }

  // data: {run, url of its news, state that the page was drawn for, moves: whether something was to come then,
  // own: whether the curves are those of this net}
  take({ data }) {
    if (data.run !== this.data?.run) this.history = emptyHistory();
    this.data = data;
    this.find("progress").hidden = !data.moves; // until the page has put the result in its place
    this.asked = null;
    this.again = ASK_AGAIN;
    this.askIn(ASK_LATER); // the run may be in another state again since the page has read it, and be held there
    this.connection.take(data.url);
  }

  hear(message) {
    const { history } = this;
    const known = { ...history, epochs: history.epochs.length };
    const isMore = append(history, message);
    if ("stops" in message) this.tellStops();
    this.draw();
    this.speak(...newsWords(known, history));
    const isTurn = !isMore || history.epochs.length > known.epochs || history.head?.state !== known.head?.state;
    this.showSoon(isTurn ? 0 : this.shownAt + WORDS_MS - performance.now());
    if (history.head && !history.head.moves) this.connection.finish();
    this.askFor(history.head?.state);
  }

  // The page has other buttons for another state: it is asked for once, and again only where that was lost. Not just
  // after a click on a link: Streamlit would take it for a wish to stay on this page.
  askFor(state) {
    if (!state || state === this.asked) return;
    this.asked = null;
    clearTimeout(this.asking);
    if (state === this.data.state) return;
    if (performance.now() < this.linkAt + LEAVES_WITHIN) return this.askIn(LEAVES_WITHIN);
    this.asked = state;
    this.tell("state", state);
    this.askIn(this.again);
    this.again *= 2;
  }

  askIn(wait) {
    clearTimeout(this.asking);
    this.asking = setTimeout(() => {
      this.asked = null;
      this.askFor(this.history.head?.state);
    }, wait);
  }

  tellStops() {
    const { stops } = this.history;
    if (stops.length) document.dispatchEvent(new CustomEvent(STOPS, { detail: { run: this.data.run, stops } }));
  }

  // Nothing moves any more, so nothing may look as if it did.
  leave() {
    clearTimeout(this.showing);
    this.find("progress").hidden = true;
    setText(this.find("words"), "");
    this.say(GONE);
  }

  say(text) {
    const said = text || this.history.head?.trouble || "";
    this.find("trouble").hidden = !said;
    setText(this.find("trouble"), said);
  }

  // Numbers in words change twice a second: nobody reads more, and each is laid out anew.
  showSoon(wait) {
    if (wait > 0) this.showing ??= setTimeout(() => this.show(), wait);
    else this.show();
  }

  show() {
    const { head, findings, about, epochs } = this.history;
    clearTimeout(this.showing);
    Object.assign(this, { showing: null, shownAt: performance.now() });
    this.say("");
    setText(this.find("words"), head?.words ?? "");
    this.showShare(head?.share ?? 0, `${epochs.at(-1)?.epoch ?? 0} of ${countWords(about?.epochs ?? 0)}`);
    this.showFigures();
    this.showMarks();
    this.showFindings(findings);
  }

  showShare(share, words) {
    const track = this.find("track");
    const transform = `scaleX(${share.toFixed(3)})`;
    if (track.firstElementChild.style.transform !== transform) track.firstElementChild.style.transform = transform;
    for (const [name, value] of [["aria-valuenow", String(Math.round(100 * share))], ["aria-valuetext", words]]) {
      if (track.getAttribute(name) !== value) track.setAttribute(name, value);
    }
  }

  // Aloud; of epochs that end every moment not each.
  speak(words, isOften) {
    const now = performance.now();
    if (!words || (isOften && now - this.spokenAt < SPEAK_MS)) return;
    this.spokenAt = now;
    setText(this.find("spoken"), words);
  }

  showFigures() {
    this.find("figures").hidden = !this.data.own;
    for (const [label, text, note = ""] of figuresOf(this.history)) {
      if (!this.figures.has(label)) {
        const parts = [element("span"), element("small")];
        this.figures.set(label, parts);
        this.find("figures").append(element("div", {}, element("dt", { text: label }), element("dd", {}, ...parts)));
      }
      [text, note].forEach((words, at) => setText(this.figures.get(label)[at], words));
    }
  }

  // All marks in words where the figures have no room for those of the older ones.
  showMarks() {
    const marks = marksOf(this.history);
    const lines = marks.length > MOST_WORDS ? marks.map(markLine) : [];
    const told = lines.join("\n");
    if (told === this.marked) return;
    this.marked = told;
    const place = this.find("marks");
    place.hidden = !lines.length;
    setText(place.firstElementChild, `All ${lines.length} marks in the figures`);
    place.lastElementChild.replaceChildren(...lines.map((text) => element("li", { text })));
  }

  showFindings(findings) {
    if (findings === this.findings) return;
    this.findings = findings;
    const [cause, ...others] = findings.map(findingCard);
    const folded = element("details", { class: "also", open: this.find("findings").querySelector("details")?.open ?? false }, element("summary", { text: `Also noticed (${others.length})` }), ...others);
    this.find("findings").replaceChildren(...(cause ? [cause] : []), ...(others.length ? [folded] : []));
  }

  draw() {
    const { history, choices } = this;
    this.look ??= readLook(this.root);
    choices.offer(offered(history, this.data.own));
    this.arrange(choices.shown);
    this.charts.get("matrix")?.show(history);
    showTogether([...this.charts].filter(([name]) => name !== "matrix").map(([name, chart]) => [chart, this.model(name)]), this.look);
  }

  model(name) {
    if (name === "learning_rate") return rateModel(this.history, this.look, this.choices.values);
    if (name === "weights" || name === "gradients") return normsModel(this.history, name, this.look);
    return metricModel(this.history, name, this.look, this.choices.values);
  }

  // The lines of a figure, shown or not.
  lines(name) {
    return this.look ? this.model(name).lines : [];
  }

  picture() {
    return picturesTogether([...this.charts.values()].map((chart) => chart.picture).filter(Boolean), this.look ?? readLook(this.root));
  }

  // The chosen figures in their order; those that stay are not made anew.
  arrange(names) {
    if (names.join() === [...this.charts.keys()].join()) return;
    const kept = this.charts;
    this.charts = new Map(names.map((name) => [name, kept.get(name) ?? (name === "matrix" ? new MatrixFigure() : new Chart(titleOf(name)))]));
    for (const [name, chart] of kept) if (!this.charts.has(name)) chart.close();
    this.find("charts").replaceChildren(...[...this.charts.values()].map((chart) => chart.root));
  }

  changeTheme() {
    this.look = null;
    if (this.history.head) this.draw();
  }

  close() {
    document.removeEventListener("click", this.noteLink, true);
    document.removeEventListener(STOPS_WANTED, this.answer);
    clearTimeout(this.asking);
    clearTimeout(this.showing);
    this.connection.close();
    for (const chart of this.charts.values()) chart.close();
  }
}

function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
