// The columns of a net on screen: which layers are shown, in which form, and where each unit's cell stands.

import { isPicture } from "./words.js";

const HEAD = 62; // pixels above the cells: the layer's name
const DETAILED_HEAD = 104; // and more words
const FOOT = 46; // below: pages
const GAP = 5; // between cells
const CELLS = [54, 50, 46, 42, 38];
const SCROLLED = 42; // of a net that is wider than the page all the same
const MOST_SUBCOLUMNS = 4;
const BLOCK_NAME = 20; // pixels below the pages and paths
const TILE = { width: 36, height: 14, gap: 3 };
const MANY = 200; // values: each is but a thread
const THREAD = { width: 30, height: 3, gap: 1 };
const BAR = { width: 160, height: 30, gap: 4 };
const MARGIN = 20; // beside the net
const LEAST_SPACE = 28; // between columns, for the edges
const MOST_SPACE = 118;
const LEAST_COLUMN = { maps: 66, values: 42, answer: 0 }; // the name above needs as much
const LANE = 22; // of paths that pass layers by

// [{index, layer, form, inputs}]: form is "maps", "values" or "answer"; inputs are columns.
export function columnsOf(layers) {
  const first = layers.length > 1 && layers[1].kind === "rescaling" ? 1 : 0;
  return layers.slice(first).map((layer, position) => ({
    position,
    index: layer.index,
    layer,
    form: layer.shape.length === 3 ? "maps" : layer.index === layers.length - 1 ? "answer" : "values",
    inputs: isPicture(layer) ? [] : layer.inputs.map((input) => Math.max(input - first, 0)),
  }));
}

// Where everything stands in {width, height, isDetailed}, in CSS pixels: {columns: [{left, width, cells: {...}}], width, height, lanes}.
export function layOut(columns, room) {
  const lanes = lanesOf(columns);
  const below = LANE * lanes.depth + (columns.some(({ layer }) => layer.block) ? BLOCK_NAME : 0);
  const head = room.isDetailed ? DETAILED_HEAD : HEAD;
  const height = room.height - head - FOOT - below;
  for (let subcolumns = MOST_SUBCOLUMNS; subcolumns >= 1; subcolumns--)
    for (const cell of CELLS) {
      const placed = place(columns, { cell, subcolumns, head, height, least: LEAST_SPACE });
      if (placed.width <= room.width) return { ...spread(placed, room.width), height: room.height, lanes, below };
    }
  const placed = place(columns, { cell: SCROLLED, subcolumns: 2, head, height, least: LEAST_SPACE });
  return { ...placed, height: room.height, lanes, below };
}

function place(columns, options) {
  let left = MARGIN;
  const placed = columns.map((column) => {
    const cells = cellsOf(column, options);
    const width = Math.max(cells.width, LEAST_COLUMN[column.form]);
    const one = { ...column, left, width, cells: { ...cells, head: options.head, left: (width - cells.width) / 2 } };
    left += width + options.least;
    return one;
  });
  return { columns: placed, width: left - options.least + MARGIN, space: options.least };
}

// Give the room that is left to the spaces between the columns.
function spread({ columns, width, space }, room) {
  const more = Math.min((room - width) / Math.max(columns.length - 1, 1), MOST_SPACE - space);
  const moved = columns.map((column, position) => ({ ...column, left: column.left + position * more }));
  return { columns: moved, width: width + more * (columns.length - 1), space: space + more };
}

function cellsOf({ layer, form }, { cell, subcolumns, height }) {
  if (form === "maps" && isPicture(layer)) return pictureCells(layer, cell, height);
  if (form === "maps") {
    const [across, down] = sides(layer, cell);
    return grid(layer.units, { width: across, height: down, gap: GAP, subcolumns, room: height });
  }
  const tile = form === "answer" ? BAR : layer.units > MANY ? THREAD : TILE;
  return grid(layer.units, { ...tile, subcolumns: 1, room: height });
}

const pictureCells = (layer, cell, height) => {
  const [across, down] = sides(layer, layer.units === 1 ? 2 * cell : 1.5 * cell);
  return grid(layer.units, { width: across, height: down, gap: 2 * GAP, subcolumns: 1, room: height });
};

// A map of this size in a square of `cell`.
function sides({ height, width }, cell) {
  const scale = cell / Math.max(height, width);
  return [Math.max(Math.round(width * scale), 6), Math.max(Math.round(height * scale), 6)];
}

// As few subcolumns as hold all units, all of them equally full; what does not fit goes on further pages.
function grid(units, { width, height, gap, subcolumns, room }) {
  const most = Math.max(Math.floor((room + gap) / (height + gap)), 1);
  const needed = Math.min(Math.ceil(units / most), subcolumns);
  const rows = Math.min(most, Math.ceil(units / needed));
  return {
    size: [width, height],
    gap,
    rows,
    subcolumns: needed,
    page: rows * needed,
    width: needed * (width + gap) - gap,
    height: rows * (height + gap) - gap,
    room,
  };
}

// [left, top, width, height] of the cell at a position of a page, from the column's upper left corner.
export function cellBox({ cells }, position) {
  const { size, gap, rows, left, height, room, head } = cells;
  const column = Math.floor(position / rows);
  const top = head + Math.max((room - height) / 2, 0) + (position % rows) * (size[1] + gap);
  return [left + column * (size[0] + gap), top, ...size];
}

// Paths that pass columns by (skips, branches): each on the lowest lane that is free where it runs.
function lanesOf(columns) {
  const paths = columns.flatMap(({ position, inputs }) =>
    inputs.filter((input) => position - input > 1).map((from) => ({ from, to: position })),
  );
  const taken = []; // per lane: the column up to which it is taken
  for (const path of paths.sort((a, b) => a.from - b.from || b.to - a.to)) {
    let lane = taken.findIndex((until) => until <= path.from);
    if (lane < 0) lane = taken.push(0) - 1;
    taken[lane] = path.to;
    path.lane = lane;
  }
  return { paths, depth: Math.min(taken.length, 3) };
}

export const laneY = ({ height, below }, { lane }) => height - below + 8 + LANE * Math.min(lane, 2);
