"""What each test image adds to a metric, with scikit-learn and numpy on all but one image as a second opinion."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from cnnviz.evaluation.measures import METRICS
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.evaluation.thresholds import final_metrics


def answers(num_classes: int, *, number: int = 40, seed: int = 0) -> TestPredictions:
    random = np.random.default_rng(seed)
    labels = random.integers(0, num_classes, number)
    labels[:num_classes] = np.arange(num_classes)
    probabilities = random.dirichlet(np.ones(num_classes), number) + 0.7 * np.eye(num_classes)[labels]
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return TestPredictions(probabilities.astype(np.float32), labels, tuple(map(str, range(num_classes))))


@pytest.mark.parametrize("name", METRICS)
def test_each_metric_is_the_number_that_is_kept_with_a_run(name: str) -> None:
    test = answers(2)
    found = METRICS[name].measure(test)
    assert found.value == pytest.approx(final_metrics(test, 1, one_output=True)[name])
    assert found.scores.shape == (40,)


@pytest.mark.parametrize("name", ["accuracy", "best_accuracy", "mse"])
def test_a_mean_over_images_has_the_scores_of_the_images(name: str) -> None:
    found = METRICS[name].measure(answers(2, seed=1))
    assert found.scores.mean() == pytest.approx(found.value)


@pytest.mark.parametrize("num_classes", [2, 3, 8])
def test_pseudovalues_of_macro_f1_come_from_scikit_learns_without_each_image(num_classes: int) -> None:
    test = answers(num_classes, number=20, seed=num_classes)  # some classes have a single image
    guessed = test.probabilities.argmax(axis=1)
    found = METRICS["macro_f1"].measure(test)
    for image in range(20):
        kept = np.arange(20) != image
        there = np.unique(test.labels[kept])
        without = f1_score(test.labels[kept], guessed[kept], labels=there, average="macro", zero_division=0)
        assert found.scores[image] == pytest.approx(20 * found.value - 19 * without)


def test_pseudovalues_of_the_correlation_come_from_numpys_without_each_image() -> None:
    test = answers(2, number=15, seed=4)
    outputs = test.probabilities[:, 1]
    found = METRICS["correlation"].measure(test)
    for image in range(15):
        kept = np.arange(15) != image
        without = np.corrcoef(outputs[kept], test.labels[kept])[0, 1]
        assert found.scores[image] == pytest.approx(15 * found.value - 14 * without, abs=1e-6)


def test_a_net_that_always_says_the_same_has_no_correlation() -> None:
    labels = np.array([0, 1, 1, 0])
    found = METRICS["correlation"].measure(TestPredictions(np.full((4, 2), 0.5, np.float32), labels, ("a", "b")))
    assert (found.value, found.scores.tolist()) == (0.0, [0.0] * 4)


def test_values_and_differences_are_written_as_shares_or_as_they_are() -> None:
    accuracy, correlation = METRICS["accuracy"], METRICS["correlation"]
    assert (accuracy.text(0.942), accuracy.difference_text(-0.012)) == ("94.2\u202f%", "\u22121.2")
    assert (correlation.text(-0.0611), correlation.difference_text(0.0123)) == ("\u22120.0611", "0.0123")
    assert accuracy.difference_text(-0.0001) == "0.0"
