import io
import json

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    classification_report,
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

from cnnviz.errors import InvalidInput
from cnnviz.evaluation.scores import TestPredictions, cell_indices, evaluate, top_k_accuracy
from tests.helpers import run_python

CLASSES = ("cat", "dog", "eel")
# guesses: cat, cat, dog, dog, eel
PROBABILITIES = np.array([[0.5, 0.3, 0.2], [0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.1, 0.5, 0.4], [0.25, 0.25, 0.5]])
LABELS = np.array([0, 1, 1, 1, 2])


def test_five_images_get_the_scores_reckoned_by_hand():
    result = evaluate(PROBABILITIES.astype(np.float32), LABELS, CLASSES)
    assert result.accuracy == 0.8
    assert result.confusion.tolist() == [[1, 0, 0], [1, 2, 0], [0, 0, 1]]
    assert result.confusion.dtype == np.int64
    cat, dog, eel = result.per_class
    assert (cat.name, cat.precision, cat.recall, cat.support) == ("cat", 0.5, 1.0, 1)
    assert (dog.precision, dog.recall, dog.support) == (1.0, pytest.approx(2 / 3), 3)
    assert cat.f1 == pytest.approx(2 / 3)
    assert dog.f1 == pytest.approx(0.8)
    assert eel.f1 == 1.0
    assert result.macro_precision == pytest.approx(2.5 / 3)
    assert result.macro_recall == pytest.approx((1 + 2 / 3 + 1) / 3)
    assert result.macro_f1 == pytest.approx((2 / 3 + 0.8 + 1) / 3)
    assert result.log_loss == pytest.approx(-np.log([0.5, 0.1, 0.6, 0.5, 0.5]).mean(), rel=1e-6)


def test_random_guesses_are_scored_as_scikit_learn_scores_them():
    rng = np.random.default_rng(3)
    names = [f"class {i}" for i in range(7)]
    probabilities, labels = rng.dirichlet(np.ones(7), 400), rng.integers(0, 7, 400)
    result, guesses = evaluate(probabilities.astype(np.float32), labels, names), probabilities.argmax(1)
    report = classification_report(labels, guesses, target_names=names, output_dict=True)
    assert result.accuracy == accuracy_score(labels, guesses)
    assert np.array_equal(result.confusion, confusion_matrix(labels, guesses))
    assert result.log_loss == pytest.approx(log_loss(labels, probabilities), rel=1e-5)
    for score in result.per_class:
        expected = report[score.name]
        assert (score.precision, score.recall, score.f1) == pytest.approx(
            (expected["precision"], expected["recall"], expected["f1-score"])
        )
    for mean, row in (("macro", report["macro avg"]), ("weighted", report["weighted avg"])):
        ours = [getattr(result, f"{mean}_{name}") for name in ("precision", "recall", "f1")]
        assert ours == pytest.approx([row["precision"], row["recall"], row["f1-score"]])


def test_micro_means_are_the_accuracy_where_each_image_has_one_class():
    rng = np.random.default_rng(5)
    probabilities, labels = rng.dirichlet(np.ones(4), 200), rng.integers(0, 4, 200)
    precision, recall, f1, _ = precision_recall_fscore_support(labels, probabilities.argmax(1), average="micro")
    assert [precision, recall, f1] == pytest.approx([evaluate(probabilities, labels, "abcd").accuracy] * 3)


@pytest.mark.parametrize("k", [1, 2, 3, 5, 7])
def test_the_true_class_is_among_the_first_k_as_often_as_scikit_learn_says(k):
    rng = np.random.default_rng(4)
    probabilities, labels = rng.dirichlet(np.ones(7), 300), rng.integers(0, 7, 300)
    expected = np.mean([label in row.argsort()[::-1][:k] for row, label in zip(probabilities, labels, strict=True)])
    assert top_k_accuracy(probabilities, labels, k) == expected
    if k < 7:
        assert expected == top_k_accuracy_score(labels, probabilities, k=k, labels=range(7))


def test_of_equal_probabilities_the_first_class_is_the_answer_as_for_the_accuracy():
    even = np.full((3, 3), 1 / 3)
    assert top_k_accuracy(even, np.array([0, 1, 2]), 1) == pytest.approx(1 / 3)
    assert top_k_accuracy(even, np.array([0, 1, 2]), 2) == pytest.approx(2 / 3)
    assert evaluate(even, np.array([0, 1, 2]), CLASSES).accuracy == pytest.approx(1 / 3)


def test_five_images_have_the_weighted_means_reckoned_by_hand():
    result = evaluate(PROBABILITIES, LABELS, CLASSES)
    assert result.weighted_precision == pytest.approx((0.5 + 3 * 1 + 1) / 5)
    assert result.weighted_recall == pytest.approx((1 + 3 * 2 / 3 + 1) / 5)
    assert result.weighted_f1 == pytest.approx((2 / 3 + 3 * 0.8 + 1) / 5)


@pytest.mark.parametrize("damage", ["cut", "no zip", "empty", "other arrays", "labels as words"])
def test_a_damaged_file_of_answers_is_refused_in_one_sentence(damage):
    whole = TestPredictions(PROBABILITIES, LABELS, CLASSES).to_bytes()
    other, words = io.BytesIO(), io.BytesIO()
    np.savez(other, probabilities=PROBABILITIES)
    np.savez(words, probabilities=PROBABILITIES, labels=list("abcde"), classes=list(CLASSES))
    data = {
        "cut": whole[: len(whole) // 2], "no zip": b"PK nothing", "empty": b"", "other arrays": other.getvalue(),
        "labels as words": words.getvalue(),
    }[damage]  # fmt: skip
    with pytest.raises(InvalidInput, match="cannot be read"):
        TestPredictions.from_bytes(data)
    assert TestPredictions.from_bytes(whole).classes == CLASSES


def test_a_class_without_images_has_no_scores_and_means_are_over_the_others():
    result = evaluate(np.array([[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]]), np.array([0, 1]), CLASSES)
    eel = result.per_class[2]
    assert (eel.precision, eel.recall, eel.f1, eel.support) == (None, None, None, 0)
    assert result.confusion.shape == (3, 3)
    assert (result.macro_precision, result.macro_recall, result.macro_f1) == (1.0, 1.0, 1.0)


def test_a_certain_mistake_has_a_finite_loss():
    result = evaluate(np.array([[1.0, 0.0], [1.0, 0.0]]), np.array([0, 1]), ("a", "b"))
    assert 10 < result.log_loss < 20


def test_an_evaluation_can_be_written_as_json():
    result = evaluate(PROBABILITIES, LABELS, CLASSES)
    read = json.loads(json.dumps(result.as_dict()))
    assert read["confusion"] == [[1, 0, 0], [1, 2, 0], [0, 0, 1]]
    assert read["per_class"][1] == {
        "name": "dog", "precision": 1.0, "recall": pytest.approx(2 / 3), "f1": pytest.approx(0.8), "support": 3
    }  # fmt: skip


@pytest.mark.parametrize(
    ("probabilities", "labels"),
    [
        (np.zeros((0, 3)), []),
        (PROBABILITIES[:4], LABELS),
        (PROBABILITIES[:, :2], LABELS),
        (PROBABILITIES, [0, 1, 2, 3, 0]),
        (PROBABILITIES, [0, 1, 2, -1, 0]),
        (PROBABILITIES * np.nan, LABELS),
        (PROBABILITIES * 0, LABELS),
    ],
    ids=["none", "too few rows", "too few columns", "label too large", "label negative", "nan", "nothing"],
)
def test_predictions_that_do_not_fit_the_labels_are_refused(probabilities, labels):
    with pytest.raises(InvalidInput, match=r"row of 3 finite probabilities.*Received: probabilities="):
        evaluate(probabilities, np.array(labels, int), CLASSES)


def test_the_images_of_a_cell_come_with_the_most_confident_guess_first():
    assert cell_indices(PROBABILITIES, LABELS, 1, 1).tolist() == [2, 3]
    assert cell_indices(PROBABILITIES[::-1], LABELS[::-1], true=1, guessed=1).tolist() == [2, 1]
    assert cell_indices(PROBABILITIES, LABELS, true=1, guessed=0).tolist() == [1]
    assert cell_indices(PROBABILITIES, LABELS, true=0, guessed=2).tolist() == []


def test_the_cells_of_the_matrix_share_out_all_images():
    rng = np.random.default_rng(1)
    probabilities, labels = rng.dirichlet(np.ones(4), 60), rng.integers(0, 4, 60)
    matrix = evaluate(probabilities, labels, "abcd").confusion
    cells = {(t, g): cell_indices(probabilities, labels, true=t, guessed=g) for t in range(4) for g in range(4)}
    assert sorted(np.concatenate(list(cells.values()))) == list(range(60))
    assert all(len(indices) == matrix[cell] for cell, indices in cells.items())


def test_scoring_needs_no_keras():
    code = (
        "import sys, cnnviz.evaluation.scores as e, cnnviz.evaluation.thresholds; "
        "e.evaluate([[0.9, 0.1]], [0], ['a', 'b']); "
        "assert not {'keras', 'tensorflow'} & set(sys.modules)"
    )
    run_python(code)
