"""A long computation as a sum of parts, so that a worker can be asked for one after the other. Light."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Result = tuple[np.ndarray, dict[str, float]]
"""Values of a layer's shape, and numbers that belong to the method."""


@dataclass(frozen=True)
class Parts:
    """What a method has to compute.

    `part` gives the array of a number from 0 to `count` - 1, `finish` makes the result of their sum. Added up in this
    order, they give the same to the last bit, wherever each of them was computed.
    """

    count: int
    part: Callable[[int], np.ndarray]
    finish: Callable[[np.ndarray], Result]


def at_once(values: np.ndarray) -> Parts:
    """Give what is computed already as its only part."""
    return Parts(1, lambda _: values, lambda total: (total, {}))


@dataclass(frozen=True, eq=False)
class Begun:
    """The sum of the first parts; it travels between those who compute the next ones."""

    num_done: int
    num_parts: int
    total: np.ndarray

    @property
    def share(self) -> float:
        """What is done of the whole, 0 to 1."""
        return self.num_done / self.num_parts
