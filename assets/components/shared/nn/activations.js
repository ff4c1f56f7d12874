// The activation functions of Keras, in place. `units` is the length of the last axis, over which softmax runs.
// Computed in doubles and rounded once: that is closer to Keras than any order of float32 would be.

const LEAKY_SLOPE = 0.2;

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

const ACTIVATIONS = {
  linear: () => {},
  relu,
  leaky_relu: each((x) => (x < 0 ? LEAKY_SLOPE * x : x)),
  elu: each((x) => (x < 0 ? Math.expm1(x) : x)),
  gelu: each((x) => 0.5 * x * (1 + erf(x / Math.SQRT2))),
  sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  tanh: each(Math.tanh),
  softmax,
};

export function activate(name, data, units) {
  ACTIVATIONS[name](data, units);
}

export const isActivation = (name) => name in ACTIVATIONS;
