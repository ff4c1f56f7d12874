"""Latency of commands to a running training: pause, one batch, another learning rate, stop."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.bench.harness import fresh_engine
from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Status
from cnnviz.training.config import TrainingConfig

ROUNDS = 5
GOAL = 1.0
RATE = 0.0004


def measure() -> dict[str, Any]:
    """Pause, step, re-rate and stop trainings.

    Returns
    -------
    dict
        "pause_s", "one batch_s", "rate_s" and "stop_s": median seconds from the command until the run store shows its
        effect; "goal", "text".
    """
    with fresh_engine() as engine:
        medians = _medians(engine)
    words = ", ".join(f"{name} {seconds:.2f} s" for name, seconds in medians.items())
    return {
        **{f"{name}_s": round(seconds, 3) for name, seconds in medians.items()},
        "goal": GOAL,
        "text": f"{words} (goal {GOAL:g} s each)",
    }


def _medians(engine: Engine) -> dict[str, float]:
    times: dict[str, list[float]] = {"pause": [], "one batch": [], "rate": [], "stop": []}
    for seed in range(ROUNDS):
        run_id = engine.train(
            get_preset("digits-small").architecture, TrainingConfig(epochs=300, seed=seed), by=OPERATOR
        ).id
        _wait_for_epoch(engine, run_id)
        for name, seconds in _steer(engine, run_id).items():
            times[name].append(seconds)
        engine.wait(run_id)
    return {name: statistics.median(values) for name, values in times.items()}


def _steer(engine: Engine, run_id: str) -> dict[str, float]:
    store = engine.store
    taken = {}
    engine.command(run_id, "pause", by=OPERATOR)
    taken["pause"] = _until(lambda: store.get(run_id).progress.paused)
    points = len(store.curves(run_id).points)
    engine.command(run_id, "step", by=OPERATOR)
    taken["one batch"] = _until(lambda: len(store.curves(run_id).points) > points)
    engine.set_learning_rate(run_id, RATE, by=OPERATOR)
    engine.command(run_id, "resume", by=OPERATOR)
    taken["rate"] = _until(lambda: abs(store.curves(run_id).points[-1]["learning_rate"] - RATE) < RATE / 100)
    engine.command(run_id, "stop", by=OPERATOR)
    taken["stop"] = _until(lambda: store.get(run_id).status is Status.STOPPED)
    return taken


def _wait_for_epoch(engine: Engine, run_id: str) -> None:
    _until(lambda: engine.store.last_epoch(run_id) >= 1)


def _until(condition: Callable[[], object]) -> float:
    started = time.monotonic()
    while not condition():
        time.sleep(0.01)
    return time.monotonic() - started
