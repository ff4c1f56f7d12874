// Pictures that come through the browser: files, pasted, dropped, from an address.

import { countText, sizeText } from "../shared/numbers.js";
import { makePicture } from "./pipeline.js";

const MAX_PICTURE_SIDE = 1024;
const MAX_PICTURE_PIXELS = 100_000_000;
const MIN_PICTURE_SIDE = 3;

export class PictureProblem extends Error {}

// A file that the browser cannot read; the server may know its format (TIFF).
export class UnknownFormat extends PictureProblem {}

// {picture, note} of an image file; transparency is laid on white, a large picture scaled down.
export async function readBlob(blob, name) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(blob);
  } catch {
    throw new UnknownFormat(`This is no picture that the browser can read. Use PNG, JPEG, WebP, BMP or GIF. Received: ${blob.type || "an unknown type"}, ${countText(blob.size)} bytes.`);
  }
  const { width, height } = bitmap;
  if (Math.min(width, height) < MIN_PICTURE_SIDE)
    throw new PictureProblem(`This picture is too small for a kernel: at least ${sizeText(MIN_PICTURE_SIDE, MIN_PICTURE_SIDE)} pixels are needed. Received: ${sizeText(width, height)}.`);
  if (width * height > MAX_PICTURE_PIXELS)
    throw new PictureProblem(`This picture is too large: at most 100 megapixels. Scale it down first. Received: ${sizeText(width, height)}.`);
  const factor = Math.min(1, MAX_PICTURE_SIDE / Math.max(width, height));
  const size = { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
  if (Math.min(size.width, size.height) < MIN_PICTURE_SIDE)
    throw new PictureProblem(`This picture is too narrow: scaled down to ${MAX_PICTURE_SIDE} pixels, its shorter side has less than ${MIN_PICTURE_SIDE}. Cut a part out of it. Received: ${sizeText(width, height)}.`);
  const note = factor < 1 ? `Scaled down from ${sizeText(width, height)} to ${sizeText(size.width, size.height)}.` : "";
  return { picture: readDrawable(bitmap, size, name), note };
}

export function readDrawable(drawable, { width, height }, name, canvas = document.createElement("canvas")) {
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, width, height);
  context.drawImage(drawable, 0, 0, width, height);
  return makePicture(name, width, height, withoutAlpha(context.getImageData(0, 0, width, height).data));
}

export function withoutAlpha(rgba) {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from];
    rgb[to + 1] = rgba[from + 1];
    rgb[to + 2] = rgba[from + 2];
  }
  return rgb;
}

// Fetch a picture; each way to fail has a sentence of its own.
export async function readAddress(text) {
  let url;
  try {
    url = new URL(text);
  } catch {
    throw new PictureProblem(`This is no address. It looks like https://example.org/cat.jpg. Received: '${text.slice(0, 80)}'.`);
  }
  if (!["http:", "https:", "data:"].includes(url.protocol))
    throw new PictureProblem(`Only addresses that start with http or https can be fetched. Received: ${url.protocol}`);
  const response = await fetchOrExplain(url);
  if (response.status === 404 || response.status === 410)
    throw new PictureProblem(`There is no picture at this address (the server says not found). Check it. Received: ${url.pathname.slice(0, 80)}`);
  if (!response.ok) throw new PictureProblem(`The server at ${url.host} refused the picture. Received: status ${response.status}.`);
  const blob = await response.blob();
  if (/^(text|application\/(json|xhtml|pdf))/.test(blob.type))
    throw new PictureProblem(`The address leads to a page, not to a picture. Copy the address of the picture itself. Received: ${blob.type}.`);
  return readBlob(blob, "A picture from the web");
}

async function fetchOrExplain(url) {
  try {
    return await fetch(url, { mode: "cors", credentials: "omit" });
  } catch {
    const isThere = await fetch(url, { mode: "no-cors", credentials: "omit" }).then(() => true, () => false);
    throw new PictureProblem(
      isThere
        ? `${url.host} does not let other pages read its pictures (CORS). Save the picture and drop it here instead.`
        : `${url.host} cannot be reached. Check the address and the network.`,
    );
  }
}

// Paste and drop. `take(blob)` gets the first image file.
export function attachPaste(root, take) {
  const firstFile = (list) => [...(list || [])].find((item) => item.kind === "file")?.getAsFile();
  const onPaste = (event) => {
    const file = root.isConnected && firstFile(event.clipboardData?.items);
    if (!file) return;
    event.preventDefault();
    take(file, "A pasted picture");
  };
  document.addEventListener("paste", onPaste);
  root.addEventListener("dragover", (event) => {
    event.preventDefault();
    root.classList.add("dropping");
  });
  root.addEventListener("dragleave", (event) => root.contains(event.relatedTarget) || root.classList.remove("dropping"));
  root.addEventListener("drop", (event) => {
    event.preventDefault();
    root.classList.remove("dropping");
    const file = firstFile(event.dataTransfer.items) || event.dataTransfer.files[0];
    if (file) take(file, "A dropped picture");
  });
  return () => document.removeEventListener("paste", onPaste);
}
