"""Accuracy of runs against what they cost, with the front of those that no other one beats."""

from collections.abc import Sequence
from math import log10
from typing import NamedTuple

import plotly.graph_objects as go

from cnnviz.plots.comparison import (
    LABEL_HEIGHT,
    LABEL_SIZE,
    LABEL_WIDTH,
    LETTERS,
    RUN_COLOURS,
    RUN_SYMBOLS,
    run_label,
    spread_beside,
)
from cnnviz.plots.style import MUTED, base_layout, share_ticks
from cnnviz.runs.pareto import Cost, Point
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import part_text

HEIGHT = 400
PLOT_HEIGHT = HEIGHT - 90  # pixels between the axes, about: with it labels are kept apart
ROOM = 0.12  # of the range of the accuracies, above and below
SIDE = 0.12  # of the range of the costs, left and right
LABEL_ROOM = 0.3  # of the axis, that a name left of its mark needs


class Mark(NamedTuple):
    """A run of the comparison as a point: its place there, its short name, and whether it had the same test images."""

    place: int
    name: str
    point: Point
    is_comparable: bool = True


def cost_figure(
    marks: Sequence[Mark], pale: Sequence[tuple[str, Point]], front: Sequence[Point], *, cost: Cost, log: bool
) -> go.Figure:
    """Draw the accuracy against a cost.

    Parameters
    ----------
    marks : sequence of Mark
        The runs of the comparison; one that was tested on other images is hollow.
    pale : sequence of (str, Point)
        Names and points of other runs, which recede.
    front : sequence of Point
        What nothing dominates, the cheapest first, see `runs.pareto.front`.
    cost : Cost
    log : bool
        Whether the axis of the cost is logarithmic.

    Returns
    -------
    go.Figure
        Traces "front", "other runs" and one for each mark.
    """
    fig = go.Figure()
    fig.add_scatter(
        x=[point.cost for point in front],
        y=[point.accuracy for point in front],
        name="front",
        mode="lines",
        line={"color": MUTED, "width": 1.5, "dash": "dot", "shape": "hv"},
        hoverinfo="skip",
    )
    fig.add_scatter(
        x=[point.cost for _, point in pale],
        y=[point.accuracy for _, point in pale],
        name="other runs",
        mode="markers",
        marker={"color": MUTED, "size": 9, "opacity": 0.5},
        customdata=[[as_plotly(name), _said(point, cost)] for name, point in pale],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
    )
    for mark in marks:
        _add_mark(fig, mark, cost)
    base_layout(fig, height=HEIGHT)
    points = [*(mark.point for mark in marks), *(point for _, point in pale)]
    costs = _limits([log10(point.cost) if log else point.cost for point in points], SIDE)
    accuracies = _limits([point.accuracy for point in points], ROOM)
    _add_labels(fig, marks, costs, accuracies, log=log)
    fig.update_xaxes(title=cost.title, type="log" if log else "linear", range=costs, zeroline=False, tickformat="~s")
    if log:
        fig.update_xaxes(dtick=1 if costs[1] - costs[0] > 2 else "D2")
    fig.update_yaxes(title="test accuracy", range=accuracies, zeroline=False, **share_ticks())
    fig.update_layout(showlegend=False)
    return fig


def _limits(values: Sequence[float], room: float) -> tuple[float, float]:
    """Both ends of an axis that leaves this share of its range free on either side."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    free = room * (high - low) or 0.05 * abs(high) or 0.05
    return low - free, high + free


def _add_mark(fig: go.Figure, mark: Mark, cost: Cost) -> None:
    label = run_label(mark.place, mark.name)
    symbol, colour = RUN_SYMBOLS[mark.place], RUN_COLOURS[mark.place]
    fig.add_scatter(
        x=[mark.point.cost],
        y=[mark.point.accuracy],
        name=label,
        mode="markers",
        cliponaxis=False,
        marker={
            "color": colour,
            "symbol": symbol if mark.is_comparable else f"{symbol}-open",
            "size": 14,
            "line": {"width": 1.5, "color": "white" if mark.is_comparable else colour},
        },
        hovertemplate=f"{label}: {_said(mark.point, cost)}<extra></extra>",
    )


def _add_labels(
    fig: go.Figure,
    marks: Sequence[Mark],
    costs: tuple[float, float],
    accuracies: tuple[float, float],
    *,
    log: bool,
) -> None:
    """The name of each mark at its left, else below, where the front does not pass; none covers another one."""
    low, high = accuracies
    heights = [PLOT_HEIGHT * (mark.point.accuracy - low) / (high - low) for mark in marks]
    places = [log10(mark.point.cost) if log else mark.point.cost for mark in marks]
    moved = spread_beside(places, heights, LABEL_HEIGHT, LABEL_WIDTH * (costs[1] - costs[0]))
    for mark, x, height, free in zip(marks, places, heights, moved, strict=True):
        has_room = x > costs[0] + LABEL_ROOM * (costs[1] - costs[0])
        fig.add_annotation(
            x=x,
            y=mark.point.accuracy,
            text=run_label(mark.place, mark.name),
            font={"size": LABEL_SIZE},
            showarrow=False,
            xanchor="right" if has_room else "left",
            xshift=-12 if has_room else 12,
            yshift=free - height - (0 if has_room else LABEL_HEIGHT / 2),
        )


def _said(point: Point, cost: Cost) -> str:
    return f"{part_text(point.accuracy)}, {cost.text(point.cost)}"


def describe_costs(marks: Sequence[Mark], *, cost: Cost) -> str:
    """Return a sentence that says what `cost_figure` shows of the runs of the comparison."""
    said = [f"{LETTERS[mark.place]} {mark.name} {_said(mark.point, cost)}" for mark in marks]
    return f"Test accuracy against {cost.title}: {'; '.join(said) or 'no run has both'}."
