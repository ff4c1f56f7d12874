// Where everything stands in the picture of the net: numbers only, in CSS pixels.
//
// A column is {index, layer, form, scale, subcolumns, rows, left, width}: the units of one layer. All maps of a layer are
// drawn at a whole multiple of their size, so that one sees pooling make them smaller.

export const HEAD = 52; // above the cells: what the column is called
export const FOOT = 58; // below them: what happens there
const GAP = 6; // between subcolumns
const KERNEL_SPACE = 4; // between a kernel and its map
const NEURON = 16;
const CLASS = 12;
const CLASS_NAME = 18; // beside it, where the answer stands elsewhere
const SPACES = { conv: 1, dense: 1.5 }; // before a column, in shares of the room that is left; of others:
const LITTLE_SPACE = 0.3;
const DROPPED = new Set(["rescaling", "flatten", "dropout", "spatial_dropout", "activation"]);

// What fits a wide window, a usual one, and a small one or a phone: scale of the picture, of first and later
// maps, and pixels of a weight in the little kernels.
const SIZES = [
  { picture: 4, first: 3, later: 4, weight: 6, margin: 0, height: 740 },
  { picture: 3, first: 2, later: 3, weight: 6, margin: 0, height: 560 },
  { picture: 2, first: 2, later: 2, weight: 4, margin: 16, height: 440 },
];
const MOST_HEIGHT = 1.2; // times the least height of a size
const LEAST_SPACE = 22;
const MOST_SPACE = 92;

const kernelSide = (layer, weight) => (layer.kind === "conv" ? weight * layer.size[0] : 0);

// The layers that are shown, in order: pictures, maps, neurons, and the classes at the end.
export function shownColumns(layers) {
  const shown = layers.filter(({ kind }) => !DROPPED.has(kind));
  return shown.map((layer, position) => ({
    index: layer.index,
    layer,
    form: layer.shape.length === 3 ? "maps" : position === shown.length - 1 ? "classes" : "neurons",
  }));
}

// Columns with their places for a room {width, height, hasNames: of the classes}; the last size is taken where none fits: then one scrolls.
export function layOut(columns, room) {
  const cellsRoom = room.height - HEAD - FOOT;
  const placed = SIZES.map((size) => place(columns, { ...size, hasNames: room.hasNames, height: Math.max(size.height, Math.min(cellsRoom, MOST_HEIGHT * size.height)) }));
  const fitting = placed.find(({ width, cellsHeight }) => width <= room.width && cellsHeight <= cellsRoom) ?? placed.at(-1);
  return spread(fitting, Math.max(room.width, fitting.width));
}

function place(columns, size) {
  let left = size.margin; // the name of the first column is wider than a small picture
  const placed = columns.map((column, position) => {
    const space = position === 0 ? 0 : LEAST_SPACE * spaceBefore(column);
    const one = { ...column, ...cells(column, position, size) };
    one.left = left + space;
    left = one.left + one.width;
    return one;
  });
  return { columns: placed, width: left, height: HEAD + size.height + FOOT, cellsHeight: size.height, hasNames: size.hasNames };
}

const spaceBefore = ({ layer }) => SPACES[layer.kind] ?? LITTLE_SPACE;

function cells({ layer, form }, position, size) {
  if (form !== "maps") {
    const side = form === "classes" ? CLASS : NEURON;
    const width = side + (form === "classes" && size.hasNames ? CLASS_NAME : 0);
    return { scale: 1, subcolumns: 1, rows: layer.units, kernel: 0, gap: 0, width, cell: side };
  }
  const scale = position === 0 ? size.picture : layer.units > 16 ? size.later : size.first;
  const cell = scale * layer.width;
  const kernel = kernelSide(layer, size.weight);
  const subcolumns = layer.units > 1 ? 2 : 1;
  const gap = kernel ? 2 * GAP : GAP;
  const across = cell + (kernel ? kernel + KERNEL_SPACE : 0) + gap;
  return { scale, subcolumns, rows: Math.ceil(layer.units / subcolumns), kernel, cell, gap, width: subcolumns * across - gap };
}

// Give the room that is left to the spaces between the columns.
function spread(placed, width) {
  const shares = placed.columns.map((column, position) => (position === 0 ? 0 : spaceBefore(column)));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const more = Math.min((width - placed.width) / total, MOST_SPACE - LEAST_SPACE);
  let moved = Math.max(0, (width - placed.width - more * total) / 2);
  const columns = placed.columns.map((column, position) => {
    moved += more * shares[position];
    return { ...column, left: column.left + moved };
  });
  return { ...placed, columns, width };
}

// [left, top, width, height] of a unit's map or node.
export function cellBox(column, unit, cellsHeight) {
  const { layer, rows, cell, kernel, gap, left } = column;
  const pitch = cellsHeight / rows;
  const height = column.form === "maps" ? column.scale * layer.height : Math.min(cell, pitch - 1);
  const across = cell + (kernel ? kernel + KERNEL_SPACE : 0) + gap;
  const offset = kernel ? kernel + KERNEL_SPACE : 0;
  return [
    left + Math.floor(unit / rows) * across + offset,
    HEAD + pitch * ((unit % rows) + 0.5) - height / 2,
    cell,
    height,
  ];
}

// The box of the little kernel before a map.
export function kernelBox(column, unit, cellsHeight) {
  const [left, top, , height] = cellBox(column, unit, cellsHeight);
  return [left - KERNEL_SPACE - column.kernel, top + (height - column.kernel) / 2, column.kernel, column.kernel];
}

// The unit at a place, or null.
export function unitAt(column, x, y, cellsHeight) {
  for (let unit = 0; unit < column.layer.units; unit++) {
    const [left, top, width, height] = cellBox(column, unit, cellsHeight);
    const start = column.kernel ? left - KERNEL_SPACE - column.kernel : left;
    if (x >= start - 2 && x <= left + width + 2 && y >= top - 1 && y <= top + height + 1) return unit;
  }
  return null;
}
