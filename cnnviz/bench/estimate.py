"""Error of predicted training times: the worker is calibrated, then nets are predicted and trained in turn."""

import statistics
import time
from collections.abc import Iterator
from typing import Any

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.bench.harness import fresh_engine
from cnnviz.engine.engine import Engine
from cnnviz.errors import EngineUnavailable
from cnnviz.runs.records import Run, Status
from cnnviz.settings import read_places
from cnnviz.training.config import make_config
from cnnviz.training.duration.model import Prediction

GOAL = 1.5
SECONDS = 600
EMBEDDED = (
    ("digits-small", {"dataset": "digits", "epochs": 10}),
    ("digits-small", {"dataset": "faces", "epochs": 20}),
    ("conv32-64-cifar10", {"dataset": "shapes", "epochs": 4}),
    ("conv32-64-128-mnist", {"dataset": "digits", "epochs": 8}),
    ("dense-fashion", {"dataset": "digits", "epochs": 20}),
)
DOWNLOADED = (
    ("conv32-64-128-mnist", {"dataset": "mnist", "limit": 10_000, "epochs": 2}),
    ("conv64-mnist", {"dataset": "mnist", "limit": 5_000, "epochs": 2, "target_accuracy": None}),
    ("conv64x2-fashion", {"dataset": "fashion_mnist", "limit": 5_000, "epochs": 2}),
    ("dense-fashion", {"dataset": "fashion_mnist", "limit": 30_000, "epochs": 3}),
)
"""Only where the images were downloaded before: a bench fetches nothing."""


def measure() -> dict[str, Any]:
    """Predict and train nets of different sizes.

    Returns
    -------
    dict
        "nets": a row for each with "predicted_s" and "took_s"; "median_factor" and "worst_factor": the larger of the
        two over the smaller one; "goal", "text".
    """
    with fresh_engine() as engine:
        _measure_worker(engine)
        rows = [_row(run, run.prediction) for run in _runs(engine) if run.prediction]
    factors = [row["factor"] for row in rows]
    median, worst = statistics.median(factors), max(factors)
    return {
        "nets": rows,
        "median_factor": median,
        "worst_factor": worst,
        "goal": GOAL,
        "text": f"{len(rows)} nets, off by a factor of {median:.2f} (median), {worst:.2f} (worst), goal {GOAL}; "
        + ", ".join(f"{row['net']} on {row['data']} {row['predicted_s']:g} / {row['took_s']:g} s" for row in rows),
    }


def _measure_worker(engine: Engine) -> None:
    """Wait for a warm worker and calibrate it, as the Training page does."""
    started = time.monotonic()
    while engine.status().state != "ready":
        if time.monotonic() - started > SECONDS:
            raise EngineUnavailable(f"No worker was ready within {SECONDS} s.")
        time.sleep(0.1)
    engine.calibrator.measure_once()
    engine.calibrator.wait(SECONDS)


def _runs(engine: Engine) -> Iterator[Run]:
    """Train one net after the other; as in use, each run refines what is predicted for the next."""
    has_images = (read_places("keras_home").keras_home / "datasets" / "mnist.npz").exists()
    for name, settings in (*EMBEDDED, *(DOWNLOADED if has_images else ())):
        preset = get_preset(name)
        config = make_config({**preset.config, **settings})
        run = engine.wait(engine.train(preset.architecture, config, name=name, by=OPERATOR).id)
        if run.status is not Status.FINISHED:
            raise AssertionError(run.message)
        yield run


def _row(run: Run, prediction: Prediction) -> dict[str, Any]:
    expected = prediction.expected
    return {
        "net": run.name,
        "data": run.config.dataset,
        "predicted_s": round(expected, 1),
        "took_s": round(run.seconds, 1),
        "factor": round(max(expected / run.seconds, run.seconds / expected), 2),
        "in_range": prediction.low <= run.seconds <= prediction.high,
    }
