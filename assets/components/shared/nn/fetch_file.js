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
  if (!response?.ok) {
    const reason = response ? `status ${response.status}` : "no answer";
    throw new BadNet(`The net did not arrive from the server. Load the page again. Received: ${reason}.`);
  }
  const bytes = await read(response, onProgress);
  if (cache && bytes.byteLength > LARGE) await keep(cache, url, bytes);
  return bytes;
}

// Not there on pages without https, nor in some private windows.
async function openCache() {
  try {
    return await caches.open(CACHE);
  } catch {
    return null;
  }
}

async function read(response, onProgress) {
  const length = Number(response.headers.get("content-length"));
  if (!length || !response.body) return response.arrayBuffer();
  const parts = [];
  let done = 0;
  for (const reader = response.body.getReader(); ; ) {
    const { value, done: isEnd } = await reader.read().catch(() => ({ done: true }));
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
