// What the net has learned: the kernels of a convolution, all of them, and what each is like.

import { element } from "../../shared/dom.js";
import { isPicture } from "../../shared/net_view/words.js";
import { FilterPlanes, isConvolution } from "../../shared/nn/filter_planes.js";
import { turnedKernels } from "../../shared/nn/known_kernels.js";
import { countText, sizeText } from "../../shared/numbers.js";
import { FilterBar } from "./filter_bar.js";
import { FilterHistory } from "./filter_history.js";
import { FilterPanel } from "./filter_panel.js";
import { FilterTile, inOneRow } from "./filter_tile.js";
import { isInColour } from "./kernel_drawing.js";

const PAGE = 48; // filters
const NARROW = 760; // CSS pixels, as in filters.css
const FEW = 6; // planes of a filter that always stand beside each other
const SETTLE_MS = 500; // filters do not change places while one goes through epochs
const NO_CONVOLUTION = "This net has no convolution, so it has no kernels that slide. Its dense layers weigh each of their inputs once: open a unit to see its weights.";

export class Filters {
  constructor(app, timeline) {
    Object.assign(this, { app, tiles: [], order: [], chosen: { unit: 0, plane: undefined }, numShown: PAGE, chances: new Map() });
    this.history = new FilterHistory(app, timeline, () => this.draw());
    this.bar = new FilterBar(() => this.build());
    this.panel = new FilterPanel(this.history, { onPlane: (step) => this.stepPlane(step), onOpen: () => app.openUnit(this.layer.index, this.chosen.unit) });
    this.root = app.find("filters");
    this.lead = element("p", { class: "lead" });
    this.said = element("p", { class: "hint" });
    this.grid = element("div", { class: "filter-grid" });
    this.more = element("button", { type: "button", on: { click: () => this.build(this.numShown + PAGE) } });
    this.body = element("div", { class: "filter-body" }, element("div", { class: "filter-list" }, this.grid, this.more), this.panel.root);
    this.root.append(this.lead, this.bar.root, this.said, this.body);
    this.listen();
    this.sizes = new ResizeObserver(() => this.layer && !this.root.hidden && this.draw());
    this.sizes.observe(this.grid);
  }

  listen() {
    const tileOf = ({ target }) => this.tiles.find(({ root }) => root.contains(target));
    const point = (event) => event.pointerType !== "touch" && this.choose(tileOf(event), event);
    this.grid.addEventListener("pointerover", point);
    this.grid.addEventListener("pointermove", point);
    this.grid.addEventListener("focusin", (event) => this.choose(tileOf(event)));
    this.grid.addEventListener("pointerdown", (event) => {
      const tile = tileOf(event);
      this.isSecondTap = event.pointerType !== "touch" || tile?.unit === this.tapped; // a finger looks first
      this.tapped = tile?.unit;
      this.choose(tile, event);
    });
    this.grid.addEventListener("click", (event) => {
      const tile = tileOf(event);
      if (tile && (event.detail === 0 || this.isSecondTap)) this.app.openUnit(this.layer.index, tile.unit);
    });
  }

  changed(_, changed) {
    const { app } = this;
    const isShown = app.isShown("filters");
    this.root.hidden = !isShown;
    if (changed.has("net") || changed.has("url") || changed.has("edits")) this.isOld = true;
    if (changed.has("net")) this.hasLayers = false;
    if (!isShown) return;
    if (!this.hasLayers) this.open();
    else if (this.isOld) this.draw(true);
    else if (changed.has("view")) this.draw();
  }

  open() {
    const { app } = this;
    const layers = app.layers.filter(isConvolution);
    this.hasLayers = true;
    this.known = turnedKernels(app.kernels);
    this.bar.take(layers, app.titles);
    for (const node of [this.bar.root, this.body, this.said]) node.hidden = !layers.length;
    this.layer = null;
    this.history.follow(); // first: what it holds may be of another net
    if (!layers.length) this.lead.textContent = NO_CONVOLUTION;
    else this.build();
  }

  // Another layer, order or number of tiles.
  build(numShown = PAGE) {
    const { layer: index } = this.bar.values;
    if (this.layer !== this.app.layers[index]) Object.assign(this, { layer: this.app.layers[index], chosen: { unit: 0, plane: undefined }, tapped: undefined });
    this.numShown = numShown;
    this.read();
    this.sort();
    this.draw();
  }

  // The filters as they are now: of the epoch that is shown, with what was changed by hand.
  read() {
    const { app, layer } = this;
    this.filters = new FilterPlanes(app.layers, layer, app.net.weights(layer.index));
    this.from = app.layers[layer.inputs[0]];
    this.scaled = app.layers.findLast(isPicture); // whose planes are those of the picture
    this.isOld = false;
    const chance = this.chance(null);
    this.found = Array.from({ length: this.filters.filters }, (_, unit) => {
      const measured = this.filters.measure(unit);
      const nearest = this.filters.nearest(unit, this.known, this.filters.readsPicture ? null : measured.order[0]);
      return { ...measured, nearest, isKnown: Boolean(nearest) && Math.abs(nearest.cosine) > chance };
    });
  }

  chance(plane) {
    const { size, planes, readsPicture } = this.filters;
    const key = `${size} ${readsPicture && plane === null ? planes : 1}`;
    if (!this.chances.has(key)) this.chances.set(key, this.filters.chance(this.known, plane));
    return this.chances.get(key);
  }

  sort() {
    const { found, filters } = this;
    const first = this.history.known(this.layer)[0]?.filters;
    const scores = {
      index: (unit) => -unit,
      strength: (unit) => found[unit].strength,
      nearest: (unit) => Math.abs(found[unit].nearest?.cosine ?? 0),
      moved: (unit) => (first ? filters.distance(unit, first) : 0),
    }[this.bar.values.order];
    const all = found.map((_, unit) => scores(unit));
    this.order = [...all.keys()].sort((a, b) => all[b] - all[a] || a - b);
  }

  draw(isOther = false) {
    if (this.root.hidden || !this.layer) return;
    if (isOther) this.read();
    if (isOther && this.bar.values.order !== "index") {
      clearTimeout(this.settling);
      this.settling = setTimeout(() => this.build(this.numShown), SETTLE_MS);
    }
    const { filters, bar, app, layer } = this;
    const isColoured = isInColour(filters) && !bar.values.byPlane;
    const units = this.order.slice(0, this.numShown);
    this.grid.classList.toggle("planes", !isColoured && filters.planes > 1);
    if (units.join() !== this.tiles.map(({ unit }) => unit).join()) this.lay(units);
    this.grid.classList.toggle("all", bar.values.all && !filters.readsPicture && filters.planes > 1);
    const width = Math.min(...this.tiles.map(({ root }) => root.clientWidth)) - 20; // what fits the narrowest fits all
    const few = inOneRow(width);
    bar.allow({ colours: isInColour(filters), planes: !filters.readsPicture && filters.planes > FEW, epochs: this.history.known(layer).length > 1 });
    this.limit = Math.max(filters.most, this.history.most(layer)) || 1;
    bar.showScale(this.limit, isColoured);
    const isAll = bar.values.all;
    for (const tile of this.tiles) {
      const { order, nearest, isKnown } = this.found[tile.unit];
      const shown = filters.readsPicture ? [...order].sort((a, b) => a - b) : order.slice(0, isAll ? order.length : few);
      tile.show(filters, { planes: isColoured ? null : shown, width, limit: this.limit, order: this.scaled.order, title: app.unitTitle(layer.index, tile.unit), nearest, isKnown, isOff: app.isOff(layer.index, tile.unit) });
      tile.root.classList.toggle("chosen", tile.unit === this.chosen.unit);
    }
    this.say();
    this.showChosen();
  }

  lay(units) {
    const known = new Map(this.tiles.map((tile) => [tile.unit, tile]));
    this.tiles = units.map((unit) => known.get(unit) ?? new FilterTile(unit));
    this.grid.replaceChildren(...this.tiles.map(({ root }) => root));
    const left = this.order.length - units.length;
    this.more.hidden = !left;
    this.more.textContent = `Show more: ${countText(left)} are left`;
  }

  say() {
    const { app, filters, layer, found } = this;
    const count = found.length;
    const chance = this.chance(null);
    const title = element("b", { text: app.titles[layer.index] });
    const each = filters.readsPicture ? (filters.planes > 1 ? "over the colours of the picture" : "over the picture") : filters.planes > 1 ? `over ${countText(filters.planes)} planes, the strongest first` : "over one plane each";
    this.lead.replaceChildren("What ", title, ` has learned: ${countText(count)} kernels of ${sizeText(...filters.size)} ${each}.`);
    const known = found.filter(({ isKnown }) => isKnown).length;
    const compared = filters.readsPicture ? "" : filters.planes > 1 ? "Of each filter its strongest plane is compared. " : "";
    const byChance = Math.round(count / 20);
    this.said.textContent = chance === null ? "" : `${compared}${countText(known)} of ${countText(count)} ${known === 1 ? "is" : "are"} like a kernel with a name; of as many random ones ${byChance ? `about ${countText(byChance)}` : "hardly any"} would be.`;
  }

  // event: where a plane of the tile may be pointed at.
  choose(tile, event) {
    if (!tile) return;
    const plane = event && tile.planeAt(event);
    if (tile.unit === this.chosen.unit && (plane === undefined || plane === this.chosen.plane)) return;
    this.chosen = { unit: tile.unit, plane };
    for (const one of this.tiles) one.root.classList.toggle("chosen", one === tile);
    this.showChosen();
  }

  // The plane that is shown large; null for all colours of the picture at once.
  get plane() {
    const { filters, chosen, found } = this;
    if (filters.readsPicture && filters.planes > 1) return (this.bar.values.byPlane ? chosen.plane : null) ?? null;
    return chosen.plane ?? found[chosen.unit].order[0];
  }

  stepPlane(step) {
    const { order } = this.found[this.chosen.unit];
    this.chosen = { ...this.chosen, plane: order[(order.indexOf(this.plane) + step + order.length) % order.length] };
    this.showChosen();
  }

  showChosen() {
    const { app, filters, layer, found, limit, plane } = this;
    const { unit } = this.chosen;
    const { order, shares } = found[unit];
    const nearest = filters.nearest(unit, this.known, plane);
    const chance = this.chance(plane);
    const isKnown = Boolean(nearest) && Math.abs(nearest.cosine) > chance;
    const from = filters.readsPicture ? this.scaled : this.from;
    const channel = (one) => (layer.kind === "depthwise_conv" ? Math.floor(unit / (filters.filters / from.units)) : one);
    this.place();
    this.panel.show({ filters, layer, unit, plane, rank: plane === null ? 0 : order.indexOf(plane), share: shares[plane] ?? 1, limit, nearest, chance, isKnown, title: `${app.titles[layer.index]}, ${app.unitTitle(layer.index, unit)}`, planeTitles: (one) => app.unitTitle(from.index, channel(one)), isOff: app.isOff(layer.index, unit), order: this.scaled.order });
  }

  // Beside all filters; on a phone beneath the one that it is about.
  place() {
    const { panel, body } = this;
    const tile = this.tiles.find(({ unit }) => unit === this.chosen.unit);
    if (this.root.clientWidth <= NARROW && tile) {
      if (tile.root.nextElementSibling !== panel.root) tile.root.after(panel.root);
    } else if (panel.root.parentElement !== body) body.append(panel.root);
  }

  close() {
    clearTimeout(this.settling);
    this.sizes.disconnect();
  }
}
