"""Curves of several runs on one pair of axes, each in the colour of its run, with its name at its end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.style import base_layout, percent_format, share_ticks
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import metric_text, percent_text

RUN_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#7766FF", "#7799AA", "#AA4433")
"""Of the runs of a comparison, by their place: told apart by colour-blind readers, and 3 to 1 on either ground."""

RUN_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
RUN_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "cross", "star")
LETTERS = "ABCDEF"
"""What the runs of a comparison are called for short, by their place."""

HEIGHT = 330
PLOT_HEIGHT = HEIGHT - 90  # pixels between the axes, about: with it labels are kept apart
LABEL_HEIGHT = 17  # pixels
LABEL_WIDTH = 0.13  # of an axis, about: names farther from each other need not be moved apart
LABEL_SIZE = 13
LETTER_WIDTH = 7.2  # pixels
NEAR_END = 0.8  # of the axis: the name of a line that ends before stands within the figure
MAX_EPOCH_TICKS = 10
MAX_POINTS = 1000  # of a line
PADDING = 0.06  # of the range of an axis, left free beyond the first and last value


@dataclass(frozen=True, eq=False)
class Line:
    """The curve of the run in a place of the comparison: its short name, positions x (N,) and finite values y (N,)."""

    place: int
    name: str
    x: np.ndarray
    y: np.ndarray


def run_label(place: int, name: str) -> str:
    """Name a run at its line or mark: its letter and its short name."""
    return f"<b>{LETTERS[place]}</b> {as_plotly(name)}"


def smoothed(values: np.ndarray, weight: float) -> np.ndarray:
    """Smooth values (N,) by an exponential moving average whose start is not drawn to zero.

    Parameters
    ----------
    values : ndarray (N,)
    weight : float
        0 leaves them as they are; towards 1 more of what was before counts.

    Notes
    -----
    s_t = (1 - w) Σ w^(t - i) y_i / (1 - w^t), the bias correction of D. P. Kingma and J. Ba, "Adam" (2015).
    """
    total, share, found = 0.0, 0.0, []
    for value in values:
        total = weight * total + (1 - weight) * value
        share = weight * share + 1 - weight
        found.append(total / share)
    return np.array(found)


def comparison_curves(
    lines: Sequence[Line], *, metric: str, x_title: str, smoothing: float = 0.0, log: bool = False, has_marks: bool
) -> go.Figure:
    """Draw one metric of several runs.

    Parameters
    ----------
    lines : sequence of Line
        One without a point is left out.
    metric : str
        Title of the axis; "accuracy" and "error" are shares of 0..1.
    x_title : str
    smoothing : float
        As for `smoothed`; with it, what was measured is drawn thinly behind.
    log : bool
        Whether the axis of the metric is logarithmic; what is not above 0 has no place on it.
    has_marks : bool
        Whether each value has a mark, as where there are few.

    Returns
    -------
    go.Figure
        For each line a trace of the name that it has at its end; with smoothing one "measured" before it.
    """
    drawn = [Line(one.place, one.name, *_thinned(*_above_zero(one, log))) for one in lines]
    drawn = [one for one in drawn if len(one.y)]
    fig = go.Figure()
    shown = [smoothed(one.y, smoothing) for one in drawn]
    for one, values in zip(drawn, shown, strict=True):
        if smoothing:
            _add_line(fig, one, one.y, name="measured", opacity=0.3, width=1, has_marks=False)
        _add_line(fig, one, values, name=run_label(one.place, one.name), opacity=1, width=2.5, has_marks=has_marks)
    base_layout(fig, height=HEIGHT)
    low, high = _range(shown, log)
    _add_labels(fig, drawn, [float(values[-1]) for values in shown], (low, high), log)
    is_share = metric in ("accuracy", "error")
    last = max((float(one.x[-1]) for one in drawn), default=1.0)
    whole = 1 if x_title == "epochs" and last <= MAX_EPOCH_TICKS else None  # no epoch and a half
    fig.update_xaxes(title=x_title, range=[0, last * 1.02], dtick=whole, zeroline=False)
    fig.update_yaxes(
        title=metric,
        type="log" if log else "linear",
        range=[low, high],
        zeroline=False,
        hoverformat=percent_format(2) if is_share else ".4g",
        **(share_ticks() if is_share and not log else {"tickformat": percent_format(None) if is_share else "~g"}),
    )
    room = max((LETTER_WIDTH * (3 + len(one.name)) for one in drawn if one.x[-1] > NEAR_END * last), default=0)
    fig.update_layout(showlegend=False, hovermode="closest", margin_r=16 + room)
    return fig


def describe_comparison(lines: Sequence[Line], *, metric: str, x_title: str) -> str:
    """Return a sentence that says what `comparison_curves` shows, by what was measured."""
    best = max if metric == "accuracy" else min
    is_share = metric in ("accuracy", "error")

    def text(value: float) -> str:
        return percent_text(value, digits=1) if is_share else metric_text(value)

    said = [
        f"{LETTERS[one.place]} {one.name} ends at {text(float(one.y[-1]))}, best {text(float(best(one.y)))}"
        for one in lines
        if len(one.y)
    ]
    return f"The {metric} of {len(said)} runs by {x_title}: {'; '.join(said) or 'nothing was recorded'}."


def spread_beside(positions: Sequence[float], heights: Sequence[float], apart: float, near: float) -> list[float]:
    """Move heights as `spread` does, but only those apart whose positions are less than `near` from the next one."""
    order = sorted(range(len(positions)), key=lambda place: positions[place])
    groups: list[list[int]] = []
    for place in order:
        if groups and positions[place] - positions[groups[-1][-1]] < near:
            groups[-1].append(place)
        else:
            groups.append([place])
    found = list(heights)
    for group in groups:
        for place, height in zip(group, spread([heights[one] for one in group], apart), strict=True):
            found[place] = height
    return found


def spread(heights: Sequence[float], apart: float) -> list[float]:
    """Move heights as little as need be so that neighbours are `apart`; their order stays, equal ones keep theirs."""
    order = sorted(range(len(heights)), key=lambda place: heights[place])
    groups: list[tuple[float, list[int]]] = []  # middle and members
    for place in order:
        middle, members = heights[place], [place]
        while groups and middle - apart * (len(members) - 1) / 2 < groups[-1][0] + apart * (len(groups[-1][1]) + 1) / 2:
            _, before = groups.pop()
            members = [*before, *members]
            middle = sum(heights[one] for one in members) / len(members)
        groups.append((middle, members))
    found = list(heights)
    for middle, members in groups:
        for number, place in enumerate(members):
            found[place] = middle + apart * (number - (len(members) - 1) / 2)
    return found


def _above_zero(line: Line, log: bool) -> tuple[np.ndarray, np.ndarray]:
    kept = line.y > 0 if log else np.full(len(line.y), fill_value=True)
    return line.x[kept], line.y[kept]


def _thinned(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Keep at most MAX_POINTS, evenly spread, first and last included."""
    kept = np.unique(np.linspace(0, len(x) - 1, min(len(x), MAX_POINTS)).round().astype(int))
    return x[kept], y[kept]


def _range(values: Sequence[np.ndarray], log: bool) -> tuple[float, float]:
    """Range of the axis with some room, in powers of ten for a logarithmic one."""
    if not values:
        return 0.0, 1.0
    low, high = (choose(float(choose(one)) for one in values) for choose in (min, max))
    if log:
        low, high = math.log10(low), math.log10(high)
    room = PADDING * (high - low) or 0.05
    return low - room, high + room


def _add_line(
    fig: go.Figure, line: Line, values: np.ndarray, *, name: str, opacity: float, width: float, has_marks: bool
) -> None:
    fig.add_scatter(
        x=line.x,
        y=values,
        name=name,
        mode="lines+markers" if has_marks else "lines",
        line={
            "color": RUN_COLOURS[line.place],
            "width": width,
            "dash": "solid" if name == "measured" else RUN_DASHES[line.place],
        },
        marker={"size": 8, "symbol": RUN_SYMBOLS[line.place]},
        opacity=opacity,
        hoverinfo="skip" if name == "measured" else None,
        hovertemplate=None if name == "measured" else f"{name}: %{{y}}<extra></extra>",
    )


def _add_labels(
    fig: go.Figure, lines: Sequence[Line], ends: Sequence[float], limits: tuple[float, float], log: bool
) -> None:
    """A name right of the end of each line, moved up or down where they would cover each other."""
    places = [math.log10(end) if log else end for end in ends]
    pixels = [PLOT_HEIGHT * (place - limits[0]) / (limits[1] - limits[0]) for place in places]
    ends_at = [float(line.x[-1]) for line in lines]
    moved = spread_beside(ends_at, pixels, LABEL_HEIGHT, LABEL_WIDTH * max(ends_at, default=1.0))
    for line, place, height, free in zip(lines, places, pixels, moved, strict=True):
        fig.add_annotation(
            x=float(line.x[-1]),
            y=place,
            text=run_label(line.place, line.name),
            font={"size": LABEL_SIZE},
            showarrow=False,
            xanchor="left",
            xshift=8,
            yshift=free - height,
        )
