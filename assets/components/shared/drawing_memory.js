// Drawings stay in this tab while one looks at other pages: that of Home, with which Inside begins where Home leads there,
// and that of the kernel lab, of which a busy server may not have heard when one leaves its page; and so its settings.

const HOME = "cnnviz.home.drawing";
export const LAB = "cnnviz.lab.drawing";
export const LAB_SETTINGS = "cnnviz.lab.settings";

export function remember(strokes, key = HOME) {
  try {
    sessionStorage.setItem(key, JSON.stringify(strokes));
  } catch {
    // a browser that keeps nothing, or is full
  }
}

// Strokes; `nothing` if none are remembered.
export function recall(key = HOME, nothing = []) {
  try {
    return JSON.parse(sessionStorage.getItem(key)) ?? nothing;
  } catch {
    return nothing;
  }
}

export function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // as above
  }
}
