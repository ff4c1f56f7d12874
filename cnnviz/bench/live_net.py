"""The net in the browser: a picture moves, until every map is drawn.

The page has nothing but the component, and the nets have random weights. Frames are counted beside those of an empty
loop in turns, because other programs take their share of the machine from both.
"""

import os
import statistics
from typing import Any

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten, Layer, MaxPool
from cnnviz.bench.net_page import MNIST_NET, PICTURE, evaluate, net_bytes, net_page
from cnnviz.components.bundle import COMPONENTS, style

NUM_RUNS = 40
NUM_ROUNDS = 3
ROUND_SECONDS = 2.0
COMES_SECONDS = 60  # that a net may take to load and to show its first picture
GOAL_FORWARD_MS = 3.0  # of Tiny VGG
GOAL_FRAMES = {"tiny-vgg": 55, MNIST_NET: 55, "half VGG-13": 30, "VGG-13": 25}

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
# Frames a second of an empty loop and of a cover that the arrow keys move over the picture, in turns, and how many of
# the component's own milliseconds a frame takes.
FRAMES = """async ({ html, css, data, rounds, seconds, patience }) => {
  const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  root.innerHTML = `<style>${css}</style>${html}`;
  const { default: component } = await import("/inside.js");
  component({ data, parentElement: root, setTriggerValue: () => {} });
  const tick = () => new Promise(requestAnimationFrame);
  const section = root.querySelector("section");
  const pause = () => new Promise((then) => setTimeout(then, 20));
  const found = async (what, find) => {
    const end = performance.now() + 1000 * patience;
    for (; performance.now() < end; await pause()) if (find()) return find();
    throw new Error(`${what} did not come within ${patience} seconds; on the page stands: ${section.innerText}`);
  };
  const app = await found("the component", () => section.insideNet);
  await found("the net with its first picture", () => app.hasFrame);
  const button = [...section.querySelectorAll("button")].find(({ textContent }) => textContent === "Cover");
  button.click();
  const cover = await found("the cover", () => root.querySelector(".handle.cover:not([hidden])"));
  const { width } = app.find("seen");
  let drawn = 0, isNew = false, own = 0, frames = 0, steps = 0;
  const frame = app.frame.bind(app);
  app.frame = () => {
    const start = performance.now();
    frame();
    own += performance.now() - start;
    frames++;
    isNew = true;
  };
  const move = () => {
    drawn += isNew;
    isNew = false;
    const key = steps++ % width < width / 2 ? "ArrowRight" : "ArrowLeft";
    cover.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
  };
  const count = async (work) => {
    const start = performance.now();
    let ticks = 0;
    for (; performance.now() - start < 1000 * seconds; ticks++) {
      await tick();
      work();
    }
    return ticks / seconds;
  };
  await count(move);
  if (!frames) throw new Error("the cover was moved, and no frame was drawn");
  frames = own = 0;
  const counted = [];
  for (let i = 0; i < rounds; i++) {
    const empty = await count(() => {});
    drawn = 0;
    await count(move);
    counted.push([empty, drawn / seconds]);
  }
  return { counted, own: own / frames, isWorker: app.live.isWorker };
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


def measure() -> dict[str, Any]:
    """Forward passes alone, and frames of the page Inside while a cover is dragged over the picture, 1400x900.

    Returns
    -------
    dict
        "forward_ms": net -> median milliseconds of a pass, every value of every layer kept; "frames": net -> frames a
        second in which all maps in sight were drawn anew, "empty_frames" of a loop that does nothing, both as medians
        of rounds in turns, "own_ms" that the component takes to draw, "in_worker"; "load" of the machine (processes
        that wait for its processors, `os.getloadavg`); goals, "ok", "text".
    """
    nets = {name: net_bytes(make()) for name, make in NETS.items()}
    forward, frames = {}, {}
    for name in nets:
        with net_page(nets) as page:
            forward[name] = statistics.median(evaluate(page, FORWARD, {"name": name, "num": NUM_RUNS}))
            frames[name] = measure_frames(page, name)
    words = ", ".join(f"{name} {forward[name]:.1f} ms, {one['frames']:.0f} frames" for name, one in frames.items())
    are_met = all(one["frames"] >= GOAL_FRAMES[name] for name, one in frames.items())
    return {
        "forward_ms": {name: round(milliseconds, 2) for name, milliseconds in forward.items()},
        "drawn": frames,
        "load": round(os.getloadavg()[0], 1),
        "goals": {"forward_ms": {"tiny-vgg": GOAL_FORWARD_MS}, "frames": GOAL_FRAMES},
        "ok": are_met and forward["tiny-vgg"] <= GOAL_FORWARD_MS,
        "text": f"forward pass, frames a second with all maps drawn: {words} (goals: {GOAL_FORWARD_MS:.0f} ms for Tiny "
        f"VGG; {', '.join(str(goal) for goal in GOAL_FRAMES.values())} frames of at most "
        f"{max(one['empty_frames'] for one in frames.values()):.0f})",
    }


def measure_frames(
    page: Any,
    name: str,
    *,
    shape: tuple[int, ...] | None = None,
    rounds: int = NUM_ROUNDS,
    seconds: float = ROUND_SECONDS,
    patience: float = COMES_SECONDS,
) -> dict[str, Any]:
    """Frames a second on a page of `net_page` with the net /nets/NAME, see `measure`.

    Parameters
    ----------
    shape : tuple of int, optional
        Of the net's pictures (H, W, C); one of NETS by default.
    rounds, seconds : int, float
        How often, and how long each time.
    patience : float
        Seconds that the net and its first picture may take to come.

    Raises
    ------
    UnexpectedFailure
        They did not come, or nothing moved.
    """
    folder = COMPONENTS / "inside_net"
    data = {
        "net": f"/nets/{name}",
        "classes": list("0123456789"),
        "shape": shape or NETS[name]().input_shape,
        "style": "photo",
        "images": None,
        "photos": [{"title": "Noise", "url": PICTURE}],
        "kernels": [],
        "stops": [],
    }
    given = {
        "html": (folder / "component.html").read_text("utf-8"),
        "css": style("inside_net"),
        "data": data,
        "rounds": rounds,
        "seconds": seconds,
        "patience": patience,
    }
    found = evaluate(page, FRAMES, given)
    empty, drawn = (statistics.median(per_round) for per_round in zip(*found["counted"], strict=True))
    return {"frames": drawn, "empty_frames": empty, "own_ms": round(found["own"], 2), "in_worker": found["isWorker"]}
