"""All trainings of a sweep as lines through their settings and what they reached: parallel coordinates.

Drawn with plain lines: plotly's own need WebGL, which school computers often lack.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from plotly.colors import sample_colorscale

from cnnviz.evaluation.measures import ACCURACY, METRICS
from cnnviz.plots.style import MUTED, SEQUENTIAL, base_layout
from cnnviz.runs.sweep_records import SweepState
from cnnviz.text.markup import as_plotly
from cnnviz.training.sweep_settings import title_of, value_text

HEIGHT = 348
MAX_TICKS = 8  # on an axis of a setting; of more values the first and the last are named
MAX_LETTERS = 18


@dataclass(frozen=True)
class _Axis:
    """One axis: a place (0..1) for each training, and what is written at which place."""

    title: str
    places: tuple[float, ...]
    ticks: tuple[tuple[float, str], ...]


def lines_figure(state: SweepState, metric: str = ACCURACY) -> go.Figure:
    """Draw each training that has ended as a line through its settings, cost and a metric, coloured by the latter.

    The values of a setting stand at equal distances, in the order of their size; the other axes go from the least to
    the most.
    """
    ended = [point for point in state.points if point.has_result and metric in point.metrics]
    values, text = [float(point.metrics[metric]) for point in ended], METRICS[metric].text
    names = next((tuple(point.values) for point in ended), ())
    params = [point.metrics.get("params", 0) for point in ended]
    axes = [
        *(_setting_axis(name, [point.values.get(name) for point in ended]) for name in names),
        *([_number_axis("Parameters", params, "{:,.0f}".format)] if len(set(params)) > 1 else []),
        _number_axis("Seconds", [point.seconds for point in ended], "{:.1f}".format),
        _number_axis(METRICS[metric].title, values, text),
    ]
    fig = go.Figure()
    for row, point in enumerate(ended):
        fig.add_scatter(
            x=[*range(len(axes))],
            y=[axis.places[row] for axis in axes],
            mode="lines",
            line={"color": sample_colorscale(SEQUENTIAL, [axes[-1].places[row]])[0], "width": 2.5},
            name=as_plotly(f"{point.name}: {text(values[row])}"),
            hovertemplate="%{fullData.name}<extra></extra>",
        )
    _write_ticks(fig, axes)
    base_layout(fig, height=HEIGHT)
    fig.update_layout(showlegend=False, hovermode="closest")
    titles = [as_plotly(axis.title) for axis in axes]
    fig.update_xaxes(
        range=[-0.4, len(axes) - 0.5], tickvals=[*range(len(axes))], ticktext=titles, side="top", showgrid=False
    )
    return fig.update_yaxes(range=[-0.08, 1.06], visible=False)


def _write_ticks(fig: go.Figure, axes: Sequence[_Axis]) -> None:
    font = {"size": 12, "shadow": "auto"}  # lines pass behind them
    for place, axis in enumerate(axes):
        fig.add_shape(type="line", x0=place, x1=place, y0=0, y1=1, line={"color": MUTED, "width": 1}, layer="below")
        for height, text in axis.ticks:
            fig.add_annotation(
                x=place, y=height, text=as_plotly(text), showarrow=False, xanchor="right", xshift=-5, font=font
            )


def _setting_axis(name: str, values: Sequence[Any]) -> _Axis:
    distinct = list(dict.fromkeys(values))
    if all(isinstance(value, int | float) for value in distinct):
        distinct.sort()
    places = {value: rank / max(1, len(distinct) - 1) for rank, value in enumerate(distinct)}
    named = distinct if len(distinct) <= MAX_TICKS else [distinct[0], distinct[-1]]
    ticks = tuple((places[value], value_text(name, value)[:MAX_LETTERS]) for value in named)
    return _Axis(title_of(name), tuple(places[value] for value in values), ticks)


def _number_axis(title: str, numbers: Sequence[float], text: Callable[[float], str]) -> _Axis:
    low, high = min(numbers, default=0.0), max(numbers, default=0.0)
    span = (high - low) or 1.0
    ends = {0.0: low, 1.0: high} if high > low else {0.0: low}
    written = tuple((at, text(value)) for at, value in ends.items())
    return _Axis(title, tuple((number - low) / span for number in numbers), written)
