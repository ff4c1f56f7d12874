// How far the nets agree, in words. Only classes that have the same name can be the same.

// answers: [{name: what the net says, classes: all that it knows}], none of a net that gives no answer; label: what it is, or
// undefined. "" for fewer than two answers.
export function agreementText(answers, label) {
  if (answers.length < 2) return "";
  const known = new Set(answers[0].classes);
  const comparable = answers.filter(({ classes }) => classes.some((name) => known.has(name)));
  const others = answers.length - comparable.length;
  if (comparable.length < 2) return "These nets know different classes: look at them side by side, they cannot agree.";
  const truth = label === undefined ? "" : `It is ${label}. `;
  const rest = others ? ` ${others === 1 ? "One net knows" : `${others} nets know`} other classes.` : "";
  return `${truth}${saidText(comparable)}.${rest}`;
}

// "All 3 say 7", "2 of 3 say 7, 1 says 1": the commonest first.
function saidText(answers) {
  const counts = new Map();
  for (const { name } of answers) counts.set(name, (counts.get(name) ?? 0) + 1);
  const all = answers.length;
  const [first, ...rest] = [...counts].sort(([, one], [, other]) => other - one);
  if (!rest.length) return `${all === 2 ? "Both" : `All ${all}`} say ${first[0]}`;
  const says = (count) => (count === 1 ? "says" : "say");
  return [`${first[1]} of ${all} ${says(first[1])} ${first[0]}`, ...rest.map(([name, count]) => `${count} ${says(count)} ${name}`)].join(", ");
}

// Whether nets that share classes say different things.
export function isDisputed(answers) {
  const known = new Set(answers[0]?.classes);
  const comparable = answers.filter(({ classes }) => classes.some((name) => known.has(name)));
  return new Set(comparable.map(({ name }) => name)).size > 1;
}
