"""Scores of a net with one output between 0 and 1. NumPy only."""

from dataclasses import dataclass

import numpy as np

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
