"""What a sweep has found so far: a line for one setting, a grid for two, a row for each net; it fills as trainings end.

Each mark of a training carries the id of its run, so that a click on it can open that.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from cnnviz.evaluation.measures import ACCURACY, METRICS
from cnnviz.plots.style import TRAIN, TRAIN_NOISE, VALIDATION, base_layout
from cnnviz.plots.sweep_grid import axis_title, cell_text, grid_figure, metric_range, tick_format
from cnnviz.runs.sweep_records import PointState, SweepState
from cnnviz.runs.sweep_results import Cell, axes, cells, ranked
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import NOTHING
from cnnviz.training.sweep_settings import SETTINGS, title_of, value_text

HEIGHT = 340
ROW_HEIGHT, MOST_ROWS_HEIGHT = 44, 620
BAND = "rgba(91, 107, 127, 0.25)"  # TRAIN, so faint that its line is seen on it in both themes


def sweep_figure(state: SweepState, metric: str = ACCURACY) -> go.Figure:
    """Draw a metric of each point of a sweep at the place of its settings.

    Parameters
    ----------
    state : SweepState
        Points without a result are drawn as places that are still to be filled.
    metric : str
        Of `evaluation.measures.METRICS`.

    Returns
    -------
    go.Figure
        Marks with `customdata` (id of the run, "" where there is none).
    """
    names, found = axes(state), cells(state, metric)
    if len(names) == 2:
        return grid_figure(names, found)
    if not names or names[0] == "net":
        return _rows(found)
    return _line(names[0], found)


def describe_sweep(state: SweepState, metric: str = ACCURACY) -> str:
    """Return a sentence that says what `sweep_figure` shows."""
    found = cells(state, metric)
    varied = " and ".join(title_of(name).lower() for name in axes(state))
    order = ranked(found)
    told = [f"{cell.name}: {METRICS[metric].text(cell.mean)}" for cell in order[:12]]
    rest = f" and {len(order) - 12} more" if len(order) > 12 else ""
    results = f"Best first: {'; '.join(told)}{rest}." if told else "No training has ended yet."
    title = axis_title(found)
    return f"{title[0].upper()}{title[1:]} by {varied}, {len(order)} of {len(found)} known. {results}"


def _line(name: str, found: Sequence[Cell]) -> go.Figure:
    """One setting: each training is a point, a line goes through the means, a band from the least to the most."""
    values = [cell.values[name] for cell in found]
    is_number = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    places: list[Any] = values if is_number else [as_plotly(value_text(name, value)) for value in values]
    is_log = is_number and SETTINGS[name].is_scaled and min(values) > 0
    fig = go.Figure()
    known = [(place, cell) for place, cell in zip(places, found, strict=True) if cell.scores]
    if is_number:
        known.sort(key=lambda pair: pair[0])
    if any(len(cell.scores) > 1 for _, cell in known):
        _add_band(fig, known)
    mode = "lines+markers" if is_number else "markers"
    mean_mark = {"symbol": "line-ew-open", "size": 22, "line": {"width": 3}, "color": TRAIN}
    fig.add_scatter(
        x=[place for place, _ in known],
        y=[cell.mean for _, cell in known],
        mode=mode,
        line={"color": TRAIN, "width": 2.5},
        marker={"size": 1, "color": TRAIN} if is_number else mean_mark,
        hoverinfo="skip",
    )
    _add_trainings(fig, known)
    for place, cell in zip(places, found, strict=True):
        if cell.current is not None:
            fig.add_vline(x=place, line={"color": VALIDATION, "width": 3, "dash": "dot"})
    base_layout(fig, height=HEIGHT)
    ticks = {"tickvals": places, "ticktext": [value_text(name, value) for value in values]} if is_number else {}
    edges = {"range": _range(values, is_log=is_log)} if is_number else {"categoryarray": places, "type": "category"}
    if not is_number:
        edges["range"] = [-0.5, len(places) - 0.5]
    kind = {"type": "log"} if is_log else {}
    planned = {"showgrid": True, "griddash": "dot"}  # where a training is to stand, before it does
    fig.update_xaxes(title=title_of(name), zeroline=False, **planned, **ticks, **edges, **kind)
    fig.update_layout(showlegend=False)
    return fig.update_yaxes(title=axis_title(found), range=[*metric_range(found)], zeroline=False, **tick_format(found))


def _add_band(fig: go.Figure, known: Sequence[tuple[Any, Cell]]) -> None:
    """From the least to the most that the trainings of each value reached."""
    x = [place for place, _ in known]
    for pick, fill in ((min, None), (max, "tonexty")):
        fig.add_scatter(
            x=x,
            y=[pick(cell.scores) for _, cell in known],
            mode="lines",
            line={"width": 0, "color": TRAIN_NOISE},
            fill=fill,
            fillcolor=BAND,
            hoverinfo="skip",
        )


def _add_trainings(fig: go.Figure, known: Sequence[tuple[Any, Cell]]) -> None:
    marks = [(place, point, cell) for place, cell in known for point in cell.scored]
    best = ranked([cell for _, cell in known])[:1]
    fig.add_scatter(
        x=[place for place, _, _ in marks],
        y=[point.metrics[cell.metric] for _, point, cell in marks],
        mode="markers",
        marker={
            "size": 11,
            "color": [TRAIN if cell in best else TRAIN_NOISE for _, _, cell in marks],
            "line": {"width": 1.5, "color": TRAIN},
        },
        customdata=[_told(point, cell) for _, point, cell in marks],
        hovertemplate="%{customdata[1]}<extra></extra>",
    )


def _rows(found: Sequence[Cell]) -> go.Figure:
    """A row for each net: its trainings as points, their mean as a stroke."""
    fig = go.Figure()
    names = [as_plotly(cell.name) for cell in found]
    marks = [(name, point, cell) for name, cell in zip(names, found, strict=True) for point in cell.scored]
    fig.add_scatter(
        x=[cell.mean for cell in found if cell.scores],
        y=[name for name, cell in zip(names, found, strict=True) if cell.scores],
        mode="markers",
        marker={"symbol": "line-ns-open", "size": 24, "color": TRAIN, "line": {"width": 3}},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=[point.metrics[cell.metric] for _, point, cell in marks],
        y=[name for name, _, _ in marks],
        mode="markers",
        marker={"size": 11, "color": TRAIN_NOISE, "line": {"width": 1.5, "color": TRAIN}},
        customdata=[_told(point, cell) for _, point, cell in marks],
        hovertemplate="%{customdata[1]}<extra></extra>",
    )
    for place, cell in enumerate(found):
        words = cell_text(cell)
        if words != NOTHING and not cell.scores:
            fig.add_annotation(x=0.01, xref="paper", y=place, text=words, showarrow=False, xanchor="left")
    base_layout(fig, height=int(min(MOST_ROWS_HEIGHT, 90 + ROW_HEIGHT * max(1, len(found)))))
    fig.update_layout(showlegend=False)
    fig.update_yaxes(
        type="category", categoryarray=names, range=[len(names) - 0.5, -0.5], tickvals=names, zeroline=False
    )
    return fig.update_xaxes(title=axis_title(found), range=[*metric_range(found)], zeroline=False, **tick_format(found))


def _told(point: PointState, cell: Cell) -> list[str]:
    """Run of a mark, and what is said of it."""
    return [point.run_id, f"{as_plotly(point.name)}: {METRICS[cell.metric].text(point.metrics[cell.metric])}"]


def _range(values: Sequence[float], *, is_log: bool) -> list[float]:
    """A little more than the values, so that the outer points are seen whole."""
    low, high = (float(np.log10(edge)) if is_log else float(edge) for edge in (min(values), max(values)))
    room = 0.08 * (high - low) or 0.5
    return [low - room, high + room]
