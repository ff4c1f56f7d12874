// How much each unit of a layer gives to the answer: how far the winner's score falls when the unit is switched off.

const CHUNK_MS = 12; // the page goes on in between

// Null where isCurrent() says that nobody waits for them any more.
export async function sharesOfAnswer(app, index, isCurrent) {
  const net = await app.openCalculator();
  if (!isCurrent()) return null;
  net.run(app.state.values.picture.pixels);
  const last = net.layers.length - 1;
  const answer = app.values(last);
  const winner = answer.indexOf(Math.max(...answer));
  const layer = net.layers[index];
  const values = net.values(index);
  const later = net.layers.slice(index + 1);
  const whole = score(net, last, winner);
  const kept = values.slice();
  const shares = new Float32Array(layer.units);
  let until = performance.now() + CHUNK_MS;
  for (let unit = 0; unit < layer.units; unit++) {
    for (let i = unit; i < values.length; i += layer.units) values[i] = 0;
    net.compute(later);
    shares[unit] = whole - score(net, last, winner);
    values.set(kept);
    if (performance.now() > until) {
      const all = net.all.slice();
      await new Promise((resolve) => setTimeout(resolve));
      if (!isCurrent()) return null;
      net.all.set(all); // others may have asked the same net about another picture
      until = performance.now() + CHUNK_MS;
    }
  }
  return shares;
}

// Before the softmax: probabilities near 1 hardly move.
const score = (net, last, unit) => net.before(last)[unit];
