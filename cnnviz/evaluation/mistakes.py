"""Which test images a net got wrong, and in which order they are worth looking at. NumPy only."""

from collections.abc import Callable

import numpy as np

from cnnviz.evaluation.scores import TestPredictions


def confidence(probabilities: np.ndarray) -> np.ndarray:
    """Probability (N,) of the class that a net says, 0..1, of probabilities (N, C)."""
    return probabilities.max(axis=1)


def margin(probabilities: np.ndarray) -> np.ndarray:
    """How far the first answer is ahead of the second, (N,), 0..1, of probabilities (N, C); 1 where there is no second.

    Small where it was a close thing.
    """
    if probabilities.shape[1] < 2:
        return np.ones(len(probabilities))
    second, first = np.partition(probabilities, -2, axis=1)[:, -2:].T
    return first - second


ORDERS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "Surest first": lambda probabilities: -confidence(probabilities),
    "Closest first": margin,
}
"""Name of an order -> what sorts images by it, the smallest value first."""


def mistakes(test: TestPredictions, order: str, *, true: int | None = None, predicted: int | None = None) -> np.ndarray:
    """List the images that a net got wrong.

    Parameters
    ----------
    test : TestPredictions
    order : str
        A key of `ORDERS`; equal ones keep their order.
    true, predicted : int or None
        Only those of this class, only those taken for that one.

    Returns
    -------
    ndarray (K,), int64
        Positions in the test set.
    """
    said = test.probabilities.argmax(axis=1)
    is_wanted = said != test.labels
    if true is not None:
        is_wanted &= test.labels == true
    if predicted is not None:
        is_wanted &= said == predicted
    found = np.flatnonzero(is_wanted)
    return found[np.argsort(ORDERS[order](test.probabilities[found]), kind="stable")]


def top_classes(probabilities: np.ndarray, count: int = 3) -> np.ndarray:
    """Positions of the most probable classes of one image, most probable first, of probabilities (C,)."""
    return np.argsort(-np.asarray(probabilities), kind="stable")[:count]
