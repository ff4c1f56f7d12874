// How the page looks while another net comes: the answer of the old one is gone, the rest of it is dimmed and out of reach. And what
// a link opens once it is here.

import { SCREENS } from "./views.js";

const OF_THE_NET = ["tools", "views", "edit-bar", "stage", "opened", "timeline", ...SCREENS];

export function showOpening(app, isOpening) {
  app.root.classList.toggle("opening", isOpening);
  if (!isOpening) app.root.classList.add("here");
  for (const name of OF_THE_NET) app.find(name).inert = isOpening;
  app.say(isOpening ? "Loading the net" : "");
  if (isOpening) for (const name of ["answer", "spoken"]) app.find(name).textContent = "";
  if (isOpening && !app.state.values.picture) forgetPicture(app);
}

// A picture that the coming net cannot take is none of its pictures.
function forgetPicture(app) {
  const seen = app.find("seen");
  seen.getContext("2d").clearRect(0, 0, seen.width, seen.height);
  seen.setAttribute("aria-label", "No picture yet");
  app.find("seen-name").textContent = "";
}

export function openWanted(app) {
  const { layer: name, unit = 0, screen } = app.wanted;
  if (SCREENS.includes(screen)) app.state.change({ screen });
  app.wanted = {};
  const layer = app.layers.find((one) => one.name === name);
  if (layer && unit < layer.units) app.openUnit(layer.index, unit);
}
