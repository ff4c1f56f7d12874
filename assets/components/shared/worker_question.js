// Asks a worker something that takes long, through the server (cnnviz/web/long_questions.py): with progress, and left at
// any time. The server works on as long as it is asked for the next piece, so a closed tab leaves nothing behind.

export class WorkerProblem extends Error {}

const LOST = "The server does not answer. Load the page again.";

// base: the address that the page was given (InsideData.questions); name: one of engine/long_questions.py; params: what
// that takes, typed arrays among it as lists. told(share, 0 to 1) after each piece. Resolves with {json, bytes}: `bytes`
// is what follows the JSON, see `arrayOf`. Rejects with a WorkerProblem, a sentence for the user; or, once `signal` is
// aborted, with its reason.
export async function askWorker(base, name, { epoch = null, ...params }, { told = () => {}, signal } = {}) {
  const [path, query] = base.split("?");
  const asked = JSON.stringify({ epoch, params }, (_, value) => (ArrayBuffer.isView(value) ? [...value] : value));
  const started = await answered(`${path}/${name}?${query}`, { method: "POST", headers: { "content-type": "application/json" }, body: asked, signal });
  const url = `${path.slice(0, path.lastIndexOf("/"))}/${(await started.json()).id}`;
  try {
    for (;;) {
      signal?.throwIfAborted();
      const answer = await answered(url, { signal });
      if (answer.status === 200) return unpacked(await answer.arrayBuffer());
      told((await answer.json()).share);
    }
  } catch (error) {
    if (signal?.aborted) fetch(url, { method: "DELETE", keepalive: true }).catch(() => {}); // it is forgotten anyway
    throw error;
  }
}

async function answered(url, options) {
  const answer = await fetch(url, options).catch((error) => {
    options.signal?.throwIfAborted();
    throw new WorkerProblem(LOST, { cause: error });
  });
  if (answer.ok) return answer;
  const { problem } = await answer.json().catch(() => ({}));
  throw new WorkerProblem(problem ?? `${LOST} Received: status ${answer.status}.`);
}

function unpacked(buffer) {
  const start = 4 + new DataView(buffer).getUint32(0, true);
  return { json: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, start - 4))), bytes: new Uint8Array(buffer, start) };
}

// An array of an answer by its name, {values, shape}: Float32Array, or Uint8Array for pixels.
export function arrayOf({ json, bytes }, name) {
  const { type, shape, offset } = json.arrays[name];
  const length = shape.reduce((product, side) => product * side, 1);
  const Kind = type === "uint8" ? Uint8Array : Float32Array;
  return { values: new Kind(bytes.buffer, bytes.byteOffset + offset, length), shape };
}
