// From a picture and settings to maps. A picture is {name, planes: [red, green, blue], grey}.
//
// Every kind of convolution is a sum of branches: a plane, the kernel on it, and the branch's share in the sum.

import { placeInside } from "../shared/keys.js";
import { activate, addPlanes, convolve, flipKernel, greyOf, makePlane, paddingAmounts, span, traceWindow, zeroStuff } from "../shared/nn/numerics.js";

export const PLANE_NAMES = ["Red", "Green", "Blue"];

export function makePicture(name, width, height, rgb) {
  const planes = [0, 1, 2].map(() => makePlane(width, height));
  const grey = makePlane(width, height);
  for (let i = 0, from = 0; i < grey.data.length; i++, from += 3) {
    planes[0].data[i] = rgb[from];
    planes[1].data[i] = rgb[from + 1];
    planes[2].data[i] = rgb[from + 2];
    grey.data[i] = greyOf(rgb[from], rgb[from + 1], rgb[from + 2]);
  }
  return { name, width, height, planes, grey };
}

// The branches of a kind: {name, plane, kernel, sliding, share, scale}; `scale` turns places on the branch's
// plane into places on the picture (transposed convolution looks at a picture pulled apart).
function branchesOf(picture, settings) {
  const { kind, mix, stride, dilation } = settings.values;
  const { sliding } = settings;
  if (kind === "grey") return [{ name: "Grey", plane: picture.grey, kernel: settings.kernelOf(0), sliding, share: 1, scale: 1 }];
  if (kind === "transposed") {
    const kernel = settings.kernelOf(0);
    return [
      {
        name: "Grey, pulled apart",
        plane: zeroStuff(picture.grey, stride),
        kernel: { side: kernel.side, weights: flipKernel(kernel.weights) },
        sliding: { stride: 1, padding: "full", border: "zero", dilation },
        share: 1,
        scale: stride,
      },
    ];
  }
  return picture.planes.map((plane, i) => ({
    name: PLANE_NAMES[i],
    plane,
    kernel: kind === "pointwise" ? { side: 1, weights: [mix[i]] } : settings.kernelOf(i),
    sliding: kind === "pointwise" ? { stride, padding: "valid", border: "zero", dilation: 1 } : sliding,
    share: kind === "separable" ? mix[i] : 1,
    scale: 1,
  }));
}

const NEAR_ONE = 0.1;

// Whether a flat grey comes out as it went in: the weights of all branches sum to about 1.
function keepsBrightness({ branches }) {
  const total = branches.reduce((sum, { kernel, share }) => sum + share * kernel.weights.reduce((all, weight) => all + weight, 0), 0);
  return Math.abs(total - 1) <= NEAR_ONE + 1e-9;
}

// What of a result decides how it is shown (`displayScale`).
export const natureOf = (result) => ({ isPicture: keepsBrightness(result), hasMinus: result.branches.some(({ kernel, share }) => kernel.weights.some((weight) => weight * share < 0)) });

// {branches, partials, summed, output, sizes}: summed has the bias, output the activation too; one plane or three.
export function compute(picture, settings) {
  const { kind, bias, activation } = settings.values;
  const branches = branchesOf(picture, settings);
  const partials = branches.map(({ plane, kernel, sliding }) => convolve(plane, kernel, sliding));
  const shares = branches.map((branch) => branch.share);
  const isOpen = kind === "depthwise";
  const groups = isOpen ? partials.map((partial) => [[partial], [1]]) : [[partials, shares]];
  const summed = groups.map(([planes, parts]) =>
    planes.length === 1 && parts[0] === 1 && bias === 0 ? planes[0] : addPlanes(planes, parts, bias),
  );
  const output = summed.map((plane) => activate(plane, activation));
  return { branches, partials, summed, output, isOpen, width: output[0].width, height: output[0].height };
}

// How one output value came about, branch by branch.
export function explain(result, settings, row, column) {
  const { bias, activation } = settings.values;
  const traces = result.branches.map((branch) => ({
    ...branch,
    ...traceWindow(branch.plane, branch.kernel, branch.sliding, row, column),
  }));
  const at = row * result.width + column;
  return {
    traces,
    bias,
    activation,
    sums: result.summed.map((plane) => plane.data[at]),
    values: result.output.map((plane) => plane.data[at]),
  };
}

// The output place whose window lies most nearly around a pixel of the picture.
export function outputPlaceOf(result, row, column) {
  const { plane, kernel, sliding, scale } = result.branches[0];
  const reach = (span(kernel.side, sliding.dilation) - 1) / 2;
  const [top] = paddingAmounts(plane.height, kernel.side, sliding);
  const [left] = paddingAmounts(plane.width, kernel.side, sliding);
  const nearest = (place, padding) => Math.round((place * scale + padding - reach) / sliding.stride);
  return placeInside({ row: nearest(row, top), column: nearest(column, left) }, result);
}

// Pixels of padding around the picture; 0 where it is pulled apart.
export function paddingAround({ branches: [{ plane, kernel, sliding, scale }] }) {
  return scale > 1 ? 0 : Math.max(...paddingAmounts(plane.height, kernel.side, sliding), ...paddingAmounts(plane.width, kernel.side, sliding));
}

// The rectangle and the pixels of the picture that a trace looks at: [{row, column}], in pixels of the picture.
export function windowOnPicture(trace) {
  const places = trace.cells.map(({ row, column }) => ({ row: row / trace.scale, column: column / trace.scale }));
  const rows = places.map(({ row }) => row);
  const columns = places.map(({ column }) => column);
  return {
    top: Math.min(...rows),
    left: Math.min(...columns),
    bottom: Math.max(...rows) + 1,
    right: Math.max(...columns) + 1,
    places: places.filter(({ row, column }) => Number.isInteger(row) && Number.isInteger(column)),
  };
}
