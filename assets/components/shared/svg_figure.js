// A figure of a canvas as a file: its drawing is done once more, on a context that keeps it as SVG; a PNG is made of that.

import { element, saveBlob, svgElement } from "./dom.js";

const SCALE = 2; // of a PNG: for print
const STATE = ["fillStyle", "strokeStyle", "lineWidth", "lineJoin", "font", "textAlign", "textBaseline", "dash", "place", "moved"];
const ANCHORS = { left: "start", center: "middle", right: "end" };
const DROPS = { top: "0.8em", middle: "0.35em", alphabetic: "0" }; // of the line of letters below the point
const KINDS = { png: { title: "Save as a picture that opens everywhere", make: pngBlob }, svg: { title: "Save as a drawing that stays sharp at any size", make: svgBlob } };

let clips = 0;
let ruler = null; // a canvas of text widths

// As much of CanvasRenderingContext2D as our figures use; arcs are whole circles.
export class SvgContext {
  constructor(width, height) {
    this.svg = svgElement("svg", { xmlns: "http://www.w3.org/2000/svg", width, height, viewBox: `0 0 ${width} ${height}` });
    Object.assign(this, { fillStyle: "#000", strokeStyle: "#000", lineWidth: 1, lineJoin: "miter", font: "10px sans-serif", textAlign: "left", textBaseline: "alphabetic" });
    Object.assign(this, { dash: [], place: this.svg, moved: "", path: "", kept: [] });
  }

  save() {
    this.kept.push(Object.fromEntries(STATE.map((name) => [name, this[name]])));
  }

  restore() {
    Object.assign(this, this.kept.pop());
  }

  translate(x, y) {
    this.moved += `translate(${round(x)} ${round(y)})`;
  }

  rotate(angle) {
    this.moved += `rotate(${round((angle * 180) / Math.PI)})`;
  }

  setLineDash(dash) {
    this.dash = dash;
  }

  beginPath() {
    this.path = "";
  }

  moveTo(x, y) {
    this.path += `M${round(x)} ${round(y)}`;
  }

  lineTo(x, y) {
    this.path += `${this.path ? "L" : "M"}${round(x)} ${round(y)}`;
  }

  closePath() {
    this.path += "Z";
  }

  rect(x, y, width, height) {
    this.path += `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`;
  }

  arc(x, y, radius) {
    const [r, across] = [round(radius), round(2 * radius)];
    this.path += `M${round(x - radius)} ${round(y)}a${r} ${r} 0 1 0 ${across} 0a${r} ${r} 0 1 0 ${-across} 0Z`;
  }

  clip() {
    const id = `clip-${(clips += 1)}`;
    this.place.append(svgElement("clipPath", { id }, svgElement("path", { d: this.path }))); // in the coordinates of the group
    this.place = this.add("g", { "clip-path": `url(#${id})` });
    this.moved = ""; // the group has it
  }

  stroke() {
    this.add("path", { d: this.path, fill: "none", ...this.line });
  }

  fill() {
    this.add("path", { d: this.path, fill: this.fillStyle });
  }

  fillRect(x, y, width, height) {
    this.add("rect", { x: round(x), y: round(y), width: round(width), height: round(height), fill: this.fillStyle });
  }

  strokeRect(x, y, width, height) {
    this.add("rect", { x: round(x), y: round(y), width: round(width), height: round(height), fill: "none", ...this.line });
  }

  fillText(text, x, y) {
    const [, weight = "400", size, family] = /^(?:(\d+) )?([\d.]+px) (.*)$/.exec(this.font);
    const look = { "font-weight": weight, "font-size": size, "font-family": family, fill: this.fillStyle, "text-anchor": ANCHORS[this.textAlign] };
    this.add("text", { x: round(x), y: round(y), dy: DROPS[this.textBaseline], ...look }).textContent = text;
  }

  measureText(text) {
    ruler ??= document.createElement("canvas").getContext("2d");
    ruler.font = this.font;
    return ruler.measureText(text);
  }

  get line() {
    return { stroke: this.strokeStyle, "stroke-width": this.lineWidth, "stroke-linejoin": this.lineJoin, "stroke-dasharray": this.dash.join(" ") || "none" };
  }

  add(tag, attributes) {
    const node = svgElement(tag, this.moved ? { ...attributes, transform: this.moved } : attributes);
    this.place.append(node);
    return node;
  }
}

const round = (value) => Math.round(100 * value) / 100;

export function svgBlob(svg) {
  return new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" });
}

export async function pngBlob(svg) {
  const url = URL.createObjectURL(svgBlob(svg));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    const canvas = new OffscreenCanvas(SCALE * svg.getAttribute("width"), SCALE * svg.getAttribute("height"));
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob({ type: "image/png" });
  } finally {
    URL.revokeObjectURL(url);
  }
}

// A button for each kind of file; picture() gives the SVG element of what is shown when one is pressed.
export function saveButtons(name, picture) {
  return Object.entries(KINDS).map(([ending, { title, make }]) =>
    element("button", { type: "button", text: ending.toUpperCase(), title, "aria-label": `${title} (.${ending})`, on: { click: async () => saveBlob(await make(picture()), `${name}.${ending}`) } }),
  );
}
