// Level 0: the whole net, a column for each layer. Columns out of sight are not drawn. The answer of a net that is wider
// than the page stays in sight, at the right edge.

import { element } from "../../shared/dom.js";
import { columnsOf, layOut } from "../../shared/net_view/columns.js";
import { blockTitles } from "../../shared/net_view/words.js";
import { Column } from "./column.js";
import { Edges } from "./edges.js";
import { HoverCard } from "./hover_card.js";
import { LayerTints } from "./layer_tints.js";
import { CellKeys } from "./cell_keys.js";

const FAR = 200; // pixels beyond the edge of what is seen within which columns are drawn all the same

export class Overview {
  constructor(app) {
    Object.assign(this, { app, columns: [], layout: null });
    this.frameNode = app.find("stage");
    this.edges = new Edges(app);
    this.card = new HoverCard(app, this);
    this.net = element("div", { class: "net" });
    this.frameNode.append(this.net);
    this.keys = new CellKeys(app, this);
    this.frameNode.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.resizing = new ResizeObserver(() => this.resized());
    this.resizing.observe(this.frameNode);
    this.tints = new LayerTints(app, this);
    this.listen();
  }

  listen() {
    const cellOf = (event) => event.target.closest?.(".cell");
    const { state } = this.app;
    const target = (cell) => (cell ? { layer: Number(cell.dataset.layer), unit: Number(cell.dataset.unit) } : null);
    this.net.addEventListener("pointerover", (event) => event.pointerType === "mouse" && state.change({ hover: target(cellOf(event)) }));
    this.net.addEventListener("pointermove", (event) => this.card.point(event, cellOf(event)));
    this.net.addEventListener("pointerleave", () => state.change({ hover: null }));
    this.net.addEventListener("focusin", (event) => cellOf(event)?.matches(":focus-visible") && state.change({ hover: target(cellOf(event)) }));
    this.net.addEventListener("focusout", () => state.change({ hover: null }));
    this.net.addEventListener("click", (event) => {
      const cell = cellOf(event);
      if (!cell) return;
      const { layer, unit } = target(cell);
      if (event.shiftKey) this.app.toggleUnit(layer, unit);
      else this.app.openUnit(layer, unit);
    });
  }

  // A net has come, or the room has changed: all columns anew.
  build() {
    const { clientWidth } = this.frameNode;
    this.room = clientWidth; // 0 while a unit is opened: it is built when there is room again
    if (!this.app.live || !clientWidth) return;
    this.layout = layOut(columnsOf(this.app.layers), { width: clientWidth - 8, height: this.app.stageHeight(), isDetailed: this.app.state.values.details });
    this.columns = this.layout.columns.map((column) => new Column(this.app, column, this.layout.space));
    this.net.replaceChildren(...this.blocks(), this.edges.canvas, ...this.columns.map(({ root }) => root), this.card.root);
    Object.assign(this.net.style, { width: `${this.layout.width}px`, height: `${this.layout.height}px` });
    this.net.style.setProperty("--below", `${this.layout.below}px`);
    const answer = this.columns.at(-1);
    this.isWide = answer.form === "answer" && this.layout.width > clientWidth && 2.5 * answer.width < clientWidth;
    this.net.classList.toggle("wide", this.isWide);
    this.scrolled();
    for (const column of this.columns) column.refresh();
    this.keys.refresh();
    this.tints.draw();
    this.drawEdges();
  }

  // A frame around the layers of each innermost block, with its title, and its name as on the page Architecture among the details.
  blocks() {
    const frames = new Map();
    const titles = blockTitles(this.app.layers);
    for (const column of this.layout.columns)
      if (column.layer.block) frames.set(column.layer.block, [...(frames.get(column.layer.block) ?? []), column]);
    return [...frames].map(([name, columns]) => {
      const [first, last] = [columns[0], columns.at(-1)];
      const node = element("div", { class: "block" }, element("span", {}, titles.get(name), element("span", { class: "layer-details", text: name })));
      Object.assign(node.style, { left: `${first.left - 14}px`, width: `${last.left + last.width - first.left + 28}px` });
      return node;
    });
  }

  resized() {
    const { clientWidth } = this.frameNode;
    if (clientWidth && clientWidth !== this.room) this.build();
  }

  scrolled() {
    const { scrollLeft, clientWidth } = this.frameNode;
    if (this.isWide) this.columns.at(-1).left = this.columns.at(-1).root.offsetLeft; // the edges go to where it stands
    for (const column of this.columns) {
      const was = column.isFar;
      column.isFar = column.left + column.width < scrollLeft - FAR || column.left > scrollLeft + clientWidth + FAR;
      if (was && !column.isFar && column.isFilled) column.draw();
    }
    if (this.columns[0]?.isFilled) this.drawEdges();
  }

  drawEdges() {
    const { hover } = this.app.state.values;
    if (this.layout && this.isShown) this.edges.draw(this.columns, this.layout, hover, { from: this.frameNode.scrollLeft, width: this.frameNode.clientWidth });
  }

  frame() {
    this.net.classList.add("moving"); // which units are silent is told when the picture has come to rest
    this.redraw();
  }

  get isShown() {
    return this.app.isShown("net");
  }

  redraw() {
    if (!this.isShown) return;
    for (const column of this.columns) if (!column.isFar) column.draw();
    this.tints.ask({ isResting: false });
    this.card.frame();
  }

  settle() {
    this.net.classList.remove("moving");
    if (!this.isShown) return;
    for (const column of this.columns) column.settle();
    this.tints.ask({ isResting: true });
  }

  changed(values, changed) {
    const has = (...names) => names.some((name) => changed.has(name));
    const { isShown } = this;
    this.frameNode.hidden = !isShown;
    this.tints.draw();
    this.net.classList.toggle("detailed", values.details);
    if (has("net", "details")) return this.build();
    if (has("order", "pages", "searches", "orders")) this.refresh();
    else if (has("range", "view", "screen", "pinned", "difference") && isShown) this.redraw();
    if (changed.has("dead")) for (const column of this.columns) column.markDead();
    if (has("dead", "edits")) this.tints.ask({ isResting: true });
    if (changed.has("edits")) for (const column of this.columns) column.markOff();
    if (has("hover", "view", "screen", "order", "pages", "searches", "edits")) this.drawEdges();
    if (has("hover", "view")) this.card.show(values.hover);
    if (changed.has("view") && isShown) this.keys.restore(values.view);
    if (has("view", "screen")) this.settle(); // another picture may have come while it was out of sight
  }

  refresh() {
    for (const column of this.columns) column.refresh();
    this.keys.refresh();
  }

  close() {
    this.resizing.disconnect();
    this.tints.close();
  }
}
