from math import comb

import numpy as np
import pytest

from cnnviz.evaluation.disagreement import chance_of_split, disagreement, in_class_order
from cnnviz.evaluation.scores import TestPredictions

CLASSES = ("cat", "dog", "cow")
LABELS = np.array([0, 0, 1, 1, 2, 2, 0])


def answers(rows: list[tuple[int, float]]) -> TestPredictions:
    """Each image gets this class with this probability; the rest is shared."""
    probabilities = np.array([[(1 - sure) / 2] * 3 for _, sure in rows])
    for row, (said, sure) in zip(probabilities, rows, strict=True):
        row[said] = sure
    return TestPredictions(probabilities.astype(np.float32), LABELS, CLASSES)


FIRST = answers([(0, 0.9), (0, 0.6), (1, 0.7), (0, 0.8), (0, 0.9), (1, 0.5), (1, 0.6)])
SECOND = answers([(0, 0.5), (1, 0.6), (2, 0.9), (1, 0.7), (1, 0.8), (0, 0.6), (1, 0.7)])


def test_images_are_sorted_by_who_is_right_the_most_telling_first():
    found = disagreement(FIRST, SECOND)
    assert found.first_right.tolist() == [2, 1], "that of which the second, wrong, was surest comes first"
    assert found.second_right.tolist() == [3]
    assert found.both_differently.tolist() == [4, 5]
    assert (found.both_right, found.both_alike) == (1, 1)
    assert found.num_images == len(LABELS)


def test_the_other_way_round_it_is_the_mirror_image():
    found, other = disagreement(FIRST, SECOND), disagreement(SECOND, FIRST)
    assert found.first_right.tolist() == other.second_right.tolist()
    assert found.second_right.tolist() == other.first_right.tolist()


@pytest.mark.parametrize(("first", "second"), [(6, 4), (10, 0), (1, 9), (5, 5), (0, 1)])
def test_the_chance_of_a_split_is_that_of_a_coin(first: int, second: int):
    total, few = first + second, min(first, second)
    tail = sum(comb(total, k) for k in range(few + 1)) / 2**total
    assert chance_of_split(first, second) == pytest.approx(min(1.0, 2 * tail))


def test_without_a_split_chance_explains_all():
    assert chance_of_split(0, 0) == 1


def test_answers_in_another_order_of_the_same_classes_are_brought_into_it():
    order = ("dog", "cow", "cat")
    moved = TestPredictions(FIRST.probabilities[:, [1, 2, 0]], np.array([2, 2, 0, 0, 1, 1, 2]), order)
    found = in_class_order(moved, CLASSES)
    assert found.classes == CLASSES
    assert np.array_equal(found.labels, LABELS)
    assert np.array_equal(found.probabilities, FIRST.probabilities)
    assert in_class_order(FIRST, CLASSES) is FIRST


@pytest.mark.parametrize("classes", [("cat", "dog"), ("cat", "dog", "hen"), ("cat", "dog", "cow", "hen")])
def test_other_classes_cannot_be_brought_into_order(classes: tuple[str, ...]):
    assert in_class_order(FIRST, classes) is None
