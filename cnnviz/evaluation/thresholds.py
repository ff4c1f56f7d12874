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


def best_threshold(outputs: np.ndarray, labels: np.ndarray) -> ThresholdScore:
    """Try 10 evenly spaced thresholds in 0..1 on outputs (N,) and labels (N,) of 0 or 1; the lowest best one wins."""
    thresholds = np.arange(1, NUM_THRESHOLDS + 1) / (NUM_THRESHOLDS + 1)  # (T,)
    guesses = np.asarray(outputs)[None, :] >= thresholds[:, None]  # (T, N)
    accuracies = (guesses == np.asarray(labels, bool)[None, :]).mean(axis=1)  # (T,)
    best = int(accuracies.argmax())
    return ThresholdScore(float(thresholds[best]), float(accuracies[best]))


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
        for a net with `one_output`, the probability of the second of two classes, also what `_one_output_metrics`
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
    return {**metrics, **_one_output_metrics(test)} if one_output else metrics


def _sure_precision(test: TestPredictions) -> dict[str, float]:
    """Share of the answers above 0.5 that are right: what Keras' metric Precision says, over all classes at once."""
    image, answer = np.nonzero(test.probabilities > 0.5)
    return {"sure_precision": float((test.labels[image] == answer).mean())} if len(image) else {}


def _one_output_metrics(test: TestPredictions) -> dict[str, float]:
    """What the tutorial that compares nets with one output looks at."""
    outputs = test.probabilities[:, 1]
    best = best_threshold(outputs, test.labels)
    return {
        "mse": float(((outputs - test.labels) ** 2).mean()),
        "correlation": pearson_correlation(outputs, test.labels),
        "best_accuracy": best.accuracy,
        "best_threshold": best.threshold,
    }
