"""The confusion matrix: rows are true classes, columns are guesses; each cell can be clicked.

Only mistakes are coloured, on a light ground in either theme: what is right is grey, what never happened is empty.
"""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.style import (
    ACCENT,
    DARK_TEXT,
    MISTAKES,
    MUTED,
    RIGHT,
    add_cell_text,
    base_layout,
    color_bar,
    square_cells,
)
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import NOTHING, classes_text, count_text, percent_text

HEIGHT = 620
SIDE = 450  # pixels that are left of it for the cells
FRAME_SHARE = 0.7  # of a cell: the frame of the selected one, which cannot follow the width of the page
MAX_LABELS = 25  # named rows and columns: of more classes, each second, third, ... is named
MAX_NUMBERED = 25  # classes whose cells have room for their numbers
FLAT_LABELS = 40  # letters of all labels together that fit beside each other on the narrowest page


def confusion_figure(matrix: np.ndarray, classes: Sequence[str], *, normalize: bool) -> go.Figure:
    """Draw a confusion matrix.

    Parameters
    ----------
    matrix : ndarray (C, C), int
        Images by true class (row) and predicted class (column).
    classes : sequence of str
    normalize : bool
        Colour and number of a cell are its per cent of the row (the true class) instead of its count. The colour of
        mistakes is full at the most frequent one, or at a tenth of the highest cell where there are but few.

    Returns
    -------
    go.Figure
        Of more than 25 classes, cells have no numbers and not every class is named: the hover text says all.
        Trace "cells" is what a click on the figure selects; its customdata is [row, column, images, per cent].
        The browser frames the selected cell by itself: the figure of the same data stays the same.
    """
    matrix = np.asarray(matrix)
    shares = row_percent(matrix)  # (C, C), 0..100
    shown = shares if normalize else matrix.astype(float)
    high = 100.0 if normalize else float(max(matrix.max(), 1))
    is_right = np.eye(len(classes), dtype=bool)
    mistakes = np.where(is_right, np.nan, shown)
    most = max(float(np.nan_to_num(mistakes).max()), high / 10)
    shared = {"zmin": 0, "hoverinfo": "skip"}
    shared |= dict.fromkeys(("xgap", "ygap"), 1 if len(classes) <= MAX_NUMBERED else 0)
    bar = color_bar("mistakes, % of true class" if normalize else "mistakes, images")
    fig = go.Figure(go.Heatmap(z=mistakes, zmax=most, colorscale=MISTAKES, colorbar=bar, **shared))
    right = np.where(is_right, shown, np.nan)
    fig.add_heatmap(z=right, zmax=high, colorscale=RIGHT, showscale=False, **shared)
    if len(classes) <= MAX_NUMBERED:
        text = np.where((matrix == 0) & ~np.isnan(shown), "", _cell_text(shown, matrix))
        add_cell_text(fig, text, np.where(np.isnan(shown), MUTED, DARK_TEXT))
    _add_cells(fig, matrix, shares, classes)
    return _style_axes(base_layout(fig, height=HEIGHT), classes)


def describe_confusion(matrix: np.ndarray, classes: Sequence[str]) -> str:
    """Return a sentence that says what `confusion_figure` shows: the share that is right, the commonest mistake."""
    matrix = np.asarray(matrix)
    total, right = int(matrix.sum()), int(np.trace(matrix))
    if total == 0:
        return f"Confusion matrix of {classes_text(len(classes))} without images."
    share = percent_text(right / total, digits=1)
    of_all = f"{right:,} of {count_text(total, 'image')} ({share})"
    text = f"Confusion matrix of {classes_text(len(classes))}: {of_all} {'is' if right == 1 else 'are'} right"
    mistakes = matrix - np.diag(np.diag(matrix))
    if not mistakes.any():
        return f"{text}."
    true, guessed = np.unravel_index(mistakes.argmax(), mistakes.shape)
    count = count_text(int(mistakes[true, guessed]), "image")
    return f"{text}; the most frequent mistake is {classes[true]} taken for {classes[guessed]} ({count})."


def row_percent(matrix: np.ndarray) -> np.ndarray:
    """Give each cell's per cent of its row, (C, C), 0..100; NaN in a row without images, of which there is no share."""
    totals = matrix.sum(axis=1, keepdims=True)
    return 100 * np.divide(matrix, totals, out=np.full(matrix.shape, np.nan), where=totals > 0)


def _add_cells(fig: go.Figure, matrix: np.ndarray, shares: np.ndarray, classes: Sequence[str]) -> None:
    """Add a point in the middle of each cell, invisible until it is selected.

    Streamlit reports clicks on points, but none on the cells of a heatmap (tried with 1.67). With an unlimited hover
    distance a click anywhere in the figure goes to the nearest point, which is that of its cell.
    """
    rows, columns = np.indices(matrix.shape).reshape(2, -1)
    counts, percents = matrix.ravel(), shares.ravel()
    names = [as_plotly(name) for name in classes]
    fig.add_scatter(
        name="cells",
        x=columns,
        y=rows,
        mode="markers",
        marker={
            "symbol": "square-open",
            "size": FRAME_SHARE * SIDE / len(matrix),
            "opacity": 0,
            "color": ACCENT,
            "line": {"width": 3},
        },
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0}},
        customdata=[
            [int(r), int(c), int(n), _share(p)] for r, c, n, p in zip(rows, columns, counts, percents, strict=True)
        ],
        hovertext=[
            f"true {names[r]}, predicted {names[c]}: {count_text(int(n), 'image')}{_in_brackets(p)}"
            for r, c, n, p in zip(rows, columns, counts, percents, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )
    fig.update_layout(hoverdistance=-1, hovermode="closest", clickmode="event+select", dragmode=False)


def _style_axes(fig: go.Figure, classes: Sequence[str]) -> go.Figure:
    labels = short_labels(classes)
    step = -(-len(labels) // MAX_LABELS)
    names = [as_plotly(label) for label in labels[::step]]
    ticks = {"tickvals": list(range(0, len(labels), step)), "ticktext": names, "fixedrange": True}  # no zoom by a click
    is_flat = sum(len(label) + 1 for label in labels) <= FLAT_LABELS
    fig.update_xaxes(title="predicted class", tickangle=0 if is_flat else -90, **ticks)
    fig.update_yaxes(title="true class", **ticks)
    square_cells(fig, rows=len(classes), columns=len(classes))
    return fig


def _cell_text(shown: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Whole numbers, (C, C); a per cent that would read as nothing although there are images is "<1"."""
    rounded = np.rint(np.nan_to_num(shown)).astype(int)
    texts = np.where((rounded == 0) & (matrix > 0), "<1", rounded.astype(str))
    return np.where(np.isnan(shown), NOTHING, texts)


def _share(percent: float) -> float | None:
    return None if np.isnan(percent) else float(percent)


def _in_brackets(percent: float) -> str:
    """The share of the true class; nothing where that has no images."""
    return "" if np.isnan(percent) else f" ({percent_text(percent / 100, digits=1)})"
