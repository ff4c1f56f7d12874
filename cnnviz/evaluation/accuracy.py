"""What an accuracy is worth: how far chance alone moves it, and what guessing would have got."""

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

import numpy as np

from cnnviz.text.units import count_text, percent_text

Z95 = 1.959964  # 95 % of a normal distribution lie within so many standard deviations
Z95_OF_TEN = 2.807034  # and 99.5 %: the best of ten is above that no more often by chance than one alone is above 95 %

PRECISIONS = {
    "macro_precision": "as the mean over classes (macro)",
    "sure_precision": f"of all answers above {percent_text(0.5)} (micro, as Keras counts)",
}
"""Metric of a run -> what it is a share of."""

ONE_OUTPUT = {"mse", "correlation", "best_accuracy", "best_threshold"}


class Interval(NamedTuple):
    """What an accuracy may be where it is not known from all images there are, 0..1."""

    low: float
    high: float


def accuracy_interval(accuracy: float, num_images: float, z: float = Z95) -> Interval:
    """Return the interval of an accuracy (0..1) that was measured on so many images, at least 1; of 95 %, or by `z`.

    Wilson's score interval, which is right for few images and near 0 and 1 too: E. B. Wilson, "Probable inference, the
    law of succession, and statistical inference", JASA 22 (1927).
    """
    share = z**2 / num_images
    middle = (accuracy + share / 2) / (1 + share)
    half = sqrt(accuracy * (1 - accuracy) * share + share**2 / 4) / (1 + share)
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def guessing_accuracy(labels: np.ndarray) -> float:
    """Share of the largest class in labels (N,): what always saying that class would get, 0..1."""
    return float(np.bincount(labels).max() / len(labels))


def is_better_than_guessing(metrics: Mapping[str, float]) -> bool:
    """Whether more of a run's test images are right than chance gives by guessing; True where that is not known.

    A net with one output may do so at its best threshold only. As that is the best of ten on these images, it has to be
    further above guessing than an accuracy at a threshold that was there before (Bonferroni's correction).
    """
    if not {"accuracy", "guessing", "num_test"} <= metrics.keys():
        return True
    number, guessing = metrics["num_test"], metrics["guessing"]
    if accuracy_interval(metrics["accuracy"], number).low > guessing:
        return True
    return has_one_output(metrics) and accuracy_interval(metrics["best_accuracy"], number, Z95_OF_TEN).low > guessing


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

    MSE 0.17, correlation 0.69; at its best threshold, 0.36, 84.0 % (75.6 to 89.9) of 100 test images right; guessing:
    50.0 %. At 0.5: 50.0 %. That threshold was chosen on these same images, so its accuracy is a little too good
    """
    if not has_one_output(metrics):
        return right_text(metrics, images)
    best = right_text({**metrics, "accuracy": metrics["best_accuracy"]}, images)
    return (
        f"MSE {metrics['mse']:.2f}, correlation {metrics['correlation']:.2f}; at its best threshold, "
        f"{metrics['best_threshold']:.2f}, {best}. At 0.5: {percent_text(metrics['accuracy'], digits=1)}. "
        "That threshold was chosen on these same images, so its accuracy is a little too good"
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
