"""Nets beside each other, each seed a dot, and below how much better they are than one of them, around zero."""

import textwrap
from collections.abc import Mapping, Sequence
from itertools import accumulate

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from cnnviz.evaluation.chance import LEAST_SEEDS
from cnnviz.evaluation.honest import Comparison, SeedGroup
from cnnviz.evaluation.honest_words import headline, no_interval_text, spread_text
from cnnviz.plots.style import ACCENT, MUTED, TOP_MARGIN, TRAIN, TRAIN_NOISE, base_layout
from cnnviz.text.markup import as_name, as_plotly

ROW, AXIS = 44, 58  # pixels: a net with its name above its line, and what lies between the two parts
LINE = 17  # pixels: each further line of a name
STEP = 0.07  # between the heights of dots that would else hide each other, in rows
ABOVE, BELOW = 0.65, 0.65  # rows, from the first line to the upper end of its part, and from the last one to the lower
NAME_LINE = 44  # letters: what a phone has room for
MAX_NAME = 3 * NAME_LINE  # from a longer one the middle is left out
HOVER = "%{x:+.2f} (%{customdata[0]:+.2f} to %{customdata[1]:+.2f})<extra></extra>"
CLOSE = 0.012  # of the axis: as near as that, they would


def honest_figure(
    groups: Sequence[SeedGroup],
    comparisons: Sequence[Comparison],
    *,
    metric: str,
    is_share: bool = True,
    labels: Mapping[str, str] | None = None,
    colours: Mapping[str, str] | None = None,
) -> go.Figure:
    """Draw the runs of some nets, and the advantage of each over the one that it is compared with.

    Parameters
    ----------
    groups : sequence of SeedGroup
        From top to bottom; a dot for each seed, a mark at the mean, a bar over its 95 % interval (of three seeds or
        more), and a cross at the left edge for each run that diverged.
    comparisons : sequence of Comparison
        All with the same second net. A mark at the advantage, a bar over its 95 % interval; hollow where zero is in it.
        Without any, only the runs are drawn.
    metric : str
        What is measured, in words, for the axis.
    is_share : bool
        Whether it is a share, drawn in per cent.
    labels : mapping of str to str, optional
        What is written above the line of a net, by its name; by default the name.
    colours : mapping of str to str, optional
        Of the dots of a net, by its name; by default one for all.
    """
    labels = labels or {}
    names = [[labels.get(group.name, group.name) for group in groups]]
    if comparisons:
        names.append([labels.get(found.first.name, found.first.name) for found in comparisons])
    rows = [_rows(part) for part in names]
    heights = [ROW * (part[-1] + 1) for part in rows]
    total = sum(heights) + AXIS * (len(heights) - 1)
    fig = make_subplots(
        rows=len(heights),
        cols=1,
        row_heights=heights,
        vertical_spacing=AXIS / total if comparisons else 0,
    )
    scale = 100.0 if is_share else 1.0
    _draw_groups(fig, groups, scale, rows[0], colours or {})
    for place, (part, at) in enumerate(zip(names, rows, strict=True), 1):
        for name, row in zip(part, at, strict=True):
            _name(fig, name, row, place=place)
        fig.update_yaxes(range=[at[-1] + BELOW, -ABOVE], row=place, col=1)
    base_layout(fig, height=round(total) + TOP_MARGIN + AXIS)
    fig.update_layout(showlegend=False, hovermode="closest", margin={"b": 44})
    fig.update_yaxes(visible=False)
    fig.update_xaxes(zeroline=False, title=f"{metric}, %" if is_share else metric, row=1, col=1)
    if comparisons:
        _draw_comparisons(fig, comparisons, scale, rows[1])
        unit = "percentage points" if is_share else metric
        title = _wrapped(f"how much better than {comparisons[0].second.name}, {unit}")
        fig.update_xaxes(title=title, zeroline=True, zerolinecolor=MUTED, zerolinewidth=2, row=2, col=1)
        fig.update_xaxes(range=_around_zero(comparisons, scale), row=2, col=1)
    return fig


def describe_honest(groups: Sequence[SeedGroup], comparisons: Sequence[Comparison], *, is_share: bool = True) -> str:
    """Return sentences that say what `honest_figure` shows."""
    said = [f"{group.name}: {spread_text(group, is_share=is_share)}" for group in groups]
    verdicts = [f"{headline(found)}." for found in comparisons]
    return " ".join(filter(None, (f"Each seed a dot. {'; '.join(said)}.", no_interval_text(groups), *verdicts)))


def _draw_groups(
    fig: go.Figure, groups: Sequence[SeedGroup], scale: float, rows: Sequence[float], colours: Mapping[str, str]
) -> None:
    values = [run.value for group in groups for run in group.measured]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    width = max(high - low, 1e-3)
    for row, group in zip(rows, groups, strict=True):
        interval = group.mean_interval if len(group.values) >= LEAST_SEEDS else None  # of two it is many times the axis
        if interval is not None:
            most = scale if scale > 1 else float("inf")  # no share is above 100 %
            ends = max(interval.low * scale, 0), min(interval.high * scale, most)
            _bar(fig, *ends, row, place=1, color=TRAIN_NOISE, width=10)
        colour = colours.get(group.name, TRAIN)
        heights = _heights([run.value for run in group.measured], CLOSE * width)
        fig.add_scatter(
            x=[scale * run.value for run in group.measured],
            y=[row + height for height in heights],
            mode="markers",
            marker={"color": colour, "size": 9, "line": {"color": "white", "width": 1}},
            customdata=[run.seed for run in group.measured],
            hovertemplate=f"seed %{{customdata}}: %{{x:.{2 if scale > 1 else 4}f}}<extra></extra>",
            row=1,
            col=1,
        )
        if len(group.values) > 1:
            _tick(fig, scale * group.mean, row, colour)
        _draw_diverged(fig, group, row, scale * (low - 0.08 * width))


def _draw_diverged(fig: go.Figure, group: SeedGroup, row: float, edge: float) -> None:
    seeds = [run.seed for run in group.runs if run not in group.measured]
    if seeds:
        fig.add_scatter(
            x=[edge] * len(seeds),
            y=[row + STEP * place for place in range(len(seeds))],
            mode="markers",
            marker={"color": ACCENT, "symbol": "x", "size": 9},
            customdata=seeds,
            hovertemplate="seed %{customdata} went beyond all bounds<extra></extra>",
            row=1,
            col=1,
        )


def _draw_comparisons(fig: go.Figure, comparisons: Sequence[Comparison], scale: float, rows: Sequence[float]) -> None:
    for row, found in zip(rows, comparisons, strict=True):
        low, high = (scale * bound for bound in found.interval)
        is_told = low > 0 or high < 0
        if abs(low) != float("inf"):
            _bar(fig, low, high, row, place=2, color=TRAIN, width=4)
        fig.add_scatter(
            x=[scale * found.advantage],
            y=[row],
            mode="markers",
            marker={
                "color": TRAIN if is_told else "white",
                "symbol": "diamond",
                "size": 12,
                "line": {"color": TRAIN, "width": 2},
            },
            customdata=[[low, high]],
            hovertemplate=HOVER if abs(low) != float("inf") else "%{x:+.2f}<extra></extra>",
            row=2,
            col=1,
        )


def _around_zero(comparisons: Sequence[Comparison], scale: float) -> list[float]:
    """Range that has zero and all intervals in it, and at its left room for the mark of none."""
    ends = [
        scale * end for found in comparisons for end in (*found.interval, found.advantage) if abs(end) < float("inf")
    ]
    low, high = min(0.0, *ends), max(0.0, *ends)
    room = 0.06 * (high - low) or 1.0
    return [low - room, high + room]


def _heights(values: Sequence[float], close: float) -> list[float]:
    """How far below its row each dot stands, so that none hides another, in rows: equal ones are stacked."""
    placed: list[tuple[float, int]] = []
    heights = []
    for value in values:
        taken = {level for other, level in placed if abs(other - value) < close}
        level = next(level for level in range(len(values) + 1) if level not in taken)
        placed.append((value, level))
        heights.append(min(STEP * level, 0.3))
    return heights


def _bar(fig: go.Figure, low: float, high: float, row: float, *, place: int, color: str, width: int) -> None:
    fig.add_scatter(
        x=[low, high],
        y=[row, row],
        mode="lines",
        line={"color": color, "width": width},
        opacity=0.6 if place == 1 else 1,
        hoverinfo="skip",
        row=place,
        col=1,
    )


def _tick(fig: go.Figure, mean: float, row: float, colour: str) -> None:
    fig.add_scatter(
        x=[mean],
        y=[row],
        mode="markers",
        marker={"color": colour, "symbol": "line-ns-open", "size": 16, "line": {"width": 3}},
        hovertemplate="mean %{x:.3f}<extra></extra>",
        row=1,
        col=1,
    )


def _rows(names: Sequence[str]) -> list[float]:
    """Where each net's line is, from that of the first one on, in rows: a name of several lines takes more of them."""
    further = [LINE / ROW * (len(_lines(name)) - 1) for name in names]
    return [place + above for place, above in enumerate(accumulate(further))]


def _name(fig: go.Figure, name: str, row: float, *, place: int) -> None:
    """The name of a net above its line, at the left edge: it takes no width from the picture, also on a phone."""
    fig.add_annotation(
        text=_wrapped(name),
        hovertext=as_plotly(name),
        x=0,
        xref="x domain" if place == 1 else "x2 domain",
        y=row,
        yref="y" if place == 1 else "y2",
        yshift=12,
        xanchor="left",
        yanchor="bottom",
        align="left",
        borderpad=0,
        showarrow=False,
        font={"size": 13},
    )


def _wrapped(text: str) -> str:
    return "<br>".join(map(as_plotly, _lines(text)))


def _lines(text: str) -> list[str]:
    """Break a text into lines that a phone has room for."""
    return textwrap.wrap(as_name(text, MAX_NAME), NAME_LINE) or [""]
