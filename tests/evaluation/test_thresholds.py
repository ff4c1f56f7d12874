import numpy as np
import pytest
from scipy.stats import pearsonr

from cnnviz.evaluation.curves import precision_recall_curve, roc_curve
from cnnviz.evaluation.thresholds import (
    ThresholdCounts,
    accuracies,
    at_threshold,
    best_threshold,
    peak_threshold,
    pearson_correlation,
)


def test_the_best_of_the_thresholds_is_found_the_lowest_of_equals():
    # of 1/11 ... 10/11 only 5/11 = 0.4545 and 6/11 = 0.5455 are above 0.4 and not above 0.6
    outputs, labels = np.array([0.1, 0.3, 0.4, 0.6, 0.9]), np.array([0, 0, 0, 1, 1])
    best = best_threshold(outputs, labels)
    assert (best.threshold, best.accuracy) == (5 / 11, 1.0)
    # 4/11 = 0.3636 is wrong of 0.6 alone, 7/11 to 9/11 = 0.8182 of 0.4 alone, all others of more
    best = best_threshold(outputs, np.array([0, 0, 1, 0, 1]))
    assert (best.threshold, best.accuracy) == (4 / 11, 0.8)


def test_the_peak_is_found_between_the_ten_thresholds() -> None:
    outputs, labels = np.array([0.37, 0.39, 0.41, 0.2]), np.array([0, 1, 1, 0])
    assert best_threshold(outputs, labels).accuracy == 0.75  # 4/11 = 0.364 and 5/11 = 0.455 are the nearest
    peak = peak_threshold(outputs, labels)
    assert (peak.threshold, peak.accuracy) == (pytest.approx(0.38), 1.0)
    assert peak_threshold(np.array([0.0, 1.0, 1.0]), np.array([1, 0, 0])).accuracy == pytest.approx(1 / 3)


def test_no_threshold_of_many_is_better_than_the_peak() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        outputs, labels = rng.random(30).round(1), rng.integers(0, 2, 30)
        peak, tried = peak_threshold(outputs, labels), np.linspace(0, 1, 2001)
        assert peak.accuracy == pytest.approx(accuracies(outputs, labels, tried).max())
        assert at_threshold(outputs, labels == 1, peak.threshold).accuracy == pytest.approx(peak.accuracy)


def test_a_net_that_is_never_sure_still_gets_its_threshold():
    outputs, labels = np.array([0.10, 0.12, 0.20, 0.25]), np.array([0, 0, 1, 1])
    best = best_threshold(outputs, labels)
    assert best.threshold == pytest.approx(2 / 11)
    assert best.accuracy == 1.0


def test_an_output_equal_to_the_threshold_is_the_second_class():
    best = best_threshold(np.array([5 / 11, 4 / 11, 5 / 11 - 1e-9]), np.array([1, 0, 0]))
    assert (best.threshold, best.accuracy) == (5 / 11, 1.0)


def test_the_correlation_of_four_images_is_the_one_reckoned_by_hand():
    # deviations -0.3 -0.1 0.1 0.3 and -0.5 0.5 -0.5 0.5: 0.2 / sqrt(0.2 * 1)
    correlation = pearson_correlation(np.array([0.1, 0.3, 0.5, 0.7]), np.array([0, 1, 0, 1]))
    assert correlation == pytest.approx(0.447214, abs=1e-6)


def test_the_correlation_is_scipys():
    rng = np.random.default_rng(0)
    outputs, labels = rng.random(50), rng.integers(0, 2, 50)
    assert pearson_correlation(outputs, labels) == pytest.approx(pearsonr(outputs, labels).statistic)


@pytest.mark.parametrize(("outputs", "labels"), [([0.5, 0.5], [0, 1]), ([0.1, 0.9], [1, 1])])
def test_guessing_does_not_correlate(outputs, labels):
    assert pearson_correlation(np.array(outputs), np.array(labels)) == 0.0


def test_a_threshold_sorts_images_into_found_missed_false_alarms_and_rightly_refused():
    scores, positive = np.array([0.9, 0.5, 0.4, 0.6, 0.1]), np.array([True, True, True, False, False])
    counts = at_threshold(scores, positive, 0.5)
    assert counts == ThresholdCounts(2, 1, 1, 1)
    assert (counts.accuracy, counts.precision, counts.recall) == (0.6, pytest.approx(2 / 3), pytest.approx(2 / 3))
    assert counts.false_positive_rate == 0.5
    assert at_threshold(scores, positive, 0.95).precision is None, "of none nothing can be said"


def test_a_threshold_lies_on_both_curves():
    rng = np.random.default_rng(3)
    positive = rng.random(200) < 0.4
    scores = np.round(rng.random(200), 2)
    roc, recalls = roc_curve(scores, positive), precision_recall_curve(scores, positive)
    for threshold in np.unique(scores):
        counts, at = at_threshold(scores, positive, threshold), np.flatnonzero(roc.thresholds == threshold)[0]
        assert (counts.false_positive_rate, counts.recall) == pytest.approx((roc.x[at], roc.y[at]))
        assert (counts.recall, counts.precision) == pytest.approx((recalls.x[at], recalls.y[at]))


def test_accuracies_are_those_of_each_threshold():
    rng = np.random.default_rng(4)
    scores, positive, thresholds = rng.random(50), rng.random(50) < 0.5, np.linspace(0, 1, 11)
    expected = [at_threshold(scores, positive, threshold).accuracy for threshold in thresholds]
    assert accuracies(scores, positive, thresholds) == pytest.approx(expected)
