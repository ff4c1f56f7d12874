import numpy as np
import pytest
from scipy.stats import pearsonr

from cnnviz.evaluation.thresholds import best_threshold, pearson_correlation


def test_the_best_of_three_thresholds_is_found():
    # thresholds 0.25, 0.5, 0.75 give 3/5, 5/5, 4/5
    outputs, labels = np.array([0.1, 0.3, 0.4, 0.6, 0.9]), np.array([0, 0, 0, 1, 1])
    best = best_threshold(outputs, labels, num_thresholds=3)
    assert (best.threshold, best.accuracy) == (0.5, 1.0)


def test_a_net_that_is_never_sure_still_gets_its_threshold():
    outputs, labels = np.array([0.10, 0.12, 0.20, 0.25]), np.array([0, 0, 1, 1])
    best = best_threshold(outputs, labels)
    assert best.threshold == pytest.approx(2 / 11)
    assert best.accuracy == 1.0


def test_an_output_equal_to_the_threshold_is_the_second_class():
    assert best_threshold(np.array([0.5]), np.array([1]), num_thresholds=1).accuracy == 1.0


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
