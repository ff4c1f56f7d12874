// The one script that a report holds as text: takes out what is packed in the file, and starts it.
(() => {
  const FAILED = "This browser cannot unpack the scripts of this file, so nothing moves here; text and tables are all there. Open it with a newer browser.";

  const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
  const VALUES = new Uint8Array(128);
  for (let i = 0; i < DIGITS.length; i++) VALUES[DIGITS.charCodeAt(i)] = i;

  // Base 85, as b85encode of Python writes it: five letters for four bytes, fewer for the last ones.
  function bytesOf(text) {
    const values = new DataView(new ArrayBuffer(4 * Math.ceil(text.length / 5)));
    for (let at = 0; at < text.length; at += 5) {
      let value = 0;
      for (let i = at; i < at + 5; i++) value = 85 * value + (i < text.length ? VALUES[text.charCodeAt(i)] : 84);
      values.setUint32((4 * at) / 5, value);
    }
    return new Uint8Array(values.buffer, 0, Math.floor((4 * text.length) / 5));
  }

  async function unpacked(node) {
    const packed = bytesOf(node.textContent);
    node.remove();
    return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"))).arrayBuffer();
  }

  // As a classic script: of a file in a folder, browsers import no modules.
  function run(code) {
    const src = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    return new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src, onload: resolve, onerror: reject });
      document.head.append(script);
    }).finally(() => URL.revokeObjectURL(src));
  }

  async function start() {
    const nodes = [...document.querySelectorAll("script[data-file]")];
    const contents = await Promise.all(nodes.map(async (node) => [node.dataset.file, await unpacked(node)]));
    const { code, page, ...files } = Object.fromEntries(contents);
    await run(code);
    globalThis.cnnvizReport(JSON.parse(new TextDecoder().decode(page)), files);
  }

  start().catch((error) => {
    for (const node of document.querySelectorAll(".waiting")) node.textContent = FAILED;
    console.error(error);
  });
})();
