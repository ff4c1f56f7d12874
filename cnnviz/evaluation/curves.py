"""ROC and precision-recall curves of one class against the rest, and the areas below them. NumPy only."""

from dataclasses import dataclass

import numpy as np

from cnnviz.evaluation.scores import TestPredictions

MAX_POINTS = 300


@dataclass(frozen=True, eq=False)
class Curve:
    """Points (K,) of a curve, all 0..1, with the thresholds that give them and the area below.

    The threshold of the first point of an ROC curve and of a precision-recall curve is infinite: nothing is accepted.
    """

    x: np.ndarray
    y: np.ndarray
    thresholds: np.ndarray
    area: float


@dataclass(frozen=True, eq=False)
class ClassCurves:
    """One class against all others.

    `roc` has the false positive rate as x and the true positive rate as y; `precision_recall` has recall as x and
    precision as y, and the average precision as area.
    """

    name: str
    roc: Curve
    precision_recall: Curve


def roc_curve(scores: np.ndarray, is_positive: np.ndarray) -> Curve:
    """Trace the true positive rate over the false positive rate while the threshold falls.

    Parameters
    ----------
    scores : ndarray (N,)
        How much each image is thought to be of the class.
    is_positive : ndarray (N,), bool
        Whether it is; some are and some are not.

    Returns
    -------
    Curve
        From (0, 0) to (1, 1), a point for each distinct score; its area by the trapezoidal rule.
    """
    accepted, right, thresholds = _counts(scores, is_positive)
    x, y = (accepted - right) / (accepted - right)[-1], right / right[-1]
    return Curve(x, y, thresholds, float(np.trapezoid(y, x)))


def precision_recall_curve(scores: np.ndarray, is_positive: np.ndarray) -> Curve:
    """Trace the precision over the recall while the threshold falls.

    Parameters
    ----------
    scores, is_positive
        As for `roc_curve`; at least one image is of the class.

    Returns
    -------
    Curve
        From (0, 1) to recall 1, a point for each distinct score. Its area is the average precision, the sum of
        `(R[n] - R[n - 1]) P[n]`: without the straight lines between points, which would be too optimistic (J. Davis
        and M. Goadrich, "The relationship between precision-recall and ROC curves", ICML 2006).
    """
    accepted, right, thresholds = _counts(scores, is_positive)
    recall = right / right[-1]
    precision = np.divide(right, accepted, out=np.ones(len(right)), where=accepted > 0)
    return Curve(recall, precision, thresholds, float((np.diff(recall) * precision[1:]).sum()))


def one_against_rest(test: TestPredictions, only: int | None = None) -> tuple[ClassCurves, ...]:
    """Trace both curves of each class, or of `only` one, by its probability, in the order of the classes.

    Classes that have no image, or all of them, have no curves and are left out. Of a curve with many points 300 are
    kept; its area is that of all.
    """
    counts = np.bincount(test.labels, minlength=len(test.classes))
    return tuple(
        ClassCurves(name, _thinned(roc_curve(scores, is_of_it)), _thinned(precision_recall_curve(scores, is_of_it)))
        for label, name in enumerate(test.classes)
        if 0 < counts[label] < len(test.labels) and only in (None, label)
        for scores, is_of_it in [(test.probabilities[:, label], test.labels == label)]
    )


def _thinned(curve: Curve) -> Curve:
    """Keep points that are spread evenly along the curve, the first and the last among them."""
    if len(curve.x) <= MAX_POINTS:
        return curve
    way = np.append(0, np.cumsum(np.abs(np.diff(curve.x)) + np.abs(np.diff(curve.y))))
    kept = np.unique(np.searchsorted(way, np.linspace(0, way[-1], MAX_POINTS)))
    return Curve(curve.x[kept], curve.y[kept], curve.thresholds[kept], curve.area)


def _counts(scores: np.ndarray, is_positive: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images accepted from each distinct score on, how many of them rightly, and the scores; (K,) each, first none."""
    order = np.argsort(-np.asarray(scores), kind="stable")
    ordered = np.asarray(scores, float)[order]
    last = np.flatnonzero(np.append(np.diff(ordered) != 0, True))  # of each group of equal scores
    right = np.cumsum(np.asarray(is_positive, bool)[order])[last]
    return np.append(0, last + 1), np.append(0, right), np.append(np.inf, ordered[last])
