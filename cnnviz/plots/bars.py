"""Bars: the most probable classes, the images of each class, the sizes of pictures."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from cnnviz.datasets.statistics.image_sizes import ShapeCount, Shapes
from cnnviz.datasets.statistics.overview import ClassCount
from cnnviz.plots.style import ACCENT, DIVERGING, LIGHT_TEXT, MUTED, TRAIN, TRANSPARENT, base_layout
from cnnviz.text.labels import short_labels
from cnnviz.text.markup import as_plotly
from cnnviz.text.units import PERCENT, classes_text, count_text, probability_text, shape_text, with_minus

PROBABILITY_HEIGHT = 34  # pixels of a bar with its gap
BAR_HEIGHT = 26
FELL, GREW = DIVERGING[0], DIVERGING[-1]  # red is less, blue is more
LABEL_WIDTH = 56  # pixels: room for "> 99.9 %" right of a full bar, however narrow the figure is
MAX_CLASSES = 40
ROOM = 1.12  # times the longest bar
MAX_SHAPES = 12
EVEN = 1.5  # times the rarest class up to which classes count as equally frequent


def top_k_bars(probabilities: np.ndarray, classes: Sequence[str], k: int = 5) -> go.Figure:
    """Draw the `k` most probable classes, the most probable on top, in per cent; probabilities (C,) are in 0..1."""
    best = top_k(probabilities, k)
    percents = 100 * np.asarray(probabilities, float)[best]
    fig = go.Figure(
        go.Bar(
            x=percents,
            y=[as_plotly(label) for label in short_labels([classes[i] for i in best])],
            orientation="h",
            text=[probability_text(percent / 100) for percent in percents],
            textposition="outside",
            cliponaxis=False,
            marker={"color": [TRAIN, *[MUTED] * (len(best) - 1)]},
            hovertemplate="%{y}: %{x:.2f}" + PERCENT + "<extra></extra>",
        )
    )
    base_layout(fig, height=PROBABILITY_HEIGHT * len(best) + 80)
    fig.update_layout(margin_r=LABEL_WIDTH)
    fig.update_xaxes(range=[0, 100], tickvals=[0, 50, 100], tickangle=0, ticksuffix=PERCENT, zeroline=False)
    fig.update_yaxes(autorange="reversed", type="category")
    return fig


def answer_changes(before: np.ndarray, after: np.ndarray, classes: Sequence[str], k: int = 5) -> go.Figure:
    """Draw by how much the probabilities (C,), 0..1, of the `k` classes that change most have grown or fallen."""
    changes = 100 * (np.asarray(after, float) - np.asarray(before, float))
    most = np.argsort(-np.abs(changes), kind="stable")[:k]
    shown = changes[most]
    limit = max(1.0, 1.35 * float(np.abs(shown).max()))  # room for the numbers beyond the bars
    fig = go.Figure(
        go.Bar(
            x=shown,
            y=[as_plotly(label) for label in short_labels([classes[i] for i in most])],
            orientation="h",
            text=[with_minus(f"{change:+.1f}") for change in shown],
            textposition="outside",
            cliponaxis=False,
            marker={"color": [GREW if change > 0 else FELL for change in shown]},
            hovertemplate="%{y}: %{text} points<extra></extra>",
        )
    )
    base_layout(fig, height=PROBABILITY_HEIGHT * len(most) + 50)
    fig.update_xaxes(range=[-limit, limit], tickvals=[0], zeroline=True, zerolinecolor=MUTED)
    fig.update_yaxes(autorange="reversed", type="category")
    return fig


def describe_changes(before: np.ndarray, after: np.ndarray, classes: Sequence[str]) -> str:
    """Say in a sentence what has become of the answer, by its probabilities (C,) before and after."""
    first, now = int(np.argmax(before)), int(np.argmax(after))
    shares = [probability_text(float(one)) for one in (before[first], after[first], after[now])]
    if first == now:
        return f"The answer stays {classes[first]}: {shares[0]} before, {shares[1]} now."
    return f"The answer turns from {classes[first]} ({shares[0]}) into {classes[now]} ({shares[2]})."


def describe_bars(probabilities: np.ndarray, classes: Sequence[str], k: int = 5) -> str:
    """Return a sentence that says what `top_k_bars` shows."""
    said = [f"{classes[i]} {probability_text(float(probabilities[i]))}" for i in top_k(probabilities, k)]
    return f"The {len(said)} most probable classes: {', '.join(said)}."


def top_k(probabilities: np.ndarray, k: int) -> np.ndarray:
    """Positions of the `k` largest values, largest first; ties keep their order."""
    return np.argsort(-np.asarray(probabilities), kind="stable")[:k]


def balance_bars(counts: Sequence[ClassCount]) -> go.Figure:
    """Draw a bar for each class, in the order of the classes; of many, only the most frequent.

    A dotted line marks where all bars would end if the classes were equally frequent.
    """
    shown = _shown(counts)
    fig = go.Figure(
        go.Bar(
            x=[one.count for one in shown],
            y=[as_plotly(label) for label in short_labels([one.name for one in shown])],
            orientation="h",
            text=[f"{one.count:,}" for one in shown],
            textposition="auto",  # in the bar where it is long enough: beside it is the dotted line
            insidetextanchor="end",
            insidetextfont={"color": LIGHT_TEXT},
            textangle=0,
            cliponaxis=False,
            marker={"color": TRAIN},
            customdata=[100 * one.share for one in shown],
            hovertemplate="%{y}: %{x:,} images, %{customdata:.1f}" + PERCENT + "<extra></extra>",
        )
    )
    base_layout(fig, height=BAR_HEIGHT * len(shown) + 80)
    fig.update_yaxes(autorange="reversed", type="category")
    _leave_room(fig, "images", max((one.count for one in shown), default=1))
    total = sum(one.count for one in counts)
    fig.add_vline(x=total / max(len(counts), 1), layer="below", line={"color": MUTED, "dash": "dot", "width": 1.5})
    return fig


def describe_balance(counts: Sequence[ClassCount]) -> str:
    """Return a sentence that says what `balance_bars` shows."""
    total = sum(one.count for one in counts)
    rarest, commonest = (choose(counts, key=lambda one: one.count) for choose in (min, max))
    said = f"{count_text(total, 'image')} of {classes_text(len(counts))}"
    if commonest.count == rarest.count:
        return f"{said}, {rarest.count:,} of each."
    if commonest.count <= EVEN * rarest.count:
        return f"{said}, about equally many of each ({rarest.count:,} to {commonest.count:,})."
    few = "No net can tell a class by one image: give it more, or leave it out."
    return (
        f"{said}, unevenly: {commonest.count:,} of {commonest.name}, only {rarest.count:,} of {rarest.name}. "
        f"{few if rarest.count <= 1 else 'Class weights let them count alike.'}"
    )


def shape_bars(shapes: Shapes) -> go.Figure:
    """Draw the most frequent sizes (height x width) as bars, the most frequent on top and in the accent colour."""
    shown = shapes.counts[:MAX_SHAPES]
    others = shapes.num_pictures - sum(shape.count for shape in shown)
    names = [*map(_size_name, shown), *(["other sizes"] if others else [])]
    values = [*(shape.count for shape in shown), *([others] if others else [])]
    colors = [ACCENT, *[TRAIN] * (len(shown) - 1), *([TRANSPARENT] if others else [])]
    fig = go.Figure(
        go.Bar(
            x=values,
            y=names,
            orientation="h",
            text=[f"{value:,}" for value in values],
            textposition="outside",
            cliponaxis=False,
            marker={"color": colors[: len(values)], "line": {"color": MUTED, "width": 1}},
            hovertemplate="%{y}: %{x:,} pictures<extra></extra>",
        )
    )
    base_layout(fig, height=BAR_HEIGHT * max(len(names), 1) + 80)
    fig.update_yaxes(autorange="reversed", type="category")
    _leave_room(fig, "pictures", max(values, default=1))
    return fig


def describe_shapes(shapes: Shapes) -> str:
    """Return a sentence that says what `shape_bars` shows."""
    bad = f" The size of {count_text(shapes.num_bad, 'file')} cannot be read." if shapes.num_bad else ""
    if not shapes.counts:
        return f"No picture whose size is known.{bad}"
    most = shapes.counts[0]
    if len(shapes.counts) == 1:
        all_are = f"All {most.count:,} pictures are" if most.count > 1 else "The only picture is"
        return f"{all_are} {_size_name(most)} (height × width).{bad}"
    quarter = shape_text((round(most.height / 4), round(most.width / 4)))
    return (
        f"{len(shapes.counts):,} sizes; the most common is {_size_name(most)} (height × width) with {most.count:,} of "
        f"{shapes.num_pictures:,} pictures. A quarter of that is {quarter}.{bad}"
    )


def _leave_room(fig: go.Figure, title: str, longest: int) -> None:
    """An axis from 0 to beyond the longest bar, where its number stands."""
    fig.update_xaxes(title=title, range=[0, ROOM * longest], zeroline=False)


def _shown(counts: Sequence[ClassCount]) -> list[ClassCount]:
    if len(counts) <= MAX_CLASSES:
        return list(counts)
    return sorted(counts, key=lambda one: -one.count)[:MAX_CLASSES]


def _size_name(shape: ShapeCount) -> str:
    return shape_text((shape.height, shape.width))
