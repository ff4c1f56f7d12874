// The one state of the page inside a net. Parts read it, change it through `change`, and hear of each change once.
//
// picture  {pixels, name, label}          what the net sees
// url      of the net that is shown: another epoch has another one
// view     {level, layer, unit, row, column, channel}   0: the net, 1: a unit opened, 2: the arithmetic at a pixel
// pinned   {pixels, name} of a picture or null; difference: whether maps show how they differ from those of it
// edits    what was changed of the net, as Net.edits lists it
// dead     {units: [Set of each layer], count of test images}, or null while nobody knows
// screen   "net": one picture and every map; or another one of views.js
// journey  {unit} of each layer that is followed through several pictures (undefined: one that says something)
// hover    {layer, unit} or null
// range, details, orders, pages, searches              how it is shown
// order    {layer: [units]}                            the order in which units stand, kept while pictures move

export const START = {
  picture: null,
  url: "",
  view: { level: 0, layer: -1, unit: -1, row: 0, column: 0, channel: -1 },
  edits: [],
  dead: null,
  pinned: null,
  difference: false,
  screen: "net",
  journey: {},
  hover: null,
  range: "layer",
  details: false,
  orders: {},
  pages: {},
  searches: {},
  order: {},
};

export class State {
  constructor(start = {}) {
    this.values = { ...START, ...start };
    this.listeners = [];
  }

  // `listener(values, changed)`: changed is the set of the names that have new values.
  subscribe(listener) {
    this.listeners.push(listener);
  }

  change(changes) {
    const changed = new Set(Object.keys(changes).filter((name) => changes[name] !== this.values[name]));
    if (!changed.size) return;
    this.values = { ...this.values, ...changes };
    for (const listener of this.listeners) listener(this.values, changed);
  }

  // Change one entry of a table such as pages.
  set(name, key, value) {
    this.change({ [name]: { ...this.values[name], [key]: value } });
  }

  open(view) {
    this.change({ view: { ...this.values.view, ...view }, hover: null });
  }

  // One level back, or from another screen to the net; at the net itself nothing happens.
  back() {
    const { view } = this.values;
    if (view.level > 0) this.open({ level: view.level - 1 });
    else this.change({ screen: "net" });
  }
}
