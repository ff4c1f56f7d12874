// How each component that stands in a report is drawn anew at once.

const MOST_SHRUNK = 0.4; // of a wide net, on paper

export function redrawRun({ liveRun }) {
  liveRun.changeTheme();
  for (const chart of liveRun.charts.values()) chart.see?.(true); // on paper all are in sight
}

// On paper a net that is wider than the page shrinks, because nobody can scroll there.
export function redrawNet(root) {
  const { insideNet } = root;
  if (!insideNet.hasFrame) return;
  const stage = root.querySelector(".stage");
  stage.style.zoom = "";
  insideNet.state.change({ net: {} });
  const isPrinting = root.getRootNode().host.hasAttribute("data-printing");
  if (!isPrinting || stage.scrollWidth <= stage.clientWidth) return;
  stage.style.zoom = Math.max(MOST_SHRUNK, stage.clientWidth / stage.scrollWidth);
  insideNet.state.change({ net: {} });
}
