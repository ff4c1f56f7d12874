// From where the points are looked at: moved and zoomed in two dimensions, turned as well in three. Knows no canvas.

import { clamp } from "../../shared/numbers.js";

const FILLS = 0.86; // of the width or height, when all is seen
const DISTANCE = 3; // of the eye from the middle, in radii of the cloud
const START = { zoom: 1, x: 0, y: 0, yaw: -0.55, pitch: 0.32 };
const MOST_ZOOM = 60;

export class ScatterView {
  constructor() {
    Object.assign(this, { ...START, width: 1, height: 1, isSolid: false, middle: [0, 0, 0], unit: 1, radius: 1 });
  }

  reset() {
    Object.assign(this, START);
  }

  get isMoved() {
    return Object.entries(START).some(([name, value]) => this[name] !== value);
  }

  // All points are in sight while nothing is moved; one scale for all axes, so that distances can be compared.
  fit(points, { isSolid }) {
    const [least, most] = [[0, 1, 2].map(() => Infinity), [0, 1, 2].map(() => -Infinity)];
    for (let i = 0; i < points.length; i++) {
      const at = i % 3;
      if (points[i] < least[at]) least[at] = points[i];
      if (points[i] > most[at]) most[at] = points[i];
    }
    const sides = most.map((value, at) => value - least[at]);
    this.middle = least.map((value, at) => value + sides[at] / 2);
    this.isSolid = isSolid;
    this.radius = Math.hypot(...sides) / 2 || 1;
    const flat = Math.min(this.width / (sides[0] || 1e-9), this.height / (sides[1] || 1e-9));
    const solid = (1.6 * Math.min(this.width, this.height)) / (2 * this.radius);
    this.unit = FILLS * (isSolid ? solid : Math.min(flat, 1e9));
    if (!sides.some(Boolean)) this.unit = 1;
  }

  // [x, y, depth, scale] on the screen in CSS pixels; the depth grows towards the eye, the scale is 1 in the middle.
  place(x, y, z) {
    let [right, up, near] = [x - this.middle[0], y - this.middle[1], z - this.middle[2]];
    let scale = 1;
    if (this.isSolid) {
      const [cosYaw, sinYaw, cosPitch, sinPitch] = [Math.cos(this.yaw), Math.sin(this.yaw), Math.cos(this.pitch), Math.sin(this.pitch)];
      [right, near] = [right * cosYaw + near * sinYaw, near * cosYaw - right * sinYaw];
      [up, near] = [up * cosPitch - near * sinPitch, near * cosPitch + up * sinPitch];
      scale = (DISTANCE * this.radius) / Math.max(DISTANCE * this.radius - near, 0.2 * this.radius);
    }
    const size = this.unit * this.zoom * scale;
    return [this.width / 2 + this.x + right * size, this.height / 2 + this.y - up * size, near, scale];
  }

  move(dx, dy) {
    this.x += dx;
    this.y += dy;
  }

  turn(dx, dy) {
    this.yaw += dx * 0.008;
    this.pitch = clamp(this.pitch + dy * 0.008, -1.5, 1.5);
  }

  // What is at (x, y) stays there.
  zoomAt(x, y, factor) {
    const zoom = clamp(this.zoom * factor, 0.4, MOST_ZOOM);
    const share = zoom / this.zoom;
    this.x = x - this.width / 2 - (x - this.width / 2 - this.x) * share;
    this.y = y - this.height / 2 - (y - this.height / 2 - this.y) * share;
    this.zoom = zoom;
  }
}
