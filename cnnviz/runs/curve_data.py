"""A run's curves as the browser draws them (`assets/components/live_run`): rows of JSON, and what stands beside."""

import math
from collections.abc import Mapping
from typing import Any

from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.runs.files import dataset_facts
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.training.events import DatasetFacts
from cnnviz.training.loop.schedule import planned_rates

COLUMNS = ("epoch", "loss", "accuracy", "learning_rate")
"""Of a point, as it travels."""
LEFT_OUT = ("images", "top_class", "confusion")


def about(store: RunStore, run: Run) -> dict[str, Any]:
    """What the curves of a run are drawn with: its epochs, classes, titles of layers and planned learning rates."""
    rates = planned_rates(run.config, max(1, run.progress.num_batches))
    width = max(len(rates) - 1, 1)
    planned = [[round(i * run.config.epochs / width, 4), float(f"{rate:.4g}")] for i, rate in enumerate(rates)]
    classes = dataset_facts(store, run).classes
    is_level = all(rate == planned[0][1] for _, rate in planned)
    return {
        "name": run.name,
        "epochs": run.config.epochs,
        "classes": list(classes),
        "guessing": 1 / len(classes) if classes else None,
        "balanced": run.config.dataset in DATASETS,
        "titles": layer_titles(run.architecture),
        "planned": [planned[0], planned[-1]] if is_level else planned,
    }


def matrix_title(facts: DatasetFacts, epoch: int) -> str:
    """What the matrix of an epoch is called: it is of the images validated on, the test images where none are aside."""
    return f"Epoch {epoch}, {'test' if facts.num_test and not facts.num_validation else 'validation'} images"


def point_row(row: Mapping[str, Any]) -> list[float | None]:
    """The numbers of a batch point, in the order of `COLUMNS`."""
    return [finite(row.get(name)) for name in COLUMNS]


def epoch_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """What is drawn of an epoch: its metrics, norms by layer, and its confusion matrix."""
    kept = {name: finite(value) for name, value in row.items() if name not in LEFT_OUT}
    return kept | {"confusion": row["confusion"]} if "confusion" in row else kept


def finite(value: Any) -> Any:
    """A number as JSON has it, rounded to what a curve shows; None for what is none, tables value by value."""
    if isinstance(value, Mapping):
        return {name: finite(inner) for name, inner in value.items()}
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value
