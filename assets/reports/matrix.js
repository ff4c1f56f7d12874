// A confusion matrix, and below it the test images of the cell that was clicked, of those that came along.

import confusionMatrix from "../components/confusion_matrix/main.js";
import { drawPixels } from "../components/shared/canvas.js";
import { element } from "../components/shared/dom.js";
import { readImages } from "../components/shared/nn/net_file.js";
import { countText } from "../components/shared/numbers.js";

const MOST = 24;

// given: {matrix: data of the component, rows: [{index, cell, sure}] of the images}; images: bytes of the first ones, or null, and more
// of them pixel by pixel; look(index), where a net can look at one, or null. Returns the element of the matrix.
export function putMatrix(places, key, { matrix, rows }, { images, more }, look) {
  const pixels = images ? pixelsOf(readImages(images), more) : () => null;
  const counts = new Map(matrix.stops.at(-1).cells.map(([row, column, count]) => [`${row},${column}`, count]));
  const root = document.getElementById(`${key}-images`);

  const show = (cell) => {
    const all = counts.get(String(cell)) ?? 0;
    const found = rows.filter((image) => String(image.cell) === String(cell) && pixels(image.index)).slice(0, MOST);
    const [true_, said] = cell.map((place) => matrix.classes[place]);
    const what = true_ === said ? `${true_}, recognised` : `${true_}, taken for ${said}`;
    const came = all ? `${countText(found.length)} of ${countText(all)} ${all === 1 ? "image" : "images"} came along` : "there is no such test image";
    const shots = found.map(({ index, sure }) => shot(pixels(index), { index, sure, what }, look));
    root.replaceChildren(element("p", { class: "hint", role: "status", text: `${what}: ${came}.` }), ...shots);
  };
  return places.put(key, "confusion_matrix", confusionMatrix, { data: matrix, onTrigger: (_, cell) => show(cell), redraw: (node) => node.confusionMatrix.showStop() });
}

function pixelsOf({ images, shape }, more) {
  const known = new Map(more.map((image) => [image.index, Uint8Array.from(atob(image.pixels), (letter) => letter.charCodeAt(0))]));
  return (index) => {
    const values = images[index] ?? known.get(index);
    return values && { values, shape: shape.slice(1) };
  };
}

function shot({ values, shape }, { index, sure, what }, look) {
  const canvas = element("canvas", { role: "img", "aria-label": `Test image ${index + 1}` });
  drawPixels(canvas, values, shape);
  const options = look ? { type: "button", on: { click: () => look(index) } } : {};
  return element(look ? "button" : "div", { class: "shot", ...options }, canvas, element("span", { text: what }), element("small", { text: sure }));
}
