// What programs put around the numbers of a kernel that is copied from them, taken off: LaTeX, quotes of CSV, comments,
// names of types and functions. Kernels that are made by a known function are written out. Nothing is ever run.

import { withVulgarFractions } from "../shared/numbers.js";

const QUOTED = /(["'])([-+\d\s.,;/eE]*\d[-+\d\s.,;/eE]*)\1/g; // "0,1" of a sheet, '0 1 0; 1 -4 1; 0 1 0' of np.matrix
const COMMENT = /\/\*[^]*?\*\/|(?:\/\/(?!\s*\d+\s*$)|#).*$/gm; // but not a division without a rest
const CHANGED = /\b(?:rot90|transpose|flip(?:ud|lr)?|negative|sqrt|square|abs(?:olute)?|exp|log|p?inv|linspace|arange|roll|cumsum|diff|tri[lu]|t)\s*\(|\]\s*\)?\.T\b|order\s*=\s*['"]?F/;
const COUNT = "[(\\[]?\\s*(\\d)\\s*(?:,\\s*(\\d)\\s*)?[)\\]]?";
const MADE = new RegExp(`(?:[a-z_]\\w*\\.)*(ones|zeros|eye|full)\\s*\\(\\s*${COUNT}\\s*(?:,\\s*(?:fill_value\\s*=\\s*)?([-+.\\d/]+)\\s*)?((?:,[^()]*)?)\\)`, "i");
const IN_A_ROW = /^\w+\..*(?:ones|zeros|full)\s*\(\s*\d/i; // np.ones(9), where ones(9) of MATLAB has nine rows
const REPEATED = /\[\s*\[([^[\]]*)\]\s*\*\s*(\d)\s*\]\s*\*\s*(\d)/; // [[1/9] * 3] * 3
const OUTER = /(?:[a-z_]\w*\.)*outer\s*\(\s*\[([^[\]]*)\]\s*,\s*\[([^[\]]*)\]\s*\)/i;
const OPENCV = /\(\s*(?:cv::)?Mat_?<\w+>\s*\([^()]*\)\s*<<([^()]*)\)/; // (Mat_<float>(3, 3) << 0, 1, 0, ...)

// The text with numbers, brackets, and what stands between them.
export function plainGrid(text) {
  const plain = withoutLatex(withVulgarFractions(text)).replace(COMMENT, "").replace(QUOTED, (_, quote, inner) => unquoted(inner));
  return withBrackets(withoutNames(writtenOut(plain)));
}

// Whether a function makes other numbers of those that stand there.
export const isChanged = (text) => CHANGED.test(text.replace(COMMENT, ""));

// Whether the numbers stand column by column, as R has them if it is not told otherwise.
export const isByColumn = (text) => /\bmatrix\s*\(\s*c\s*\(/.test(text) && !/byrow\s*=\s*T/.test(text);

const unquoted = (inner) => (/^\s*[-+]?\d*,\d+\s*$/.test(inner) ? inner.replace(",", ".") : inner);

function withoutLatex(text) {
  return text
    .replace(/^sep=.\s*\n/i, "")
    .replace(/(^|[\t;\n])=/g, "$1") // formulas of a sheet
    .replace(/[\u2010-\u2014\u2212]/g, "-")
    .replace(/[\u239b-\u23ad]/g, " ") // the large brackets of a formula
    .replace(/\u2502/g, "|")
    .replace(/\\\\/g, ";")
    .replace(/\{,\}/g, ",")
    .replace(/```\w*|[`$]|\\left\W?|\\right\W?|\\[,;:! [\]]/g, (mark) => (/^\\[,;:! ]$/.test(mark) ? " " : ""))
    .replace(/\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}/g, " $1/$2 ")
    .replace(/\\(?:times|cdot)/g, "*")
    .replace(/\\begin\s*\{[^{}]*\}(?:\s*\{[^{}]*\})?/g, "[")
    .replace(/\\end\s*\{[^{}]*\}/g, "]")
    .replace(/[ \t]*\/[ \t]*(?=\d)/g, "/")
    .trim();
}

// np.ones((3, 3)), np.full((3, 3), 0.5), np.outer([1, 2, 1], [1, 2, 1]) and [[1] * 3] * 3 as the lists that they give.
function writtenOut(text) {
  return text
    .replace(MADE, (call, name, height, width, value) => {
      const weight = { ones: "1", zeros: "0", eye: "0", full: value }[name.toLowerCase()];
      if (weight !== undefined && width === undefined && IN_A_ROW.test(call)) return grid(1, Number(height), () => weight);
      return weight === undefined ? call : grid(Number(height), Number(width ?? height), (row, column) => (/eye/i.test(name) && row === column ? "1" : weight));
    })
    .replace(REPEATED, (_, row, width, height) => grid(Number(height), Number(width), () => row))
    .replace(OUTER, (call, one, other) => {
      const [down, right] = [one, other].map((list) => list.split(",").map(Number));
      return [...down, ...right].every(Number.isFinite) ? grid(down.length, right.length, (row, column) => down[row] * right[column]) : call;
    });
}

function grid(height, width, weight) {
  const rows = Array.from({ length: height }, (_, row) => Array.from({ length: width }, (_, column) => weight(row, column)).join(", "));
  return `[[${rows.join("], [")}]]`;
}

// Tuples in a tuple as lists in a list.
const withBrackets = (text) =>
  !/[[{]/.test(text) && /\)\s*,\s*\(/.test(text) ? text.replaceAll("(", "[").replaceAll(")", "]") : text;

// Without "float kernel[3][3] =", "new float[,]", "np.array(", ".reshape(3, 3)", and the "f" of 1.0f.
function withoutNames(text) {
  return text
    .replace(/^[a-z_][^={}()]*(?::?=|<-)\s*/i, "")
    .replace(OPENCV, "[$1]")
    .replace(/^[a-z_][\w:<>,\s]*(?=\{)/i, "")
    .replace(/\bnew\s+[a-z_]\w*\s*(?:\[[\d\s,]*\]\s*)+(?=\{)/gi, "")
    .replace(/[a-z_]\w*!\s*(?=\[)/gi, "") // vec![
    .replace(/\bas\s+[[\w\s;\]]+$/i, "")
    .replace(/(?<=[\])])\.[a-z_]+\([^()[\]{}]*\)/gi, "")
    .replace(/(\d\.?)f\b/gi, "$1")
    .replace(/[a-z_][\w.]*\s*\((?!\s*\d\s*(?:,\s*\d\s*)?\))/gi, "("); // but not rand(3, 3)
}
