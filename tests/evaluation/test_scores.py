import json

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, classification_report, confusion_matrix, log_loss

from cnnviz.errors import InvalidInput
from cnnviz.evaluation.scores import cell_indices, evaluate
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
    ],
    ids=["none", "too few rows", "too few columns", "label too large", "label negative", "nan"],
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
