// The report of a run. `page` is what cnnviz/reports/html/run_page.run_script_data gives; files: net, images, nets of epochs and photos as bytes.

import insideNet from "../components/inside_net/main.js";
import liveRun from "../components/live_run/main.js";
import { putMatrix } from "./matrix.js";
import { addresses, Places } from "./places.js";
import { redrawNet, redrawRun } from "./redraws.js";

export default function open(page, files) {
  const places = new Places(page.parts);
  const urls = addresses(files);
  const placed = (list) => list.map((one) => ({ ...one, url: urls[one.url] }));
  const more = page.more_images;
  const given = page.net && { ...page.net, more_images: more, net: urls.net, images: urls.images ?? null, stops: placed(page.net.stops), photos: placed(page.net.photos) };
  const inside = given && places.put("inside_net", "inside_net", insideNet, { data: given, redraw: redrawNet });
  const look = (index) => {
    inside.insideNet.showTestImage(index);
    inside.scrollIntoView({ behavior: "smooth" });
  };
  const run = places.put("live_run", "live_run", liveRun, { data: { run: "", url: "", state: "ended", moves: false, own: true }, redraw: redrawRun });
  run?.liveRun.hear(page.curves);
  if (page.matrix) putMatrix(places, "confusion_matrix", page.matrix, { images: files.images, more }, inside && look);
  for (const button of document.querySelectorAll("button[data-index]")) button.addEventListener("click", () => look(Number(button.dataset.index)));
  places.followTheme();
  places.followPrinting();
}
