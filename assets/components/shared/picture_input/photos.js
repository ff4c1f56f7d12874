// A sample photo, or a file of one's own: brought into the net's shape, which is said.

import { element } from "../dom.js";
import { sizeText } from "../numbers.js";
import { hasSize, isReadAsDrawing, prepare } from "../prepare_image.js";

const OWN = "own"; // in the list of samples, the picture that was uploaded
const LARGEST = 1024; // pixels of a side that are read of a picture

export class Photos {
  constructor(panel) {
    this.panel = panel;
    this.list = element("select", { "aria-label": "Sample photo" }, ...panel.data.photos.map(({ title }, at) => element("option", { value: at, text: title })));
    this.list.addEventListener("change", () => this.enter());
    this.file = element("input", { type: "file", accept: "image/*", "aria-label": "A picture of your own" });
    this.file.addEventListener("change", () => this.file.files[0] && this.read(this.file.files[0]));
    this.note = element("p", { class: "hint" });
    this.root = element("div", { class: "photos" }, this.list, element("label", { class: "file" }, element("span", { text: "Upload a picture" }), this.file), this.note);
    this.list.hidden = !panel.data.photos.length;
    this.root.addEventListener("dragover", (event) => event.preventDefault());
    this.root.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files[0]) this.read(event.dataTransfer.files[0]);
    });
  }

  // Show what the list names.
  enter() {
    const asked = (this.asked = {});
    if (this.list.value === OWN) this.take(this.own.bitmap, this.own.name);
    else if (this.panel.data.photos.length) this.sample(asked);
  }

  // Of pictures that are on their way at once, the one that was asked for last is shown, whichever comes last.
  async sample(asked) {
    const { title, url } = this.panel.data.photos[Number(this.list.value)];
    try {
      const answer = await fetch(url);
      if (!answer.ok) throw new Error(String(answer.status));
      const bitmap = await createImageBitmap(await answer.blob());
      if (asked === this.asked) this.take(bitmap, title);
    } catch {
      if (asked === this.asked) this.panel.say("The sample photo did not arrive. Load the page again, or upload one.");
    }
  }

  async read(file) {
    const asked = (this.asked = {});
    this.file.value = ""; // the same file may be chosen again
    try {
      const bitmap = await createImageBitmap(file);
      if (asked === this.asked && this.take(bitmap, file.name)) this.keep(bitmap, file.name);
    } catch {
      if (asked === this.asked) this.refuse(`This is no picture that the browser can read: expected PNG, JPEG, WebP, AVIF or GIF. A HEIC photo of an iPhone: export it as JPEG. The picture before stays. Received: ${file.name}.`);
    }
  }

  // Among the samples, so that the list names what is seen and one comes back to it.
  keep(bitmap, name) {
    this.own = { bitmap, name };
    this.option ??= element("option", { value: OWN });
    this.option.textContent = name;
    this.list.prepend(this.option);
    this.list.value = OWN;
    this.list.hidden = false;
  }

  // What was said of the picture before would be taken for the new one.
  refuse(problem) {
    this.note.textContent = "";
    this.panel.say(problem);
  }

  // Whether the net can be shown it.
  take(bitmap, name) {
    const { shape, style, is_own: isOwn } = this.panel.data;
    const picture = readPixels(bitmap);
    if (isTransparent(picture)) {
      this.refuse(`There is nothing to see on this picture: all of it is transparent. The picture before stays. Received: ${name}.`);
      return false;
    }
    const { image, problem } = prepare(picture, shape, style, { isPhoto: true, isOwn });
    if (problem) {
      this.refuse(`Nothing is written on this picture: expected strokes that stand out from the paper, because this net reads drawings. The picture before stays. Received: ${name}.`);
      return false;
    }
    this.note.textContent = conversion(bitmap, shape, { style, isOwn, isGrey: hasNoColour(picture) });
    this.panel.show({ pixels: image, name, from: { picture, isPhoto: true } }, this);
    return true;
  }

  // Another source was chosen: what comes late is not shown, nor said in its place.
  leave() {
    this.asked = null;
  }
}

// What was done to a picture of this size so that the net can take it; "" where nothing was.
export function conversion({ width, height }, [rows, columns, planes], { style, isOwn = false, isGrey = false }) {
  const stays = isOwn && hasSize({ width, height }, [rows, columns]);
  if (isReadAsDrawing([rows, columns, planes], style, { stays })) return `Read as a drawing: what stands out from its paper was taken for strokes and brought to the net's ${sizeText(columns, rows)} pixels.`;
  const isCut = Math.abs(width * rows - height * columns) >= Math.max(width * rows, height * columns) / 100;
  const size = width === columns && height === rows ? "" : `from ${sizeText(width, height)} to the net's ${sizeText(columns, rows)} pixels`;
  const colour = planes === 1 ? (isGrey ? "" : "to grey") : isGrey ? "from grey to three equal planes" : "";
  const parts = [size, colour].filter(Boolean);
  return parts.length ? `${isCut ? "Its middle was brought" : "Brought"} ${parts.join(" and ")}.` : "";
}

function isTransparent({ data }) {
  for (let i = 3; i < data.length; i += 4) if (data[i]) return false;
  return true;
}

export function hasNoColour({ data }) {
  for (let i = 0; i < data.length; i += 4) if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  return true;
}

// {width, height, data: RGBA} of a bitmap, no larger than it has to be.
function readPixels(bitmap) {
  const { width, height } = bitmap;
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
