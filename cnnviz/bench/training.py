"""Trainings with live curves, watched by nobody and by one viewer, against bare `model.fit` in the same worker."""

import statistics
import time
from typing import Any, NamedTuple

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.bench.harness import Seconds, fresh_engine, measure_time, tell
from cnnviz.bench.live_viewers import served, watch
from cnnviz.datasets.registry import describe
from cnnviz.engine.engine import Engine
from cnnviz.errors import DatasetUnavailable
from cnnviz.runs.records import Status
from cnnviz.training.config import TrainingConfig
from cnnviz.web.live.route import live_url

GOAL, FIRST_POINT_GOAL = 1.03, 2.0
SECONDS = 600
POLL_SECONDS = 0.1  # oftener would cost more than the training's own bookkeeping


class Case(NamedTuple):
    """A preset's net, a data set, the epochs of a training, and how often it is repeated."""

    words: str
    preset: str
    dataset: str
    epochs: int
    rounds: int


CASES = {
    "tutorial": Case("a tutorial's training", "conv32-64-128-mnist", "mnist", 2, 5),
    # About a second for each epoch: what a run and an epoch cost by themselves weighs most.
    "short": Case("four epochs of a second", "conv32-64-cifar10", "shapes", 4, 9),
}


def measure() -> dict[str, Any]:
    """Train each of CASES as a run and by bare `fit`, in turn.

    Returns
    -------
    dict
        Name of the case -> "cpu_ratio" and "wall_ratio" (medians of the run over those of bare `fit`),
        "watched_cpu_ratio" (the same of a run that somebody watches, without the viewer's own CPU) and "first_point_s"
        (seconds from the launch to the first point of the curve); "goal", "text". A case whose images are not
        available is left out, and the text says so.
    """
    figures: dict[str, Any] = {"goal": {"ratio": GOAL, "first_point_s": FIRST_POINT_GOAL}}
    lines = []
    with fresh_engine() as engine, served(engine) as url:
        for name, case in CASES.items():
            try:
                figures[name] = _compare(engine, case, url.replace("http", "ws", 1))
                lines.append(_words(case, **figures[name]))
            except DatasetUnavailable:
                lines.append(f"{case.words}: no {case.dataset} here")
    return {**figures, "text": "; ".join(lines) + f" (goals {GOAL}x, {FIRST_POINT_GOAL} s)"}


def _words(case: Case, *, cpu_ratio: float, watched_cpu_ratio: float, wall_ratio: float, first_point_s: float) -> str:
    return (
        f"{case.words}: CPU {cpu_ratio}x, with a viewer {watched_cpu_ratio}x, wall {wall_ratio}x of bare fit, first "
        f"point after {first_point_s} s"
    )


def _compare(engine: Engine, case: Case, address: str) -> dict[str, float]:
    info = describe(case.dataset)
    net = adapt(get_preset(case.preset).architecture, info.image_shape, len(info.classes))
    config = TrainingConfig(dataset=case.dataset, epochs=case.epochs)
    first_points: list[float] = []
    works = {
        "bare": lambda: engine.call(bare_fit, net, config, timeout=SECONDS),
        "live": lambda: first_points.append(_train(engine, net, config)),
        "watched": lambda: _train(engine, net, config, address),
    }
    for work in works.values():
        work()  # warm
    first_points.clear()
    rounds: dict[str, list[Seconds]] = {name: [] for name in works}
    for number in range(case.rounds):
        for name in list(works)[:: 1 if number % 2 else -1]:  # what is slow for a while hits both alike
            rounds[name].append(measure_time(works[name]))
        tell(f"training, {case.words}: round {number + 1} of {case.rounds}")

    def ratio(name: str, field: str) -> float:
        median, bare = (statistics.median(getattr(one, field) for one in rounds[which]) for which in (name, "bare"))
        return round(median / bare, 3)

    return {
        "cpu_ratio": ratio("live", "cpu"),
        "watched_cpu_ratio": ratio("watched", "cpu"),
        "wall_ratio": ratio("live", "wall"),
        "first_point_s": round(statistics.median(first_points), 2),
    }


def _train(engine: Engine, net: Architecture, config: TrainingConfig, address: str = "") -> float:
    """Train with all that a run has, and a viewer at a server's address; returns the seconds to the first point.

    The viewer's process has ended when the CPU time of the children is read, so only what it costs the server counts.
    """
    started = time.monotonic()
    run = engine.train(net, config, by=OPERATOR)
    while not engine.store.curves(run.id).points:
        time.sleep(POLL_SECONDS)
    first = time.monotonic() - started
    with watch(f"{address}{live_url(run.id, OPERATOR, '')}", 1 if address else 0):
        status = engine.wait(run.id).status
    if status is not Status.FINISHED:
        raise AssertionError(engine.store.get(run.id).message)
    return first


def bare_fit(net: Architecture, config: TrainingConfig) -> float:
    """Build a net and `fit` it with validation after each epoch, on a worker; returns the last training loss."""
    from cnnviz.datasets.registry import load_dataset
    from cnnviz.models.build import build_model
    from cnnviz.training.loop.compiled_model import compile_model

    data = load_dataset(config.dataset)
    model = build_model(net, seed=config.seed)
    compile_model(model, config, len(data.info.classes))
    history = model.fit(
        data.x_train,
        data.y_train,
        batch_size=config.batch_size,
        epochs=config.epochs,
        validation_data=(data.x_test, data.y_test),
        validation_batch_size=256,
        verbose=0,
    )
    return float(history.history["loss"][-1])
