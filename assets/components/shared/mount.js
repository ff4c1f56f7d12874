// What Streamlit calls when a component's data arrives, first or again, perhaps before all of the page stands.
//
// `make(root, args)` is called once for each place on a page and returns {take(args), close()}; `take` gets the data
// of the first call and of each later one. Where new data come one after the other, Streamlit also leaves a call that was
// overtaken: a place that is still on the page stays what it is. `args` is Streamlit's {data, setStateValue, setTriggerValue, ...}.

import { toldWhileHere } from "./leaving.js";

export function mount(selector, make) {
  const mounted = new WeakMap();
  return (given) => {
    const root = given.parentElement.querySelector(selector);
    const [setStateValue, setTriggerValue] = [given.setStateValue, given.setTriggerValue].map((tell) => toldWhileHere(root, tell));
    const args = { ...given, setStateValue, setTriggerValue };
    if (!mounted.has(root)) mounted.set(root, make(root, args));
    mounted.get(root).take(args);
    return () => {
      if (root.isConnected) return;
      mounted.get(root)?.close();
      mounted.delete(root);
    };
  };
}
