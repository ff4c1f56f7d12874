// What a net's last layer says of each class.

// Probabilities of the classes; scores without softmax or sigmoid count as logits, as in an evaluation. One output is that
// of the second of two classes.
export function sharesOf(values, output) {
  const isShare = isShares(output);
  if (values.length === 1) {
    const second = isShare ? values[0] : 1 / (1 + Math.exp(-values[0]));
    return [1 - second, second];
  }
  const most = Math.max(...values);
  const scores = isShare ? Array.from(values) : Array.from(values, (value) => Math.exp(value - most));
  const total = scores.reduce((sum, score) => sum + score, 0);
  return scores.map((score) => (total > 0 ? score / total : 1 / scores.length));
}

// Whether the values of a net with this output are probabilities.
export const isShares = (output) => output === "softmax" || output === "sigmoid";
