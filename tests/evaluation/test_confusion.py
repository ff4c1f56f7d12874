from itertools import pairwise

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

from cnnviz.errors import InvalidInput
from cnnviz.evaluation.confusion import (
    ORDERS,
    column_percent,
    confusion_difference,
    confusion_text,
    count_confusion,
    order_by_cluster,
    order_by_error,
    row_percent,
    worst_confusions,
)

MATRIX = np.array([[40, 0, 10], [1, 9, 0], [0, 0, 0]])
CLASSES = ("ant", "bee", "cow")


def test_images_are_counted_as_scikit_learn_counts_them():
    rng = np.random.default_rng(0)
    labels, predicted = rng.integers(0, 6, (2, 500))
    labels[labels == 4] = 3  # one class has no image
    counted = count_confusion(labels, predicted, 6)
    assert np.array_equal(counted, confusion_matrix(labels, predicted, labels=range(6)))
    assert counted.dtype == np.int64


def test_per_cents_of_rows_and_columns_are_those_reckoned_by_hand():
    nan = np.nan
    assert np.allclose(row_percent(MATRIX), [[80, 0, 20], [10, 90, 0], [nan] * 3], equal_nan=True)
    by_column = [[100 * 40 / 41, 0, 100], [100 / 41, 100, 0], [0, 0, 0]]
    assert np.allclose(column_percent(MATRIX), by_column)
    assert np.isnan(column_percent(MATRIX.T)[:, 2]).all()


def test_the_difference_is_of_shares_so_that_numbers_of_images_may_differ():
    other = np.array([[5, 5, 0], [0, 20, 0], [0, 0, 3]])
    difference = confusion_difference(MATRIX, other)
    assert np.allclose(difference, [[30, -50, 20], [10, -10, 0], [np.nan] * 3], equal_nan=True)
    assert np.allclose(confusion_difference(MATRIX, 7 * MATRIX)[:2], 0)


def test_matrices_of_other_classes_are_not_subtracted():
    with pytest.raises(InvalidInput, match=r"expected the same classes.*Received: 3 and 2 classes"):
        confusion_difference(MATRIX, np.eye(2))


def test_by_error_the_worst_class_is_first_and_one_without_images_last():
    matrix = np.array([[9, 1, 0, 0], [5, 5, 0, 0], [0, 0, 0, 0], [3, 0, 0, 7]])
    assert order_by_error(matrix).tolist() == [1, 3, 0, 2]


def test_classes_that_are_taken_for_each_other_stand_together():
    num_classes, groups = 12, 3
    matrix = 50 * np.eye(num_classes, dtype=int)
    for one in range(num_classes):
        for other in range(num_classes):
            if one != other and one % groups == other % groups:
                matrix[one, other] = 3 + (one + other) % 2
    order = order_by_cluster(matrix)
    assert sorted(order) == list(range(num_classes))
    groups_in_order = [int(label) % groups for label in order]
    assert sum(a != b for a, b in pairwise(groups_in_order)) == groups - 1


def test_one_sided_confusion_brings_classes_together_too():
    matrix = 50 * np.eye(5, dtype=int)
    matrix[0, 4] = 30  # 0 is taken for 4, never the reverse
    order = order_by_cluster(matrix).tolist()
    assert abs(order.index(0) - order.index(4)) == 1


@pytest.mark.parametrize("matrix", [np.zeros((4, 4), int), 3 * np.eye(4, dtype=int), np.array([[1, 2], [3, 4]])])
def test_without_confusions_or_with_two_classes_every_order_is_one_of_all_classes(matrix):
    for order in ORDERS.values():
        assert sorted(order(matrix)) == list(range(len(matrix)))


def test_the_worst_confusions_come_with_their_number_and_share():
    matrix = np.array([[90, 10, 0], [5, 5, 0], [2, 10, 8]])
    worst = worst_confusions(matrix, 3)
    assert [(one.true, one.predicted, one.images) for one in worst] == [(2, 1, 10), (0, 1, 10), (1, 0, 5)]
    assert [one.share for one in worst] == [0.5, 0.1, 0.5]
    assert confusion_text(worst[0], CLASSES) == "cow taken for bee: 10 images (50.0\u202f% of class cow)"
    assert len(worst_confusions(matrix, 10)) == 4
    assert worst_confusions(np.diag([3, 4])) == []
