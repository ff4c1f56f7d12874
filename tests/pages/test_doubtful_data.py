"""The page Evaluation on what is wrong with the images: doubtful labels, and copies in both parts."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.datasets.corrections import Correction, Fold
from cnnviz.datasets.registry import load_dataset
from cnnviz.evaluation.label_errors import corrected_accuracy, label_errors
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.files import MODEL_FILE, TEST_FILE, load_predictions
from cnnviz.runs.records import Run, Status
from cnnviz.runs.sweeps import delete_sweep, sweep_state
from cnnviz.training.config import TrainingConfig, load_options
from cnnviz.training.folds import NUM_FOLDS, folds_sweep
from cnnviz.ui.evaluation.label_errors import NOTHING_FOUND, TRAINING, cannot_tell
from cnnviz.ui.evaluation.retrain import nothing_left
from cnnviz.ui.evaluation.seen import accuracy_parts
from tests.helpers import until

DOUBTED = {5: 1, 17: 2, 40: 3}
"""Test image -> by how much the class that the net says lies behind the label."""


@pytest.fixture
def doubtful_run(engine, finished_run: Run) -> Iterator[Run]:
    """A run whose net is sure of every test image, and of three of them of another class than they are labelled."""
    labels = load_predictions(engine.store, finished_run.id).labels
    said = np.array(labels)
    for index, step in DOUBTED.items():
        said[index] = (said[index] + step) % 10
    probabilities = np.full((len(labels), 10), 0.01, np.float32)
    probabilities[np.arange(len(labels)), said] = 0.91
    run = engine.store.create(finished_run.architecture, finished_run.config, name="doubtful")
    metrics = {**finished_run.metrics, "accuracy": 1 - len(DOUBTED) / len(labels)}
    engine.store.update(run.id, status=Status.FINISHED, metrics=metrics, facts=finished_run.facts)
    answers = TestPredictions(probabilities, labels, finished_run.facts.classes)
    engine.store.save_file(run.id, TEST_FILE, answers.to_bytes())
    yield run
    engine.store.delete(run.id)


def look_closer(page, part: str):
    return page.segmented_control(key="evaluation_part").set_value(part).run()


def said(page) -> str:
    return " ".join(element.value for kind in (page.markdown, page.caption, page.info) for element in kind)


def button(page, words: str):
    return next(one for one in page.button if words in one.label)


def test_doubtful_labels_are_listed_with_what_they_probably_are(open_page, engine, doubtful_run: Run) -> None:
    page = look_closer(open_page("evaluation", run=doubtful_run.id), "Doubtful labels")
    assert not page.exception
    assert f"3 labels of {len(load_predictions(engine.store, doubtful_run.id).labels):,} test images" in said(page)
    table = page.dataframe[-1].value
    assert {number - 1 for number in table["Number"]} == set(DOUBTED)
    test = load_predictions(engine.store, doubtful_run.id)
    for row in table.to_dict("records"):
        assert row["Labelled"] == test.classes[test.labels[row["Number"] - 1]]
        assert row["Probably"] == test.classes[(test.labels[row["Number"] - 1] + DOUBTED[row["Number"] - 1]) % 10]
        assert (row["Sure of that"], row["Sure of the label"]) == ("91.0\u202f%", "1.0\u202f%")
        assert row["Do"] == "Leave"
    assert button(page, "Train again").disabled


@pytest.mark.parametrize(("do", "num_test"), [("Drop", -3), ("Fix", 0)])
def test_they_are_corrected_and_the_net_is_trained_again(
    open_page, engine, doubtful_run: Run, visitor, do: str, num_test: int
) -> None:
    page = look_closer(open_page("evaluation", run=doubtful_run.id), "Doubtful labels")
    page.segmented_control(key="label_errors_do_test").set_value(do).run()
    test = load_predictions(engine.store, doubtful_run.id)
    wanted = {i: None if do == "Drop" else (test.labels[i] + step) % 10 for i, step in DOUBTED.items()}
    after = corrected_accuracy(test.probabilities, test.labels, wanted)
    assert after == 1
    assert "with these 3 corrections: 100.00\u202f%" in said(page)
    page = button(page, "Train again with 3 corrections").click().run()
    run = next(run for run in engine.store.recent(visitor) if run.name == "doubtful (labels corrected)")
    labels = {index: None if label is None else test.classes[label] for index, label in wanted.items()}
    assert {one.place: one.label for one in run.config.corrections} == labels
    run = engine.wait(run.id)
    assert run.status is Status.FINISHED
    again = load_predictions(engine.store, run.id)
    assert len(again.labels) == len(test.labels) + num_test
    page = open_page("evaluation", run=run.id)
    assert not page.exception
    assert not page.error


def test_a_net_that_is_not_better_than_guessing_offers_no_corrections(open_page, engine, doubtful_run: Run) -> None:
    test = load_predictions(engine.store, doubtful_run.id)
    always = np.full_like(test.probabilities, 0.01)
    always[:, 3] = 0.91
    engine.store.save_file(doubtful_run.id, TEST_FILE, TestPredictions(always, test.labels, test.classes).to_bytes())
    page = look_closer(open_page("evaluation", run=doubtful_run.id), "Doubtful labels")
    assert not page.exception
    (warning,) = [one.value for one in page.warning if "cannot tell doubtful labels" in one.value]
    assert "etter than guessing" in warning
    assert "may be wrong" not in said(page)
    assert "label_errors_do_test" not in {one.key for one in page.segmented_control}
    assert not [one for one in page.button if "Train again" in one.label]


@pytest.mark.parametrize(
    ("num_right", "reason"),
    [(10, "No better than guessing: 50.0"), (13, "Not shown to be better than guessing: 65.0"), (20, "")],
)
def test_answers_that_chance_explains_cannot_tell_doubtful_labels(num_right: int, reason: str) -> None:
    labels = np.array([0, 1] * 10)
    answers = np.where(np.arange(20) < num_right, labels, 1 - labels)
    assert cannot_tell(TestPredictions(np.eye(2)[answers], labels, ("a", "b"))).startswith(reason or "")
    assert (cannot_tell(TestPredictions(np.eye(2)[answers], labels, ("a", "b"))) == "") is (not reason)


def test_nothing_is_doubtful_where_the_net_agrees(open_page, engine, doubtful_run: Run) -> None:
    test = load_predictions(engine.store, doubtful_run.id)
    sure = np.full_like(test.probabilities, 0.01)
    sure[np.arange(len(sure)), test.labels] = 0.91
    engine.store.save_file(doubtful_run.id, TEST_FILE, TestPredictions(sure, test.labels, test.classes).to_bytes())
    services_cache_is_new = look_closer(open_page("evaluation", run=doubtful_run.id), "Doubtful labels")
    assert NOTHING_FOUND in said(services_cache_is_new)


def test_training_images_are_answered_by_nets_that_do_not_know_them(open_page, engine, finished_run: Run) -> None:
    by = OPERATOR
    page = look_closer(open_page("evaluation", run=finished_run.id), "Doubtful labels")
    page.segmented_control(key="label_errors_of").set_value(TRAINING).run()
    assert button(page, f"Train {NUM_FOLDS} nets").label
    sweep = engine.sweeps.start(folds_sweep(finished_run.architecture, finished_run.config, "digits"), by=by)
    assert sweep
    until(lambda: len(fold_answers(engine, finished_run)) == NUM_FOLDS)
    answers = fold_answers(engine, finished_run)
    data = load_dataset("digits", **load_options(finished_run.config, finished_run.architecture.input_shape))
    assert sum(len(one.labels) for one in answers) == len(data.y_train)
    page = look_closer(open_page("evaluation", run=finished_run.id), "Doubtful labels")
    page.segmented_control(key="label_errors_of").set_value(TRAINING).run()
    assert not page.exception
    assert not page.error
    expected = label_errors(*joined(answers, data))
    assert f"{len(expected)} labels of {len(data.y_train):,} training images may be wrong" in said(page)
    assert list(page.dataframe[-1].value["Number"]) == (expected.indices[:60] + 1).tolist()
    page = open_page("sweeps", sweep=sweep)
    assert not page.exception
    assert not page.error
    for point in sweep_state(engine.store, sweep, by).points:
        engine.store.delete(point.run_id)
    delete_sweep(engine.store, sweep)  # other tests count those that are there


def fold_answers(engine, run: Run) -> list[TestPredictions]:
    """What the finished runs of the folds have answered, by the number of the fold."""
    ended = {
        one.config.fold.number: one
        for one in engine.store.recent(OPERATOR, of_folds=True)
        if one.architecture == run.architecture and one.status is Status.FINISHED
    }
    return [load_predictions(engine.store, ended[index].id) for index in sorted(ended)]


def joined(answers: list[TestPredictions], data) -> tuple[np.ndarray, np.ndarray]:
    """Answers of the folds in the order of the training images, found by a loader of their own."""
    probabilities = np.zeros((len(data.y_train), 10))
    for index, one in enumerate(answers):
        fold = load_dataset("digits", fold=(index, NUM_FOLDS))
        rows = {image.tobytes(): row for image, row in zip(fold.x_test, one.probabilities, strict=True)}
        for place, image in enumerate(data.x_train):
            if image.tobytes() in rows:
                probabilities[place] = rows[image.tobytes()]
    return probabilities, data.y_train


NET = Architecture(
    name="tiny",
    input_shape=(24, 30, 3),
    layers=(Conv(filters=4, activation="relu", stride=4), Flatten(), Dense(units=2, activation="softmax")),
)


@pytest.fixture(scope="module")
def copied(engine, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run on a folder of which test images 0 and 1 of each class are training images, one exactly, one mirrored."""
    folder, random = tmp_path_factory.mktemp("copies"), np.random.default_rng(0)
    for name in ("light", "night"):
        pictures = [
            np.kron(random.uniform(0, 120, (4, 5, 3)), np.ones((6, 6, 1))) + (130 if name == "light" else 0)
            for _ in range(12)
        ]
        parts = {"train": pictures[:8], "test": [pictures[0], pictures[1][:, ::-1], *pictures[8:]]}
        for part, chosen in parts.items():
            place = Path(folder) / part / name
            place.mkdir(parents=True)
            for number, pixels in enumerate(chosen):
                (place / f"{number}.png").write_bytes(encode_png(pixels.astype(np.uint8)))
    config = TrainingConfig(dataset=str(folder), epochs=3, batch_size=4, learning_rate=0.01)
    return engine.wait(engine.train(NET, config, by=OPERATOR, name="copied").id)


def test_copies_are_found_and_what_they_do_to_the_accuracy_is_said(open_page, engine, copied: Run) -> None:
    page = look_closer(open_page("evaluation", run=copied.id), "Copies")
    page = button(page, "Look for copies").click().run()
    assert not page.exception
    assert not page.error
    assert "4 test images (33.3\u202f% of 12) stand in the training part, too: 2 exactly, 2 nearly" in said(page)
    test = load_predictions(engine.store, copied.id)
    is_right = test.probabilities.argmax(1) == test.labels
    data = load_dataset(copied.config.dataset, **load_options(copied.config, (24, 30, 3)))
    known = {image.tobytes() for image in data.x_train}
    either = [image.tobytes() in known or image[:, ::-1].tobytes() in known for image in data.x_test]
    seen = np.flatnonzero(either)
    assert len(seen) == 4
    table = page.dataframe[-1].value.set_index("Test images")
    assert list(table["Number"]) == [12, 8, 4]
    assert table.loc["Seen", "Accuracy"] == f"{100 * is_right[seen].mean():.1f}\u202f%"
    assert table.loc["Never seen", "Accuracy"] == f"{100 * np.delete(is_right, seen).mean():.1f}\u202f%"
    assert button(page, "Train again").label == "Train again without 4 training images"


def test_corrections_that_leave_a_part_without_images_are_not_offered(copied: Run) -> None:
    for part, number in (("train", copied.facts.num_train), ("test", copied.facts.num_test)):
        dropped = [Correction(part, place, None) for place in range(number)]
        assert nothing_left(copied, dropped).startswith("Without these images none is left to")
        assert nothing_left(copied, dropped[1:]) == ""
        assert nothing_left(copied, [Correction(part, place, "light") for place in range(number)]) == ""


def test_of_a_net_with_a_part_held_out_the_other_parts_are_what_it_learned_from(
    open_page, engine, finished_run: Run
) -> None:
    config = finished_run.config.model_copy(update={"fold": Fold(0, NUM_FOLDS), "corrections": ()})
    data = load_dataset("digits", **load_options(config, finished_run.architecture.input_shape))
    run = engine.store.create(finished_run.architecture, config, name="a part")
    sizes = {"num_train": len(data.y_train), "num_test": len(data.y_test)}
    engine.store.update(
        run.id, status=Status.FINISHED, metrics=finished_run.metrics, facts=replace(finished_run.facts, **sizes)
    )
    answers = TestPredictions(np.eye(10, dtype=np.float32)[data.y_test], data.y_test, finished_run.facts.classes)
    engine.store.save_file(run.id, TEST_FILE, answers.to_bytes())
    engine.store.save_file(run.id, MODEL_FILE, engine.store.load_file(finished_run.id, MODEL_FILE))
    page = look_closer(open_page("evaluation", run=run.id), "Copies")
    page = button(page, "Look for copies").click().run()
    assert not page.exception
    assert f"of {len(data.y_test):,} test images was found among {len(data.y_train):,}" in said(page) or (
        f"of {len(data.y_test):,}) stand" in said(page)
    )
    engine.store.delete(run.id)


def test_parts_without_images_have_no_accuracy() -> None:
    test = TestPredictions(np.eye(2, dtype=np.float32), np.arange(2), ("a", "b"))
    rows = accuracy_parts(test, np.array([], np.int64))
    assert [row["Accuracy"] for row in rows] == ["100.0\u202f%", "100.0\u202f%", "–"]


def test_other_sets_have_no_copies(open_page, finished_run: Run) -> None:
    page = look_closer(open_page("evaluation", run=finished_run.id), "Copies")
    page = button(page, "Look for copies").click().run()
    assert "None of 360 test images was found among 1,437" in said(page)
