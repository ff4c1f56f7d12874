"""The most probable classes as horizontal bars."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.layout import base_layout
from cnnviz.plots.palette import MUTED, TRAIN

BAR_HEIGHT = 34
LABEL_WIDTH = 56  # pixels: room for "100.0 %" right of a full bar, however narrow the figure is


def top_k_bars(probabilities: np.ndarray, classes: Sequence[str], k: int = 5) -> go.Figure:
    """Draw the `k` most probable classes, the most probable on top, in per cent; probabilities (C,) are in 0..1."""
    best = top_k(probabilities, k)
    percents = 100 * np.asarray(probabilities, float)[best]
    fig = go.Figure(
        go.Bar(
            x=percents,
            y=[str(classes[i]) for i in best],
            orientation="h",
            text=[f"{percent:.1f} %" for percent in percents],
            textposition="outside",
            cliponaxis=False,
            marker={"color": [TRAIN, *[MUTED] * (len(best) - 1)]},
            hovertemplate="%{y}: %{x:.2f} %<extra></extra>",
        )
    )
    base_layout(fig, height=BAR_HEIGHT * len(best) + 80)
    fig.update_layout(margin_r=LABEL_WIDTH)
    fig.update_xaxes(range=[0, 100], tickvals=[0, 50, 100], tickangle=0, ticksuffix=" %", zeroline=False)
    fig.update_yaxes(autorange="reversed", type="category")
    return fig


def describe_bars(probabilities: np.ndarray, classes: Sequence[str], k: int = 5) -> str:
    """Say in one sentence what `top_k_bars` shows."""
    said = [f"{classes[i]} {100 * float(probabilities[i]):.1f} %" for i in top_k(probabilities, k)]
    return f"The {len(said)} most probable classes: {', '.join(said)}."


def top_k(probabilities: np.ndarray, k: int) -> np.ndarray:
    """Positions of the `k` largest values, largest first; ties keep their order."""
    return np.argsort(-np.asarray(probabilities), kind="stable")[:k]
