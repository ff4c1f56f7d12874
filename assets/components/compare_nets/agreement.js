// How far the nets agree, in words. Only classes that have the same name can be the same.

// answers: [{letter: of the net, name: what it says, classes: all that it knows}], none of a net that gives no answer; label: what it is, or
// undefined. "" for fewer than two answers.
export function agreementText(answers, label) {
  if (answers.length < 2) return "";
  const known = new Set(answers[0].classes);
  const comparable = answers.filter(({ classes }) => classes.some((name) => known.has(name)));
  if (comparable.length < 2) return "These nets know different classes: look at them side by side, they cannot agree.";
  const truth = label === undefined ? "" : `It is ${label}. `;
  const others = answers.filter((one) => !comparable.includes(one)).map(({ letter }) => letter);
  const rest = others.length ? ` ${listed(others)} ${others.length === 1 ? "knows" : "know"} other classes.` : "";
  return `${truth}${saidText(comparable)}.${rest}`;
}

// "All 3 say 7", "A and C say 7; B says 1": the commonest first.
function saidText(answers) {
  const groups = new Map();
  for (const { name, letter } of answers) groups.set(name, [...(groups.get(name) ?? []), letter]);
  if (groups.size === 1) return `${answers.length === 2 ? "Both" : `All ${answers.length}`} say ${answers[0].name}`;
  const ordered = [...groups].sort(([, one], [, other]) => other.length - one.length);
  return ordered.map(([name, letters]) => `${listed(letters)} ${letters.length === 1 ? "says" : "say"} ${name}`).join("; ");
}

const listed = (letters) => (letters.length === 1 ? letters[0] : `${letters.slice(0, -1).join(", ")} and ${letters.at(-1)}`);

// Whether nets that share classes say different things.
export function isDisputed(answers) {
  const known = new Set(answers[0]?.classes);
  const comparable = answers.filter(({ classes }) => classes.some((name) => known.has(name)));
  return new Set(comparable.map(({ name }) => name)).size > 1;
}
