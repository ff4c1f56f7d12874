// Streamlit adds an entry to the browser's history for every change of a page's query, and this app keeps a page's
// state there: Back would take a press for each. A change of the query alone takes the entry's place instead.
const add = history.pushState;
if (!add.isOfOneEntry) {
  history.pushState = function (state, title, url) {
    const isSamePage = new URL(url ?? "", location.href).pathname === location.pathname;
    return isSamePage ? history.replaceState(state, title, url) : add.call(history, state, title, url);
  };
  history.pushState.isOfOneEntry = true;
}
