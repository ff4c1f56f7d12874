"""What a sweep has found: trainings that differ in the seed alone put together, and which of them are better. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, stdev
from typing import Any

from scipy.stats import t as student

from cnnviz.evaluation.accuracy import Z95
from cnnviz.runs.sweep_records import WAITING, PointState, SweepState
from cnnviz.text.units import PERCENT, count_text, percent_text, with_minus
from cnnviz.training.sweep_settings import values_text

SEED = "seed"
ACCURACY = "accuracy"
ONE_SEED = "One training of each cannot tell, because another seed may turn it round: more seeds would."


@dataclass(frozen=True)
class Cell:
    """The points of a sweep that differ in the seed alone; `values` are what sets them apart from the others."""

    values: dict[str, Any]
    points: tuple[PointState, ...]

    @property
    def scores(self) -> tuple[float, ...]:
        """Test accuracies (0..1) of those that have ended, in the order of their seeds."""
        return tuple(point.metrics[ACCURACY] for point in self.scored)

    @property
    def scored(self) -> tuple[PointState, ...]:
        """Points that have an accuracy."""
        return tuple(point for point in self.points if point.has_result and ACCURACY in point.metrics)

    @property
    def mean(self) -> float | None:
        """Mean accuracy, 0..1; None before the first training has ended."""
        return fmean(self.scores) if self.scores else None

    @property
    def current(self) -> PointState | None:
        """The point that is being trained, if one is."""
        return next((point for point in self.points if point.is_under_way), None)

    @property
    def is_lost(self) -> bool:
        """Whether all of it has ended without a result."""
        return not self.scores and not self.current and all(point.status != WAITING for point in self.points)

    @property
    def name(self) -> str:
        """Its values as people read them."""
        return values_text(list(self.values.items())) if "net" not in self.values else str(self.values["net"])


@dataclass(frozen=True)
class Difference:
    """By how much one accuracy is higher than another (shares, 0..1), with the 95 % interval of that.

    `num_pairs` is from how many seeds it is known; from one, the interval is that of chance in the test images alone.
    """

    mean: float
    low: float
    high: float
    num_pairs: int

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would hardly give it."""
        return self.low > 0 or self.high < 0


def axes(state: SweepState) -> tuple[str, ...]:
    """Names of what a sweep varies beside the seed, at most two; the seed alone where there is nothing else."""
    names = next((tuple(point.values) for point in state.points if point.values), ())
    return tuple(name for name in names if name != SEED)[:2] or names[:1]


def cells(state: SweepState) -> tuple[Cell, ...]:
    """Put the points of a sweep together that differ in the seed alone, in the order of the plan."""
    names = axes(state)
    found: dict[tuple[Any, ...], list[PointState]] = {}
    for point in state.points:
        if names and all(name in point.values for name in names):
            found.setdefault(tuple(point.values[name] for name in names), []).append(point)
    return tuple(Cell(dict(zip(names, key, strict=True)), tuple(points)) for key, points in found.items())


def ranked(found: Sequence[Cell]) -> list[Cell]:
    """Cells with a result, the best first."""
    return sorted((cell for cell in found if cell.scores), key=lambda cell: -(cell.mean or 0.0))


def difference(first: Cell, second: Cell) -> Difference | None:
    """Say by how much the first is more accurate, by the seeds from which both were trained; None without any.

    Notes
    -----
    From two seeds on, Student's interval of the mean of the paired differences. From one, the normal interval of the
    difference of two shares of as many test images, which leaves out what another seed would change.
    """
    ours, theirs = ({point.values.get(SEED): point for point in cell.scored} for cell in (first, second))
    common = [seed for seed in ours if seed in theirs]
    if not common:
        return None
    pairs = [(ours[seed].metrics[ACCURACY], theirs[seed].metrics[ACCURACY]) for seed in common]
    gaps = [mine - other for mine, other in pairs]
    mean = fmean(gaps)
    if len(gaps) > 1:
        half = float(student.ppf(0.975, len(gaps) - 1)) * stdev(gaps) / math.sqrt(len(gaps))
    else:
        num_images = max(1.0, ours[common[0]].metrics.get("num_test", 1.0))
        half = Z95 * math.sqrt(sum(share * (1 - share) for share in pairs[0]) / num_images)
    return Difference(mean, mean - half, mean + half, len(gaps))


def winner_text(found: Sequence[Cell], *, is_finished: bool) -> str:
    """Name the best of a sweep, and say whether chance may have chosen it; "" before there is a result."""
    order = ranked(found)
    if not order:
        return ""
    best = order[0]
    first = f"{'Best' if is_finished else 'Best so far'}: {best.name} with {_accuracy_text(best)}."
    gap = difference(best, order[1]) if len(order) > 1 else None
    if gap is None:
        return first
    interval = f"(95{PERCENT} interval {points_text(gap.low)} to {points_text(gap.high)})"
    if gap.num_pairs == 1:
        return (
            f"{first} On these test images it is {points_text(gap.mean)} points ahead of {order[1].name} {interval}. "
            f"{ONE_SEED}"
        )
    chance = (
        f"more than chance alone gives {interval}"
        if gap.is_clear
        else f"which chance alone can give {interval}, so either may be the better one: more seeds would tell"
    )
    return f"{first} It is {points_text(gap.mean)} points ahead of {order[1].name}, {chance}."


def data_text(found: Sequence[Cell]) -> str:
    """Say what more training images have brought last, and so whether yet more would help; "" before that is known."""
    order = [cell for cell in sorted(found, key=lambda cell: cell.values.get("limit", 0)) if cell.scores]
    if len(order) < 2 or "limit" not in order[-1].values:
        return ""
    less, more = order[-2:]
    gap = difference(more, less)
    if gap is None:
        return ""
    said = (
        f"From {less.values['limit']:,} to {count_text(more.values['limit'], 'image')} the accuracy went "
        f"{'up' if gap.mean >= 0 else 'down'} by {points_text(abs(gap.mean))} points"
    )
    limits = f"95{PERCENT} interval {points_text(gap.low)} to {points_text(gap.high)}"
    if gap.num_pairs == 1:
        return f"{said} on these test images ({limits}). {ONE_SEED}"
    if gap.low > 0:
        return f"{said} ({limits}): more images would probably still help."
    if gap.high < 0:
        return f"{said} ({limits}): more images did not help here."
    return f"{said}, which chance alone can give ({limits}): it is not known whether more images would help."


def points_text(share: float) -> str:
    """Write a difference of two shares in percentage points: 1.2, −0.4."""
    return with_minus(f"{100 * share:.1f}").replace("\N{MINUS SIGN}0.0", "0.0")


def _accuracy_text(cell: Cell) -> str:
    mean = percent_text(cell.mean, digits=1)
    if len(cell.scores) < 2:
        return f"{mean} of the test images right"
    low, high = (percent_text(share, digits=1) for share in (min(cell.scores), max(cell.scores)))
    return f"{mean} of the test images right (mean of {count_text(len(cell.scores), 'seed')}, {low} to {high})"
