// Arrays as a file that numpy.load opens: a zip, nothing compressed, with an .npy for each.

const DTYPES = new Map([[Float32Array, "<f4"], [Float64Array, "<f8"], [Uint8Array, "|u1"]]);
const DAY = 33; // 1980-01-01, the first that a zip can say: the same arrays give the same file

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

// arrays: {name: {values, shape}}, values a typed array in C order.
export function npz(arrays) {
  const [files, directory] = [[], []];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const title = new TextEncoder().encode(`${name}.npy`);
    const content = npy(array);
    const about = [20, 0x800, 0, 0, DAY, ...long(crc32(content)), ...long(content.length), ...long(content.length), title.length, 0];
    const local = words(0x4b50, 0x0403, ...about);
    files.push(local, title, content);
    directory.push(words(0x4b50, 0x0201, 20, ...about, 0, 0, 0, ...long(0), ...long(offset)), title);
    offset += local.length + title.length + content.length;
  }
  const count = directory.length / 2;
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  return new Blob([...files, ...directory, words(0x4b50, 0x0605, 0, 0, count, count, ...long(size), ...long(offset), 0)]);
}

// "\x93NUMPY", version 1.0, the length of the header, the header, the values.
function npy({ values, shape }) {
  const size = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  const told = `{'descr': '${DTYPES.get(values.constructor)}', 'fortran_order': False, 'shape': ${size}, }`;
  const header = `${told.padEnd(Math.ceil((told.length + 11) / 64) * 64 - 11)}\n`; // so that the values begin at a multiple of 64
  const start = [0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, ...words(header.length), ...new TextEncoder().encode(header)];
  const file = new Uint8Array(start.length + values.byteLength);
  file.set(start);
  file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), start.length);
  return file;
}

const long = (value) => [value & 0xffff, value >>> 16];
const words = (...values) => Uint8Array.from(values.flatMap((value) => [value & 0xff, value >>> 8]));

function crc32(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = (value >>> 8) ^ CRC[(value ^ byte) & 0xff];
  return (value ^ 0xffffffff) >>> 0;
}
