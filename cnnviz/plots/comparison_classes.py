"""Recall of every class by every run, a row a class: what one net sees better than another."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.comparison import LETTERS, RUN_COLOURS, RUN_SYMBOLS, run_label
from cnnviz.plots.style import MUTED, base_layout, percent_format, share_ticks
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import percent_text

ROW_HEIGHT = 26  # pixels
MARK, STEP = 18, 2.2  # pixels of the first run's marks, and how much smaller the next one's are: none hides another
MAX_CLASSES = 30  # of more, those that differ most


def widest_first(recalls: np.ndarray) -> np.ndarray:
    """Order classes (C,) by how far the recalls of the runs (R, C) lie apart; those without images are left out."""
    seen = np.flatnonzero(np.isfinite(recalls).all(axis=0))
    apart = np.ptp(recalls[:, seen], axis=0)
    return seen[np.argsort(-apart, kind="stable")]


def recall_figure(recalls: np.ndarray, classes: Sequence[str], runs: Sequence[tuple[int, str]]) -> go.Figure:
    """Draw the recall of each class by each run, the class in which they differ most on top.

    Parameters
    ----------
    recalls : ndarray (R, C)
        Shares of 0..1; NaN of a class without images.
    classes : sequence of str
    runs : sequence of (int, str)
        Place in the comparison and name of each run.

    Returns
    -------
    go.Figure
        Trace "apart", lines from the lowest to the highest; then one for each run.
    """
    shown = widest_first(recalls)[:MAX_CLASSES]
    labels = [as_plotly(name) for name in short_labels([classes[place] for place in shown])]
    fig = go.Figure()
    ends = [(recalls[:, place].min(), recalls[:, place].max(), None) for place in shown]
    fig.add_scatter(
        x=[end for pair in ends for end in pair],
        y=[label for label in labels for _ in range(3)],
        name="apart",
        mode="lines",
        line={"color": MUTED, "width": 2},
        opacity=0.5,
        hoverinfo="skip",
        showlegend=False,
    )
    for number, (row, (place, name)) in enumerate(zip(recalls, runs, strict=True)):
        label = run_label(place, name)
        fig.add_scatter(
            x=row[shown],
            y=labels,
            name=label,
            mode="markers",
            cliponaxis=False,
            marker={"color": RUN_COLOURS[place], "symbol": RUN_SYMBOLS[place], "size": MARK - STEP * number},
            hovertemplate=f"%{{y}}, {label}: %{{x:{percent_format(1)}}}<extra></extra>",
        )
    base_layout(fig, height=ROW_HEIGHT * len(shown) + 110)
    fig.update_xaxes(title="recall: how many of the class are recognised", zeroline=False, **share_ticks())
    fig.update_yaxes(type="category", categoryorder="array", categoryarray=labels[::-1], showgrid=True)
    fig.update_layout(margin_t=60, legend={"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom"})
    return fig


def describe_recalls(recalls: np.ndarray, classes: Sequence[str], runs: Sequence[tuple[int, str]]) -> str:
    """Return a sentence that says what `recall_figure` shows, of the classes that differ most."""
    said = [
        f"{classes[place]}: "
        + ", ".join(
            f"{LETTERS[run]} {percent_text(float(row[place]), digits=1)}"
            for row, (run, _) in zip(recalls, runs, strict=True)
        )
        for place in widest_first(recalls)[:5]
    ]
    return f"Recall of the classes, those that differ most first. {'; '.join(said)}."
