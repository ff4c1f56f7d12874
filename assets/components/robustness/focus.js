// Draws a list anew for whoever works with the keyboard: the button that has the focus is the one at the same place after.

export function replaceChildren(list, items) {
  const { activeElement } = list.getRootNode();
  const at = [...list.children].findIndex((item) => item.contains(activeElement));
  list.replaceChildren(...items);
  if (at >= 0) list.children[at]?.querySelector("button")?.focus({ preventScroll: true });
}
