"""The page Evaluation: the matrix and its links, the images of a cell, kept epochs, and what is damaged."""

import base64
import io
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import precision_recall_fscore_support, top_k_accuracy_score

from cnnviz.engine.ask import Images, ask
from cnnviz.evaluation.scores import UNREADABLE, TestPredictions
from cnnviz.runs.files import TEST_FILE, kept_epochs
from cnnviz.runs.records import Run, Status
from cnnviz.ui.app import services
from cnnviz.ui.components.confusion_matrix import read_cell


def given(page) -> dict[str, Any]:
    """What each component on the page was given, by its name."""
    return {part.proto.component_name: json.loads(part.proto.json) for part in page.get("bidi_component")}


def answers(run: Run) -> TestPredictions:
    return TestPredictions.from_bytes(services.store().load_file(run.id, TEST_FILE))


def dense(cells: list[list[int]], size: int) -> np.ndarray:
    matrix = np.zeros((size, size), int)
    for row, column, count in cells:
        matrix[row, column] = count
    return matrix


def test_the_matrix_is_that_of_the_test_images_after_those_of_the_validation(open_page, finished_run: Run) -> None:
    data, test = given(open_page("evaluation", run=finished_run.id))["confusion_matrix"], answers(finished_run)
    expected = np.zeros((10, 10), int)
    np.add.at(expected, (test.labels, test.probabilities.argmax(1)), 1)
    assert np.array_equal(dense(data["stops"][-1]["cells"], 10), expected)
    recorded = services.store().curves(finished_run.id).epochs
    assert [stop["title"] for stop in data["stops"]] == [
        "Epoch 1, validation images", "Epoch 2, validation images", "Test images",
    ]  # fmt: skip
    for stop, row in zip(data["stops"], recorded, strict=False):
        assert np.array_equal(dense(stop["cells"], 10), row["confusion"])
    assert list(data["orders"]) == ["class", "error", "cluster"]
    assert all(sorted(order) == list(range(10)) for order in data["orders"].values())
    worst = expected - np.diag(np.diag(expected))
    assert worst[tuple(data["worst"][0]["cell"])] == worst.max()


def test_the_cell_of_a_link_shows_its_images_with_the_first_three_classes(open_page, finished_run: Run) -> None:
    page, test = open_page("evaluation", run=finished_run.id, cell="3,3"), answers(finished_run)
    said = test.probabilities.argmax(1)
    found = np.flatnonzero((test.labels == 3) & (said == 3))
    assert page.header[0].value == f"3, recognised: {len(found)} images"
    parts = given(page)
    assert parts["confusion_matrix"]["cell"] == [3, 3]
    cards = parts["image_cards"]["cards"]
    assert len(cards) == min(24, len(found))
    assert cards[0]["index"] == found[test.probabilities[found, 3].argmax()]
    first = test.probabilities[cards[0]["index"]]
    assert [answer["share"] for answer in cards[0]["answers"]] == pytest.approx(np.sort(first)[::-1][:3])
    assert [answer["is_true"] for answer in cards[0]["answers"]] == [True, False, False]
    assert cards[0]["url"] == f"/inside?run={finished_run.id}&index={cards[0]['index']}"
    images, _ = ask(services.engine(), Images("digits"), "test_images", indices=[cards[0]["index"]])
    png = base64.b64decode(cards[0]["picture"].partition(",")[2])
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(png))), images[0, :, :, 0])


@pytest.mark.parametrize("cell", ["3", "3,x", ",", "12,3", "<script>,3"])
def test_a_cell_that_is_none_is_said_and_the_matrix_stands(open_page, finished_run: Run, cell: str) -> None:
    page = open_page("evaluation", run=finished_run.id, cell=cell)
    assert "names a cell that this matrix does not have" in page.warning[0].value
    assert given(page)["confusion_matrix"]["cell"] is None
    assert not page.exception


def test_a_kept_epoch_is_evaluated_on_the_test_images(open_page, finished_run: Run) -> None:
    first, last = kept_epochs(services.store(), finished_run.id)
    page = open_page("evaluation", run=finished_run.id, epoch=str(first), cell="3,3")
    assert page.selectbox(key="evaluated_epoch").value == first
    parts = given(page)
    assert parts["confusion_matrix"]["stops"][-1]["title"] == "Epoch 1, test images"
    assert f"&epoch={first}&" in parts["image_cards"]["cards"][0]["url"]
    at_first = page.metric[0].value
    page.selectbox(key="evaluated_epoch").set_value(last).run()
    assert page.metric[0].value == f"{finished_run.metrics['accuracy']:.2%}" != at_first
    page.selectbox(key="evaluated_epoch").set_value(0).run()
    assert "epoch" not in page.query_params
    assert page.metric[0].value == f"{finished_run.metrics['accuracy']:.2%}"


@pytest.mark.parametrize("epoch", ["99", "-1", "last"])
def test_an_epoch_that_is_not_kept_is_said(open_page, finished_run: Run, epoch: str) -> None:
    page = open_page("evaluation", run=finished_run.id, epoch=epoch)
    assert "names an epoch that is not kept" in page.warning[0].value
    assert page.metric[0].value == f"{finished_run.metrics['accuracy']:.2%}"


def test_the_means_are_scikit_learns_and_so_is_the_share_among_the_first_answers(open_page, finished_run: Run) -> None:
    page, test = open_page("evaluation", run=finished_run.id), answers(finished_run)
    table, said = page.dataframe[1].value.set_index("Mean"), test.probabilities.argmax(1)
    for name in ("macro", "weighted", "micro"):
        expected = precision_recall_fscore_support(test.labels, said, average=name)[:3]
        assert list(table.loc[name.title(), ["Precision", "Recall", "F1"]]) == pytest.approx(expected)
    top = [top_k_accuracy_score(test.labels, test.probabilities, k=k) for k in (3, 5)]
    words = f"the first 3 answers: {top[0]:.1%}, the first 5 answers: {top[1]:.1%}"
    assert any(words in caption.value for caption in page.caption)


@pytest.mark.parametrize("damage", ["half of the file", "no file", "probabilities that are none"])
def test_damaged_answers_are_said_in_one_sentence(open_page, engine, finished_run: Run, damage: str) -> None:
    whole, test = engine.store.load_file(finished_run.id, TEST_FILE), answers(finished_run)
    nan = TestPredictions(np.full_like(test.probabilities, np.nan), test.labels, test.classes).to_bytes()
    run = engine.store.create(finished_run.architecture, finished_run.config)
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.5}, facts=finished_run.facts)
    if damage != "no file":
        engine.store.save_file(run.id, TEST_FILE, nan if damage.startswith("prob") else whole[: len(whole) // 2])
    page = open_page("evaluation", run=run.id, cell="3,3")
    assert not page.exception
    assert len(page.error) == 1
    assert damage != "half of the file" or page.error[0].value == UNREADABLE
    engine.store.delete(run.id)


def test_what_the_browser_sends_is_a_cell_of_the_matrix_or_nothing() -> None:
    assert read_cell([1, 2], 3) == (1, 2)
    for junk in (None, [1], [1, 3], [-1, 0], ["1", 2], "12", {"true": 1}, [1.5, 0]):
        assert read_cell(junk, 3) is None
