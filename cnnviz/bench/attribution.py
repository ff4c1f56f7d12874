"""How long it takes in the browser to say what speaks for a class: while one draws, and with a patch at every place."""

from typing import Any

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.bench.net_page import MNIST_NET, evaluate, net_bytes, net_page

NUM_RUNS = 41
GOAL_QUICK_MS = 16.0  # saliency and Grad-CAM: a frame
GOAL_OCCLUSION_SECONDS = 0.35  # 24 x 24 places

EXPLAIN = """async ({ name, num }) => {
  const { Net, Backward, attribution } = (await import("/bundle.js")).default;
  const net = await Net.open(await (await fetch(`/nets/${name}`)).arrayBuffer(), {});
  const way = await Backward.open(net);
  const pixels = net.layers[0].values.map((_, at) => (at * 7919) % 256);
  const maps = net.layers.findLast(({ height, width }) => height * width > 1).index;
  const run = (method, layer, settings) => {
    const start = performance.now();
    attribution.finished(attribution.METHODS[method]({ net, way, pixels, of: 3, layer }, settings));
    return performance.now() - start;
  };
  const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];
  const repeat = (times, act) => median(Array.from({ length: times }, act));
  const quick = () => run("saliency", 0) + run("grad_cam", maps);
  const occlusion = () => run("occlusion", 0, { patch: 5, stride: 1, baseline: "black" });
  quick();
  return { quick: repeat(num, quick), occlusion: repeat(5, occlusion), backend: net.backend.name };
}"""


def measure() -> dict[str, Any]:
    """Saliency with Grad-CAM, and occlusion at 24 x 24 places, of the MNIST net.

    Returns
    -------
    dict
        "quick_ms", "occlusion_s" (medians), "backend", "goals", "ok", "text".
    """
    with net_page({MNIST_NET: net_bytes(get_preset(MNIST_NET).architecture)}) as page:
        found = evaluate(page, EXPLAIN, {"name": MNIST_NET, "num": NUM_RUNS})
    quick, occlusion = found["quick"], found["occlusion"] / 1000
    return {
        "quick_ms": round(quick, 2),
        "occlusion_s": round(occlusion, 3),
        "backend": found["backend"],
        "goals": {"quick_ms": GOAL_QUICK_MS, "occlusion_s": GOAL_OCCLUSION_SECONDS},
        "ok": quick <= GOAL_QUICK_MS and occlusion <= GOAL_OCCLUSION_SECONDS,
        "text": f"saliency and Grad-CAM {quick:.1f} ms (goal {GOAL_QUICK_MS:g}), occlusion at 24 x 24 places "
        f"{occlusion:.2f} s (goal {GOAL_OCCLUSION_SECONDS:g})",
    }
