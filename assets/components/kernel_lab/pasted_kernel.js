// A kernel as people copy it: from a sheet, a list, NumPy, PyTorch, C, MATLAB, Mathematica, a Markdown table or LaTeX,
// with or without the number that all of it is divided by.

import { parseNumber, withVulgarFractions } from "../shared/numbers.js";
import { isByColumn, isChanged, plainGrid } from "./copied_text.js";
import { MAX_WEIGHT } from "./settings.js";

const MAX_TEXT = 20_000;
const IN_BRACKETS = /^([^]*?)([[{][^]*[\]}])([^]*)$/;
const IN_PARENTHESES = /^([^]*?)(\([^]*\))([^]*)$/; // where there are no brackets
const INNERMOST = /[[{(]([^[\]{}()]*)[\]})]/g;
const DECIMAL = "[-+]?[0-9.,]+(?:[eE][-+]?[0-9]+)?";
const NUMBER = `${DECIMAL}(?:/[0-9.,]+)?`;
const OPTION = /,\s*(?:[a-z_]+\s*=\s*)?(?:[a-z_][\w.]*|'[^']*'|"[^"]*")/gi; // of a call: dtype=np.float32
const TIMES = "\\.?[*\u00b7\u00d7\u22c5]";
const RULE = /^[\s|:-]*-[\s|:-]*$/; // the line below the head of a Markdown table
// What the cells of a row stand between: in a sheet, in a list, with decimal commas and blanks, with both commas.
const BETWEEN = [/[\t;&|]/, /[\s,;&|]+/, /[\s;&|]+/, /,?\s+|[;&|]/];

// A grid of numbers that is pasted into a cell is taken whole, or not and `say` tells why; one number is the cell's.
export function attachPaste(grid, sides, take, say) {
  grid.addEventListener("paste", (event) => {
    const text = event.clipboardData.getData("text");
    if (parseNumber(text) !== null || (withVulgarFractions(text).match(/\d+/g) ?? []).length < 2) return;
    event.preventDefault();
    event.stopPropagation(); // a sheet gives a picture of its cells as well, which would become the picture
    const kernel = pastedKernel(text);
    const problem = pasteProblem(kernel, text, sides());
    if (problem) say(problem);
    else take(kernel);
  });
}

// {rows: numbers[][], divisor: number or null} of a text, or null if it is no grid of numbers. A single row or column
// whose length is a square number is read as that square.
export function pastedKernel(text) {
  if (text.length > MAX_TEXT || isChanged(text)) return null;
  const plain = plainGrid(text);
  const found = IN_BRACKETS.exec(plain) ?? IN_PARENTHESES.exec(plain);
  const [before, body, after] = found ? [bare(found[1]), found[2], bare(found[3].replace(OPTION, ""))] : ["", plain, ""];
  const divisor = divisorOf(before, after);
  const rows = divisor === undefined ? null : squared(numbersOf(rowsOf(body)));
  if (!rows) return null;
  const upright = isByColumn(text) ? rows[0].map((_, column) => rows.map((row) => row[column])) : rows;
  return divisor === -1 ? { rows: upright.map((row) => row.map((weight) => 0 - weight)), divisor: null } : { rows: upright, divisor };
}

// A sentence on why a pasted kernel cannot be laid on the picture, or "" if it can; `sides` are those that can be.
function pasteProblem(kernel, text, sides) {
  const expected = `Expected ${sides.map((side) => `${side}\u00d7${side}`).join(", ")} numbers of \u2212${MAX_WEIGHT} to ${MAX_WEIGHT}.`;
  if (!kernel) return `This is no grid of numbers. ${expected} Received: '${text.trim().replace(/\s+/g, " ").slice(0, 40)}'.`;
  const { rows } = kernel;
  const size = `${rows.length}\u00d7${rows[0].length}`;
  if (rows.length !== rows[0].length || !sides.includes(rows.length))
    return `A kernel of ${size} cannot be used here. ${expected}${decimalHint(text, rows, sides)} Received: ${size} numbers.`;
  const large = rows.flat().find((weight) => Math.abs(weight) > MAX_WEIGHT);
  return large === undefined ? "" : `A weight is too large. ${expected} Received: ${large}.`;
}

// What to do where each comma was taken for the end of a number, and may be a decimal one.
const decimalHint = (text, rows, sides) =>
  /\d,\d/.test(text) && sides.includes(rows[0].length / 2) ? " If these are decimal commas, put semicolons or blanks between the numbers." : "";

const bare = (text) => text.replace(/[()\s;]/g, "");

// null where nothing is said, undefined where it is not understood.
function divisorOf(before, after) {
  if (before === "-" || before === "+") before += "1";
  const [, factor] = new RegExp(`^(${NUMBER})(?:${TIMES})?$`).exec(before) ?? new RegExp(`^${TIMES}(${NUMBER})$`).exec(after) ?? [];
  const [, below] = new RegExp(`^[/\u00f7](${DECIMAL})$`).exec(after) ?? [];
  if (factor === undefined && below === undefined) return before || after ? undefined : null;
  const isWhole = (!before || factor !== undefined) && (!after || below !== undefined || !before);
  const divisor = (below === undefined ? 1 : parseNumber(below)) / (factor === undefined ? 1 : parseNumber(factor));
  return isWhole && Number.isFinite(divisor) && divisor ? Number(divisor.toPrecision(12)) : undefined;
}

// The texts of the rows.
function rowsOf(body) {
  const groups = [...body.matchAll(INNERMOST)].map(([, row]) => row);
  if (groups.length > 1) return groups;
  const inner = groups[0] ?? body;
  const lines = inner.split(/[\r\n]+/).map((line) => line.trim().replace(/^\|/, "").replace(/[|;,]$/, "")).filter((line) => line.trim());
  const rule = lines.findIndex((line) => RULE.test(line));
  if (rule >= 0) lines.splice(0, rule + 1, ...lines.slice(0, rule).filter((line) => /\d/.test(line)));
  return lines.length > 1 || inner.includes("\t") ? lines : (lines[0] ?? "").split(";");
}

// Of the ways to read the rows the one that gives a square, or else rows of one length; null where none does.
function numbersOf(rows) {
  const ways = BETWEEN.map((between) =>
    rows.map((row) => row.trim().replace(/^[,;]|[,;]$/g, "").split(between).filter((cell) => cell.trim()).map(parseNumber)),
  );
  const known = ways.filter((grid) => grid.every((row) => row.length && row.length === grid[0].length && !row.includes(null)));
  return known.find(isSquare) ?? known.find((grid) => isSquare(squared(grid))) ?? known.findLast((grid) => grid[0].length > 1) ?? known[0] ?? null;
}

const isSquare = (grid) => grid.length > 1 && grid.length === grid[0].length;

function squared(grid) {
  if (!grid || (grid.length > 1 && grid[0].length > 1)) return grid;
  const weights = grid.flat();
  const side = Math.sqrt(weights.length);
  if (!Number.isInteger(side) || side === 1) return grid;
  return Array.from({ length: side }, (_, row) => weights.slice(row * side, (row + 1) * side));
}
