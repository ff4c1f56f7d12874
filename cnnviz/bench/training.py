"""A training with live curves against bare `model.fit` of the same net, in the same worker."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from cnnviz.architecture.adapt import adapt
from cnnviz.architecture.presets import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.bench.bare import bare_fit
from cnnviz.bench.spent import spent
from cnnviz.datasets.registry import describe
from cnnviz.engine.engine import Engine
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig

ROUNDS = 3
PRESET, DATASET, EPOCHS = "conv32-64-cifar10", "shapes", 4
GOAL, FIRST_POINT_GOAL = 1.03, 2.0
SECONDS = 600
LOOK_SECONDS = 0.1  # oftener would cost more than the training's own bookkeeping


def measure() -> dict[str, Any]:
    """Ratios of CPU and wall time (medians, in turn), and seconds from the launch to the first point."""
    info = describe(DATASET)
    net = adapt(get_preset(PRESET).architecture, info.image_shape, len(info.classes))
    config = TrainingConfig(dataset=DATASET, epochs=EPOCHS)
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(RunStore(Path(folder))).start()
        try:
            return _compare(engine, net, config)
        finally:
            engine.close()


def _compare(engine: Engine, net: Architecture, config: TrainingConfig) -> dict[str, Any]:
    engine.call(bare_fit, net, config, timeout=SECONDS)  # both warm
    rounds = []
    first_points: list[float] = []
    for _ in range(ROUNDS):
        bare = spent(lambda: engine.call(bare_fit, net, config, timeout=SECONDS))
        live = spent(lambda: first_points.append(_train(engine, net, config)))
        rounds.append((live.cpu / bare.cpu, live.wall / bare.wall))
    cpu, wall = (statistics.median(values) for values in zip(*rounds, strict=True))
    first = statistics.median(first_points)
    return {
        "cpu_ratio": round(cpu, 3),
        "wall_ratio": round(wall, 3),
        "first_point_s": round(first, 2),
        "goal": {"ratio": GOAL, "first_point_s": FIRST_POINT_GOAL},
        "text": f"CPU {cpu:.3f}x, wall {wall:.3f}x of bare fit (goal {GOAL}x); "
        f"first point after {first:.2f} s (goal {FIRST_POINT_GOAL} s)",
    }


def _train(engine: Engine, net: Architecture, config: TrainingConfig) -> float:
    """Train with all that a run has; returns the seconds to the first point."""
    started = time.monotonic()
    run = engine.train(net, config)
    while not engine.store.curves(run.id).points:
        time.sleep(LOOK_SECONDS)
    first = time.monotonic() - started
    if engine.wait(run.id, seconds=0.4).status is not Status.FINISHED:
        raise AssertionError(engine.store.get(run.id).message)
    return first
