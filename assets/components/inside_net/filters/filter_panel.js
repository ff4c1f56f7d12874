// The filter that is pointed at: its weights as numbers, the known kernel that it is most like, and how it came about.

import { element } from "../../shared/dom.js";
import { MapPicture } from "../../shared/net_view/map_picture.js";
import { signedScale } from "../../shared/net_view/scale.js";
import { percent, significant } from "../../shared/net_view/words.js";
import { knownText } from "../../shared/nn/known_kernels.js";
import { sizeText } from "../../shared/numbers.js";
import { cosineText } from "./filter_tile.js";
import { HistoryStrip } from "./filter_history.js";

const SIDES = { alone: 132, colours: 88 }; // CSS pixels of a kernel
const LARGEST = 1000; // weight that the Kernels page takes

export class FilterPanel {
  // onPlane(step): to a weaker or stronger plane; onOpen().
  constructor(history, { onPlane, onOpen }) {
    const button = (text, click, options = {}) => element("button", { type: "button", text, ...options, on: { click } });
    this.title = element("h3");
    this.open = button("Open it", onOpen);
    this.of = element("span");
    this.steps = element("p", { class: "filter-planes" }, button("\u2039", () => onPlane(-1), { "aria-label": "Stronger plane" }), this.of, button("\u203a", () => onPlane(1), { "aria-label": "Weaker plane" }));
    this.pictures = element("div", { class: "filter-pictures" });
    this.like = element("p");
    this.chance = element("p", { class: "hint" });
    this.link = element("a", { target: "_blank", rel: "noopener", text: "Try it on Kernels" });
    this.linkWords = element("span", { class: "hint" });
    this.strip = new HistoryStrip(history);
    this.root = element("aside", { class: "filter-panel", "aria-label": "The filter pointed at" }, element("div", { class: "filter-head" }, this.title, this.open), this.steps, this.pictures, this.like, this.chance, element("p", {}, this.link, " ", this.linkWords), this.strip.root);
  }

  // of: {filters, layer, unit, plane (null: all colours), rank of it, share, limit, title, planeTitles, nearest, chance, isKnown, isOff, order}
  show(of) {
    const { filters, unit, plane, title } = of;
    const bias = filters.bias(unit);
    this.title.textContent = title;
    this.open.setAttribute("aria-label", `Open ${title}`);
    this.steps.hidden = plane === null || filters.planes < 2;
    const rank = of.rank ? "" : ", its strongest";
    this.of.textContent = plane === null ? "" : `${of.planeTitles(plane)}${rank}: ${percent(of.share)} of its squares`;
    this.showPictures(of);
    this.sayLike(of);
    this.like.prepend(of.isOff ? "Switched off. " : "", bias === null ? "No bias. " : `Bias ${significant(bias)}. `);
    this.offerLink(of);
    this.strip.show({ ...of, planes: plane === null ? (filters.planes === 3 ? null : [0]) : [plane], now: filters });
  }

  showPictures({ filters, unit, plane, limit, planeTitles, nearest }) {
    const planes = plane === null ? Array.from({ length: filters.planes }, (_, at) => at) : [plane];
    const side = planes.length > 1 ? SIDES.colours : SIDES.alone;
    const [height, width] = filters.size;
    const picture = (values, size, most, caption) => new MapPicture({ side, caption, label: caption }).show(values, size, signedScale(-most, most)).root;
    const own = planes.map((one) => picture(filters.plane(unit, one), { height, width }, limit, planeTitles(one)));
    const sign = nearest?.cosine < 0 ? -1 : 1;
    const matrix = Float32Array.from(nearest?.known.plain ?? [], (value) => sign * value);
    const known = nearest ? [picture(matrix, { height: 3, width: 3 }, Math.max(...matrix.map(Math.abs)), sign < 0 ? "the known one's negative" : "the known one")] : [];
    this.pictures.replaceChildren(...own, ...known);
  }

  sayLike({ filters, nearest, chance, isKnown }) {
    const size = sizeText(...filters.size);
    if (!nearest) {
      this.like.textContent = chance === null ? `Kernels of ${size} are too small to be like one with a name.` : "All its weights are 0.";
      this.chance.textContent = "";
      return;
    }
    const name = element("b", { text: knownText(nearest.known) });
    const inside = Math.max(...filters.size) > 3 ? `, laid at row ${nearest.row + 1}, column ${nearest.column + 1}` : "";
    const digits = [2, 3].find((one) => Math.abs(nearest.cosine).toFixed(one) !== chance.toFixed(one)) ?? 4; // so many that one is seen to be larger
    const cosine = cosineText(nearest.cosine, digits);
    if (isKnown) this.like.replaceChildren("Like ", name, `, ${cosine}${inside}.`);
    else this.like.replaceChildren("Like nothing known: the nearest is ", name, ` with ${cosine}.`);
    this.chance.textContent = `1 is the same kernel, 0 unrelated, \u22121 its negative. Of random ones, 1 in 20 reaches more than ${chance.toFixed(digits)} either way.`;
  }

  // The Kernels page takes square kernels of odd size, and one for all colours: there a filter is what it is to grey. Three
  // digits of a weight have room there.
  offerLink({ filters, unit, plane }) {
    const [rows, columns] = filters.size;
    const planes = plane === null ? filters.all(unit) : [filters.plane(unit, plane)];
    const weights = Array.from(planes[0], (_, at) => planes.reduce((sum, values) => sum + values[at], 0));
    const fits = rows === columns && rows % 2 === 1 && rows > 1 && weights.every((value) => Math.abs(value) <= LARGEST);
    this.link.parentElement.hidden = !fits;
    this.link.href = `kernels?kernel=${weights.map((value) => Number(value.toPrecision(3))).join("_")}`;
    const what = planes.length > 1 ? "as it treats a grey picture, its planes added up" : filters.planes > 1 ? "this plane alone" : "";
    this.linkWords.textContent = [what, "to three digits"].filter(Boolean).join(", ");
  }
}
