"""A frame of the page Compare in the browser: a picture goes through several nets, forth and back, and all is drawn."""

import os
import statistics
from dataclasses import asdict
from typing import Any

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.bench.net_page import MNIST_NET, evaluate, net_bytes, net_page
from cnnviz.components.bundle import COMPONENTS, style
from cnnviz.inspection.attribution.methods import default_settings, methods_in_words
from cnnviz.ui.components.compare_nets import CompareData, ComparedNet

NUM_FRAMES = 60
WHY = "saliency"
GOAL_MS = {2: 16.0, 6: 40.0}

FRAMES = """async ({ html, css, data, num }) => {
  const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  root.innerHTML = `<style>${css}</style>${html}`;
  const { default: component } = await import("/compare.js");
  component({ data, parentElement: root, setTriggerValue: () => {}, setStateValue: () => {} });
  const tick = () => new Promise(requestAnimationFrame);
  const isReady = ({ hasFrame, attributor }) => hasFrame && attributor.ready;
  let app;
  do {
    await tick();
    app = root.querySelector("section").compareNets;
  } while (!app || app.columns.length < data.nets.length || !app.columns.every(isReady));
  const times = [];
  for (let i = 0; i < num; i++) {
    await tick();
    const pixels = app.picture.pixels.map((value, at) => (at % 7 === i % 7 ? 255 - value : value));
    app.picture = { ...app.picture, pixels };
    const start = performance.now();
    app.run();
    times.push(performance.now() - start);
  }
  return times.slice(num / 4);
}"""


def measure() -> dict[str, Any]:
    """A picture changes: answers, maps and saliency of two and of six MNIST nets beside each other, 1400x900.

    Returns
    -------
    dict
        "frame_ms": number of nets -> median milliseconds, "best_ms": the quickest frame; "load" of the machine
        (`os.getloadavg`), "goal_ms", "ok", "text".
    """
    files = {MNIST_NET: net_bytes(get_preset(MNIST_NET).architecture)}
    times = {}
    for count in GOAL_MS:
        with net_page(files) as page:
            times[count] = measure_frames(page, count)
    medians = {count: statistics.median(found) for count, found in times.items()}
    words = ", ".join(f"{count} nets {found:.1f} ms (goal {GOAL_MS[count]:g})" for count, found in medians.items())
    return {
        "frame_ms": {count: round(found, 2) for count, found in medians.items()},
        "best_ms": {count: round(min(found), 2) for count, found in times.items()},
        "load": round(os.getloadavg()[0], 1),
        "goal_ms": GOAL_MS,
        "ok": all(found <= GOAL_MS[count] for count, found in medians.items()),
        "text": f"a frame of the same picture through {words}",
    }


def measure_frames(page: Any, count: int, *, num: int = NUM_FRAMES) -> list[float]:
    """Milliseconds of each of `num` frames, without the first quarter, on a page of `net_page` that has the net."""
    return evaluate(page, FRAMES, {**_given(count), "num": num})


def _given(count: int) -> dict[str, Any]:
    """What FRAMES needs for so many nets, all of one file."""
    shape = get_preset(MNIST_NET).architecture.input_shape
    address = f"/nets/{MNIST_NET}"
    nets = [
        ComparedNet(
            run=f"run-{at}",
            letter=letter,
            title=f"Net {letter}",
            colour="#0072b2",
            inside="/inside",
            net=address,
            classes=tuple("0123456789"),
            shape=shape,
            style="digit",
            images="/images",
            stops=[{"title": "As it ended", "url": address}],
            settings=default_settings(shape),
        )
        for at, letter in enumerate("ABCDEF"[:count])
    ]
    folder = COMPONENTS / "compare_nets"
    return {
        "html": (folder / "component.html").read_text("utf-8"),
        "css": style("compare_nets"),
        "data": asdict(CompareData(nets, [], methods_in_words(), why=WHY)),
    }
