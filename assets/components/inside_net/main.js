// The inside of a net, on one canvas. `data` is what cnnviz/ui/components/inside_net.py packs.

import { mount } from "../shared/mount.js";
import { Address, LinkedEpoch } from "./address.js";
import { App } from "./app.js";
import { Embedding } from "./embedding/embedding.js";
import { FirstKernels } from "./epochs/first_kernels.js";
import { Timeline } from "./epochs/timeline.js";
import { Filters } from "./filters/filters.js";
import { Fool } from "./fool/fool.js";
import { InputPanel } from "./input/input_panel.js";
import { Scalings } from "./input/scalings.js";
import { Journey } from "./journey/journey.js";
import { Pictures } from "./journey/pictures.js";
import { BackwardNet } from "./model/backward_net.js";
import { Overview } from "./overview/overview.js";
import { Toolbar } from "./toolbar.js";
import { Views } from "./views.js";
import { Why } from "./why/why.js";
import { Opened } from "./opened/opened.js";
import { EditBar } from "./touch/edit_bar.js";

class InsideNet {
  constructor(root, { data, setTriggerValue }) {
    this.app = new App(root, setTriggerValue, { isLearning: data.learning });
    Object.assign(this.app, { backward: new BackwardNet(this.app), testPictures: new Pictures() });
    this.input = new InputPanel(this.app);
    this.scalings = new Scalings(this.app);
    this.timeline = new Timeline(this.app);
    this.address = data.learning ? new LinkedEpoch(this.app) : new Address(this.app, this.input);
    const ofEnded = () => [...[Views, Journey, Embedding, Why, Fool, EditBar].map((Part) => new Part(this.app)), new Filters(this.app, this.timeline)];
    const more = data.learning ? [new FirstKernels(this.app)] : ofEnded();
    this.app.add(this.input, new Toolbar(this.app), new Overview(this.app), this.address, ...more, new Opened(this.app), this.timeline, this.scalings);
    // New epochs of a training are told in the page by its panel, see live_run/live_run.js.
    this.hear = ({ detail: { run, stops } }) => data.learning && run === this.data?.run && this.take({ data: { ...this.data, stops, net: stops.at(-1).url } });
    document.addEventListener("cnnviz-stops", this.hear);
    root.insideNet = this.app; // what the browser tests and the bench read
  }

  take({ data }) {
    this.data = data;
    Object.assign(this.app, { kernels: data.kernels, imagesUrl: data.images, methods: data.methods ?? [], makers: data.makers ?? [], embeddings: data.embeddings ?? [] });
    Object.assign(this.app, { questionsUrl: data.questions ?? "", epochs: new Map((data.stops ?? []).map(({ url, epoch }) => [url, epoch])), style: data.style, isOffline: data.offline ?? false, showTestImage: (index) => this.input.showTest(index) });
    const isKnown = data.learning && this.app.request ? this.timeline.extend(data) : data.net === this.net || this.isEpoch(data);
    if (!isKnown) this.app.leave({ isOtherPictures: this.input.isNew(data) }); // before pictures come that the old net cannot take
    this.input.take(data);
    this.scalings.take(data);
    this.address.take(data);
    if (isKnown) return;
    this.net = data.net;
    this.timeline.take(data);
    this.app.open(data.net, data);
    // The panel may have told of more before this was here.
    if (data.learning) document.dispatchEvent(new CustomEvent("cnnviz-stops-wanted", { detail: data.stops?.at(-1)?.url }));
  }

  // Whether it is another epoch of the net that is shown: the address only says where the timeline stands.
  isEpoch({ net, stops = [] }) {
    const urls = (all) => all.map(({ url }) => url).join();
    return Boolean(this.net) && stops.some(({ url }) => url === net) && urls(stops) === urls(this.timeline.stops);
  }

  close() {
    document.removeEventListener("cnnviz-stops", this.hear);
    this.app.close();
  }
}

export default mount(".inside-net", (root, args) => new InsideNet(root, args));
