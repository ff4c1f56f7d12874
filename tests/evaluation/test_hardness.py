"""How hard images are, by hand-made answers of four epochs to five images."""

import numpy as np

from cnnviz.evaluation.hardness import (
    FORGOTTEN,
    LATER,
    NEVER,
    classes_learned_at,
    hardest_first,
    hardness,
    is_right,
    learned_text,
    stories,
)
from cnnviz.evaluation.scores import TestPredictions

EPOCHS = (1, 2, 5, 9)
RIGHT = np.array(
    [
        [0, 1, 0, 0, 1],
        [0, 1, 1, 0, 1],
        [0, 0, 1, 0, 1],
        [0, 0, 1, 1, 1],
    ],
    bool,
)


def test_an_image_is_as_hard_as_nets_get_it_wrong() -> None:
    assert hardness(RIGHT).tolist() == [1, 0.5, 0.25, 0.75, 0]


def test_the_hardest_image_is_first_and_of_equal_ones_that_where_the_net_is_furthest_off() -> None:
    probabilities = np.array([[0.6, 0.4], [0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
    test = TestPredictions(probabilities, np.array([1, 1, 0, 0]), ("a", "b"))
    assert is_right(test).tolist() == [False, False, False, True]
    hard = np.array([0.5, 0.5, 1.0, 0.0])
    assert hardest_first(test, np.array([0, 1, 2]), hard).tolist() == [2, 1, 0]
    assert hardest_first(test, np.zeros(0, int), hard).tolist() == []


def test_a_mistake_of_the_end_was_never_right_or_is_forgotten() -> None:
    assert stories(RIGHT, EPOCHS, None)[:2].tolist() == [NEVER, FORGOTTEN]


def test_a_mistake_of_an_epoch_may_be_right_later() -> None:
    assert stories(RIGHT, EPOCHS, 1)[[0, 2, 3]].tolist() == [NEVER, LATER, LATER]
    assert stories(RIGHT, EPOCHS, 5)[[0, 1, 3]].tolist() == [NEVER, FORGOTTEN, LATER]


def test_a_class_is_learned_from_the_epoch_on_after_which_more_than_half_stays_right() -> None:
    labels = np.array([0, 0, 1, 1, 2])
    learned = classes_learned_at(RIGHT, labels, EPOCHS, 4)
    assert learned == [None, 9, 1, None], "half is not more than half; the last class has no images"
    text = learned_text(learned, ("ant", "bee", "cow", "dog"))
    assert text.endswith("right: classes ant, dog never; class bee from epoch 9 on; class cow from epoch 1 on.")
    assert "never" not in learned_text([1, 1], ("ant", "bee"))
