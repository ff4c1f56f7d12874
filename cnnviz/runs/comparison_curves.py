"""Curves of runs as they are set beside each other: a metric by epochs, steps or time. Pure."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from cnnviz.runs.records import Curves, Run

Metric = Literal["accuracy", "error", "loss"]
Axis = Literal["epoch", "step", "time"]
Xy = tuple[np.ndarray, np.ndarray]


def series(curves: Curves, metric: Metric, *, validation: bool) -> Xy:
    """Give a metric of a run.

    Returns
    -------
    x : ndarray (N,)
        In epochs: what was measured at the end of the first one stands at 1. Of the training these are batches; where
        none were recorded, means of epochs, each in its middle.
    y : ndarray (N,)
        Finite values; of the metric "error" the share that is wrong, 1 - accuracy.
    """
    name = "loss" if metric == "loss" else "accuracy"
    if validation:
        x, y = _column(curves.epochs, f"val_{name}")
    else:
        x, y = _column(curves.points, name)
        if not len(y):
            x, y = _column(curves.epochs, name)
            x = x - 0.5
    return x, 1 - y if metric == "error" else y


def on_axis(epochs: np.ndarray, axis: Axis, *, run: Run, ends: Sequence[float]) -> np.ndarray | None:
    """Give positions in epochs (N,) as steps or seconds of work.

    Parameters
    ----------
    epochs : ndarray (N,)
    axis : "epoch", "step" or "time"
    run : Run
    ends : sequence of float
        Seconds of work until the end of each epoch; within an epoch time goes evenly.

    Returns
    -------
    ndarray (N,) or None
        None where the run did not record it.
    """
    if axis == "step":
        batches = num_batches(run)
        return epochs * batches if batches else None
    if axis == "time":
        known = np.array([0.0, *ends])
        if len(ends) < math.ceil(max(epochs, default=0)):
            return None
        return np.interp(epochs, np.arange(len(known)), known)
    return epochs


def num_batches(run: Run) -> int:
    """Batches of an epoch of a run, 0 where that is not known."""
    return run.progress.num_batches or math.ceil(run.facts.num_train / run.config.batch_size)


def _column(rows: Sequence[dict[str, Any]], name: str) -> Xy:
    kept = [(row["epoch"], row[name]) for row in rows if math.isfinite(row.get(name, math.nan))]
    x, y = zip(*kept, strict=True) if kept else ((), ())
    return np.array(x, float), np.array(y, float)
