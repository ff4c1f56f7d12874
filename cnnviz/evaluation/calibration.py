"""Whether a net is right as often as it is sure, and temperature scaling, which makes it so. NumPy and SciPy only."""

from dataclasses import dataclass

import numpy as np

from cnnviz.evaluation.accuracy import Z95
from cnnviz.evaluation.mistakes import confidence
from cnnviz.text.units import percent_text

NUM_BINS = 15
TEMPERATURES = 0.1, 10.0
"""The range in which a temperature is looked for."""
MAX_VALUES = 400_000
"""Probabilities that a temperature is fitted to: of more, each second, third ... image is taken."""


@dataclass(frozen=True, eq=False)
class Reliability:
    """How often a net is right, by how sure it is.

    Attributes
    ----------
    edges : ndarray (B + 1,)
        Of the bins of confidence, 0..1; a bin holds what is above its lower edge, up to its upper one.
    counts : ndarray (B,), int
        Images in each.
    accuracy, confidence : ndarray (B,)
        Share that is right, and mean probability of what was said; NaN in a bin without images.
    error : float
        Expected calibration error, 0..1.
    """

    edges: np.ndarray
    counts: np.ndarray
    accuracy: np.ndarray
    confidence: np.ndarray
    error: float


def reliability(probabilities: np.ndarray, labels: np.ndarray, num_bins: int = NUM_BINS) -> Reliability:
    """Sort images into bins by how sure the net is, and see how many it got right in each.

    Parameters
    ----------
    probabilities : ndarray (N, C)
    labels : ndarray (N,), int
        True classes.
    num_bins : int
        Of equal width.

    Returns
    -------
    Reliability

    Notes
    -----
    The expected calibration error is the mean over bins of |accuracy - confidence|, each weighted by its images,
    `sum(n[b] / N * |acc[b] - conf[b]|)`: C. Guo et al., "On calibration of modern neural networks", ICML 2017,
    equation 3.
    """
    sure, is_right = confidence(probabilities).astype(float), probabilities.argmax(axis=1) == labels
    edges = np.linspace(0, 1, num_bins + 1)
    bins = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, num_bins - 1)
    counts = np.bincount(bins, minlength=num_bins)
    accuracy, sureness = (
        np.divide(np.bincount(bins, values, num_bins), counts, out=np.full(num_bins, np.nan), where=counts > 0)
        for values in (is_right, sure)
    )
    error = float(np.nansum(counts * np.abs(accuracy - sureness)) / max(len(labels), 1))
    return Reliability(edges, counts, accuracy, sureness, error)


def error_text(error: float) -> str:
    """Write an expected calibration error of 0..1 as Guo et al. do, in hundredths of a per cent: 4.86 %."""
    return percent_text(error, digits=2)


@dataclass(frozen=True)
class Sureness:
    """How sure a net is on average and how often it is right, both 0..1.

    `direction` is 1 where it is too sure, -1 where it is right more often than sure, 0 where chance explains the gap.
    """

    confidence: float
    accuracy: float
    direction: int


def sureness(probabilities: np.ndarray, labels: np.ndarray) -> Sureness:
    """Compare mean confidence and accuracy of answers (N, C) to images of these labels (N,), at least 2.

    A gap counts where its 95 % interval, 1.96 standard errors of the mean over images, leaves 0 out.
    """
    sure, is_right = confidence(probabilities).astype(float), probabilities.argmax(axis=1) == labels
    gaps = sure - is_right
    gap, chance = float(gaps.mean()), Z95 * float(gaps.std(ddof=1)) / np.sqrt(len(gaps))
    direction = int(np.sign(gap)) if abs(gap) > chance else 0
    return Sureness(float(sure.mean()), float(is_right.mean()), direction)


def with_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Divide the logits of probabilities (N, C) by a temperature: above 1 a net is less sure, below 1 surer.

    What a net says stays the same. Logits are known up to a constant as `log p`, which a softmax does not see.
    """
    logits = _logits(probabilities) / temperature
    raised = np.exp(logits - logits.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def fit_temperature(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Find the temperature, 0.1 to 10, under which the true classes are the most likely.

    Parameters
    ----------
    probabilities : ndarray (N, C)
    labels : ndarray (N,), int

    Returns
    -------
    float
        Minimises the mean of -ln(probability of the true class): Guo et al., section 4.2. 1.0 without images.
    """
    if len(labels) == 0:
        return 1.0
    from scipy.optimize import minimize_scalar
    from scipy.special import logsumexp

    step = 1 + probabilities.size // MAX_VALUES
    probabilities, labels = probabilities[::step], labels[::step]
    logits = _logits(probabilities)
    of_true = logits[np.arange(len(labels)), labels]

    def loss(log_temperature: float) -> float:
        scale = np.exp(-log_temperature)
        return float((logsumexp(logits * scale, axis=1) - of_true * scale).mean())

    low, high = np.log(TEMPERATURES)
    return float(np.exp(minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-6}).x))


def halves(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Split images into two halves with equally many of each class: positions in labels (N,), in their order.

    A temperature is fitted to one and shown on the other, because of what it was fitted to it would look too good.
    """
    by_class = np.argsort(labels, kind="stable")
    return np.sort(by_class[::2]), np.sort(by_class[1::2])


def _logits(probabilities: np.ndarray) -> np.ndarray:
    return np.log(np.maximum(np.asarray(probabilities, float), np.finfo(np.float32).tiny))
