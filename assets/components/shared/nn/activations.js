// The activation functions of Keras, in place. `units` is the length of the last axis, over which softmax runs; `layer`
// has the slope of its own that a leaky ReLU or an ELU may have, and the limits of a clip.
// Computed in doubles and rounded once: that is closer to Keras than any order of float32 would be.

export const LEAKY_SLOPE = 0.2;
export const SELU = { scale: 1.0507009873554805, alpha: 1.6732632423543772 }; // Klambauer et al., "Self-Normalizing Neural Networks"

// erf by its Maclaurin series where that is quick, else by the continued fraction of erfc (Abramowitz and Stegun 7.1.5,
// 7.1.14).
export function erf(x) {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let fraction = 0;
  for (let n = 60; n > 0; n--) fraction = n / 2 / (size + fraction);
  return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
}

const each = (f) => (data) => {
  for (let i = 0; i < data.length; i++) data[i] = f(data[i]);
};

function softmax(data, units) {
  for (let from = 0; from < data.length; from += units) {
    let largest = -Infinity;
    for (let i = from; i < from + units; i++) largest = Math.max(largest, data[i]);
    let sum = 0;
    for (let i = from; i < from + units; i++) sum += Math.exp(data[i] - largest);
    for (let i = from; i < from + units; i++) data[i] = Math.exp(data[i] - largest) / sum;
  }
}

function relu(data) {
  for (let i = 0; i < data.length; i++) if (data[i] < 0) data[i] = 0;
}

export function sigmoid(x) {
  return 1 / (1 + Math.exp(-x));
}

function hardSigmoid(x) {
  return Math.min(Math.max(x / 6 + 0.5, 0), 1);
}

// log(1 + e^x), also where e^x is too large for a number.
export function softplus(x) {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

const ACTIVATIONS = {
  linear: () => {},
  relu,
  leaky_relu: (data, _, { slope = LEAKY_SLOPE }) => each((x) => (x < 0 ? slope * x : x))(data),
  elu: (data, _, { slope = 1 }) => each((x) => (x < 0 ? slope * Math.expm1(x) : x))(data),
  gelu: each((x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
  gelu_tanh: each((x) => 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)))),
  sigmoid: each(sigmoid),
  tanh: each(Math.tanh),
  softmax,
  relu6: each((x) => Math.min(Math.max(x, 0), 6)),
  silu: each((x) => x * sigmoid(x)),
  hard_sigmoid: each(hardSigmoid),
  hard_silu: each((x) => x * hardSigmoid(x)),
  softplus: each(softplus),
  softsign: each((x) => x / (1 + Math.abs(x))),
  selu: each((x) => SELU.scale * (x < 0 ? SELU.alpha * Math.expm1(x) : x)),
  exponential: each(Math.exp),
  mish: each((x) => x * Math.tanh(softplus(x))),
  clip: (data, _, { low, high }) => each((x) => Math.min(Math.max(x, low), high))(data),
};

export function activate(name, data, units, layer = {}) {
  ACTIVATIONS[name](data, units, layer);
}

export const isActivation = (name) => name in ACTIVATIONS;
