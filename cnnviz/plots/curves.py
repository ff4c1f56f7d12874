"""Learning curves: training batch by batch, validation epoch by epoch."""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.style import (
    MUTED,
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
HEIGHT = 210
LEGEND_MARGIN = 60  # pixels: the legend, and above it the buttons that appear on hovering
ROOM = 1.02  # of the axes, so that the last mark is seen whole
MAX_SINGLE_TICKS = 10  # epochs up to which each has its tick

Metric = Literal["loss", "accuracy", "precision", "recall", "mse", "correlation"]
SHARES = ("accuracy", "precision", "recall")
NAMES = {"mse": "squared error"}
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
    metric : "loss", "accuracy", "precision", "recall", "mse" or "correlation"
        Those after accuracy are known by epoch only.
    smoothing : float
        0 (none: the solid line shows epochs) to below 1; the weight of the past in the solid line over batches.
    log : bool
        Logarithmic axis; of no effect on shares and on the correlation, which may be negative.
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
    is_smooth = smoothing > 0 and len(x) > 0  # some metrics are known by epoch only
    solid = _thin_out(x, _smooth(y, smoothing)) if is_smooth else _series(epochs, metric)
    _add_training(fig, *solid, mode="lines" if is_smooth else "lines+markers")
    _add_validation(fig, *_series(epochs, f"val_{metric}"))
    last = total_epochs or max((*(row["epoch"] for row in epochs), *x), default=1)
    if mark_crossing:
        _mark_crossing(fig, crossing(epochs, metric), metric, middle=last / 2)
    base_layout(fig, height=HEIGHT)
    fig.update_xaxes(
        title="epoch", range=[0, ROOM * last], dtick=1 if last <= MAX_SINGLE_TICKS else None, zeroline=False
    )
    if metric in SHARES:
        fig.update_yaxes(title=metric, range=[0, ROOM], tickformat=".0%", zeroline=False)
    else:
        kind = "log" if log and metric != "correlation" else "linear"
        fig.update_yaxes(title=NAMES.get(metric, metric), type=kind, rangemode="tozero", zeroline=False)
    fig.update_layout(hovermode="x", margin={"t": LEGEND_MARGIN}, legend=row_legend())
    return fig


def describe_curves(epochs: Rows, *, metric: Metric = "loss") -> str:
    """Return a sentence that says what `training_curves` shows."""
    if not epochs:
        return f"Curve of the {NAMES.get(metric, metric)}: no epoch has ended yet."
    best = min if metric in ("loss", "mse") else max
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
    return f"Curve of the {NAMES.get(metric, metric)} over {count}: {'; '.join(parts) or 'no finite value'}."


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


def _mark_crossing(fig: go.Figure, point: tuple[float, float] | None, metric: Metric, *, middle: float) -> None:
    """A vertical line with its words on the side that has more room, away from where the curves end."""
    if point is not None:
        text = f"crossing at epoch {point[0]:.1f}: {_say(point[1], metric)}"
        side = "left" if point[0] > middle else "right"
        fig.add_vline(
            x=point[0],
            line={"color": MUTED, "dash": "dash"},
            annotation={"text": text, "font": {"size": 12}},
            annotation_position=f"bottom {side}" if metric in SHARES else f"top {side}",
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
    import pandas as pd

    return pd.Series(values).ewm(alpha=1 - weight).mean().to_numpy()


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
        showlegend=False,  # it has the hue of "training"; three would not fit into a row
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
    return percent_text(value, digits=1) if metric in SHARES else f"{value:.3g}"
