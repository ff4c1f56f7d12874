// Fetches a net or test images by address. An address holds the hash of the content, so what has been fetched once is
// right for ever: large files stay in the browser's Cache API, small ones in its HTTP cache.

import { BadNet } from "./net_file.js";

const CACHE = "cnnviz-nets";
const LARGE = 2_000_000; // bytes
const MAX_KEPT = 24; // files

// onProgress(share done, 0 to 1), where the length is known.
export async function fetchFile(url, onProgress = () => {}) {
  const cache = await openCache();
  const kept = await cache?.match(url);
  if (kept) return kept.arrayBuffer();
  const response = await fetch(url).catch(() => null);
  if (!response?.ok) missing(response ? `status ${response.status}` : "no answer");
  const bytes = await read(response, onProgress);
  if (cache && bytes.byteLength > LARGE) await keep(cache, url, bytes);
  return bytes;
}

// What is made of the file at an address, once: `of(url)` gives the same promise each time, and tries again where it failed.
export class OpenedOnce {
  constructor(open) {
    Object.assign(this, { open, url: null, promise: null });
  }

  of(url) {
    if (url === this.url) return this.promise;
    const promise = Promise.resolve(this.open(url));
    Object.assign(this, { url, promise });
    promise.catch(() => promise === this.promise && Object.assign(this, { url: null, promise: null }));
    return promise;
  }
}

// Not there on pages without https, nor in some private windows.
async function openCache() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

function missing(received) {
  throw new BadNet(`The net did not arrive from the server. Load the page again. Received: ${received}.`);
}

async function read(response, onProgress) {
  const length = Number(response.headers.get("content-length"));
  if (!length || !response.body) return response.arrayBuffer().catch(() => missing("a part of it"));
  const parts = [];
  let done = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { value, done: isEnd } = await reader.read().catch(() => missing(`${done} of ${length} bytes`)); // else half of it would be kept
    if (isEnd) break;
    parts.push(value);
    done += value.length;
    onProgress(Math.min(done / length, 1));
  }
  return new Blob(parts).arrayBuffer();
}

async function keep(cache, url, bytes) {
  try {
    await cache.put(url, new Response(bytes));
    const keys = await cache.keys(); // oldest first
    for (const old of keys.slice(0, Math.max(0, keys.length - MAX_KEPT))) await cache.delete(old);
  } catch {
    // the browser's disk is full: the next visit fetches it again
  }
}
