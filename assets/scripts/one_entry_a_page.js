// Streamlit adds an entry to the browser's history for every change of a page's query, and this app keeps a page's
// state there: Back would take a press for each. A change of the query alone takes the entry's place instead.
//
// Each run of a page begins with its title. A page that is opened says its query before Streamlit changes the path: the
// entry of the page before, which got that query, gets its own back. What a page says while Back leads away from it is
// the other page's no more.
//
// A link that is clicked while its page is being run may meet an answer that was on its way: Streamlit would take the query
// of the page that is left for that of the page to come, in its address and for each run of it. A query that was said before
// the run of the new page began is the old one's: the new page gets that of its link, and runs with that.
//
// What a component shows it says of its page by the event "cnnviz-address", names and values (null: none): the address has
// that at once, in the order of cnnviz.ui.inside.link.keep_shown, and Streamlit finds it there when its page says the same.
const add = history.pushState;
const replace = history.replaceState;
const LATE = 5_000; // ms after which a change of the query is of the page that Back led to, whatever happened

let own = location.href; // of this entry when the run began
let leftAt = -Infinity;
let pathname = location.pathname;
// {link, at, isOldSaid, isSaid}: the link to a page, when it was clicked, and whether a query was said before its newest run
// and in it.
let clicked = null;

const runs = new MutationObserver(noteRuns);
runs.observe(document.head, { childList: true, subtree: true });

function noteRuns(changes) {
  if (!changes.some(({ target }) => target.nodeName === "TITLE")) return;
  own = location.href;
  leftAt = -Infinity;
  if (clicked) Object.assign(clicked, { isOldSaid: clicked.isOldSaid || clicked.isSaid, isSaid: false });
}

addEventListener("click", ({ target, ctrlKey, metaKey, shiftKey }) => {
  const link = target.closest?.("a[href]");
  const leads = link && link.target !== "_blank" && !link.hasAttribute("download") && !(ctrlKey || metaKey || shiftKey);
  if (leads && link.pathname !== location.pathname) {
    clicked = { link: new URL(link.href), at: performance.now(), isOldSaid: false, isSaid: false };
  }
}, true);

addEventListener("popstate", () => {
  if (location.pathname !== pathname) leftAt = performance.now();
  pathname = location.pathname;
  own = location.href;
}, true);

function change(state, title, url, { adds }) {
  const isSamePage = new URL(url ?? "", location.href).pathname === location.pathname;
  if (isSamePage && performance.now() < leftAt + LATE) return;
  if (isSamePage) noteSaid();
  else url = withoutOldQuery(url);
  if (adds && !isSamePage) replace.call(history, history.state, "", own);
  (adds && !isSamePage ? add : replace).call(history, state, title, url);
  pathname = location.pathname;
  if (!isSamePage) own = location.href;
}

function noteSaid() {
  noteRuns(runs.takeRecords());
  if (clicked) clicked.isSaid = true;
}

// The address of another page that comes, without what the page said that is left.
function withoutOldQuery(url) {
  const asked = new URL(url, location.href);
  const { link, at, isOldSaid, isSaid } = clicked ?? {};
  clicked = null;
  if (!isOldSaid || isSaid || performance.now() > at + LATE || link.pathname !== asked.pathname) return url;
  const query = new URLSearchParams(link.search);
  for (const [name, value] of asked.searchParams) if (name.startsWith("embed") && !query.has(name)) query.append(name, value);
  asked.search = query;
  setTimeout(() => dispatchEvent(new PopStateEvent("popstate", { state: history.state }))); // Streamlit runs it by its address
  return asked.href;
}

document.addEventListener("cnnviz-address", ({ detail: { page, shown } }) => {
  if (location.pathname.split("/").at(-1) !== page || performance.now() < leftAt + LATE) return;
  const url = new URL(location.href);
  for (const name of Object.keys(shown)) url.searchParams.delete(name);
  for (const [name, value] of Object.entries(shown)) if (value !== null) url.searchParams.set(name, value);
  if (url.href === location.href) return;
  replace.call(history, history.state, "", url);
  own = location.href;
});

history.pushState = (state, title, url) => change(state, title, url, { adds: true });
history.replaceState = (state, title, url) => change(state, title, url, { adds: false });
