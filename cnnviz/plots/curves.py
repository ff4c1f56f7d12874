"""Learning curves: training batch by batch, validation epoch by epoch."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.layout import base_layout
from cnnviz.plots.palette import MUTED, TRAIN, TRAIN_DASH, TRAIN_NOISE, VALIDATION, VALIDATION_DASH

MAX_POINTS = 1500
HEIGHT = 320
MAX_SINGLE_TICKS = 10  # epochs up to which each has its tick

Metric = Literal["loss", "accuracy", "precision", "recall", "correlation"]
SHARES = ("accuracy", "precision", "recall")
Rows = Sequence[Mapping[str, float]]


def training_curves(
    points: Rows,
    epochs: Rows,
    *,
    metric: Metric = "loss",
    smoothing: float = 0.0,
    log: bool = False,
    total_epochs: int | None = None,
    mark_crossing: bool = False,
) -> go.Figure:
    """Draw one metric of a run, also while it runs: axes and traces stay the same from the first point on.

    Parameters
    ----------
    points : rows with "epoch" (position in epochs, 0.5 is the middle of the first), "loss", "accuracy"
        Training, batch by batch.
    epochs : rows with "epoch" (1, 2 ...), "loss", "accuracy", "val_loss", "val_accuracy"
        What each epoch ended with.
    metric : "loss", "accuracy", "precision", "recall" or "correlation"
        Those after accuracy are known by epoch only.
    smoothing : float
        0 (none: the solid line shows epochs) to below 1; the weight of the past in the solid line over batches.
    log : bool
        Logarithmic loss axis; of no effect on accuracy.
    total_epochs : int, optional
        Fixes the horizontal axis at 0 to this.
    mark_crossing : bool
        A vertical line where training and validation last cross, with the value there.

    Returns
    -------
    go.Figure
        Traces "batches", "training", "validation".
    """
    x, y = _series(points, metric)
    fig = go.Figure()
    _add_batches(fig, *_thin_out(x, y))
    solid = _thin_out(x, _smooth(y, smoothing)) if smoothing else _series(epochs, metric)
    _add_training(fig, *solid, mode="lines" if smoothing else "lines+markers")
    _add_validation(fig, *_series(epochs, f"val_{metric}"))
    if mark_crossing:
        _mark_crossing(fig, crossing(epochs, metric), metric)
    base_layout(fig, height=HEIGHT)
    last = total_epochs or max((*(row["epoch"] for row in epochs), *x), default=1)
    fig.update_xaxes(title="epoch", range=[0, last], dtick=1 if last <= MAX_SINGLE_TICKS else None, zeroline=False)
    if metric in SHARES:
        fig.update_yaxes(title=metric, range=[0, 1], tickformat=".0%", zeroline=False)
    else:
        fig.update_yaxes(title=metric, type="log" if log else "linear", rangemode="tozero", zeroline=False)
    fig.update_layout(hovermode="x", legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    return fig


def describe_curves(epochs: Rows, *, metric: Metric = "loss") -> str:
    """Say in one sentence what `training_curves` shows."""
    if not epochs:
        return f"Curve of the {metric}: no epoch has ended yet."
    best = min if metric == "loss" else max
    parts = []
    for what, key in (("training", metric), ("validation", f"val_{metric}")):
        x, y = _series(epochs, key)
        if len(y):
            extreme = best(range(len(y)), key=y.__getitem__)
            parts.append(
                f"{what} went from {_say(y[0], metric)} to {_say(y[-1], metric)} "
                f"(best {_say(y[extreme], metric)} after epoch {x[extreme]:g})"
            )
    count = f"{len(epochs)} epoch{'' if len(epochs) == 1 else 's'}"
    return f"Curve of the {metric} over {count}: {'; '.join(parts) or 'no finite value'}."


def crossing(epochs: Rows, metric: Metric) -> tuple[float, float] | None:
    """Where the training and the validation curve last cross: (epoch, value); None if they never do."""
    rows = [row for row in epochs if _is_finite(row.get(metric)) and _is_finite(row.get(f"val_{metric}"))]
    for before, after in reversed(list(pairwise(rows))):
        gap, next_gap = before[metric] - before[f"val_{metric}"], after[metric] - after[f"val_{metric}"]
        if gap * next_gap < 0:
            share = gap / (gap - next_gap)
            epoch = before["epoch"] + share * (after["epoch"] - before["epoch"])
            return epoch, before[metric] + share * (after[metric] - before[metric])
    return None


def _mark_crossing(fig: go.Figure, point: tuple[float, float] | None, metric: Metric) -> None:
    if point is not None:
        text = f"crossing at {_say(point[1], metric)}"
        fig.add_vline(
            x=point[0], line={"color": MUTED, "dash": "dash"}, annotation={"text": text, "font": {"size": 12}}
        )


def _series(rows: Rows, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Pick the finite values of one column: (positions, values), both (N,)."""
    kept = [(row["epoch"], row[key]) for row in rows if _is_finite(row.get(key))]
    x, y = zip(*kept, strict=True) if kept else ((), ())
    return np.array(x, float), np.array(y, float)


def _is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _smooth(values: np.ndarray, weight: float) -> np.ndarray:
    """Exponential moving average, (N,), without the usual pull of the start towards zero (Kingma and Ba 2015, 3)."""
    smoothed, average = np.empty_like(values), 0.0
    for i, value in enumerate(values):
        average = weight * average + (1 - weight) * value
        smoothed[i] = average / (1 - weight ** (i + 1))
    return smoothed


def _thin_out(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep at most MAX_POINTS, evenly spread, first and last included."""
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MAX_POINTS)).round().astype(int))
    return x[kept], y[kept]


def _add_batches(fig: go.Figure, x: np.ndarray, y: np.ndarray) -> None:
    fig.add_scatter(
        x=x,
        y=y,
        name="batches",
        mode="lines",
        line={"color": TRAIN_NOISE, "width": 1},
        opacity=0.6,
        hoverinfo="skip",
    )


def _add_training(fig: go.Figure, x: np.ndarray, y: np.ndarray, *, mode: str) -> None:
    fig.add_scatter(
        x=x,
        y=y,
        name="training",
        mode=mode,
        line={"color": TRAIN, "width": 2.5, "dash": TRAIN_DASH},
        hovertemplate="training %{y:.4f}<extra></extra>",
    )


def _add_validation(fig: go.Figure, x: np.ndarray, y: np.ndarray) -> None:
    fig.add_scatter(
        x=x,
        y=y,
        name="validation",
        mode="lines+markers",
        line={"color": VALIDATION, "width": 2.5, "dash": VALIDATION_DASH},
        marker={"size": 9, "symbol": "diamond"},
        hovertemplate="validation %{y:.4f}<extra></extra>",
    )


def _say(value: float, metric: Metric) -> str:
    return f"{value:.1%}" if metric in SHARES else f"{value:.3g}"
