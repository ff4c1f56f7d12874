"""On which images two nets disagree, and what of it chance alone would make. NumPy, and SciPy for the test."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from cnnviz.evaluation.mistakes import confidence
from cnnviz.evaluation.scores import TestPredictions


@dataclass(frozen=True, eq=False)
class Disagreement:
    """The images of one test set by who is right, as positions (K,), each list the most telling first.

    Attributes
    ----------
    first_right, second_right : ndarray
        Only the first net is right, only the second; that of which the wrong one was surest comes first.
    both_differently : ndarray
        Both are wrong, and say different classes; that of which they were surest together comes first.
    both_right, both_alike : int
        Images that both have right, and that both have wrong in the same way.
    """

    first_right: np.ndarray
    second_right: np.ndarray
    both_differently: np.ndarray
    both_right: int
    both_alike: int

    @property
    def num_images(self) -> int:
        """All images of the test set."""
        alone = sum(map(len, (self.first_right, self.second_right, self.both_differently)))
        return alone + self.both_right + self.both_alike


def disagreement(first: TestPredictions, second: TestPredictions) -> Disagreement:
    """Sort the images of a test set, which both nets answered in the same order of classes, by who is right."""
    said = [one.probabilities.argmax(axis=1) for one in (first, second)]
    right, other_right = (answers == first.labels for answers in said)
    sure, other_sure = (confidence(one.probabilities) for one in (first, second))
    both_wrong = ~right & ~other_right

    def ordered(is_wanted: np.ndarray, surest: np.ndarray) -> np.ndarray:
        found = np.flatnonzero(is_wanted)
        return found[np.argsort(-surest[found], kind="stable")]

    return Disagreement(
        ordered(right & ~other_right, other_sure),
        ordered(~right & other_right, sure),
        ordered(both_wrong & (said[0] != said[1]), sure + other_sure),
        int((right & other_right).sum()),
        int((both_wrong & (said[0] == said[1])).sum()),
    )


def chance_of_split(first: int, second: int) -> float:
    """Say how often chance alone splits images that only one net has right as unevenly, 0..1; 1 without such images.

    McNemar's test in its exact form, two-sided: Q. McNemar, "Note on the sampling error of the difference between
    correlated proportions or percentages", Psychometrika 12 (1947).
    """
    if first + second == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(first, first + second).pvalue)


def in_class_order(test: TestPredictions, classes: Sequence[str]) -> TestPredictions | None:
    """Give answers in another order of the same classes, found by name; None where they are others."""
    if test.classes == tuple(classes):
        return test
    places = {name: place for place, name in enumerate(test.classes)}
    if len(places) != len(test.classes) or set(places) != set(classes) or len(classes) != len(places):
        return None
    order = np.array([places[name] for name in classes])
    return TestPredictions(test.probabilities[:, order], np.argsort(order)[test.labels], tuple(classes))
