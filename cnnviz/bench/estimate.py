"""Predicted training times beside what they took: a new worker is measured, then 25 trainings are run in turn."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.bench.harness import PROJECT, fresh_engine
from cnnviz.engine.engine import Engine
from cnnviz.errors import EngineUnavailable
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.records import Run
from cnnviz.runs.timing import prediction_text
from cnnviz.text.units import duration_text
from cnnviz.training.config import TrainingConfig, make_config
from cnnviz.training.duration.forecast import forecast
from cnnviz.training.duration.model import Calibration
from cnnviz.training.recipes import RECIPES

GOAL = 1.5
"""Predicted over taken, or the reverse, is to be at most this ..."""
GOAL_RUNS = 20
"""... in so many of the runs."""
SECONDS = 600
PHOTOS = PROJECT.parent / "shared" / "data" / "cats-vs-dogs.zip"
NUM_GENERATED = 200
"""Photos of each class, where those are not there."""


class Case(NamedTuple):
    """What is trained, in words; a preset, or the recipe for the images if it is empty; what its settings are."""

    words: str
    preset: str
    settings: dict[str, Any]


_SMALL = {"dataset": "digits", "epochs": 5}
_OWN = {"dataset": "own"}
_SHAPES = {"dataset": "shapes"}
CASES = (
    *(Case(f"digits, 5 epochs, seed {seed}", "digits-small", {**_SMALL, "seed": seed}) for seed in range(4)),
    Case(
        "digits, SGD, cosine",
        "digits-small",
        {**_SMALL, "optimizer": "sgd", "learning_rate": 0.05, "schedule": "cosine"},
    ),
    Case("digits, RMSprop, one cycle", "digits-small", {**_SMALL, "optimizer": "rmsprop", "schedule": "one_cycle"}),
    Case("digits, AdamW, steps", "digits-small", {**_SMALL, "optimizer": "adamw", "schedule": "step"}),
    Case("600 shapes, augmented", "conv32-64-cifar10", {**_SHAPES, "epochs": 5, "limit": 600, "augment": True}),
    Case("shapes, default", "digits-small", {**_SHAPES, "epochs": 5}),
    Case("shapes, recipe", "", _SHAPES),
    Case("T1 conv24, 300 photos", "conv24-cats-dogs", {**_OWN, "epochs": 3, "limit": 300}),
    Case("Tiny VGG, own photos", "tiny-vgg", {**_OWN, "epochs": 5, "limit": 600}),
    Case("60 images, 20 epochs", "digits-small", {**_SMALL, "epochs": 20, "limit": 60}),
    Case("faces, early stop, 50", "digits-small", {"dataset": "faces", "epochs": 50, "early_stopping": 3}),
    Case("too deep", "too-deep", _SMALL),
    Case("learning nothing", "learning-nothing", _SMALL),
    Case("like VGG, 200 images", "vgg-like", {**_SHAPES, "epochs": 5, "limit": 200}),
    # variations of these, to have 25
    Case("digits, 15 epochs", "digits-small", {**_SMALL, "epochs": 15}),
    Case("digits, 300 images", "digits-small", {**_SMALL, "epochs": 10, "limit": 300}),
    Case("60 images, 50 epochs", "digits-small", {**_SMALL, "epochs": 50, "limit": 60}),
    Case("shapes, recipe, 5 epochs", "", {**_SHAPES, "epochs": 5}),
    Case("Tiny VGG, own photos, 10 epochs", "tiny-vgg", {**_OWN, "epochs": 10, "limit": 600}),
    Case("digits, recipe", "", {"dataset": "digits"}),
    Case("faces, recipe", "", {"dataset": "faces"}),
    Case("T4 net on digits", "conv32-64-128-mnist", {"dataset": "digits", "epochs": 4}),
)


def measure() -> dict[str, Any]:
    """Predict and train each of CASES; as in use, each run refines what is predicted for the next.

    Returns
    -------
    dict
        "runs": a row for each with "predicted" (what a page says), "expected_s", "low_s", "high_s", "is_first" (the
        net had not run on this worker), "took_s" (the run's own seconds, as the pages say it), "waited_s" (from Start
        to its end, with reading the images), "factor" (the larger of `expected_s` and `took_s` over the other).
        A run that ended before its last epoch is held against what was expected for the epochs that it ran,
        "epochs" of them: when it ends is no question of time. "num_within", "num_runs", "goal", "text".
    """
    with tempfile.TemporaryDirectory() as folder, fresh_engine() as engine:
        photos = PHOTOS if PHOTOS.exists() else _photos(Path(folder))
        started = time.monotonic()
        _measure_worker(engine)
        measured = time.monotonic() - started
        rows = list(_rows(engine, photos))
    within = sum(row["factor"] <= GOAL for row in rows)
    first = [row for row in rows if row["is_first"]]
    lines = [
        f"{within} of {len(rows)} runs within a factor of {GOAL} (goal {GOAL_RUNS}), of nets that had not run before "
        f"{sum(row['factor'] <= GOAL for row in first)} of {len(first)}; the worker was measured in {measured:.0f} s",
        *map(_line, rows),
    ]
    return {
        "runs": rows,
        "num_within": within,
        "num_runs": len(rows),
        "goal": {"factor": GOAL, "num_within": GOAL_RUNS},
        "text": "\n  ".join(lines),
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


def _rows(engine: Engine, photos: Path) -> Iterator[dict[str, Any]]:
    for case in CASES:
        net, config = _net_and_config(case, photos)
        known, started = engine.calibrator.calibration(), time.monotonic()
        run = engine.wait(engine.train(net, config, name=case.words, by=OPERATOR).id, seconds=0.02)
        waited = time.monotonic() - started
        if not run.status.has_model:
            raise AssertionError(run.message)
        yield {**_row(run, engine.store.last_epoch(run.id), known), "waited_s": round(waited, 2)}


def _net_and_config(case: Case, photos: Path) -> tuple[Architecture, TrainingConfig]:
    dataset = case.settings["dataset"]
    settings = {**case.settings, "dataset": str(photos) if dataset == "own" else dataset}
    if case.preset:
        preset = get_preset(case.preset)
        return preset.architecture, make_config({**preset.config, **settings})
    recipe = RECIPES[settings["dataset"]]
    return recipe.architecture, make_config({**recipe.config.model_dump(), **settings})


def _row(run: Run, epochs: int, known: Calibration | None) -> dict[str, Any]:
    if run.prediction is None:
        raise AssertionError(f"Nothing was predicted for {run.name!r}.")
    low, expected, high, is_measured = run.prediction
    if epochs < run.config.epochs:
        low, expected, high, _ = forecast(run.architecture, run.config.model_copy(update={"epochs": epochs}), known)
    return {
        "run": run.name,
        "epochs": epochs,
        "of_epochs": run.config.epochs,
        "is_first": not is_measured,
        "predicted": prediction_text(run.prediction),
        "low_s": round(low, 2),
        "expected_s": round(expected, 2),
        "high_s": round(high, 2),
        "took_s": round(run.seconds, 2),
        "factor": round(max(expected / run.seconds, run.seconds / expected), 2),
    }


def _line(row: dict[str, Any]) -> str:
    early = f", ended after {row['epochs']} of {row['of_epochs']} epochs" if row["epochs"] < row["of_epochs"] else ""
    return (
        f"{row['run']:<32} said {row['predicted']:<24} range {row['low_s']:6.1f} to {row['high_s']:6.1f} s, expected "
        f"{row['expected_s']:6.1f}, took {row['took_s']:6.1f} s (waited {duration_text(row['waited_s'])}): "
        f"x{row['factor']:.2f}{early}"
    )


def _photos(folder: Path) -> Path:
    """Pictures of noise in two classes, of the sizes that photos have."""
    random = np.random.default_rng(0)
    for label in ("cat", "dog"):
        (folder / label).mkdir()
        for number in range(NUM_GENERATED):
            height, width = random.integers(150, 500, 2)
            pixels = random.integers(0, 256, (height // 8, width // 8, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
            (folder / label / f"{number}.png").write_bytes(encode_png(pixels))
    return folder
