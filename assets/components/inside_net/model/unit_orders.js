// The order in which the units of each layer stand. It is made when it is chosen and when a picture has come to rest:
// maps that change places while one draws could not be followed.

import { found, orderOf } from "../../shared/net_view/orders.js";
import { sharesOfAnswer } from "./answer_shares.js";

export class UnitOrders {
  constructor(app) {
    Object.assign(this, { app, request: 0, waiting: new Set() });
  }

  // All units that the search leaves, in their order.
  shown(index) {
    const { app } = this;
    const { order, searches } = app.state.values;
    const layer = app.layers[index];
    const units = order[index] ?? Array.from({ length: layer.units }, (_, unit) => unit);
    const search = searches[index];
    return search ? found(units, search, { classes: app.classesOf(layer), measures: app.scales.measures(index), dead: app.dead.of(layer) }) : units;
  }

  async choose(index, name) {
    const { state } = this.app;
    state.change({ orders: { ...state.values.orders, [index]: name }, pages: { ...state.values.pages, [index]: 0 } });
    await this.make([index]);
  }

  // Make the orders of these layers again, and those that were asked for before and are not made yet.
  async make(indexes) {
    const { app } = this;
    const { live } = app;
    const request = ++this.request;
    if (live !== this.live) this.waiting.clear(); // they are of another net
    this.live = live;
    for (const index of indexes) this.waiting.add(index);
    const isCurrent = () => request === this.request && live === app.live;
    const order = { ...app.state.values.order };
    for (const index of this.waiting) {
      const name = app.state.values.orders[index];
      const layer = app.layers[index];
      const shares = name === "share" ? await sharesOfAnswer(app, index, isCurrent) : null;
      if (!isCurrent()) return;
      order[index] = orderOf(name, layer, app.values(index), app.scales.measures(index), shares);
    }
    this.waiting.clear();
    app.state.change({ order });
  }

  settle() {
    const sorted = Object.entries(this.app.state.values.orders).filter(([, name]) => name !== "index");
    if (sorted.length) this.make(sorted.map(([index]) => Number(index)));
  }
}
