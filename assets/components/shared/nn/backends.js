// Where the numbers lie and who multiplies them. All arrays of a net lie in one buffer, so that WASM reaches them.
//
// `convolve(job)` computes out = bias + windows * panels, before the activation (see convolution.js). "relaxed" and
// "simd" are the two builds of convolution.wat; "js" has the same loops, for browsers in which WASM is blocked.

import { convolve } from "./convolution.js";

const SLACK = 8; // floats after each array: the last panel of a convolution writes whole vectors
const PAGE = 65536; // bytes

// Counts what `take` is asked for, before there is a buffer.
export class Counter {
  size = 0;
  take(length) {
    this.size += Math.ceil((length + SLACK) / 4) * 4; // each array begins at a multiple of 16 bytes
    return null;
  }
}

export class Arena extends Counter {
  constructor(buffer) {
    super();
    this.buffer = buffer;
  }
  take(length) {
    const array = new Float32Array(this.buffer, this.size * 4, length);
    super.take(length);
    return array;
  }
}

export const BACKENDS = {
  js: (size) => ({ name: "js", arena: new Arena(new ArrayBuffer(size * 4)), convolve }),
};

export async function openBackend(wanted, size) {
  for (const name of wanted === "auto" ? Object.keys(BACKENDS) : [wanted]) {
    const backend = await BACKENDS[name](size, PAGE);
    if (backend) return backend;
  }
  throw new Error(`This browser cannot compute with "${wanted}".`);
}
