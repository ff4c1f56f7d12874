"""What a sweep has found: trainings that differ in the seed alone put together, and which of them are better. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from cnnviz.evaluation.honest import Comparison, Trained, Verdict, compare
from cnnviz.evaluation.measures import ACCURACY, METRICS
from cnnviz.runs.seed_scores import Reached, have_same_images, seed_group
from cnnviz.runs.sweep_records import WAITING, PointState, SweepState
from cnnviz.text.units import PERCENT, count_text
from cnnviz.training.sweep_settings import values_text

SEED = "seed"
ONE_SEED = "One training of each cannot tell, because another seed may turn it round: more seeds would."
TOO_FEW = "From so few seeds nobody knows whether that is chance: more seeds would tell."
UNTOLD = "So either may be the better one: more seeds would tell."
NO_MORE_IMAGES = "So it is not known whether more images would help: more seeds would tell."
AT_THE_END = (
    "Whether that is more than chance is said when all trainings have ended: whoever looks after each of them sees it "
    "too often."
)
OTHER_IMAGES = "It was tested on other images than {name}, so their results cannot be set beside each other."

ReachedOf = Callable[[PointState, str], Reached]
"""Gives what a point with a result has reached by a metric."""


@dataclass(frozen=True)
class Cell:
    """The points of a sweep that differ in the seed alone; `values` are what sets them apart from the others.

    `metric`, of `evaluation.measures.METRICS`, is by what they are looked at.
    """

    values: dict[str, Any]
    points: tuple[PointState, ...]
    metric: str = ACCURACY

    @property
    def scores(self) -> tuple[float, ...]:
        """The metric of those that have ended, in the order of their seeds."""
        return tuple(point.metrics[self.metric] for point in self.scored)

    @property
    def scored(self) -> tuple[PointState, ...]:
        """Points of which the metric is known."""
        return tuple(point for point in self.points if point.has_result and self.metric in point.metrics)

    @property
    def mean(self) -> float | None:
        """Mean of the metric; None before the first training has ended."""
        return fmean(self.scores) if self.scores else None

    @property
    def current(self) -> PointState | None:
        """The point that is being trained, if one is."""
        return next((point for point in self.points if point.is_under_way), None)

    @property
    def is_going_on(self) -> bool:
        """Whether a result of it may still come."""
        return any(point.status == WAITING or point.is_under_way for point in self.points)

    @property
    def is_lost(self) -> bool:
        """Whether all of it has ended without a result."""
        return not self.scores and not self.current and all(point.status != WAITING for point in self.points)

    @property
    def name(self) -> str:
        """Its values as people read them."""
        return values_text(list(self.values.items())) if "net" not in self.values else str(self.values["net"])


def axes(state: SweepState) -> tuple[str, ...]:
    """Names of what a sweep varies beside the seed, at most two; the seed alone where there is nothing else."""
    names = next((tuple(point.values) for point in state.points if point.values), ())
    return tuple(name for name in names if name != SEED)[:2] or names[:1]


def offered_metrics(state: SweepState) -> list[str]:
    """Metrics that all points with a result have, what they are ranked by first; the accuracy before there is one."""
    ended = [point for point in state.points if point.has_result]
    return [name for name in METRICS if all(name in point.metrics for point in ended)] if ended else [ACCURACY]


def ranking_metric(state: SweepState) -> str:
    """Give the metric by which a sweep is ranked if nobody chooses another one: of one output, the correlation."""
    return next(iter(offered_metrics(state)), ACCURACY)


def cells(state: SweepState, metric: str = ACCURACY) -> tuple[Cell, ...]:
    """Put the points of a sweep together that differ in the seed alone, in the order of the plan."""
    names = axes(state)
    found: dict[tuple[Any, ...], list[PointState]] = {}
    for point in state.points:
        if names and all(name in point.values for name in names):
            found.setdefault(tuple(point.values[name] for name in names), []).append(point)
    return tuple(Cell(dict(zip(names, key, strict=True)), tuple(points), metric) for key, points in found.items())


def ranked(found: Sequence[Cell]) -> list[Cell]:
    """Cells with a result, the best first."""
    return sorted((cell for cell in found if cell.scores), key=_loss)


def _loss(cell: Cell) -> float:
    """A number that is the lower the better a cell is."""
    mean = cell.mean or 0.0
    return mean if METRICS[cell.metric].lower_is_better else -mean


def by_number(point: PointState, metric: str = ACCURACY) -> Reached:
    """What a point with a result has reached, by its metric alone: of single images nothing is known."""
    value, num_images = float(point.metrics[metric]), int(point.metrics.get("num_test", 0))
    return Reached(Trained(point.values.get(SEED, 0), value, num_images), "")


def difference(first: Cell, second: Cell, reached_of: ReachedOf = by_number) -> Comparison | None:
    """Compare two cells that have results as two nets are compared; None where they were tested on other images.

    Notes
    -----
    The best of many may be compared with the second without a correction for having been chosen: where both are alike,
    the best two of many are nearer to each other than any two. S. Gutmann and Z. Maymin, "Is the selected population
    the best?", Annals of Statistics 15 (1987).
    """
    metric = METRICS[first.metric]
    found = [[reached_of(point, first.metric) for point in cell.scored] for cell in (first, second)]
    if not have_same_images(*found):
        return None
    groups = [seed_group(cell.name, one) for cell, one in zip((first, second), found, strict=True)]
    return compare(*groups, same_images=True, lower_is_better=metric.lower_is_better, is_share=metric.is_share)


def winner_text(found: Sequence[Cell], *, is_finished: bool, reached_of: ReachedOf = by_number) -> str:
    """Name the best of a sweep, and say whether chance may have chosen it; "" before there is a result.

    Parameters
    ----------
    found : sequence of Cell
        Of all its points.
    is_finished : bool
        Whether no training is still to come: before, nothing is said of chance but of one training each.
    reached_of : callable
        Gives what a point with a result has reached, as `runs.sweeps.reached_by`.
    """
    order = ranked(found)
    if not order:
        return ""
    best = order[0]
    first = f"{'Best' if is_finished else 'Best so far'}: {best.name} with {_result_text(best)}."
    if len(order) == 1:
        return first
    gap = difference(best, order[1], reached_of)
    if gap is None:
        return f"{first} {OTHER_IMAGES.format(name=order[1].name)}"
    level = [cell.name for cell in order[1:] if _is_level(best, cell)]
    ahead = f"it is {_size(best, gap)} ahead of {order[1].name}"
    said = f"{_listed(level)} reached the same" if level else ahead
    return f"{first} {_with_chance(said, gap, best.metric, is_finished=is_finished)}"


def _is_level(best: Cell, cell: Cell) -> bool:
    """Whether the difference is none as it would be written."""
    return float(METRICS[best.metric].difference_text(abs((best.mean or 0.0) - (cell.mean or 0.0)))) == 0


def _size(cell: Cell, gap: Comparison) -> str:
    metric = METRICS[cell.metric]
    return metric.difference_text(abs(gap.advantage)) + (" percentage points" if metric.is_share else "")


def data_text(found: Sequence[Cell], *, is_finished: bool, reached_of: ReachedOf = by_number) -> str:
    """Say what more training images have brought last, and so whether yet more would help; "" before that is known.

    Parameters as of `winner_text`.
    """
    order = [cell for cell in sorted(found, key=lambda cell: cell.values.get("limit", 0)) if cell.scores]
    if len(order) < 2 or "limit" not in order[-1].values:
        return ""
    less, more = order[-2:]
    gap = difference(more, less, reached_of)
    if gap is None:
        return ""
    is_up = (more.mean or 0.0) > (less.mean or 0.0)
    way = "stayed the same" if _is_level(more, less) else f"went {'up' if is_up else 'down'} by {_size(more, gap)}"
    grown = f"from {less.values['limit']:,} to {count_text(more.values['limit'], 'image')}"
    said = f"{grown} the {METRICS[more.metric].words} {way}"
    verdict = gap.verdict()
    if not is_finished or verdict not in (Verdict.FIRST, Verdict.SECOND):
        return _with_chance(said, gap, more.metric, is_finished=is_finished, untold=NO_MORE_IMAGES)
    helps = "more images would probably still help" if verdict is Verdict.FIRST else "more images did not help here"
    return f"{_capital(said)} ({_interval_text(gap, more.metric)}): {helps}."


def _with_chance(said: str, gap: Comparison, metric: str, *, is_finished: bool, untold: str = UNTOLD) -> str:
    """Add to a difference what chance has to do with it."""
    verdict, interval = gap.verdict(), _interval_text(gap, metric)
    if verdict is Verdict.SINGLE:
        by_images = f" ({interval} by the chance of the images alone)" if interval else ""
        return f"On these test images {said}{by_images}. {ONE_SEED}"
    said = _capital(said)
    if not is_finished:
        return f"{said} so far. {AT_THE_END}"
    if verdict is Verdict.FEW:
        return f"{said} on average. {TOO_FEW}"
    if verdict is Verdict.UNTOLD:
        return f"{said}, and chance alone can give that ({interval}). {untold}"
    return f"{said}, more than chance alone gives ({interval})."


def _interval_text(gap: Comparison, metric: str) -> str:
    """The interval of the difference; "" where nothing is known of its chance."""
    if abs(gap.interval.low) == float("inf"):
        return ""
    low, high = (METRICS[metric].difference_text(bound) for bound in gap.interval)
    return f"95{PERCENT} interval {low} to {high}"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _result_text(cell: Cell) -> str:
    text = METRICS[cell.metric].text
    said = (
        f"{text(cell.mean)} of the test images right"
        if cell.metric == ACCURACY
        else f"{METRICS[cell.metric].words} {text(cell.mean)}"
    )
    if len(cell.scores) < 2:
        return said
    low, high = text(min(cell.scores)), text(max(cell.scores))
    return f"{said} (mean of {count_text(len(cell.scores), 'seed')}, {low} to {high})"
