import numpy as np
import pytest
from sklearn import metrics

from cnnviz.evaluation.curves import one_against_rest, precision_recall_curve, roc_curve
from cnnviz.evaluation.scores import TestPredictions

SCORES = np.array([0.9, 0.8, 0.8, 0.3])
IS_POSITIVE = np.array([True, True, False, False])


def test_four_images_give_the_roc_curve_drawn_by_hand():
    curve = roc_curve(SCORES, IS_POSITIVE)
    assert curve.x.tolist() == [0, 0, 0.5, 1]
    assert curve.y.tolist() == [0, 0.5, 1, 1]
    assert curve.thresholds.tolist() == [np.inf, 0.9, 0.8, 0.3]
    assert curve.area == pytest.approx(0.5 * (0.5 + 1) / 2 + 0.5 * 1)


def test_four_images_give_the_precision_recall_curve_drawn_by_hand():
    curve = precision_recall_curve(SCORES, IS_POSITIVE)
    assert curve.x.tolist() == [0, 0.5, 1, 1]
    assert curve.y.tolist() == pytest.approx([1, 1, 2 / 3, 1 / 2])
    assert curve.area == pytest.approx(0.5 * 1 + 0.5 * 2 / 3)


@pytest.mark.parametrize("digits", [1, 2, 16])
def test_curves_and_areas_are_scikit_learns_also_where_many_scores_are_equal(digits):
    rng = np.random.default_rng(digits)
    is_positive = rng.random(300) < 0.3
    scores = np.round(rng.random(300) + 0.4 * is_positive, digits)
    roc, recalls = roc_curve(scores, is_positive), precision_recall_curve(scores, is_positive)
    x, y, thresholds = metrics.roc_curve(is_positive, scores, drop_intermediate=False)
    assert np.allclose(roc.x, x)
    assert np.allclose(roc.y, y)
    assert np.allclose(roc.thresholds, thresholds)
    precision, recall, _ = metrics.precision_recall_curve(is_positive, scores)
    assert np.allclose(recalls.x, recall[::-1])
    assert np.allclose(recalls.y, precision[::-1])
    assert roc.area == pytest.approx(metrics.roc_auc_score(is_positive, scores))
    assert recalls.area == pytest.approx(metrics.average_precision_score(is_positive, scores))


def test_each_class_stands_against_all_others_and_one_without_images_has_no_curve():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 200)
    probabilities = rng.dirichlet(np.ones(4), 200)
    curves = one_against_rest(TestPredictions(probabilities, labels, ("a", "b", "c", "d")))
    assert [one.name for one in curves] == ["a", "b", "c"]
    (second,) = one_against_rest(TestPredictions(probabilities, labels, ("a", "b", "c", "d")), 1)
    assert (second.name, second.roc.area) == ("b", curves[1].roc.area)
    for label, one in enumerate(curves):
        assert one.roc.area == pytest.approx(metrics.roc_auc_score(labels == label, probabilities[:, label]))


def test_a_single_class_has_no_curve():
    assert one_against_rest(TestPredictions(np.array([[0.6, 0.4]] * 3), np.zeros(3, int), ("a", "b"))) == ()


def test_of_many_points_the_ends_and_the_shape_are_kept_and_the_area_is_that_of_all():
    rng = np.random.default_rng(9)
    labels = rng.integers(0, 2, 20_000)
    second = np.clip(0.4 * labels + 0.6 * rng.random(20_000), 0, 1)
    one = one_against_rest(TestPredictions(np.stack([1 - second, second], 1), labels, ("a", "b")))[1]
    whole = roc_curve(second, labels == 1)
    assert len(one.roc.x) <= 300 < len(whole.x)
    assert (one.roc.x[0], one.roc.y[0], one.roc.x[-1], one.roc.y[-1]) == (0, 0, 1, 1)
    assert one.roc.area == whole.area
    assert np.trapezoid(one.roc.y, one.roc.x) == pytest.approx(whole.area, abs=1e-3)
    recalls = one.precision_recall
    assert (recalls.x[0], recalls.y[0], recalls.x[-1]) == (0, 1, 1)
