"""The net in the browser, alone: a picture moves, every value of every layer; and what a changed weight does to 500.

The page is empty and the nets have random weights: what is measured is the engine, in one thread.
"""

import json
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten, Layer, MaxPool
from cnnviz.bench.harness import browser
from cnnviz.ui.components.bundle import COMPONENTS, bundle

ORIGIN = "http://components.test"  # nobody's: every request is answered here
NUM_RUNS = 40
NUM_IMAGES = 500
NUM_EDITS = 9
GOAL_FORWARD_MS = 3.0  # of Tiny VGG
GOAL_WHAT_IF_S = 0.3
MNIST_NET = "conv32-64-128-mnist"

FORWARD = """async ({ name, num }) => {
  const { Net } = (await import("/bundle.js")).default;
  const net = await Net.open(await (await fetch(`/nets/${name}`)).arrayBuffer(), {});
  const pixels = Float32Array.from({ length: net.values(0).length }, (_, i) => (i * 7919) % 251);
  const times = [];
  for (let i = 0; i < num; i++) {
    pixels[i] = 255 - pixels[i];
    const start = performance.now();
    net.run(pixels);
    times.push(performance.now() - start);
  }
  return times.slice(num / 4);
}"""
CHANGE = """async ({ name, num }) => {
  const { Net, WhatIf } = (await import("/bundle.js")).default;
  const net = await Net.open(await (await fetch(`/nets/${name}`)).arrayBuffer(), {});
  const whatIf = await WhatIf.open({ netUrl: `/nets/${name}`, imagesUrl: "/images" });
  const times = {};
  for (const layer of net.layers.filter((one) => one.weights.bias)) {
    times[layer.name] = [];
    for (let i = 0; i < num; i++) {
      const start = performance.now();
      await whatIf.update([{ layer: layer.index, weight: "bias", at: 0, value: i }]);
      times[layer.name].push(performance.now() - start);
    }
  }
  whatIf.close();
  return times;
}"""


def _vgg13(first: int, last: int) -> Architecture:
    """Ten 3x3 convolutions in five stages and three dense layers, on 32x32x3 (Simonyan and Zisserman, 2014, net B)."""
    layers: list[Layer] = []
    for stage in range(5):
        filters = min(first * 2**stage, last)
        layers += [Conv(filters=filters, padding="same", activation="relu")] * 2 + [MaxPool()]
    head = (Flatten(), Dense(units=last, activation="relu"), Dense(units=last, activation="relu"))
    return Architecture(
        name="vgg13", input_shape=(32, 32, 3), layers=(*layers, *head, Dense(units=10, activation="softmax"))
    )


NETS = {
    "tiny-vgg": lambda: get_preset("tiny-vgg").architecture,
    MNIST_NET: lambda: get_preset(MNIST_NET).architecture,
    "half VGG-13": lambda: _vgg13(32, 256),
    "VGG-13": lambda: _vgg13(64, 512),
}


def measure_forward() -> dict[str, Any]:
    """Forward passes in headless Chromium, every value of every layer kept.

    Returns
    -------
    dict
        "forward_ms": net -> median milliseconds of a pass; "goal_ms" for Tiny VGG, "ok", "text".
    """
    nets = {name: _net_bytes(make()) for name, make in NETS.items()}
    with _page(nets) as page:
        times = {name: statistics.median(page.evaluate(FORWARD, {"name": name, "num": NUM_RUNS})) for name in nets}
    words = ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in times.items())
    return {
        "forward_ms": {name: round(milliseconds, 2) for name, milliseconds in times.items()},
        "goal_ms": GOAL_FORWARD_MS,
        "ok": times["tiny-vgg"] <= GOAL_FORWARD_MS,
        "text": f"forward pass in ms: {words} (goal for Tiny VGG: {GOAL_FORWARD_MS:.0f})",
    }


def measure_what_if() -> dict[str, Any]:
    """One bias changed, until accuracy and confusion matrix over 500 images are there.

    Returns
    -------
    dict
        "seconds": layer -> median of the second change and those after it, "first_s": the slowest first change of a
        layer, whose inputs are not kept yet; "goal_s", "ok", "text".
    """
    with _page({MNIST_NET: _net_bytes(NETS[MNIST_NET]())}) as page:
        found = page.evaluate(CHANGE, {"name": MNIST_NET, "num": NUM_EDITS})
    seconds = {name: statistics.median(times[1:]) / 1000 for name, times in found.items()}
    first = max(times[0] for times in found.values()) / 1000
    worst = max(seconds.values())
    return {
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "first_s": round(first, 3),
        "goal_s": GOAL_WHAT_IF_S,
        "ok": worst <= GOAL_WHAT_IF_S,
        "text": f"matrix of {NUM_IMAGES} images {worst:.2f} s after a change of any layer, {first:.2f} s after the "
        f"first of a layer (goal {GOAL_WHAT_IF_S} s)",
    }


def _net_bytes(architecture: Architecture) -> bytes:
    from cnnviz.models.browser_export import net_file
    from cnnviz.models.build import build_model

    classes = tuple(str(number) for number in range(architecture.layers[-1].units))  # type: ignore[union-attr]
    return net_file(build_model(architecture), architecture, classes)


def _image_bytes() -> bytes:
    pixels = np.random.default_rng(0).integers(0, 256, (NUM_IMAGES, 28, 28, 1), dtype=np.uint8)
    labels = [number % 10 for number in range(NUM_IMAGES)]
    head = json.dumps({"shape": pixels.shape, "labels": labels, "classes": [str(digit) for digit in range(10)]})
    return len(head.encode()).to_bytes(4, "little") + head.encode() + pixels.tobytes()


@contextmanager
def _page(nets: dict[str, bytes]) -> Iterator[Any]:
    """An empty page that can fetch the engine's bundle, the nets and the images."""
    entry = COMPONENTS / "shared" / "nn" / "bench_entry.js"
    with browser() as chromium:
        page = chromium.new_page()
        page.route(f"{ORIGIN}/**", lambda route: _answer(route, nets, entry))
        page.goto(f"{ORIGIN}/")
        yield page


def _answer(route: Any, nets: dict[str, bytes], entry: Path) -> None:
    path = route.request.url.removeprefix(ORIGIN)
    if path == "/bundle.js":
        route.fulfill(content_type="text/javascript", body=bundle(entry))
    elif path == "/images":
        route.fulfill(body=_image_bytes())
    elif path.startswith("/nets/"):
        route.fulfill(body=nets[path.removeprefix("/nets/").replace("%20", " ")])
    else:
        route.fulfill(content_type="text/html", body="<!doctype html><title>Bench</title>")
