"""By what nets are compared: numbers of all test images, and what each image adds to them. NumPy only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cnnviz.evaluation.scores import TestPredictions, evaluate
from cnnviz.evaluation.thresholds import best_threshold, pearson_correlation
from cnnviz.text.units import metric_text, percent_text, with_minus

ACCURACY = "accuracy"
"""Name of the share of test images that are right."""


class Measured(NamedTuple):
    """A metric of all test images, and what each image (N,) adds to it: an image's own score, or its pseudovalue."""

    value: float
    scores: np.ndarray


@dataclass(frozen=True)
class Metric:
    """A metric by which nets are compared.

    Attributes
    ----------
    title : str
    lower_is_better : bool
    is_share : bool
        Whether it is a share of images, so that each adds 0 or 1.
    measure : callable
        Reckons it from the answers of a net.
    """

    title: str
    lower_is_better: bool
    is_share: bool
    measure: Callable[[TestPredictions], Measured]

    @property
    def words(self) -> str:
        """What it is called within a sentence or at an axis."""
        return self.title[0].lower() + self.title[1:]

    def text(self, value: float | None) -> str:
        """Write a value of it: 94.2 % or 0.1234."""
        return percent_text(value, digits=1) if self.is_share else metric_text(value)

    def difference_text(self, difference: float) -> str:
        """Write a difference of two values as a number: −0.0123, of shares in percentage points, 1.2."""
        text = f"{100 * difference:.1f}" if self.is_share else f"{difference:.4f}"
        return with_minus(text if float(text) else text.lstrip("-"))


def _right(test: TestPredictions) -> Measured:
    """A net that answers no number has none of them right."""
    is_known = np.isfinite(test.probabilities).all(axis=1)
    scores = np.where(is_known, test.probabilities.argmax(axis=1), -1) == test.labels
    return Measured(float(scores.mean()), scores)


def _right_at_best_threshold(test: TestPredictions) -> Measured:
    outputs = test.probabilities[:, 1]
    scores = (outputs >= best_threshold(outputs, test.labels).threshold) == (test.labels == 1)
    return Measured(float(scores.mean()), scores)


def _squared_error(test: TestPredictions) -> Measured:
    scores = (test.probabilities[:, 1].astype(np.float64) - test.labels) ** 2
    return Measured(float(scores.mean()), scores)


def _correlation(test: TestPredictions) -> Measured:
    outputs = test.probabilities[:, 1].astype(np.float64)
    x, y = outputs - outputs.mean(), test.labels - test.labels.mean()
    left = max(len(x) - 1, 1)
    sum_x, sum_y = -x, -y  # of all others: the whole sums are 0
    of_x = (x**2).sum() - x**2 - sum_x**2 / left
    of_y = (y**2).sum() - y**2 - sum_y**2 / left
    of_both = (x * y).sum() - x * y - sum_x * sum_y / left
    spread = np.sqrt(np.clip(of_x * of_y, 0, None))
    without = np.divide(of_both, spread, out=np.zeros(len(x)), where=spread > 0)
    return _pseudovalues(pearson_correlation(outputs, test.labels), without)


def _macro_f1(test: TestPredictions) -> Measured:
    found = evaluate(test.probabilities, test.labels, test.classes)
    confusion = found.confusion.astype(np.float64)
    right, support, said = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    f1 = _f1(right, support + said) * (support > 0)
    true, guessed = test.labels, test.probabilities.argmax(axis=1)
    is_right = true == guessed
    is_last = support[true] == 1  # without it its class has no image, and counts no longer
    of_true = _f1(right[true] - is_right, support[true] + said[true] - 1 - is_right) * ~is_last
    of_guessed = _f1(right[guessed], support[guessed] + said[guessed] - 1) * (support[guessed] > 0)
    changed = of_true - f1[true] + np.where(is_right, 0.0, of_guessed - f1[guessed])
    num_classes = np.count_nonzero(support) - is_last
    return _pseudovalues(found.macro_f1, (f1.sum() + changed) / np.maximum(num_classes, 1))


def _f1(right: np.ndarray, total: np.ndarray) -> np.ndarray:
    """Twice the right ones by all of the class and all said to be of it; 0 of nothing."""
    return np.divide(2 * right, total, out=np.zeros(np.shape(right)), where=total > 0)


def _pseudovalues(value: float, without: np.ndarray) -> Measured:
    """What each image adds to a metric that is no mean over images, by what it is without that image (N,).

    Notes
    -----
    The jackknife's pseudovalues N θ − (N − 1) θ₋ᵢ, as of each case in A. Dorfman, K. Berbaum and C. Metz, "Receiver
    operating characteristic rating analysis", Investigative Radiology 27 (1992).
    """
    number = len(without)
    return Measured(value, number * value - (number - 1) * without)


METRICS = {
    "correlation": Metric("Correlation", lower_is_better=False, is_share=False, measure=_correlation),
    "best_accuracy": Metric("Best accuracy", lower_is_better=False, is_share=True, measure=_right_at_best_threshold),
    ACCURACY: Metric("Test accuracy", lower_is_better=False, is_share=True, measure=_right),
    "macro_f1": Metric("Macro F1", lower_is_better=False, is_share=False, measure=_macro_f1),
    "mse": Metric("Mean squared error", lower_is_better=True, is_share=False, measure=_squared_error),
}
"""By the name that it has among the metrics of a run, in the order in which they are offered.

Correlation, best accuracy and squared error are of nets with one output alone. These are ranked by the first two: how
many they have right at a threshold of 0.5 says little of an output that nobody has set to it.
"""
