"""Labels that are probably wrong: hand numbers, and labels that were made wrong on purpose."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import cross_val_predict

from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import InvalidInput
from cnnviz.evaluation.label_errors import corrected_accuracy, label_errors


def test_hand_made_answers() -> None:
    # thresholds: class 0: (0.9 + 0.8 + 0.1) / 3 = 0.6, class 1: (0.7 + 0.5) / 2 = 0.6
    answers = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.5, 0.5]])
    found = label_errors(answers, np.array([0, 0, 0, 1, 1]))
    assert found.indices.tolist() == [2]
    assert (found.given[0], found.suggested[0]) == (0, 1)
    assert (found.trust[0], found.doubt[0]) == (0.1, 0.9)


def test_a_class_of_which_the_net_is_never_sure_asks_for_less() -> None:
    # class 2 is never above 0.4, its threshold is 0.4; the last image is "0" and most like 2
    answers = np.array([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4], [0.3, 0.28, 0.42]])
    found = label_errors(answers, np.array([0, 1, 2, 0]))
    assert (found.indices.tolist(), found.suggested.tolist()) == ([3], [2])


def test_the_most_doubtful_comes_first() -> None:
    answers = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.1, 0.9], [0.08, 0.92], [0.05, 0.95]])
    found = label_errors(answers, np.array([0, 0, 1, 1, 0, 0]))
    assert found.indices.tolist() == [5, 4]


def test_sure_answers_that_are_right_leave_nothing_to_check() -> None:
    assert len(label_errors(np.eye(3), np.arange(3))) == 0


def test_a_class_without_images_is_never_suggested() -> None:
    found = label_errors(np.array([[0.1, 0.2, 0.7], [0.3, 0.6, 0.1]]), np.array([0, 1]))
    assert len(found) == 0


def test_as_many_labels_as_answers() -> None:
    with pytest.raises(InvalidInput, match="Received: 2"):
        label_errors(np.eye(2), np.arange(3))


def test_labels_that_were_made_wrong_are_found() -> None:
    data = load_dataset("digits")
    images, labels = data.x_train.reshape(len(data.x_train), -1) / 255, np.array(data.y_train)
    random = np.random.default_rng(0)
    wrong = random.choice(len(labels), len(labels) // 20, replace=False)
    noisy = labels.copy()
    noisy[wrong] = (labels[wrong] + random.integers(1, 10, len(wrong))) % 10
    answers = cross_val_predict(LogisticRegression(max_iter=300), images, noisy, cv=3, method="predict_proba")
    found = label_errors(answers, noisy)
    caught = np.isin(found.indices, wrong)
    assert caught.sum() >= 0.75 * len(wrong)
    assert caught.mean() >= 0.6
    assert caught[: len(wrong) // 2].mean() >= 0.85
    assert (found.suggested[caught] == labels[found.indices[caught]]).mean() >= 0.9


def test_accuracy_with_other_labels() -> None:
    answers = np.array([[0.9, 0.1], [0.2, 0.8], [0.6, 0.4], [0.3, 0.7]])
    labels = np.array([0, 1, 1, 0])
    assert corrected_accuracy(answers, labels, {}) == accuracy_score(labels, [0, 1, 0, 1])
    assert corrected_accuracy(answers, labels, {2: 0}) == 0.75
    assert corrected_accuracy(answers, labels, {2: 0, 3: None}) == 1.0
    assert np.isnan(corrected_accuracy(answers, labels, dict.fromkeys(range(4))))
