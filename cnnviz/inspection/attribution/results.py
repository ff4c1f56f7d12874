"""What an attribution and its checks give. Light: these travel from a worker to the server."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from cnnviz.inspection.attribution.methods import find_method
from cnnviz.text.units import alike_texts, with_minus

DELETION_STEPS = 20
RANDOM_ORDERS = 5
LEAST_CHANGE = 0.05
"""Of a probability, while pixels are taken away: where all curves stay within it, their order says nothing."""


@dataclass(frozen=True, eq=False)
class Attribution:
    """What a method attributes to each value of a layer.

    Parameters
    ----------
    values : ndarray (H, W, C), (H, W) or (units,), float32
        Signed and raw. Of pixels: by the whole range of a pixel (black to white is 1).
    map : ndarray (H, W) or (units,), float32
        The sum over the channels.
    layer : str
        Whose values they are; "" for the pixels.
    score : float
        Of the class, before softmax or sigmoid.
    facts : dict
        Numbers that belong to the method, such as the two sides of completeness.
    """

    method: str
    class_index: int
    layer: str
    values: np.ndarray
    map: np.ndarray
    score: float
    probability: float
    facts: dict[str, float] = field(default_factory=dict)


def named_arrays(image: np.ndarray, found: Sequence[Attribution]) -> dict[str, np.ndarray]:
    """Give the arrays of a file: "image", the map of each method by its name, and its values, "<name>_channels"."""
    maps = {one.method: one.map for one in found}
    return {"image": image, **maps, **{f"{one.method}_channels": one.values for one in found}}


def completeness_text(found: Attribution) -> str:
    """Say the two sides of completeness, of a method that has them; "" of others."""
    if "change_of_score" not in found.facts:
        return ""
    total, change = alike_texts(found.facts["sum"], found.facts["change_of_score"])
    return f"Sum {total} of {change} that the score changes."


def zero_text(found: Attribution) -> str:
    """Say why a map is zero everywhere; "" of others."""
    return "" if found.map.any() else f"Zero everywhere: {find_method(found.method).zero}."


@dataclass(frozen=True)
class Deletion:
    """How the probability of a class falls while pixels are taken away, those that matter most by the map first.

    `fractions` of pixels gone, (steps + 1); `probabilities` by the map's order; `random`: by random orders, each
    (steps + 1). Areas are means over the curve, 0 to 1: the smaller, the sooner the net lost what it went by.
    """

    fractions: tuple[float, ...]
    probabilities: tuple[float, ...]
    random: tuple[tuple[float, ...], ...]

    @classmethod
    def of_curves(cls, curves: Sequence[tuple[float, ...]]) -> "Deletion":
        """Put together the curve by the map's order and, after it, those by random ones."""
        return cls(tuple(step / DELETION_STEPS for step in range(DELETION_STEPS + 1)), curves[0], tuple(curves[1:]))

    @property
    def area(self) -> float:
        """Of the map's curve."""
        return _area(self.probabilities)

    @property
    def random_areas(self) -> tuple[float, ...]:
        """Of the random orders' curves."""
        return tuple(_area(curve) for curve in self.random)

    @property
    def tells(self) -> bool:
        """Whether the probability changes at all, whatever is taken away."""
        values = [value for curve in (self.probabilities, *self.random) for value in curve]
        return max(values) - min(values) >= LEAST_CHANGE

    @property
    def passes(self) -> bool:
        """Whether the map's order is better than every random one, by as much as is written."""
        return self.tells and round(self.area, 2) < round(min(self.random_areas), 2)

    def sentence(self) -> str:
        """Say it in words."""
        best = min(self.random_areas)
        compared = f"{self.area:.2f} of the probability is left on average, with pixels at random {best:.2f} at best"
        if not self.tells:
            return f"Tells nothing: the probability hardly changes, whatever is taken away ({compared})."
        if self.passes:
            return f"Takes away what matters first: {compared}."
        return f"Fails: taking its strongest pixels away is no better than taking any ({compared})."


SAME_MAP = 0.5
"""Rank correlation from which on two maps count as alike (ours: Adebayo and others give no limit)."""


@dataclass(frozen=True)
class Randomisation:
    """How alike a map stays while the weights of a net are shuffled, layer after layer from the last on.

    `layers` in that order; `correlations` (Spearman's, -1 to 1) of the map with the trained net's, each with the
    weights of its layer and of all before it in the list shuffled. `tells`: whether the map has anything to compare,
    which a flat one has not.
    """

    layers: tuple[str, ...]
    correlations: tuple[float, ...]
    tells: bool = True

    @property
    def passes(self) -> bool:
        """Whether the map of the wholly random net is another one."""
        return self.tells and abs(self.correlations[-1]) < SAME_MAP

    def sentence(self) -> str:
        """Say it in words."""
        if not self.tells:
            return "Tells nothing: the map is the same everywhere, so there is nothing to compare."
        last = with_minus(f"with all weights shuffled its map is {self.correlations[-1]:z.2f} alike")
        if self.passes:
            return f"Depends on what the net has learned: {last}."
        return f"Fails: {last}, so it shows the image more than the net."


def rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's, -1 to 1, of two maps of one size; 0 where one is flat, because then it tells nothing."""
    from scipy.stats import spearmanr  # not sooner: it takes half a second, and a server starts without it

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(one.ravel(), other.ravel()).statistic)


def _area(curve: tuple[float, ...]) -> float:
    """Trapezoids over equal steps of a whole of 1."""
    return (sum(curve) - (curve[0] + curve[-1]) / 2) / (len(curve) - 1)
