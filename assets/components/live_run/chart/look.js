// The colours of curves in the theme of the page: those of cnnviz/plots/style.py, as dark or light as can be read on it.

import { contrast, css, readableOn } from "../../shared/colours.js";

const BLUE = [0, 114, 178];
const SKY = [86, 180, 233];
const SLATE = [91, 107, 127];
const PALE = [169, 180, 194];
const ORANGE = [230, 159, 0];
export const LAYERS = [BLUE, ORANGE, [0, 158, 115], [204, 121, 167], SKY, [213, 94, 0], [240, 228, 66], [153, 153, 153]]; // Okabe and Ito's
const TEXT_CONTRAST = 4.5; // of lines that have their name beside them in their colour
const BATCH_CONTRAST = 3; // of the light line behind
export const FONT = "12px";

const rgb = (text) => (text.match(/[\d.]+/g) ?? ["255", "255", "255"]).slice(0, 3).map(Number);

// What the browser makes of any CSS colour, [red, green, blue].
function read(root, name) {
  const probe = root.appendChild(document.createElement("i"));
  probe.style.color = `var(${name})`;
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color.startsWith("color(srgb") ? rgb(color.slice(10)).map((share) => Math.round(255 * share)) : rgb(color);
}

// The colours of lines on a ground, [red, green, blue]: single batches are of the hue of training, and lighter to the eye.
export function coloursOn(ground) {
  const isDark = contrast(ground, [255, 255, 255]) > contrast(ground, [0, 0, 0]);
  const [train, batch] = isDark ? [PALE, SLATE] : [SLATE, PALE];
  const named = (colour) => readableOn(colour, ground, TEXT_CONTRAST);
  return { train: named(train), batch: readableOn(batch, ground, BATCH_CONTRAST), validation: named(ORANGE), layers: LAYERS.map(named) };
}

export function readLook(root) {
  const [text, back, line, muted] = ["--text", "--back", "--line", "--muted"].map((name) => read(root, name));
  const { train, batch, validation, layers } = coloursOn(back);
  return {
    text: css(text),
    back: css(back),
    line: css(line),
    muted: css(readableOn(muted, back, TEXT_CONTRAST)),
    train: css(train),
    batch: css(batch),
    validation: css(validation),
    layers: layers.map(css),
    font: getComputedStyle(root).fontFamily,
  };
}
