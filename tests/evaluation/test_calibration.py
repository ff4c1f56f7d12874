import numpy as np
import pytest
from sklearn.calibration import calibration_curve
from sklearn.metrics import log_loss

from cnnviz.evaluation.calibration import (
    NUM_BINS,
    Sureness,
    fit_temperature,
    halves,
    reliability,
    sureness,
    with_temperature,
)


def rows(*sure: float) -> np.ndarray:
    return np.array([[share, 1 - share] for share in sure])


def test_four_images_in_two_bins_have_the_error_reckoned_by_hand():
    found = reliability(rows(0.9, 0.8, 0.7, 0.6), np.array([0, 1, 0, 0]), num_bins=4)
    assert found.edges.tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert found.counts.tolist() == [0, 0, 2, 2]
    assert found.accuracy[2:].tolist() == [1.0, 0.5]
    assert found.confidence[2:] == pytest.approx([0.65, 0.85])
    assert np.isnan(found.accuracy[:2]).all()
    assert found.error == pytest.approx(0.5 * 0.35 + 0.5 * 0.35)


def test_a_confidence_on_an_edge_belongs_to_the_bin_below_it():
    found = reliability(np.array([[0.5, 0.5], [1.0, 0.0]]), np.array([0, 0]), num_bins=4)
    assert found.counts.tolist() == [0, 1, 0, 1]


def test_bins_are_those_of_scikit_learn():
    rng = np.random.default_rng(2)
    probabilities, labels = rng.dirichlet(np.ones(5), 1000), rng.integers(0, 5, 1000)
    found, is_right = reliability(probabilities, labels), probabilities.argmax(1) == labels
    accuracy, sure = calibration_curve(is_right, probabilities.max(1), n_bins=NUM_BINS)
    has_images = found.counts > 0
    assert found.accuracy[has_images] == pytest.approx(accuracy)
    assert found.confidence[has_images] == pytest.approx(sure)
    by_hand = (found.counts[has_images] * np.abs(accuracy - sure)).sum() / 1000
    assert found.error == pytest.approx(by_hand)


def test_a_net_that_is_right_as_often_as_it_is_sure_has_hardly_an_error():
    rng = np.random.default_rng(0)
    sure = rng.uniform(0.5, 1, 20_000)
    labels = (rng.random(20_000) > sure).astype(int)
    assert reliability(rows(*sure), labels).error < 0.01


@pytest.mark.parametrize(
    ("right", "images", "direction"), [(50, 100, 1), (90, 100, -1), (61, 100, 0), (7, 10, 0), (5, 10, 0)]
)
def test_a_net_is_too_sure_only_where_chance_does_not_explain_it(right: int, images: int, direction: int) -> None:
    labels = np.repeat([0, 1], [right, images - right])
    found = sureness(rows(*[0.61] * images), labels)
    assert found == Sureness(pytest.approx(0.61), right / images, direction)


def test_logits_are_divided_by_the_temperature():
    # 9 to 1 is 3 to 1 when its logarithm is halved
    assert with_temperature(rows(0.9), 2.0)[0] == pytest.approx([0.75, 0.25])
    assert with_temperature(rows(0.75), 0.5)[0] == pytest.approx([0.9, 0.1])
    mixed = np.array([[0.5, 0.3, 0.2], [0.0, 0.0, 1.0]])
    assert np.allclose(with_temperature(mixed, 1.0), mixed)
    assert np.array_equal(with_temperature(mixed, 3.0).argmax(1), mixed.argmax(1))


def test_a_net_that_says_90_and_is_right_in_75_of_100_needs_the_temperature_2():
    assert fit_temperature(rows(*[0.9] * 100), np.repeat([0, 1], [75, 25])) == pytest.approx(2.0, abs=1e-3)


def test_the_temperature_that_was_found_is_the_best_of_many():
    rng = np.random.default_rng(7)
    logits = rng.normal(0, 1.5, (800, 6))
    true = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([rng.choice(6, p=row) for row in true])
    too_sure = with_temperature(true, 1 / 3)
    found = fit_temperature(too_sure, labels)
    assert found == pytest.approx(3, rel=0.1)
    losses = {
        t: log_loss(labels, with_temperature(too_sure, t)) for t in (0.5 * found, 0.9 * found, found, 1.1 * found)
    }
    assert min(losses, key=losses.get) == found
    assert reliability(with_temperature(too_sure, found), labels).error < reliability(too_sure, labels).error / 3


@pytest.mark.parametrize("labels", [[0, 0, 0], [1, 1, 1]], ids=["always right", "always wrong"])
def test_a_net_that_is_always_right_or_wrong_gets_a_temperature_within_the_range(labels):
    assert 0.1 <= fit_temperature(rows(1.0, 0.9, 0.8), np.array(labels)) <= 10


def test_without_images_nothing_is_changed():
    assert fit_temperature(np.zeros((0, 3)), np.zeros(0, int)) == 1.0
    assert reliability(np.zeros((0, 3)), np.zeros(0, int)).error == 0.0


def test_both_halves_have_images_of_each_class_and_none_is_in_both():
    labels = np.array([0] * 5 + [1] * 4 + [2] * 3)
    one, other = halves(labels)
    assert sorted([*one, *other]) == list(range(12))
    assert np.abs(np.bincount(labels[one]) - np.bincount(labels[other])).max() <= 1
