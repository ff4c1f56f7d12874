"""A sweep of two settings as a grid."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from cnnviz.evaluation.measures import ACCURACY, METRICS
from cnnviz.plots.style import (
    MUTED,
    SEQUENTIAL,
    TRANSPARENT,
    VALIDATION,
    add_cell_text,
    base_layout,
    color_bar,
    share_ticks,
    text_colors,
)
from cnnviz.runs.records import Status
from cnnviz.runs.sweep_records import PointState
from cnnviz.runs.sweep_results import Cell
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import NOTHING
from cnnviz.training.sweep_settings import title_of, value_text

MIN_SPAN = 0.04  # of the shares on an axis, so that noise does not look like a mountain
STEP_ROOM = 0.1  # of a step, between a value and the end of an axis: its mark is seen whole
CLICK_SIZE = 34  # pixels of the unseen marks on a cell that take its clicks
CLICKS = (-0.3, -0.15, 0.0, 0.15, 0.3)  # where they are in it, in cells
BLANK = "rgba(138, 138, 138, 0.14)"  # a place that is still to be filled
MOST_HEIGHT = 620
RUNNING, LOST = "training …", "failed"


def grid_figure(names: Sequence[str], found: Sequence[Cell]) -> go.Figure:
    """Draw a cell for each pair of values, the first setting across, the second down, coloured by its mean.

    A cell that is being trained has a border.
    """
    across, down = ([*dict.fromkeys(cell.values[name] for cell in found)] for name in names)
    by_place = {(down.index(cell.values[names[1]]), across.index(cell.values[names[0]])): cell for cell in found}
    means = np.full((len(down), len(across)), np.nan)
    text = np.full(means.shape, "", dtype=object)
    for place, cell in by_place.items():
        means[place] = np.nan if cell.mean is None else cell.mean
        text[place] = cell_text(cell)
    low, high = metric_range(found)
    blank = {"colorscale": [[0, BLANK], [1, BLANK]], "showscale": False, "hoverinfo": "skip"}
    fig = go.Figure(go.Heatmap(z=np.zeros(means.shape), xgap=2, ygap=2, **blank))
    fig.add_trace(
        go.Heatmap(
            z=means,
            zmin=low,
            zmax=high,
            colorscale=SEQUENTIAL,
            xgap=2,
            ygap=2,
            hoverinfo="skip",
            colorbar={**color_bar(f"mean {axis_title(found)}"), **tick_format(found)},
        )
    )
    colors = np.where(np.isnan(means), MUTED, text_colors(np.nan_to_num(means, nan=low), SEQUENTIAL, low, high))
    add_cell_text(fig, text, colors)
    _add_clicks(fig, by_place)
    for (row, column), cell in by_place.items():
        if cell.current is not None:
            box = {"x0": column - 0.48, "x1": column + 0.48, "y0": row - 0.48, "y1": row + 0.48}
            fig.add_shape(type="rect", line={"color": VALIDATION, "width": 3}, **box)
    base_layout(fig, height=int(min(MOST_HEIGHT, 140 + 52 * len(down))))
    fig.update_layout(showlegend=False, margin_t=70)
    fig.update_xaxes(**_axis(names[0], across))
    return fig.update_yaxes(autorange="reversed", **_axis(names[1], down))


def _axis(name: str, values: Sequence[Any]) -> dict[str, Any]:
    """Values at equal distances, in the order in which they were given."""
    texts = [as_plotly(value_text(name, value)) for value in values]
    places = {"tickvals": [*range(len(values))], "ticktext": texts}
    return {"title": title_of(name), "showgrid": False, "zeroline": False, **places}


def cell_text(cell: Cell) -> str:
    """Write what a cell has reached, or what becomes of it."""
    if cell.scores:
        return METRICS[cell.metric].text(cell.mean)
    if cell.current is not None:
        return RUNNING if cell.current.status in (Status.QUEUED, Status.RUNNING) else cell.current.status
    return LOST if cell.is_lost else NOTHING


def _add_clicks(fig: go.Figure, by_place: dict[tuple[int, int], Cell]) -> None:
    """Unseen marks: a heatmap takes no clicks that choose something."""
    fig.add_scatter(
        x=[column + offset for offset in CLICKS for _, column in by_place],
        y=[row for _ in CLICKS for row, _ in by_place],
        mode="markers",
        marker={"symbol": "square", "size": CLICK_SIZE, "color": TRANSPARENT},
        selected={"marker": {"color": TRANSPARENT}},
        unselected={"marker": {"color": TRANSPARENT}},
        customdata=[[_shown(cell), as_plotly(f"{cell.name}: {cell_text(cell)}")] for cell in by_place.values()]
        * len(CLICKS),
        hovertemplate="%{customdata[1]}<extra></extra>",
    )


def _shown(cell: Cell) -> str:
    """The run that a click on a cell opens: its best one, else the one at work."""
    choose = min if METRICS[cell.metric].lower_is_better else max
    best: PointState | None = choose(cell.scored, key=lambda point: point.metrics[cell.metric], default=cell.current)
    return best.run_id if best is not None else ""


def metric_range(found: Sequence[Cell]) -> tuple[float, float]:
    """Give the ends of an axis of the metric that shows all values; 0 and 1 before there are any.

    While points are to come they are whole steps, so that the axis stays as it is or grows wider, but never moves with
    each point. It fits the values once all points have ended.
    """
    values = [score for cell in found for score in cell.scores]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    is_share = METRICS[found[0].metric].is_share
    if any(cell.is_going_on for cell in found):
        return whole_steps(low, high, is_share=is_share)
    room = max(0.12 * (high - low), (MIN_SPAN - (high - low)) / 2 if is_share else 0.0) or 0.05
    return (max(0.0, low - room), min(1.005, high + room)) if is_share else (low - room, high + room)


def whole_steps(low: float, high: float, *, is_share: bool) -> tuple[float, float]:
    """Give ends of an axis that hold these values while more are to come.

    They are whole steps: tenths of a share, else of the power of ten of the largest value. A step is a whole
    number of each smaller one, so that the ends for more values never lie within those for fewer.
    """
    largest = max(abs(low), abs(high))
    step = 0.1 if is_share or not largest else 10.0 ** np.floor(np.log10(largest))
    first, last = np.floor(low / step - STEP_ROOM), np.ceil(high / step + STEP_ROOM)
    if low >= 0:  # no place for what cannot be
        first = max(0.0, first)
    return float(step * first), float(min(1.005, step * last) if is_share else step * last)


def axis_title(found: Sequence[Cell]) -> str:
    """What the metric is called at an axis."""
    return METRICS[found[0].metric if found else ACCURACY].words


def tick_format(found: Sequence[Cell]) -> dict[str, Any]:
    """How the ticks of an axis of the metric are written."""
    return share_ticks() if not found or METRICS[found[0].metric].is_share else {"tickformat": "~g"}
