// Where the numbers lie and who multiplies them. All arrays of a net lie in one buffer, so that WASM reaches them.
//
// `convolve(job)` computes out = bias + windows * panels, before the activation (see convolution.js). "relaxed" and
// "simd" are the two builds of convolution.wat; "js" has the same loops, for browsers in which WASM is blocked.

import { convolve, numPanels } from "./convolution.js";
import { RELAXED, SIMD } from "./convolution_wasm.js";
import { BadNet } from "./net_file.js";

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

const plainJavaScript = (size) => ({ name: "js", arena: new Arena(new ArrayBuffer(size * 4)), convolve });

const wasm = (name, text) => async (size) => {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  try {
    if (!WebAssembly.validate(bytes)) return null;
    const memory = new WebAssembly.Memory({ initial: Math.ceil((size * 4) / PAGE) });
    const { instance } = await WebAssembly.instantiate(bytes, { net: { memory } });
    return { name, arena: new Arena(memory.buffer), convolve: (job) => convolveInMemory(instance.exports, job) };
  } catch {
    return null; // a policy of the site forbids it, or there is not enough memory in one piece
  }
};

function convolveInMemory(exports, job) {
  exports.convolve(
    job.source.byteOffset, job.out.byteOffset, job.panels.byteOffset, job.bias.byteOffset,
    job.starts.byteOffset, job.starts.length, job.length,
    4 * job.rowStep, 4 * job.pixelStep, 4 * job.units,
    job.height, job.width, numPanels(job.units),
  );
}

const BACKENDS = {
  relaxed: wasm("relaxed", RELAXED),
  simd: wasm("simd", SIMD),
  js: plainJavaScript,
};

export async function openBackend(wanted, size) {
  for (const name of wanted === "auto" ? Object.keys(BACKENDS) : [wanted]) {
    const backend = await BACKENDS[name](size);
    if (backend) return backend;
  }
  throw new BadNet(`This browser cannot compute with "${wanted}". Use "auto". Received: ${wanted}.`);
}
