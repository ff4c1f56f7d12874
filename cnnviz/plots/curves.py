"""Learning curves of a run as figures that can be saved: training batch by batch, validation epoch by epoch.

A run that is watched is drawn by assets/components/live_run, in the same colours and at the same places.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.style import (
    TRAIN,
    TRAIN_DASH,
    TRAIN_NOISE,
    VALIDATION,
    VALIDATION_DASH,
    base_layout,
    row_legend,
)
from cnnviz.text.units import count_text, percent_text

MAX_POINTS = 1500
HEIGHT = 280
LEGEND_MARGIN = 60  # pixels: the legend, and above it the buttons that appear on hovering
ROOM = 1.02  # of the axes, so that the last mark is seen whole
SHARE_TICKS = (0, 0.25, 0.5, 0.75, 1)
MAX_SINGLE_TICKS = 10  # epochs up to which each has its tick

Metric = Literal["loss", "accuracy"]
Rows = Sequence[Mapping[str, float]]


def training_curves(points: Rows, epochs: Rows, *, metric: Metric = "loss") -> go.Figure:
    """Draw one metric of a run.

    Parameters
    ----------
    points : rows with "epoch" (position in epochs, 0.5 is the middle of the first), "loss", "accuracy"
        Training, batch by batch.
    epochs : rows with "epoch" (1, 2 ...), "loss", "accuracy", "val_loss", "val_accuracy"
        What each epoch ended with.
    metric : "loss" or "accuracy"

    Returns
    -------
    go.Figure
        Traces "each batch", "training", "validation". A point of "training" is the mean over an epoch and stands in
        its middle; one of "validation" was measured at its end, and stands there.
    """
    x, y = _series(points, metric)
    fig = go.Figure()
    _add_batches(fig, *_thin_out(x, y))
    middles, means = _series(epochs, metric)
    _add_training(fig, middles - 0.5, means)
    _add_validation(fig, *_series(epochs, f"val_{metric}"))
    last = max((*(row["epoch"] for row in epochs), *x), default=1)
    base_layout(fig, height=HEIGHT)
    fig.update_xaxes(
        title="epoch", range=[0, ROOM * last], dtick=1 if 1 <= last <= MAX_SINGLE_TICKS else None, zeroline=False
    )
    if metric == "accuracy":
        fig.update_yaxes(
            title=metric,
            range=[0, ROOM],
            tickvals=SHARE_TICKS,
            ticktext=[percent_text(share) for share in SHARE_TICKS],
            zeroline=False,
        )
    else:
        fig.update_yaxes(title=metric, rangemode="tozero", zeroline=False)
    fig.update_layout(hovermode="x", margin={"t": LEGEND_MARGIN}, legend=row_legend())
    return fig


def describe_curves(epochs: Rows, *, metric: Metric = "loss") -> str:
    """Return a sentence that says what `training_curves` shows."""
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
    count = count_text(len(epochs), "epoch")
    return f"Curve of the {metric} over {count}: {'; '.join(parts) or 'no finite value'}."


def _series(rows: Rows, key: str) -> tuple[np.ndarray, np.ndarray]:
    """Pick the finite values of one column: (positions, values), both (N,)."""
    kept = [(row["epoch"], row[key]) for row in rows if _is_finite(row.get(key))]
    x, y = zip(*kept, strict=True) if kept else ((), ())
    return np.array(x, float), np.array(y, float)


def _is_finite(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _thin_out(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep at most MAX_POINTS, evenly spread, first and last included."""
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MAX_POINTS)).round().astype(int))
    return x[kept], y[kept]


def _add_batches(fig: go.Figure, x: np.ndarray, y: np.ndarray) -> None:
    fig.add_scatter(
        x=x,
        y=y,
        name="each batch",
        mode="lines",
        line={"color": TRAIN_NOISE, "width": 1},
        opacity=0.6,
        hoverinfo="skip",
    )


def _add_training(fig: go.Figure, x: np.ndarray, y: np.ndarray) -> None:
    fig.add_scatter(
        x=x,
        y=y,
        name="training",
        mode="lines+markers",
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
    return percent_text(value, digits=1) if metric == "accuracy" else f"{value:.3g}"
