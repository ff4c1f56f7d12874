// The one script that a report holds as text: takes out what is packed in the file, and starts it.
(() => {
  const FAILED = "This browser cannot unpack the scripts of this file, so nothing moves here; text and tables are all there. Open it with a newer browser.";

  async function unpacked(node) {
    const text = atob(node.textContent);
    const packed = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) packed[i] = text.charCodeAt(i);
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
