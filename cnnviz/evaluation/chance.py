"""How far chance moves the difference of two nets: that of the seeds, and that of the test images. NumPy, SciPy."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np

from cnnviz.evaluation.accuracy import Z95

PAIRED_FROM = 5
"""Equal seeds of both nets from which on they are taken as pairs: of fewer, pairs leave too little to know a spread by.
"""
LEAST_SEEDS = 3
"""Seeds from which on a net has a spread of its own."""
LEAST_RUNS = 4
"""Runs of both nets together from which on anything is known of their spread: three leave it a single degree of
freedom, and so an interval that is wider than all that could be.
"""
MOST_SEEDS = 100
POWER = 0.8
CONFIDENCE = 0.95
UNLIMITED = 1e9
"""Degrees of freedom as which a normal distribution counts."""

Way = Literal["paired", "apart", "pooled", "few", "images"]
NO_SPREAD: tuple[Way, ...] = ("images", "few")
"""Where nothing is known of how far the seeds move a difference."""
Values = Mapping[int, float]
"""Metric of a run by its seed."""


class SeedChance(NamedTuple):
    """Variance of the difference of two means over seeds, its degrees of freedom, and how it was reckoned."""

    variance: float
    freedom: float
    way: Way


def seed_chance(first: Values, second: Values) -> SeedChance:
    """Reckon how far the seeds move the difference of the means of two nets, by their metrics of at least one seed.

    Notes
    -----
    With the same seeds, at least `PAIRED_FROM`, that of Student's paired t test; with at least `LEAST_SEEDS` of each
    that of B. L. Welch, "The generalization of 'Student's' problem when several different population variances are
    involved", Biometrika 34 (1947); below that one variance is pooled for both. Of fewer than `LEAST_RUNS` together it
    is infinite, as it is not known; of one run each there is none.
    """
    a, b = np.array(list(first.values())), np.array(list(second.values()))
    if len(a) == len(b) == 1:
        return SeedChance(0.0, UNLIMITED, "images")
    if len(a) + len(b) < LEAST_RUNS:
        return SeedChance(float("inf"), UNLIMITED, "few")
    if first.keys() == second.keys() and len(a) >= PAIRED_FROM:
        differences = np.array([first[seed] - second[seed] for seed in first])
        return SeedChance(float(differences.var(ddof=1)) / len(a), len(a) - 1, "paired")
    if min(len(a), len(b)) < LEAST_SEEDS:
        squares = sum(float(((values - values.mean()) ** 2).sum()) for values in (a, b))
        freedom = len(a) + len(b) - 2
        return SeedChance(squares / freedom * (1 / len(a) + 1 / len(b)), freedom, "pooled")
    parts = [float(values.var(ddof=1)) / len(values) for values in (a, b)]
    weights = sum(part**2 / (len(values) - 1) for part, values in zip(parts, (a, b), strict=True))
    return SeedChance(sum(parts), sum(parts) ** 2 / weights if weights else UNLIMITED, "apart")


def image_chance(first: np.ndarray, second: np.ndarray, *, same_images: bool, is_share: bool) -> float:
    """Reckon the variance of the difference that other test images would bring, beyond what `seed_chance` has of it.

    Parameters
    ----------
    first, second : ndarray (k, N)
        Score of each image by seed; 0 or 1 if it `is_share`. The number of images is the same only of `same_images`.

    Notes
    -----
    Over the images, the variance of the mean over the seeds, less what of it comes from single runs: A. Dorfman, K.
    Berbaum and C. Metz, "Receiver operating characteristic rating analysis", Investigative Radiology 27 (1992). Shares
    get two images in addition, one right for either net: A. Agresti and Y. Min, "Simple improved confidence intervals
    for comparing matched proportions", Statistics in Medicine 24 (2005); with images of its own, each net gets one
    right and one wrong: A. Agresti and B. Caffo, The American Statistician 54 (2000).
    """
    means = [scores.mean(axis=0) for scores in (first, second)]
    if same_images:
        over_images = _mean_variance(means[0] - means[1], added=(0.0, 1.0) if is_share else None)
    else:
        over_images = sum(_mean_variance(mean, added=(1.0, 1.0) if is_share else None) for mean in means)
    return max(over_images - _single_variance(first) - _single_variance(second), 0.0)


def share_chance(share: float, num_images: int) -> float:
    """Variance of a share that was measured on so many images, with one right and one wrong in addition."""
    total = num_images + 2
    usual = (share * num_images + 1) / total
    return usual * (1 - usual) / total


def _mean_variance(values: np.ndarray, *, added: tuple[float, float] | None) -> float:
    """Variance of the mean of values (N,), with two more of that sum and sum of squares if any are added."""
    number, total, squares = len(values), float(values.sum()), float((values**2).sum())
    if added is not None:
        number, total, squares = number + 2, total + added[0], squares + added[1]
        return max(squares - total**2 / number, 0.0) / number**2
    return max(squares - total**2 / number, 0.0) / (number * max(number - 1, 1))


def _single_variance(scores: np.ndarray) -> float:
    """What in the mean of scores (k, N) is neither of the seed nor of the image; 0 of one seed, where nobody knows."""
    k, number = scores.shape
    if k < 2 or number < 2:
        return 0.0
    rest = scores - scores.mean(axis=1, keepdims=True) - scores.mean(axis=0, keepdims=True) + scores.mean()
    return float((rest**2).sum()) / ((k - 1) * (number - 1)) / (k * number)


class Superiority(NamedTuple):
    """How often a newly trained first net beats a newly trained second one, 0..1, and its 95 % interval.

    Counted over all pairs of a run of each; a tie counts half.
    """

    share: float
    low: float
    high: float
    wins: int
    ties: int
    pairs: int


def superiority(first: np.ndarray, second: np.ndarray) -> Superiority:
    """Count how often a value of the first (k,) is above one of the second (m,); -inf loses against all that are not.

    The interval is method 5 of R. G. Newcombe, "Confidence intervals for an effect size measure based on the
    Mann-Whitney statistic. Part 2", Statistics in Medicine 25 (2006): it needs no normal distribution, and is no point
    where all pairs are won.
    """
    a, b = np.asarray(first, float)[:, None], np.asarray(second, float)[None, :]
    wins, ties, pairs = int((a > b).sum()), int((a == b).sum()), a.size * b.size
    share = (wins + ties / 2) / pairs
    grid = np.linspace(0, 1, 10_001)
    others = (a.size + b.size) / 2 - 1
    spread = grid * (1 - grid) * (1 + others * ((1 - grid) / (2 - grid) + grid / (1 + grid))) / pairs
    inside = grid[(share - grid) ** 2 <= Z95**2 * spread + 1e-12]
    return Superiority(share, float(inside.min()), float(inside.max()), wins, ties, pairs)


def seeds_needed(advantage: float, seed_variance: float, image_variance: float) -> int | None:
    """Seeds of each net that show an advantage of this size in 8 of 10 tries; None: more than `MOST_SEEDS`.

    Parameters
    ----------
    advantage : float
        Above 0.
    seed_variance : float
        Of the metric of one net over its seeds.
    image_variance : float
        Of the difference, which no number of seeds makes smaller.

    Notes
    -----
    By the power of the two-sided t test at 5 %: J. Cohen, "Statistical power analysis for the behavioral sciences"
    (1988), chapter 2.
    """
    from scipy.special import nctdtr, stdtrit  # not sooner: a server starts without it

    number = np.arange(LEAST_SEEDS, MOST_SEEDS + 1)
    of_seeds = np.maximum(2 * seed_variance / number, 1e-30)
    total = of_seeds + image_variance
    freedom = np.minimum((2 * number - 2) * (total / of_seeds) ** 2, 1e5)
    ahead = np.minimum(advantage / np.sqrt(total), 30.0)  # beyond that the power is 1
    power = 1 - nctdtr(freedom, ahead, stdtrit(freedom, (1 + CONFIDENCE) / 2))
    enough = number[power >= POWER]
    return int(enough[0]) if len(enough) else None


def holm(p_values: Sequence[float]) -> list[float]:
    """Correct p values for being several: the chance that any of them is below 5 % by accident stays below 5 %.

    S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6 (1979).
    """
    order = np.argsort(p_values)
    left = len(p_values) - np.arange(len(p_values))
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(np.maximum.accumulate(np.asarray(p_values)[order] * left), 1.0)
    return corrected.tolist()
