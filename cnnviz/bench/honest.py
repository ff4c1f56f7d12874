"""How often the interval of "which net is better" holds the truth, in simulated trainings whose truth is known."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.evaluation.honest import SeedGroup, Trained, compare
from cnnviz.text.units import percent_text

COMPARISONS = 200
GOAL, TOLERANCE = 0.95, 0.03
MEAN = 3.0  # of the logit of an image to be right: about nine of ten are
HARDNESS, OWN_TASTE, SINGLE = 2.0, 1.0, 0.5
"""Deviations of that logit: over the images for all nets, over the images for one net, and of one net at one image."""


@dataclass(frozen=True)
class Setting:
    """Two nets that are compared: seeds of each, test images, and how far the seeds of each move the logit.

    `alike` is the share of the seeds' variance that equal seeds of both nets have in common; `better` how much larger
    the first net's mean logit is; `same_images` whether both are tested on the same ones.
    """

    seeds: tuple[int, int]
    num_images: int = 360
    spread: tuple[float, float] = (0.15, 0.15)
    alike: float = 0.0
    better: float = 0.3
    same_images: bool = True


SETTINGS = {
    "1 and 1": Setting((1, 1), spread=(0.0, 0.0)),
    "1 and 1, 100 images": Setting((1, 1), 100, spread=(0.0, 0.0)),
    "1 and 5": Setting((1, 5)),
    "2 and 2": Setting((2, 2)),
    "3 and 3": Setting((3, 3)),
    "3 and 3, no difference": Setting((3, 3), better=0.0),
    "5 and 5, paired": Setting((5, 5), alike=0.6),
    "5 and 5, unequal spread": Setting((5, 5), spread=(0.05, 0.3)),
    "10 and 10": Setting((10, 10)),
    "10 and 10, paired": Setting((10, 10), alike=0.6),
    "10 and 10, nearly all right": Setting((10, 10), better=3.0),
    "10 and 3": Setting((10, 3)),
    "3 and 10, unequal spread": Setting((3, 10), spread=(0.15, 0.3)),
    "10 and 10, other images": Setting((10, 10), same_images=False),
}


def measure() -> dict[str, Any]:
    """Simulate 200 comparisons of each setting.

    Returns
    -------
    dict
        "coverage" (share of the intervals that hold the true difference, by setting), "all" (of all), "goal",
        "tolerance", "ok", "text". By chance alone, one setting in twenty of a right method is more than 3 % off.
    """
    rng = np.random.default_rng(0)
    found = {name: coverage(setting, COMPARISONS, rng) for name, setting in SETTINGS.items()}
    mean = float(np.mean(list(found.values())))
    lowest = min(found, key=found.__getitem__)
    return {
        "coverage": found,
        "all": round(mean, 4),
        "goal": GOAL,
        "tolerance": TOLERANCE,
        "ok": abs(mean - GOAL) <= TOLERANCE,
        "text": f"{percent_text(mean, digits=1)} of the intervals hold the true difference (goal 95 ± 3), fewest with "
        f"{lowest} seeds: {percent_text(found[lowest], digits=1)} of {COMPARISONS}",
    }


def coverage(setting: Setting, number: int, rng: np.random.Generator) -> float:
    """Share of so many simulated comparisons whose interval holds the true difference, 0..1."""
    truth = _true_share(MEAN + setting.better, setting.spread[0]) - _true_share(MEAN, setting.spread[1])
    return sum(_holds(setting, truth, rng) for _ in range(number)) / number


def _holds(setting: Setting, truth: float, rng: np.random.Generator) -> bool:
    common = rng.standard_normal(max(setting.seeds))
    hardness = HARDNESS * rng.standard_normal(setting.num_images)
    groups = []
    for place, mean in enumerate((MEAN + setting.better, MEAN)):
        if not setting.same_images:
            hardness = HARDNESS * rng.standard_normal(setting.num_images)
        groups.append(_trained(setting, place, mean + hardness, common, rng))
    found = compare(*groups, same_images=setting.same_images)
    return bool(found.interval.low <= truth <= found.interval.high)


def _trained(
    setting: Setting, place: int, images: np.ndarray, common: np.ndarray, rng: np.random.Generator
) -> SeedGroup:
    """Runs of one net whose logits are around those of the images (N,)."""
    k, number = setting.seeds[place], len(images)
    own = np.sqrt(setting.alike) * common[:k] + np.sqrt(1 - setting.alike) * rng.standard_normal(k)
    logits = images + OWN_TASTE * rng.standard_normal(number) + setting.spread[place] * own[:, None]  # (k, N)
    logits = logits + SINGLE * rng.standard_normal((k, number))
    right = (rng.random((k, number)) < _sigmoid(logits)).astype(np.float64)
    return SeedGroup("ab"[place], [Trained(seed, row.mean(), number, row) for seed, row in enumerate(right)])


def _true_share(mean: float, spread: float) -> float:
    """Share of all images that a newly trained net has right, 0..1, by Gauss and Hermite's rule."""
    points, weights = np.polynomial.hermite_e.hermegauss(120)
    deviation = np.sqrt(HARDNESS**2 + OWN_TASTE**2 + SINGLE**2 + spread**2)
    return float((weights * _sigmoid(mean + deviation * points)).sum() / weights.sum())


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))
