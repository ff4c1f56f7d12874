// The way back through the activation functions: the slope by what a function was given, from the slope by what it gave.
// `slopes` are changed in place; `after` is what the function gave, `before` what it was given.

import { erf, LEAKY_SLOPE, SELU, sigmoid, softplus } from "./activations.js";

const ROOT = Math.sqrt(2 / Math.PI);
const CUBE = 0.044715; // of the approximate GELU

const byAfter = (f) => (slopes, after) => {
  for (let i = 0; i < slopes.length; i++) slopes[i] *= f(after[i]);
};
const byBefore = (f) => (slopes, _, before) => {
  for (let i = 0; i < slopes.length; i++) slopes[i] *= f(before[i]);
};

// dS/dx_i = y_i (dS/dy_i - sum over j of dS/dy_j y_j)
function softmax(slopes, after, _, { units }) {
  for (let from = 0; from < slopes.length; from += units) {
    let sum = 0;
    for (let i = from; i < from + units; i++) sum += slopes[i] * after[i];
    for (let i = from; i < from + units; i++) slopes[i] = after[i] * (slopes[i] - sum);
  }
}

function geluSlope(x) {
  return 0.5 * (1 + erf(x / Math.SQRT2)) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

function approximateGeluSlope(x) {
  const bend = Math.tanh(ROOT * (x + CUBE * x ** 3));
  return 0.5 * (1 + bend) + 0.5 * x * (1 - bend * bend) * ROOT * (1 + 3 * CUBE * x * x);
}

function siluSlope(x) {
  const share = sigmoid(x);
  return share * (1 + x * (1 - share));
}

function hardSiluSlope(x) {
  if (x <= -3) return 0;
  return x >= 3 ? 1 : x / 3 + 0.5;
}

function mishSlope(x) {
  const bend = Math.tanh(softplus(x));
  return bend + x * (1 - bend * bend) * sigmoid(x);
}

// At a limit itself the slope is 1, but as in TensorFlow 0 at that of a ReLU, and at both of ReLU6.
function clip(slopes, after, before, { low, high }) {
  const isRelu = low === 0;
  const isRelu6 = isRelu && high === 6;
  const isAbove = (x) => (isRelu ? x > low : x >= low);
  const isBelow = (x) => (isRelu6 ? x < high : x <= high);
  byBefore((x) => (isAbove(x) && isBelow(x) ? 1 : 0))(slopes, after, before);
}

const AFTER = {
  relu: byAfter((y) => (y > 0 ? 1 : 0)),
  sigmoid: byAfter((y) => y * (1 - y)),
  tanh: byAfter((y) => 1 - y * y),
  softmax,
  relu6: byAfter((y) => (y > 0 && y < 6 ? 1 : 0)),
  hard_sigmoid: byAfter((y) => (y > 0 && y < 1 ? 1 / 6 : 0)),
  exponential: byAfter((y) => y),
};

const BEFORE = {
  leaky_relu: (slopes, after, before, { slope = LEAKY_SLOPE }) => byBefore((x) => (x > 0 ? 1 : slope))(slopes, after, before),
  elu: (slopes, after, before, { slope = 1 }) => byBefore((x) => (x < 0 ? slope * Math.exp(x) : 1))(slopes, after, before),
  gelu: byBefore(geluSlope),
  gelu_tanh: byBefore(approximateGeluSlope),
  silu: byBefore(siluSlope),
  hard_silu: byBefore(hardSiluSlope),
  softplus: byBefore(sigmoid),
  softsign: byBefore((x) => 1 / (1 + Math.abs(x)) ** 2),
  selu: byBefore((x) => SELU.scale * (x < 0 ? SELU.alpha * Math.exp(x) : 1)),
  mish: byBefore(mishSlope),
  clip,
};

// Changes the slopes by a layer's values into those by what its activation was given; `before` gives that when it is
// called, which costs as much as the layer itself.
export function throughActivation(layer, slopes, before) {
  const name = layer.activation;
  if (name === "linear") return;
  if (name in AFTER) AFTER[name](slopes, layer.values, null, layer);
  else BEFORE[name](slopes, null, before(), layer);
}
