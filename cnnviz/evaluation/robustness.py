"""How much of what a net knows is left when its test images are changed. NumPy only.

What it knows is how far its accuracy lies above guessing, below which no accuracy falls but by bad luck. Where chance
may explain it, because images are few, nothing is said.

The mean error over levels and corruptions is that of D. Hendrycks and T. Dietterich, "Benchmarking neural network
robustness to common corruptions and perturbations", ICLR 2019, not divided by that of AlexNet, which was made for other
images.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnnviz.evaluation.accuracy import accuracy_interval, guessing_accuracy
from cnnviz.evaluation.corruptions import Series

HALF = 0.5


@dataclass(frozen=True, eq=False)
class SeriesAnswers:
    """What a net says at the L levels of a corruption.

    Attributes
    ----------
    series : Series
    labels : ndarray (N,), int
        True classes of the first N images of the test set, as places of the net's answers.
    said : ndarray (L, N), int
        The most probable class of each.
    sure : ndarray (L, N), float32
        Its probability, 0..1.
    """

    series: Series
    labels: np.ndarray
    said: np.ndarray
    sure: np.ndarray

    @property
    def accuracies(self) -> np.ndarray:
        """Share of the images that are right at each level (L,), 0..1."""
        return (self.said == self.labels).mean(axis=1)


class HalfPoints(NamedTuple):
    """Values below and above the clean one from which on half of what a net knows is gone; None: not to the end."""

    below: float | None
    above: float | None


def half_points(answers: SeriesAnswers) -> HalfPoints:
    """Find from where on half of what a net knows is gone, and stays gone, going from the clean level to either end.

    Between the last level at which more than half is left and the next is a straight line (of logarithms for ratios).
    None where more is left at the end again, and at both ends where the clean images are not shown to be answered
    better than by guessing.
    """
    series, accuracies = answers.series, answers.accuracies
    guessing, clean = guessing_accuracy(answers.labels), accuracies[series.clean]
    if not _is_known(clean, guessing, answers):
        return HalfPoints(None, None)
    least = guessing + HALF * (clean - guessing)
    places = range(len(series.levels))
    before, after = places[: series.clean + 1][::-1], places[series.clean :]
    return HalfPoints(*(_crossing(series, accuracies, list(way), least) for way in (before, after)))


def knowledge_kept(answers: SeriesAnswers) -> float:
    """Mean share, over the levels that change something, of what the net knows on the clean images; 0..1, or NaN.

    Below guessing counts as nothing; NaN where the clean images are not shown to be answered better than by guessing.
    """
    guessing, clean = guessing_accuracy(answers.labels), answers.accuracies[answers.series.clean]
    if not _is_known(clean, guessing, answers):
        return math.nan
    changed = np.delete(answers.accuracies, answers.series.clean)
    return float(np.clip((changed - guessing) / (clean - guessing), 0, 1).mean())


def mean_error(found: Mapping[str, SeriesAnswers]) -> float:
    """Mean over corruptions of the mean error at the levels that change something, 0..1 (Hendrycks and Dietterich)."""
    errors = [1 - np.delete(answers.accuracies, answers.series.clean).mean() for answers in found.values()]
    return float(np.mean(errors))


def _is_known(clean: float, guessing: float, answers: SeriesAnswers) -> bool:
    """Whether the unchanged images show that the net knows something: their 95 % interval lies above guessing."""
    return accuracy_interval(clean, len(answers.labels)).low > guessing


def _crossing(series: Series, accuracies: np.ndarray, way: list[int], least: float) -> float | None:
    scale, back = (math.log, math.exp) if series.is_ratio else (float, float)
    last = max(i for i, place in enumerate(way) if accuracies[place] > least)  # the clean level at the latest
    if last == len(way) - 1:
        return None
    before, after = way[last : last + 2]
    share = (accuracies[before] - least) / (accuracies[before] - accuracies[after])
    start, end = scale(series.levels[before].value), scale(series.levels[after].value)
    return float(back(start + share * (end - start)))
