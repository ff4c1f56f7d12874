// The drawing of Home stays in this tab while one looks at other pages; Inside begins with it where Home leads there.

const KEY = "cnnviz.home.drawing";

export function remember(strokes) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(strokes));
  } catch {
    // a browser that keeps nothing, or is full
  }
}

// Strokes, none if nothing was drawn.
export function recall() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}
