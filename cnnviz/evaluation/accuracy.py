"""What an accuracy is worth: how far chance alone moves it, and what guessing would have got."""

from collections.abc import Mapping
from math import atanh, sqrt
from typing import NamedTuple

import numpy as np

from cnnviz.text.units import count_text, percent_text

Z95 = 1.959964  # 95 % of a normal distribution lie within so many standard deviations

PRECISIONS = {
    "macro_precision": "as the mean over classes (macro)",
    "sure_precision": f"of all answers above {percent_text(0.5)} (micro, as Keras counts)",
}
"""Metric of a run -> what it is a share of."""

CHOSEN = "That threshold was chosen on these same images, so its accuracy is a little too good"
NOT_PARTED = "Its answers go with the classes, but none of the ten parts them: the ROC curve shows one that does"

ONE_OUTPUT = {"mse", "correlation", "best_accuracy", "best_threshold"}


class Interval(NamedTuple):
    """What an accuracy may be where it is not known from all images there are, 0..1."""

    low: float
    high: float


def accuracy_interval(accuracy: float, num_images: float) -> Interval:
    """Return the 95 % interval of an accuracy (0..1) that was measured on so many images, at least 1.

    Wilson's score interval, which is right for few images and near 0 and 1 too: E. B. Wilson, "Probable inference, the
    law of succession, and statistical inference", JASA 22 (1927).
    """
    share = Z95**2 / num_images
    middle = (accuracy + share / 2) / (1 + share)
    half = sqrt(accuracy * (1 - accuracy) * share + share**2 / 4) / (1 + share)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def guessing_accuracy(labels: np.ndarray) -> float:
    """Share of the largest class in labels (N,): what always saying that class would get, 0..1."""
    return float(np.bincount(labels).max() / len(labels))


def is_better_than_guessing(metrics: Mapping[str, float]) -> bool:
    """Whether more of a run's test images are right than chance gives by guessing; True where that is not known.

    A net with one output is, whatever the threshold, where its answers go with the classes: where their correlation is
    above 0 by more than chance.
    """
    if not {"accuracy", "guessing", "num_test"} <= metrics.keys():
        return True
    number, guessing = metrics["num_test"], metrics["guessing"]
    if accuracy_interval(metrics["accuracy"], number).low > guessing:
        return True
    return has_one_output(metrics) and is_correlated(metrics["correlation"], number)


def is_correlated(correlation: float, num_images: float) -> bool:
    """Whether a correlation on so many images is above 0 by more than chance gives in 95 of 100 cases.

    R. A. Fisher, "On the probable error of a coefficient of correlation deduced from a small sample", Metron 1 (1921).
    """
    return num_images > 3 and (correlation >= 1 or atanh(max(correlation, 0.0)) * sqrt(num_images - 3) > Z95)


def has_one_output(metrics: Mapping[str, float]) -> bool:
    """Whether a run's net has one output, so that its metrics are also those of `thresholds.one_output_metrics`."""
    return metrics.keys() >= ONE_OUTPUT


def chance_text(metrics: Mapping[str, float]) -> str:
    """Say of a run that is not better than guessing whether it is no better, or only not shown to be."""
    is_above = max(metrics["accuracy"], metrics.get("best_accuracy", 0.0)) > metrics["guessing"]
    return "Not shown to be better than guessing" if is_above else "No better than guessing"


def right_text(metrics: Mapping[str, float], images: str = "test image") -> str:
    """Write how many of a run's test images are right: 93.9 % (90.9 to 95.9) of 360 test images right; guessing: 10 %.

    In brackets is the 95 % interval. It is not said with ±: of few images, and near 0 and 1, it is far from symmetric.
    What a run does not know is not said: those of long ago have no "guessing". `images` is what one of them is called.
    """
    number = int(metrics.get("num_test", 0))
    if "accuracy" not in metrics or number == 0:
        return f"{percent_text(metrics.get('accuracy'), digits=1)} of the {images}s right"
    low, high = accuracy_interval(metrics["accuracy"], number)
    share = f"{percent_text(metrics['accuracy'], digits=1)} ({100 * low:.1f} to {100 * high:.1f})"
    said = f"{share} of {count_text(number, images)} right"
    return f"{said}; guessing: {percent_text(metrics['guessing'], digits=1)}" if "guessing" in metrics else said


def reached_text(metrics: Mapping[str, float], images: str = "test image") -> str:
    """Write what a run reached: how many of its test images are right, of a net with one output at what threshold.

    MSE 0.17, correlation 0.69; at the best of ten thresholds, 0.36, 84.0 % (75.6 to 89.9) of 100 test images right;
    guessing: 50.0 %. At 0.5: 50.0 %. That threshold was chosen on these same images, so its accuracy is a little too
    good
    """
    if not has_one_output(metrics):
        return right_text(metrics, images)
    best = right_text({**metrics, "accuracy": metrics["best_accuracy"]}, images)
    is_parted = metrics["best_accuracy"] > metrics.get("guessing", 0.0)
    return (
        f"MSE {metrics['mse']:.2f}, correlation {metrics['correlation']:.2f}; at the best of ten thresholds, "
        f"{metrics['best_threshold']:.2f}, {best}. At 0.5: {percent_text(metrics['accuracy'], digits=1)}. "
        f"{CHOSEN if is_parted or not is_better_than_guessing(metrics) else NOT_PARTED}"
    )


def scores_text(metrics: Mapping[str, float]) -> str:
    """Write what a run reached in the terms and digits of the tutorials; precisions are called by what they are of."""
    if "accuracy" not in metrics:
        return ""
    if has_one_output(metrics):
        best = f"{percent_text(metrics['best_accuracy'])} at a threshold of {metrics['best_threshold']:.2f}"
        return (
            f"MSE {metrics['mse']:.2f}, correlation {metrics['correlation']:.2f}, "
            f"best accuracy of ten thresholds {best} ({percent_text(metrics['accuracy'])} at 0.5)."
        )
    accuracy = percent_text(metrics["accuracy"], digits=2)
    said = [f"{percent_text(metrics[name], digits=2)} {words}" for name, words in PRECISIONS.items() if name in metrics]
    return f"Accuracy {accuracy}, precision {', '.join(said)}." if said else f"Accuracy {accuracy}."
