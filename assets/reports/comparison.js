// The report of several runs beside each other. `page` is what cnnviz/reports/html/comparison_page.comparison_script_data gives;
// files: nets and test images as bytes, by the names that the nets have for them.

import compareNets from "../components/compare_nets/main.js";
import { comparedCurves } from "./compared_curves.js";
import { putMatrix } from "./matrix.js";
import { addresses, Places } from "./places.js";

export default function open(page, files) {
  const places = new Places(page.parts);
  const urls = addresses(files);
  const nets = page.nets.nets.map((net) => ({ ...net, net: urls[net.net] ?? "", images: urls[net.images] ?? null, stops: net.stops.map((stop) => ({ ...stop, url: urls[stop.url] ?? "" })) }));
  const compared = places.put("nets", "compare_nets", compareNets, { data: { ...page.nets, nets }, redraw: ({ compareNets: app }) => app.remeasure() });
  places.put("curves", "live_run", comparedCurves(page.curves), { redraw: ({ redraw }) => redraw() });
  const look = (index) => {
    compared.compareNets.input.showTest(index);
    compared.scrollIntoView({ behavior: "smooth" });
  };
  const ofFirst = page.nets.nets[0].images; // these are the pictures that are offered at first
  page.matrices.forEach((given, at) => {
    const { images, more_images: more } = page.nets.nets[at];
    if (!given) return;
    const matrix = putMatrix(places, `matrix-${at}`, given, { images: files[images], more }, images === ofFirst ? look : null);
    matrix.setAttribute("aria-label", `Confusion matrix of ${page.curves[at].name}`);
  });
  for (const button of document.querySelectorAll("button[data-index]")) button.addEventListener("click", () => look(Number(button.dataset.index)));
  places.followTheme();
  places.followPrinting();
}
