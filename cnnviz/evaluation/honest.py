"""Which of two nets is honestly better: what is left of a difference beside the chance of training and of test images.

A net that is trained again from another seed gives another accuracy, and other test images give another one too. What
is compared here are groups of runs that differ in nothing but their seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.evaluation.accuracy import Interval
from cnnviz.evaluation.chance import (
    CONFIDENCE,
    NO_SPREAD,
    UNLIMITED,
    SeedChance,
    Superiority,
    Way,
    image_chance,
    seed_chance,
    seeds_needed,
    share_chance,
    superiority,
)


class Trained(NamedTuple):
    """One run of a net: its seed, its metric, and what each test image adds to it.

    `value` is NaN of a training that went beyond all bounds. `scores` (N,) has the metric as its mean: 1 for an image
    that is right and else 0, or its squared error; None where only the metric is known.
    """

    seed: int
    value: float
    num_images: int
    scores: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class SeedGroup:
    """The runs of one net that differ in nothing but their seed, each seed once."""

    name: str
    runs: Sequence[Trained]

    @cached_property
    def measured(self) -> tuple[Trained, ...]:
        """Those that did not go beyond all bounds."""
        return tuple(run for run in self.runs if np.isfinite(run.value))

    @cached_property
    def values(self) -> np.ndarray:
        """Metrics (k,) of the measured runs."""
        return np.array([run.value for run in self.measured], np.float64)

    @property
    def num_diverged(self) -> int:
        """Runs that went beyond all bounds."""
        return len(self.runs) - len(self.measured)

    @property
    def mean(self) -> float:
        """Mean of the metrics; NaN without any."""
        return float(self.values.mean()) if len(self.values) else float("nan")

    @property
    def spread(self) -> float:
        """Standard deviation of the metrics over the seeds (k - 1 in its denominator); NaN below two."""
        return float(self.values.std(ddof=1)) if len(self.values) > 1 else float("nan")

    @property
    def mean_interval(self) -> Interval | None:
        """Where the mean of nets trained anew is on these test images, with 95 % confidence; None below two seeds."""
        from scipy.special import stdtrit

        k = len(self.values)
        if k < 2:
            return None
        half = float(stdtrit(k - 1, (1 + CONFIDENCE) / 2)) * self.spread / k**0.5
        return Interval(self.mean - half, self.mean + half)

    @cached_property
    def scores(self) -> np.ndarray | None:
        """Scores (k, N) of the measured runs; None unless they are known of all, on as many images."""
        rows = [run.scores for run in self.measured if run.scores is not None]
        is_whole = rows and len(rows) == len(self.measured) and len({len(row) for row in rows}) == 1
        return np.stack(rows).astype(np.float64) if is_whole else None

    @property
    def num_images(self) -> int:
        """Test images, those of the run that had the fewest."""
        return min((run.num_images for run in self.measured), default=0)


class Verdict(StrEnum):
    """What can be said of two nets. SINGLE, FEW: of one run each, or three, nothing of nets that are trained anew."""

    FIRST = "first"
    SECOND = "second"
    UNTOLD = "untold"
    SINGLE = "single"
    FEW = "few"


@dataclass(frozen=True, eq=False)
class Comparison:
    """How much better the first of two nets is than the second.

    Attributes
    ----------
    advantage : float
        Difference of the means, in the metric's unit; positive where the first is better, also of a loss.
    interval : Interval
        Where the true advantage is with 95 % confidence: of nets trained anew, tested on images of the same kind; of
        one run each, of these two on images of the same kind. Infinite where nothing is known of its chance.
    p_value : float
        Probability of an advantage at least as large, either way, if there were none.
    way : "paired", "apart", "pooled", "few" or "images"
        How the chance of the seeds was reckoned (`evaluation.chance.seed_chance`); "few" and "images": not.
    superiority : Superiority or None
        None of so few runs.
    discordant : (int, int) or None
        Of one run each on the same images: how many only the first has right, and how many only the second.
    seeds_needed : int or None
        Seeds of each that show an advantage of this size in 8 of 10 tries; None where they are too many or unknown.
    limit : float
        Half the width of the interval that no number of seeds makes smaller: what the test images leave open.
    same_images : bool
        Whether both were tested on the same images.
    """

    first: SeedGroup
    second: SeedGroup
    advantage: float
    interval: Interval
    p_value: float
    way: Way
    superiority: Superiority | None
    discordant: tuple[int, int] | None
    seeds_needed: int | None
    limit: float
    same_images: bool

    def verdict(self, p_value: float | None = None) -> Verdict:
        """What can be said, with the p value that a correction for several comparisons leaves, if given."""
        if self.way in NO_SPREAD:
            return Verdict.SINGLE if self.way == "images" else Verdict.FEW
        if (self.p_value if p_value is None else p_value) >= 1 - CONFIDENCE:
            return Verdict.UNTOLD
        return Verdict.FIRST if self.advantage > 0 else Verdict.SECOND


def compare(
    first: SeedGroup, second: SeedGroup, *, same_images: bool, lower_is_better: bool = False, is_share: bool = True
) -> Comparison:
    """Compare two nets by the metric of their runs.

    Parameters
    ----------
    first, second : SeedGroup
        At least one measured run each.
    same_images : bool
        Whether both were tested on the same images, in the same order.
    lower_is_better : bool
        Of a loss, such as the mean squared error.
    is_share : bool
        Whether the metric is a share of images, so that each score is 0 or 1.

    Raises
    ------
    InvalidInput
        If no run of one of them was measured.

    Notes
    -----
    The variance of the difference is that of the seeds plus that of the images, as in studies with several readers and
    cases. The degrees of freedom are those of the seeds, raised by the images' share: S. L. Hillis, "A comparison of
    denominator degrees of freedom methods for multiple observer ROC analysis", Statistics in Medicine 26 (2007).
    """
    from scipy.special import stdtr, stdtrit  # not sooner: a server starts without it

    _require_measured(first, second)
    seeds = seed_chance(*({run.seed: run.value for run in group.measured} for group in (first, second)))
    of_images = _image_chance(first, second, same_images=same_images, is_share=is_share)
    error = float(np.sqrt(seeds.variance + of_images))
    freedom = _freedom(seeds, of_images)
    advantage = (second.mean - first.mean) if lower_is_better else (first.mean - second.mean)
    quantile = float(stdtrit(freedom, (1 + CONFIDENCE) / 2))
    is_told = seeds.way not in NO_SPREAD
    return Comparison(
        first=first,
        second=second,
        advantage=advantage,
        interval=Interval(advantage - quantile * error, advantage + quantile * error),
        p_value=float(2 * stdtr(freedom, -abs(advantage) / error)) if error else float(advantage == 0),
        way=seeds.way,
        superiority=superiority(*(_ranks(one, lower_is_better) for one in (first, second))) if is_told else None,
        discordant=_discordant(first, second) if seeds.way == "images" and same_images and is_share else None,
        seeds_needed=_seeds_needed(first, second, abs(advantage), of_images) if is_told and advantage else None,
        limit=float(stdtrit(UNLIMITED, (1 + CONFIDENCE) / 2)) * float(np.sqrt(of_images)),
        same_images=same_images,
    )


def _freedom(seeds: SeedChance, of_images: float) -> float:
    if seeds.variance <= 0:
        return UNLIMITED
    return min(seeds.freedom * (1 + of_images / seeds.variance) ** 2, UNLIMITED)


def _image_chance(first: SeedGroup, second: SeedGroup, *, same_images: bool, is_share: bool) -> float:
    """Variance of the difference by the images; where their scores are not known, what single shares tell."""
    if first.scores is not None and second.scores is not None:
        return image_chance(first.scores, second.scores, same_images=same_images, is_share=is_share)
    if max(len(first.values), len(second.values)) > 1:  # then the spread over the seeds has what can be known
        return 0.0
    return sum(share_chance(one.mean, one.num_images) for one in (first, second)) if is_share else float("inf")


def _ranks(group: SeedGroup, lower_is_better: bool) -> np.ndarray:
    """Values (k,) of all runs, larger where better; a run that diverged is worse than all others."""
    values = np.array([run.value for run in group.runs], np.float64)
    return np.where(np.isfinite(values), -values if lower_is_better else values, -np.inf)


def _discordant(first: SeedGroup, second: SeedGroup) -> tuple[int, int] | None:
    if first.scores is None or second.scores is None:
        return None
    a, b = first.scores[0] > 0.5, second.scores[0] > 0.5
    return int((a & ~b).sum()), int((b & ~a).sum())


def _seeds_needed(first: SeedGroup, second: SeedGroup, advantage: float, of_images: float) -> int | None:
    known = [group.spread**2 for group in (first, second) if len(group.values) > 1]
    return seeds_needed(advantage, float(np.mean(known)), of_images)


def _require_measured(*groups: SeedGroup) -> None:
    for group in groups:
        if not len(group.values):
            raise InvalidInput(
                f"No run of {group.name} has a measured result, so it cannot be compared. Train it again, with a lower "
                f"learning rate if it went beyond all bounds. Received: {len(group.runs)} runs without one."
            )
