"""All trainings of a sweep as lines through their settings and what they reached: parallel coordinates.

Drawn with plain lines: plotly's own need WebGL, which school computers often lack.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from cnnviz.evaluation.measures import ACCURACY, METRICS
from cnnviz.plots.style import MUTED, base_layout, line_colors
from cnnviz.plots.sweep_grid import whole_steps
from cnnviz.runs.sweep_records import WAITING, PointState, SweepState
from cnnviz.text.markup import as_plotly
from cnnviz.training.sweep_settings import SETTINGS, title_of, value_text

HEIGHT = 348
MAX_TICKS = 8  # on an axis of a setting; of more values the first and the last are named
MAX_LETTERS = 18
LEFT = {"xanchor": "right", "xshift": -5}
BESIDE = {0.0: {"yshift": -10}, 1.0: {"yshift": 10}}
"""Where a text stands beside its place: at the ends of an axis, where lines often run level, below and above it."""


@dataclass(frozen=True)
class _Axis:
    """One axis: a place (0..1) for each training, and what is written at which place."""

    title: str
    places: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]


def lines_figure(state: SweepState, metric: str = ACCURACY) -> go.Figure:
    """Draw each training that has ended as a line through its settings, cost and a metric, coloured by the latter.

    The planned values of a setting stand at equal distances, in the order of their size. The other axes go from the
    least to the most; while trainings are to come to whole steps, so that they stay or grow wider, but never move with
    each training.
    """
    ended = [point for point in state.points if point.has_result and metric in point.metrics]
    values = [float(point.metrics[metric]) for point in ended]
    axes = _axes(state, ended)
    measure, is_going_on = METRICS[metric], _is_going_on(state)
    axes.append(
        _number_axis(measure.title, values, measure.text, is_going_on=is_going_on, is_share=measure.is_share),
    )
    fig = go.Figure()
    colors = line_colors(axes[-1].places)
    for row, point in enumerate(ended):
        fig.add_scatter(
            x=[*range(len(axes))],
            y=[axis.places[row] for axis in axes],
            mode="lines",
            line={"color": colors[row], "width": 2.5},
            name=as_plotly(f"{point.name}: {measure.text(values[row])}"),
            hovertemplate="%{fullData.name}<extra></extra>",
        )
    _write_ticks(fig, axes)
    base_layout(fig, height=HEIGHT)
    fig.update_layout(showlegend=False, hovermode="closest")
    titles = [as_plotly(axis.title) for axis in axes]
    fig.update_xaxes(
        range=[-0.4, len(axes) - 0.5], tickvals=[*range(len(axes))], ticktext=titles, side="top", showgrid=False
    )
    return fig.update_yaxes(range=[-0.1, 1.1], visible=False)


def _axes(state: SweepState, ended: Sequence[PointState]) -> list[_Axis]:
    """Those of the settings, of the parameters where nets differ in them, and of the time."""
    is_going_on = _is_going_on(state)
    planned = [point.values for point in state.points if point.values]
    names = tuple(planned[0]) if planned else ()
    params = [point.metrics.get("params", 0) for point in ended]
    may_differ = is_going_on and any(name == "net" or SETTINGS[name].is_net for name in names)
    axes = [
        _setting_axis(name, [values.get(name) for values in planned], [point.values.get(name) for point in ended])
        for name in names
    ]
    if may_differ or len(set(params)) > 1:
        axes.append(_number_axis("Parameters", params, "{:,.0f}".format, is_going_on=is_going_on))
    seconds = [point.seconds for point in ended]
    return [*axes, _number_axis("Seconds", seconds, "{:.1f}".format, is_going_on=is_going_on)]


def _is_going_on(state: SweepState) -> bool:
    return any(point.status == WAITING or point.is_under_way for point in state.points)


def _write_ticks(fig: go.Figure, axes: Sequence[_Axis]) -> None:
    font = {"size": 12, "shadow": "auto"}  # lines pass behind them
    for place, axis in enumerate(axes):
        fig.add_shape(type="line", x0=place, x1=place, y0=0, y1=1, line={"color": MUTED, "width": 1}, layer="below")
        for height, text in axis.ticks:
            fig.add_annotation(
                x=place, y=height, text=as_plotly(text), showarrow=False, font=font, **BESIDE.get(height, LEFT)
            )


def _setting_axis(name: str, planned: Sequence[Any], values: Sequence[Any]) -> _Axis:
    distinct = list(dict.fromkeys(planned))
    if all(isinstance(value, int | float) for value in distinct):
        distinct.sort()
    places = {value: rank / max(1, len(distinct) - 1) for rank, value in enumerate(distinct)}
    named = distinct if len(distinct) <= MAX_TICKS else [distinct[0], distinct[-1]]
    ticks = tuple((places[value], value_text(name, value)[:MAX_LETTERS]) for value in named)
    return _Axis(title_of(name), tuple(places[value] for value in values), ticks)


def _number_axis(
    title: str,
    numbers: Sequence[float],
    text: Callable[[float], str],
    *,
    is_going_on: bool,
    is_share: bool = False,
) -> _Axis:
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    if is_going_on:
        low, high = whole_steps(low, high, is_share=is_share)
        high = min(high, 1.0) if is_share else high
    span = (high - low) or 1.0
    ends = {0.0: low, 1.0: high} if high > low else {0.0: low}
    written = tuple((at, text(value)) for at, value in ends.items())
    return _Axis(title, tuple((number - low) / span for number in numbers), written)
