"""What an accuracy is worth: held against SciPy, scikit-learn, and numbers by hand."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.dummy import DummyClassifier
from sklearn.metrics import precision_score

from cnnviz.evaluation.accuracy import (
    NOT_PARTED,
    accuracy_interval,
    chance_text,
    guessing_accuracy,
    is_better_than_guessing,
    reached_text,
    right_text,
    scores_text,
)
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.evaluation.thresholds import final_metrics
from cnnviz.text.units import percent_text


@pytest.mark.parametrize(("right", "number"), [(338, 360), (0, 20), (20, 20), (1, 1), (5_000, 10_000)])
def test_the_interval_is_wilson_s(right: int, number: int) -> None:
    expected = binomtest(right, number).proportion_ci(method="wilson")
    assert accuracy_interval(right / number, number) == pytest.approx((expected.low, expected.high), abs=1e-6)


def test_guessing_is_the_largest_class() -> None:
    labels = np.array([0, 0, 2, 2, 2, 5])
    dummy = DummyClassifier(strategy="most_frequent").fit(labels[:, None], labels)
    assert guessing_accuracy(labels) == dummy.score(labels[:, None], labels) == 0.5


def test_an_accuracy_is_said_with_its_uncertainty_and_guessing() -> None:
    metrics = {"accuracy": 338 / 360, "num_test": 360, "guessing": 37 / 360}
    assert right_text(metrics) == "93.9\u202f% (90.9 to 95.9) of 360 test images right; guessing: 10.3\u202f%"
    assert right_text({"accuracy": 1.0, "num_test": 1}) == "100.0\u202f% (20.7 to 100.0) of 1 test image right"
    held_out = right_text({"accuracy": 0.5, "num_test": 2}, "held-out training image")
    assert held_out == "50.0\u202f% (9.5 to 90.5) of 2 held-out training images right"


@pytest.mark.parametrize(("accuracy", "is_better"), [(0.064, False), (0.11, False), (0.15, True)])
def test_only_what_chance_does_not_explain_is_better_than_guessing(accuracy: float, is_better: bool) -> None:
    assert is_better_than_guessing({"accuracy": accuracy, "num_test": 360, "guessing": 0.1}) is is_better


def test_more_than_guessing_within_chance_is_only_not_shown_to_be_better() -> None:
    assert chance_text({"accuracy": 4 / 6, "guessing": 0.5}) == "Not shown to be better than guessing"
    assert chance_text({"accuracy": 0.5, "guessing": 0.5}) == "No better than guessing"


def test_precision_of_sure_answers_is_scikit_learn_s_micro_precision_of_what_is_above_a_half() -> None:
    rng = np.random.default_rng(5)
    probabilities = rng.dirichlet(np.full(4, 0.4), 200).astype(np.float32)
    labels = rng.integers(0, 4, 200)
    metrics = final_metrics(TestPredictions(probabilities, labels, tuple("abcd")), 7, one_output=False)
    expected = precision_score(np.eye(4, dtype=int)[labels], probabilities > 0.5, average="micro")
    assert metrics["sure_precision"] == pytest.approx(expected)
    assert f"{percent_text(expected, digits=2)} of all answers above 50\u202f% (micro, as Keras counts)" in scores_text(
        metrics
    )


def test_where_no_answer_is_above_a_half_there_is_no_precision_of_sure_answers() -> None:
    metrics = final_metrics(TestPredictions(np.full((3, 4), 0.25), np.arange(3), tuple("abcd")), 7, one_output=False)
    assert "sure_precision" not in metrics
    assert "micro" not in scores_text(metrics)


def test_a_net_with_one_output_is_summed_up_as_its_tutorial_does() -> None:
    metrics = {"mse": 0.214, "correlation": 0.412, "best_accuracy": 0.68, "best_threshold": 0.4545, "accuracy": 0.65}
    assert scores_text(metrics) == (
        "MSE 0.21, correlation 0.41, best accuracy of ten thresholds 68\u202f% at a threshold of 0.45 "
        "(65\u202f% at 0.5)."
    )


OFF = {"mse": 0.214, "correlation": 0.69, "best_accuracy": 0.84, "best_threshold": 4 / 11}
"""Of a net whose threshold of 0.5 only is off."""


def test_a_net_with_one_output_is_judged_and_told_by_its_best_threshold_too() -> None:
    metrics = {**OFF, "accuracy": 0.5, "guessing": 0.5, "num_test": 100}
    assert is_better_than_guessing(metrics)
    assert reached_text(metrics) == (
        "MSE 0.21, correlation 0.69; at the best of ten thresholds, 0.36, 84.0\u202f% (75.6 to 89.9) of 100 test "
        "images right; guessing: 50.0\u202f%. At 0.5: 50.0\u202f%. That threshold was chosen on these same images, so "
        "its accuracy is a little too good"
    )
    others = {"accuracy": 0.84, "guessing": 0.5, "num_test": 100}
    assert reached_text(others) == right_text(others)


def test_answers_that_go_with_the_classes_are_better_than_guessing_at_whatever_threshold() -> None:
    # Fisher's z of 0.2 is 0.2027, times the root of 97 it is 1.997, that of 0.19 is 1.894; the bound is 1.960
    metrics = {**OFF, "best_accuracy": 0.5, "accuracy": 0.5, "guessing": 0.5, "num_test": 100}
    assert is_better_than_guessing({**metrics, "correlation": 0.2})
    assert not is_better_than_guessing({**metrics, "correlation": 0.19})
    assert not is_better_than_guessing({**metrics, "correlation": -0.9})
    assert not is_better_than_guessing({**metrics, "correlation": 1.0, "num_test": 3})
    assert reached_text(metrics).endswith("At 0.5: 50.0\u202f%. " + NOT_PARTED)
    weak = {**metrics, "best_accuracy": 0.61, "correlation": 0.1}
    assert chance_text(weak) == "Not shown to be better than guessing"
    assert reached_text(weak).endswith("a little too good")
