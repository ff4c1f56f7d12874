"""A training that is watched: what its viewers cost the server and a browser, and how soon a point is on the screen.

The engine and the route run in this process, on a server of their own, so that its CPU time is theirs; viewers are
WebSockets as the panel opens them, in a process of their own. The panel itself runs in a browser on an empty page.
What is measured is told on the way, on the standard error; all of it takes about two and a half minutes.
"""

import statistics
import time
from typing import Any

import psutil

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.bench.harness import browser, fresh_engine, tell, time_limit
from cnnviz.bench.live_viewers import PANEL, batch_times, note_batches, served, watch
from cnnviz.components.bundle import style
from cnnviz.datasets.registry import describe
from cnnviz.engine.engine import Engine
from cnnviz.training.config import TrainingConfig
from cnnviz.web.live.route import live_url

SECONDS = 8.0
ROUNDS = 3
IMAGES = "shapes"
VIEWERS = 30
POINTS = 30  # whose way to the screen is timed
SETTLE_SECONDS = 2.0  # after viewers have come: they are told all that there is once
PATIENCE_SECONDS = 120.0  # for one measure beyond what it takes, and for what it waits for
GOALS = {"thirty_viewers": 0.10, "one_viewer": 0.02, "held": 0.002, "browser": 0.05, "latency_s": 0.3}
# As Streamlit does it: HTML and CSS into a shadow root, then the data. `seen` are the points and when each was drawn.
MOUNT = """async ({ html, css, data }) => {
  const root = document.body.appendChild(document.createElement("div")).attachShadow({ mode: "open" });
  root.innerHTML = `<style>${css}</style>${html}`;
  const { default: component } = await import("/live_run.js");
  component({ data, parentElement: root, setTriggerValue: () => {} });
  const { liveRun } = root.querySelector("section");
  window.seen = [];
  const draw = liveRun.draw.bind(liveRun);
  let shown = 0;
  liveRun.draw = () => {
    draw();
    const fresh = liveRun.history.points.slice(shown);
    shown = liveRun.history.points.length;
    requestAnimationFrame(() => seen.push(...fresh.map(([position]) => [position, Date.now() / 1000])));
  };
}"""


def measure() -> dict[str, Any]:
    """Watch one training by nobody, by one and by thirty, in turn; then in a browser, while it is held, and ended.

    Returns
    -------
    dict
        Shares of a core: "training" (its worker), "nobody", "one", "thirty" (the server), "held" and "ended" (what
        thirty viewers of such a run add), "browser"; "one_of_training" (what one viewer adds, of the training's CPU),
        "latency_s" (median) and "latency_p95_s" of the seconds from the end of a batch to its point on the screen;
        "goal", "text".
    """
    with fresh_engine() as engine, served(engine) as url:
        config = TrainingConfig(dataset=IMAGES, epochs=500)  # it is stopped before
        run_id = engine.train(_net(), config, by=OPERATOR).id
        _until(lambda: engine.store.last_epoch(run_id) >= 1)
        engine.call(note_batches)
        address = url.replace("http", "ws", 1) + live_url(run_id, OPERATOR, "")
        shares: dict[str, list[float]] = {"nobody": [], "one": [], "thirty": [], "training": []}
        for number in range(ROUNDS):
            for name, count in list({"nobody": 0, "one": 1, "thirty": VIEWERS}.items())[:: 1 if number % 2 else -1]:
                with watch(address, count):
                    server, training = _cpu_shares(engine, f"round {number + 1} of {ROUNDS}, watched by {name}")
                shares[name].append(server)
                shares["training"].append(training)
        figures = {name: statistics.median(values) for name, values in shares.items()}
        figures |= _look(engine, url, run_id)
        engine.command(run_id, "pause", by=OPERATOR)
        _until(lambda: engine.store.get(run_id).progress.paused)
        unwatched = _cpu_shares(engine, "held, watched by nobody")[0]
        with watch(address, VIEWERS) as told:
            before = told.value
            figures["held"] = max(0.0, _cpu_shares(engine, "held")[0] - unwatched)
            figures["told_while_held"] = told.value - before
        engine.command(run_id, "stop", by=OPERATOR)
        _until(lambda: not engine.store.get(run_id).status.is_active)
        unwatched = _cpu_shares(engine, "ended, watched by nobody")[0]
        with watch(address, VIEWERS):
            figures["ended"] = max(0.0, _cpu_shares(engine, "ended")[0] - unwatched)
    return _told(figures)


def _net() -> Architecture:
    """A tutorial's, on images that lie with the app, of which an epoch takes about a second."""
    info = describe(IMAGES)
    return adapt(get_preset("conv32-64-128-mnist").architecture, info.image_shape, len(info.classes))


def _cpu_shares(engine: Engine, what: str) -> tuple[float, float]:
    """What this process takes of a core for a while, and what the worker takes."""
    with time_limit(SECONDS + PATIENCE_SECONDS, what):
        time.sleep(SETTLE_SECONDS)
        worker = psutil.Process(engine.call(_process_id))
        before = time.process_time(), _cpu_time(worker), time.monotonic()
        time.sleep(SECONDS)
        wall = time.monotonic() - before[2]
        server, training = (time.process_time() - before[0]) / wall, (_cpu_time(worker) - before[1]) / wall
    tell(f"live-panel, {what}: server {server:.1%} of a core, training {training:.0%}")
    return server, training


def _process_id() -> int:
    return psutil.Process().pid


def _cpu_time(process: psutil.Process) -> float:
    return sum(process.cpu_times()[:2])


def _look(engine: Engine, url: str, run_id: str) -> dict[str, float]:
    """CPU of a browser that shows the panel, and the seconds until a point is on its screen."""
    html = (PANEL / "component.html").read_text("utf-8")
    data = {"run": run_id, "url": live_url(run_id, OPERATOR, ""), "state": "running, with epochs", "own": True}
    with time_limit(SECONDS + 2 * PATIENCE_SECONDS, "the browser"), browser() as chromium:
        page = chromium.new_page(viewport={"width": 700, "height": 900})
        page.goto(url)
        page.evaluate(MOUNT, {"html": html, "css": style("live_run"), "data": data})
        page.wait_for_timeout(1000 * SETTLE_SECONDS)
        processes = [one for one in psutil.Process().children(recursive=True) if "chrom" in one.name()]
        before, started = sum(map(_cpu_time, processes)), time.monotonic()
        page.wait_for_timeout(1000 * SECONDS)
        share = (sum(map(_cpu_time, processes)) - before) / (time.monotonic() - started)
        tell(f"live-panel, in a browser: {share:.1%} of a core")
        page.evaluate("() => (seen.length = 0)")  # what was there when the page came has waited for it
        page.wait_for_function(f"() => seen.length >= {POINTS}", timeout=1000 * PATIENCE_SECONDS)
        seen = page.evaluate("() => seen")
    ended = engine.call(batch_times)
    waits = [at - ended[position] for position, at in seen if position in ended]
    tell(f"live-panel, {len(waits)} points: on the screen after {statistics.median(waits):.2f} s")
    return {
        "browser": share,
        "latency_s": statistics.median(waits),
        "latency_p95_s": statistics.quantiles(waits, n=20)[-1],
    }


def _until(condition: Any) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited longer than {PATIENCE_SECONDS:g} s")
        time.sleep(0.05)


def _told(figures: dict[str, float]) -> dict[str, Any]:
    added = {name: max(0.0, figures[name] - figures["nobody"]) for name in ("one", "thirty")}
    figures["one_of_training"] = added["one"] / figures["training"]
    text = (
        f"30 viewers take {added['thirty']:.1%} of a core (goal 10%), one {figures['one_of_training']:.1%} of the "
        f"training's CPU (goal 2%); of a held run 30 take {figures['held']:.1%} and of an ended one "
        f"{figures['ended']:.1%} of a core (server without viewers, at work: {figures['nobody']:.1%}); browser "
        f"{figures['browser']:.1%} of a core (goal 5%); a point on the screen {figures['latency_s']:.2f} s after its "
        f"batch, p95 {figures['latency_p95_s']:.2f} s (goal 0.3 s)"
    )
    return {**{name: round(value, 4) for name, value in figures.items()}, "goal": GOALS, "text": text}
