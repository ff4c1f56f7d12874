"""Accuracy against what it costs: which runs no other one beats at no higher cost. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cnnviz.runs.comparison_entries import total_of
from cnnviz.runs.records import Run
from cnnviz.text.units import bytes_text, count_text, duration_text


class Point(NamedTuple):
    """What a run costs, and its accuracy, 0..1."""

    cost: float
    accuracy: float


@dataclass(frozen=True)
class Cost:
    """Something that a net costs: the title of its axis, what it is of a run (None: not known), and its text."""

    title: str
    of: Callable[[Run], float | None]
    text: Callable[[float], str]


COSTS: dict[str, Cost] = {
    "Parameters": Cost("parameters", total_of("params"), lambda cost: count_text(round(cost), "parameter")),
    "MACs": Cost("multiply-accumulates for one image", total_of("macs"), lambda cost: f"{cost:,.0f} MACs"),
    "Training time": Cost("seconds of training", lambda run: run.seconds or None, duration_text),
    "Size": Cost("bytes of weights", total_of("weight_bytes"), bytes_text),
}
"""Name of a cost -> what it is."""


def point_of(run: Run, cost: Cost) -> Point | None:
    """Cost and accuracy of a run; None where one of them is not known."""
    spent, accuracy = cost.of(run), run.metrics.get("accuracy")
    return None if spent is None or accuracy is None else Point(float(spent), float(accuracy))


def front(points: Sequence[Point]) -> list[int]:
    """Positions of the points that no other one dominates, the cheapest first (Pareto's front).

    A point dominates another one if it is at least as good in both, and better in one. Equal points dominate neither.
    """
    kept = [place for place, one in enumerate(points) if dominator(one, points) is None]
    return sorted(kept, key=lambda place: points[place])


def dominator(point: Point, points: Sequence[Point]) -> int | None:
    """Position of the most accurate point that dominates this one, of equal ones the cheapest; None without any."""
    found = [
        place
        for place, other in enumerate(points)
        if other.cost <= point.cost and other.accuracy >= point.accuracy and other != point
    ]
    return max(found, key=lambda place: (points[place].accuracy, -points[place].cost), default=None)
