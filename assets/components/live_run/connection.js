// The news of a run, from a WebSocket of the app: open while somebody can see it and something is still to come.

const FIRST_WAIT = 500; // ms until it is tried again, twice as long each time
const LONGEST_WAIT = 30_000;
const REFUSED = 1008; // with this code the server closes what is deleted, or not for this visitor any more
const FAILURES_TO_SAY = 3; // in a row: a server that starts again is not worth a word

const pathOf = (url) => url.split("?")[0];

export class Connection {
  // onNews(message), onLost(whether nothing is heard for a while), onGone(): nothing will be heard any more.
  constructor({ onNews, onLost, onGone }) {
    Object.assign(this, { onNews, onLost, onGone, url: "", at: "", socket: null, isDone: false, failures: 0, timer: null });
    this.look = () => (document.hidden ? this.leave() : this.open());
    document.addEventListener("visibilitychange", this.look);
  }

  // Another address, or the same again: go on listening where more is to come.
  take(url) {
    if (url !== this.url) {
      this.leave();
      if (pathOf(url) !== pathOf(this.url)) this.at = ""; // of another run
      Object.assign(this, { url, failures: 0 });
    }
    this.isDone = false;
    this.open();
  }

  // Nothing more will come: nothing is asked.
  finish() {
    this.isDone = true;
    this.leave();
  }

  open() {
    clearTimeout(this.timer);
    if (this.socket || this.isDone || !this.url || document.hidden) return;
    const address = new URL(this.url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (this.at) address.searchParams.set("at", this.at);
    const socket = (this.socket = new WebSocket(address));
    socket.addEventListener("message", ({ data }) => socket === this.socket && this.hear(JSON.parse(data)));
    socket.addEventListener("close", ({ code }) => socket === this.socket && (code === REFUSED ? this.end() : this.lose()));
  }

  hear(message) {
    this.at = message.at;
    if (this.failures) this.onLost(false);
    this.failures = 0;
    this.onNews(message);
  }

  // Asked again, it would be refused again.
  end() {
    this.finish();
    this.onGone();
  }

  lose() {
    this.socket = null;
    this.failures += 1;
    if (this.failures === FAILURES_TO_SAY) this.onLost(true);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.open(), Math.min(FIRST_WAIT * 2 ** (this.failures - 1), LONGEST_WAIT));
  }

  leave() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  close() {
    this.isDone = true;
    this.leave();
    document.removeEventListener("visibilitychange", this.look);
  }
}
