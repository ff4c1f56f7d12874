// Reads the files that cnnviz/models/net_file.py writes:
//   [bytes of the JSON, uint32][JSON, padded to a multiple of 4][weights as float32, or pixels as bytes]

const VERSION = 1;
const HEAD = 4;

export class BadNet extends Error {}

function split(bytes, what) {
  const length = bytes.byteLength >= HEAD ? new DataView(bytes).getUint32(0, true) : 0;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array(bytes, HEAD, length));
    return { header: JSON.parse(text), start: HEAD + length };
  } catch {
    throw new BadNet(`This is no ${what} of cnnviz. Load it again. Received: ${bytes.byteLength} bytes.`);
  }
}

const size = (shape) => shape.reduce((product, side) => product * side, 1);

// {manifest, weights: Float32Array of all of them}; the weights are a view of the bytes, which nobody may change.
export function readNet(bytes) {
  const { header: manifest, start } = split(bytes, "net");
  if (manifest?.version !== VERSION || !Array.isArray(manifest.layers)) {
    throw new BadNet(
      `This net was written by another version of cnnviz. Load the page again. Received: version ${manifest?.version}.`,
    );
  }
  const all = manifest.layers.flatMap((layer) => Object.values(layer.weights));
  const expected = all.reduce((sum, weight) => sum + size(weight.shape), 0);
  const received = (bytes.byteLength - start) / 4;
  if (received !== expected) {
    throw new BadNet(
      `This net is damaged: expected ${expected} weights after its description. Load it again. Received: ${received}.`,
    );
  }
  return { manifest, weights: new Float32Array(bytes, start, expected) };
}

// {images: Uint8Array of each image, labels, classes, shape: [n, h, w, c]}
export function readImages(bytes) {
  const { header, start } = split(bytes, "file of images");
  const each = size(header.shape?.slice(1) || [0]);
  if (!each || bytes.byteLength - start !== each * header.shape[0]) {
    throw new BadNet(`These images are damaged. Load them again. Received: ${bytes.byteLength} bytes.`);
  }
  const images = header.labels.map((_, i) => new Uint8Array(bytes, start + i * each, each));
  return { ...header, images };
}
