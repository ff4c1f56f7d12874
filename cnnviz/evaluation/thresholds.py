"""The numbers that are kept with a run, and those of a net with one output between 0 and 1. NumPy only."""

from dataclasses import dataclass

import numpy as np

from cnnviz.evaluation.accuracy import guessing_accuracy
from cnnviz.evaluation.scores import TestPredictions, evaluate

NUM_THRESHOLDS = 10


@dataclass(frozen=True)
class ThresholdScore:
    """A threshold from which on the second class is guessed, and the accuracy that gives, both in 0..1."""

    threshold: float
    accuracy: float


@dataclass(frozen=True)
class ThresholdCounts:
    """Images that a threshold accepts as the class, rightly and wrongly, and those that it refuses."""

    true_positives: int
    false_positives: int
    false_negatives: int
    true_negatives: int

    @property
    def accuracy(self) -> float:
        """Share of all images that is judged rightly, 0..1."""
        right = self.true_positives + self.true_negatives
        return right / (right + self.false_positives + self.false_negatives)

    @property
    def precision(self) -> float | None:
        """Share of the accepted that is of the class, 0..1; None where none is accepted."""
        accepted = self.true_positives + self.false_positives
        return self.true_positives / accepted if accepted else None

    @property
    def recall(self) -> float:
        """Share of the class that is accepted, 0..1."""
        return self.true_positives / (self.true_positives + self.false_negatives)

    @property
    def false_positive_rate(self) -> float:
        """Share of all others that is accepted, 0..1."""
        return self.false_positives / (self.false_positives + self.true_negatives)


def at_threshold(scores: np.ndarray, is_positive: np.ndarray, threshold: float) -> ThresholdCounts:
    """Accept every image whose score (N,) is at least the threshold; `is_positive` (N,) says which are of the class."""
    accepted, positive = np.asarray(scores) >= threshold, np.asarray(is_positive, bool)
    cells = (accepted & positive, accepted & ~positive, ~accepted & positive, ~accepted & ~positive)
    return ThresholdCounts(*(int(cell.sum()) for cell in cells))


def accuracies(scores: np.ndarray, is_positive: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Share (T,) of images that each threshold (T,) judges rightly, of scores and truths (N,)."""
    accepted = np.asarray(scores)[None, :] >= thresholds[:, None]  # (T, N)
    return (accepted == np.asarray(is_positive, bool)[None, :]).mean(axis=1)


def best_threshold(outputs: np.ndarray, labels: np.ndarray) -> ThresholdScore:
    """Try 10 evenly spaced thresholds in 0..1 on outputs (N,) and labels (N,) of 0 or 1; the lowest best one wins."""
    thresholds = np.arange(1, NUM_THRESHOLDS + 1) / (NUM_THRESHOLDS + 1)  # (T,)
    shares = accuracies(outputs, labels, thresholds)
    best = int(shares.argmax())
    return ThresholdScore(float(thresholds[best]), float(shares[best]))


def peak_threshold(outputs: np.ndarray, labels: np.ndarray) -> ThresholdScore:
    """Find the highest accuracy that any threshold in 0..1 gives outputs (N,), 0..1, and labels (N,) of 0 or 1.

    The threshold is in the middle between the two outputs that it parts; the lowest best one wins.
    """
    outputs, is_positive = np.asarray(outputs, np.float64), np.asarray(labels) == 1
    order = np.argsort(outputs, kind="stable")
    values, begins = np.unique(outputs[order], return_index=True)
    refused = np.append(begins, len(outputs))  # images below each place to cut, (T,)
    positives_below = np.append(0, np.cumsum(is_positive[order]))[refused]
    right = (refused - positives_below) + (is_positive.sum() - positives_below)
    ends = np.concatenate([[0.0], values, [1.0]])
    best = int(right[: len(values) if values[-1] == 1 else None].argmax())  # an output of 1 is never refused
    return ThresholdScore(float((ends[best] + ends[best + 1]) / 2), float(right[best] / len(outputs)))


def pearson_correlation(outputs: np.ndarray, labels: np.ndarray) -> float:
    """Correlation of outputs (N,) with labels (N,), -1..1; 0 when either is constant, as guessing is."""
    outputs, labels = np.asarray(outputs, np.float64), np.asarray(labels, np.float64)
    if np.ptp(outputs) == 0 or np.ptp(labels) == 0:
        return 0.0
    return float(np.corrcoef(outputs, labels)[0, 1])


def final_metrics(test: TestPredictions, num_params: int, *, one_output: bool) -> dict[str, float]:
    """Sum up the answers of a net with so many parameters.

    Returns
    -------
    dict
        "accuracy", "guessing" (what always saying the largest class gets), "macro_precision", "macro_recall",
        "macro_f1", "sure_precision" (0..1; the last is left out where no answer is above 0.5), "num_test", "params";
        for a net with `one_output`, the probability of the second of two classes, also what `one_output_metrics`
        gives.
    """
    scores = evaluate(test.probabilities, test.labels, test.classes)
    metrics = {
        "accuracy": scores.accuracy,
        "guessing": guessing_accuracy(test.labels),
        "macro_precision": scores.macro_precision,
        "macro_recall": scores.macro_recall,
        "macro_f1": scores.macro_f1,
        "num_test": len(test.labels),
        "params": num_params,
        **_sure_precision(test),
    }
    return {**metrics, **one_output_metrics(test)} if one_output else metrics


def _sure_precision(test: TestPredictions) -> dict[str, float]:
    """Share of the answers above 0.5 that are right: what Keras' metric Precision says, over all classes at once."""
    image, answer = np.nonzero(test.probabilities > 0.5)
    return {"sure_precision": float((test.labels[image] == answer).mean())} if len(image) else {}


def one_output_metrics(test: TestPredictions) -> dict[str, float]:
    """What the tutorial that compares nets with one output looks at: "mse", "correlation" and the best accuracy."""
    outputs = test.probabilities[:, 1]
    best = best_threshold(outputs, test.labels)
    return {
        "mse": float(((outputs - test.labels) ** 2).mean()),
        "correlation": pearson_correlation(outputs, test.labels),
        "best_accuracy": best.accuracy,
        "best_threshold": best.threshold,
    }
