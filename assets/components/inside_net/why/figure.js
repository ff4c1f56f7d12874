// The maps as a figure on white paper, as cnnviz/plots/attributions.py draws it.

import { Bitmap } from "../../shared/net_view/bitmap.js";
import { greyScale, ramp, signedScale } from "../../shared/net_view/scale.js";
import { svgElement } from "../../shared/dom.js";
import { css, ZERO } from "../../shared/colours.js";

const [SIDE, COLUMNS, MARGIN, GAP, HEAD] = [210, 4, 24, 26, 76]; // CSS pixels
const [TITLE, BAR, LINE, LETTERS] = [22, 8, 15, 36]; // above a map, below it, of small print, in a line of it
const SHARP = 420; // pixels of a map's side at least
const INK = "#1a1f27";

// heading, lead: of the figure; picture: {pixels, shape}; cards that have a map. Returns an SVG element.
export function figure({ heading, lead, picture, cards }) {
  const prints = cards.map((card) => card.smallPrint().flatMap((text) => lines(text)));
  const columns = Math.min(COLUMNS, cards.length + 1);
  const cell = TITLE + SIDE + 4 + BAR + 18 + LINE * Math.max(0, ...prints.map(({ length }) => length)) + GAP;
  const width = 2 * MARGIN + Math.max(2, columns) * (SIDE + GAP) - GAP;
  const height = HEAD + Math.ceil((cards.length + 1) / columns) * cell + MARGIN;
  const svg = svgElement("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}`, "font-family": "Inter, system-ui, sans-serif", fill: INK });
  svg.append(svgElement("rect", { width, height, fill: "#ffffff" }), words(MARGIN, 34, heading, { "font-size": 17, "font-weight": 600 }), words(MARGIN, 54, lead, { "font-size": 12 }));
  for (let place = 0; place <= cards.length; place++) {
    const [left, top] = [MARGIN + (place % columns) * (SIDE + GAP), HEAD + Math.floor(place / columns) * cell];
    if (place === 0) svg.append(words(left, top + 12, "The picture", { "font-size": 14, "font-weight": 600 }), ofPicture(picture, left, top + TITLE));
    else svg.append(...ofCard(cards[place - 1], prints[place - 1], left, top));
  }
  return svg;
}

function ofCard(card, print, left, top) {
  const { map, limit } = card;
  const { picture } = card.look;
  const [height, width] = picture ? picture.shape : [map.height, map.width];
  const isStrip = map.height === 1 && map.width > 1 && !picture;
  const size = isStrip ? [SIDE, SIDE * 0.16] : fitted(height, width);
  const scale = signedScale(-limit, limit);
  const [low, high] = card.endTexts();
  const bar = top + TITLE + SIDE + 4;
  return [
    words(left, top + 12, card.method.title, { "font-size": 14, "font-weight": 600 }),
    raster(left, top + TITLE, size, (context, whole) => card.paint(context, whole), isStrip ? [1, width] : [height, width]),
    raster(left, bar, [SIDE, BAR], (context, [, , wide, high_]) => {
      const colours = context.createLinearGradient(0, 0, wide, 0);
      ramp(scale).match(/rgb\([^)]*\)/g).forEach((colour, at, { length }) => colours.addColorStop(at / (length - 1), colour));
      context.fillStyle = limit ? colours : css(ZERO);
      context.fillRect(0, 0, wide, high_);
    }, [BAR, SIDE]),
    words(left, bar + BAR + 13, low, { "font-size": 11 }),
    words(left + SIDE, bar + BAR + 13, high, { "font-size": 11, "text-anchor": "end" }),
    ...print.map((text, at) => words(left, bar + BAR + 18 + LINE * (at + 1), text, { "font-size": 11 })),
  ];
}

function ofPicture({ pixels, shape: [height, width, units] }, left, top) {
  return raster(left, top, fitted(height, width), (context, whole) => {
    if (units === 1) {
      new Bitmap().paint(pixels, { height, width, units }, [0], () => greyScale(255)).draw(context, 0, whole);
      return;
    }
    const image = new ImageData(width, height);
    for (let place = 0; place < height * width; place++) image.data.set([...pixels.subarray(3 * place, 3 * place + 3), 255], 4 * place);
    const small = new OffscreenCanvas(width, height);
    small.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(small, 0, 0, whole[2], whole[3]);
  }, [height, width]);
}

const fitted = (height, width) => [(SIDE * width) / Math.max(height, width), (SIDE * height) / Math.max(height, width)];

// What `draw` paints, as many whole pixels to each of its [rows, columns] as make it sharp.
function raster(x, y, [width, height], draw, [rows, columns]) {
  const times = Math.max(1, Math.ceil(SHARP / Math.max(rows, columns)));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: columns * times, height: rows * times });
  draw(canvas.getContext("2d"), [0, 0, canvas.width, canvas.height]);
  return svgElement("image", { x, y, width, height, preserveAspectRatio: "none", style: "image-rendering:pixelated", href: canvas.toDataURL() });
}

function words(x, y, text, more) {
  const node = svgElement("text", { x, y, ...more });
  node.textContent = text;
  return node;
}

function lines(text) {
  const found = [""];
  for (const word of text.split(" ")) {
    if (found.at(-1) && found.at(-1).length + word.length >= LETTERS) found.push(word);
    else found[found.length - 1] += found.at(-1) ? ` ${word}` : word;
  }
  return found;
}
