"""The page Evaluation: the matrix and its links, the images of a cell, kept epochs, and what is damaged."""

import base64
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, roc_auc_score, top_k_accuracy_score

from cnnviz.engine.ask import Images, ask
from cnnviz.evaluation.calibration import Sureness, fit_temperature, halves, reliability, with_temperature
from cnnviz.evaluation.corruptions import CORRUPTIONS
from cnnviz.evaluation.hardness import is_right
from cnnviz.evaluation.scores import UNREADABLE, TestPredictions
from cnnviz.evaluation.thresholds import final_metrics
from cnnviz.runs.files import TEST_FILE, kept_epochs
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import Augmentation
from cnnviz.ui.app import services
from cnnviz.ui.components.confusion_matrix import read_cell
from cnnviz.ui.evaluation import robustness
from cnnviz.ui.evaluation.calibration import TOO_FEW, verdict
from cnnviz.ui.evaluation.hardness import BY_EPOCHS
from cnnviz.ui.evaluation.mistakes import NONE
from cnnviz.ui.shared.answers import epoch_predictions


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
        "Epoch 1, test images", "Epoch 2, test images", "Test images",
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
    assert cards[0]["url"] == f"/inside?run={finished_run.id}&image={cards[0]['index'] + 1}"
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
    assert page.selectbox(key="evaluated_epoch").value == str(first)
    parts = given(page)
    assert parts["confusion_matrix"]["stops"][-1]["title"] == "Epoch 1, test images"
    assert f"&epoch={first}&" in parts["image_cards"]["cards"][0]["url"]
    at_first = page.metric[0].value
    page.selectbox(key="evaluated_epoch").set_value(str(last)).run()
    assert page.metric[0].value == f"{finished_run.metrics['accuracy'] * 100:.1f}\u202f%" != at_first
    page.selectbox(key="evaluated_epoch").set_value(None).run()
    assert "epoch" not in page.query_params
    assert page.metric[0].value == f"{finished_run.metrics['accuracy'] * 100:.1f}\u202f%"


def test_a_damaged_matrix_of_an_epoch_is_left_out(open_page, engine, finished_run: Run) -> None:
    run = engine.store.create(finished_run.architecture, finished_run.config)
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.5}, facts=finished_run.facts)
    engine.store.save_file(run.id, TEST_FILE, engine.store.load_file(finished_run.id, TEST_FILE))
    whole = np.eye(10, dtype=int).tolist()
    for epoch, matrix in enumerate(([[float("nan")] * 10] * 10, [[1, 2], [3, 4]], "none", whole), start=1):
        engine.store.add_epoch(run.id, epoch, {"loss": 1.0, "accuracy": 0.5, "confusion": matrix})
    page = open_page("evaluation", run=run.id)
    assert not page.exception
    stops = given(page)["confusion_matrix"]["stops"]
    assert [stop["title"] for stop in stops] == ["Epoch 4, test images", "Test images"]
    assert stops[0]["kept"] is False
    engine.store.delete(run.id)


def test_names_of_classes_may_hold_commas(open_page, engine, finished_run: Run) -> None:
    names, labels = ("a", "a,b", "b"), np.array([0, 1, 2] * 10)
    run = engine.store.create(finished_run.architecture, finished_run.config)
    facts = replace(finished_run.facts, classes=names)
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 1.0}, facts=facts)
    answered = TestPredictions(np.eye(3, dtype=np.float32)[labels], labels, names)
    engine.store.save_file(run.id, TEST_FILE, answered.to_bytes())
    for cell, expected in (("a,b,b", [1, 2]), ("b,a,b", [2, 1]), ("a,b", [0, 2])):
        assert given(open_page("evaluation", run=run.id, cell=cell))["confusion_matrix"]["cell"] == expected
    engine.store.delete(run.id)


@pytest.mark.parametrize("epoch", ["99", "-1", "last"])
def test_an_epoch_that_is_not_kept_is_said(open_page, finished_run: Run, epoch: str) -> None:
    page = open_page("evaluation", run=finished_run.id, epoch=epoch)
    assert "names an epoch that is not kept" in page.warning[0].value
    assert page.metric[0].value == f"{finished_run.metrics['accuracy'] * 100:.1f}\u202f%"


def test_the_means_are_scikit_learns_and_so_is_the_share_among_the_first_answers(open_page, finished_run: Run) -> None:
    page, test = open_page("evaluation", run=finished_run.id), answers(finished_run)
    table, said = page.dataframe[1].value.set_index("Mean"), test.probabilities.argmax(1)
    for name in ("macro", "weighted", "micro"):
        expected = precision_recall_fscore_support(test.labels, said, average=name)[:3]
        assert list(table.loc[name.title(), ["Precision", "Recall", "F1"]]) == pytest.approx(expected)
    top = [top_k_accuracy_score(test.labels, test.probabilities, k=k) for k in (3, 5)]
    words = f"the first 3 answers: {100 * top[0]:.1f}\u202f%, the first 5 answers: {100 * top[1]:.1f}\u202f%"
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


def look_closer(page, part: str):
    return page.segmented_control(key="evaluation_part").set_value(part).run()


def test_the_address_names_the_part_that_is_looked_at(open_page, finished_run: Run) -> None:
    page = open_page("evaluation", run=finished_run.id, part="roc-and-precision-recall")
    assert page.segmented_control(key="evaluation_part").value == "ROC and precision-recall"
    page = look_closer(page, "Calibration")
    assert page.query_params["part"] in ("calibration", ["calibration"])
    page.query_params["part"] = "robustness"  # Back, or a link on this page
    assert page.run().segmented_control(key="evaluation_part").value == "Robustness"
    page = look_closer(page, None)
    assert "part" not in page.query_params
    assert not page.exception


@pytest.mark.parametrize("name", ["part", "view"])
def test_a_part_that_there_is_not_is_said_and_taken_out_of_the_address(open_page, finished_run: Run, name) -> None:
    page = open_page("evaluation", run=finished_run.id, **{name: "banana"})
    (warning,) = page.warning
    assert "a part of this page that does not exist, so none is opened. Expected: mistakes, robustness" in warning.value
    assert set(page.query_params) == {"run"}
    assert page.segmented_control(key="evaluation_part").value is None


def test_the_gallery_shows_mistakes_in_the_order_and_of_the_classes_that_are_chosen(
    open_page, finished_run: Run
) -> None:
    page, test = open_page("evaluation", run=finished_run.id), answers(finished_run)
    assert "image_cards" not in given(page), "no image is fetched before somebody wants to see one"
    page, said = look_closer(page, "Mistakes"), test.probabilities.argmax(1)
    wrong = np.flatnonzero(said != test.labels)
    cards = given(page)["image_cards"]["cards"]
    assert {card["index"] for card in cards} <= set(wrong)
    sure = [test.probabilities[card["index"]].max() for card in cards]
    assert sure == sorted(sure, reverse=True)
    assert sure[0] == test.probabilities[wrong].max()
    page.segmented_control[1].set_value("Closest first").run()
    two = np.sort(test.probabilities[given(page)["image_cards"]["cards"][0]["index"]])[::-1]
    assert two[0] - two[1] == pytest.approx(np.diff(np.sort(test.probabilities[wrong], axis=1)[:, -2:]).min())
    worst = int(np.bincount(test.labels[wrong]).argmax())
    next(box for box in page.selectbox if box.label == "What it is").set_value(worst).run()
    shown = given(page)["image_cards"]["cards"]
    assert {card["true"] for card in shown} == {test.classes[worst]}
    assert len(shown) == min(24, int((test.labels[wrong] == worst).sum()))


def test_mistakes_that_were_not_made_are_said(open_page, finished_run: Run) -> None:
    page = look_closer(open_page("evaluation", run=finished_run.id), "Mistakes")
    for label in ("What it is", "What the net said"):
        next(box for box in page.selectbox if box.label == label).set_value(0).run()
    assert NONE in [caption.value for caption in page.caption]


def test_calibration_shows_the_error_before_and_after_and_the_slider_moves_it(open_page, finished_run: Run) -> None:
    page = look_closer(open_page("evaluation", run=finished_run.id), "Calibration")
    test = answers(finished_run)
    fitted_on, shown = halves(test.labels)
    best = fit_temperature(test.probabilities[fitted_on], test.labels[fitted_on])
    (slider,) = [one for one in page.slider if one.label == "Temperature"]
    assert slider.value == round(best, 2)

    def error(temperature: float) -> str:
        error = reliability(with_temperature(test.probabilities[shown], temperature), test.labels[shown]).error
        return f"{100 * error:.2f}\u202f%"

    assert [metric.value for metric in page.metric][1:] == [error(1), error(slider.value)]
    slider.set_value(3.0).run()
    assert [metric.value for metric in page.metric][1:] == [error(1), error(3.0)]
    assert page.metric[2].label == "Calibration error, temperature 3.00"


@pytest.mark.parametrize(
    ("temperature", "found", "words"),
    [
        (1.02, Sureness(0.9, 0.9, 0), ("about as often", "hardly anything")),
        (1.8, Sureness(0.9, 0.7, 1), ("too sure", "70.0\u202f% right", "makes it less sure.")),
        (0.5, Sureness(0.6, 0.8, -1), ("more often", "makes it surer.")),
        (0.54, Sureness(0.61, 0.5, 1), ("too sure", "61.0\u202f% sure", "surer, so a temperature does not mend")),
    ],
)
def test_how_sure_it_is_against_how_often_right_is_said_in_words(
    temperature: float, found: Sureness, words: tuple[str, ...]
) -> None:
    said = verdict(temperature, found, 180)
    assert all(word in said for word in (f"{temperature:.2f}", "right of the 180 images that are shown", *words)), said


def test_of_few_test_images_no_calibration_is_shown(open_page, engine, finished_run: Run) -> None:
    test = answers(finished_run)
    few = TestPredictions(test.probabilities[:10], test.labels[:10], test.classes)
    run = engine.store.create(finished_run.architecture, finished_run.config)
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.5}, facts=finished_run.facts)
    engine.store.save_file(run.id, TEST_FILE, few.to_bytes())
    page = look_closer(open_page("evaluation", run=run.id), "Calibration")
    assert [info.value for info in page.info] == [TOO_FEW.format(fewest=20, images="10 images")]
    assert not page.exception
    engine.store.delete(run.id)


def test_curves_begin_with_the_worst_class_and_the_threshold_moves_its_numbers(open_page, finished_run: Run) -> None:
    page, test = open_page("evaluation", run=finished_run.id), answers(finished_run)
    page = look_closer(page, "ROC and precision-recall")
    areas = [roc_auc_score(test.labels == label, test.probabilities[:, label]) for label in range(10)]
    worst = int(np.argmin(areas))
    assert next(box for box in page.selectbox if box.label == "Class").value == worst
    assert list(page.dataframe[2].value["AUC"]) == pytest.approx(areas)
    for threshold in (0.5, 0.2):
        next(one for one in page.slider if one.label == "Threshold").set_value(threshold).run()
        accepted, is_of_it = test.probabilities[:, worst] >= threshold, test.labels == worst
        shown = {metric.label: metric.value for metric in page.metric}
        assert shown["Found"] == str(int((accepted & is_of_it).sum()))
        assert shown["Missed"] == str(int((~accepted & is_of_it).sum()))
        assert shown["False alarms"] == str(int((accepted & ~is_of_it).sum()))
    assert len(page.get("plotly_chart")) == 2


def test_a_net_with_one_output_gets_the_table_of_the_first_tutorial(open_page, engine, finished_run: Run) -> None:
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    second = np.clip(0.5 * labels + rng.random(60) / 1.5, 0.01, 0.99)
    test = TestPredictions(np.stack([1 - second, second], 1).astype(np.float32), labels, ("cat", "dog"))
    run = engine.store.create(finished_run.architecture, finished_run.config)
    metrics = final_metrics(test, 3, one_output=True)
    engine.store.update(run.id, status=Status.FINISHED, metrics=metrics, facts=finished_run.facts)
    engine.store.save_file(run.id, TEST_FILE, test.to_bytes())
    page = look_closer(open_page("evaluation", run=run.id), "ROC and precision-recall")
    row = page.dataframe[2].value.iloc[0]
    assert row["Class"] == "dog"
    assert row["AUC"] == pytest.approx(roc_auc_score(labels, test.probabilities[:, 1]))
    assert row["MSE"] == pytest.approx(((second - labels) ** 2).mean(), rel=1e-5)
    assert row["Pearson correlation"] == pytest.approx(np.corrcoef(second, labels)[0, 1], rel=1e-5)
    assert row["Best of ten"] == metrics["best_accuracy"]
    accurate = [((test.probabilities[:, 1] >= one) == labels).mean() for one in np.linspace(0, 1, 5001)]
    assert row["Best accuracy"] == pytest.approx(max(accurate))
    assert len(page.get("plotly_chart")) == 3
    engine.store.delete(run.id)


@pytest.fixture
def other_run(engine, finished_run: Run) -> Iterator[Run]:
    """A run that says the class after the right one to every image of the digits 0 to 4."""
    test = answers(finished_run)
    said = np.where(test.labels < 5, test.labels + 1, test.labels)
    run = engine.store.create(finished_run.architecture, finished_run.config, name="other")
    metrics = {"accuracy": 0.5, "num_test": len(said)}
    engine.store.update(run.id, status=Status.FINISHED, metrics=metrics, facts=finished_run.facts)
    answered = TestPredictions(np.eye(10, dtype=np.float32)[said], test.labels, test.classes)
    engine.store.save_file(run.id, TEST_FILE, answered.to_bytes())
    yield run
    engine.store.delete(run.id)


def test_the_matrix_of_another_run_is_subtracted(open_page, finished_run: Run, other_run: Run) -> None:
    page = open_page("evaluation", run=finished_run.id, minus=other_run.id)
    assert page.selectbox(key="evaluated_minus").value == other_run.id
    told, test = given(page)["confusion_matrix"]["difference"], answers(finished_run)
    assert told["title"] == "other on Handwritten digits (small)"
    ours, theirs = (
        confusion_matrix(test.labels, said, normalize="true")
        for said in (test.probabilities.argmax(1), np.where(test.labels < 5, test.labels + 1, test.labels))
    )
    shown = np.zeros((10, 10))
    for row, column, points in told["cells"]:
        shown[row, column] = points
    assert np.allclose(shown, 100 * (ours - theirs), atol=0.006)
    assert told["accuracy"] == pytest.approx((test.labels >= 5).mean())
    page.selectbox(key="evaluated_minus").set_value(None).run()
    assert given(page)["confusion_matrix"]["difference"] is None
    assert "minus" not in page.query_params


def test_the_choices_of_one_run_are_not_those_of_the_next_and_stay_while_other_pages_are_looked_at(
    open_page, finished_run: Run, other_run: Run
) -> None:
    page = open_page("evaluation", run=finished_run.id, minus=other_run.id, epoch="1", cell="3,3")
    page.query_params.clear()
    page = page.switch_page("../../pages/kernels.py").run().switch_page("../../pages/evaluation.py").run()
    assert page.selectbox(key="evaluated_epoch").value == "1"
    assert page.selectbox(key="evaluated_minus").value == other_run.id
    assert given(page)["confusion_matrix"]["cell"] == [3, 3]
    page.selectbox(key="chosen_run").set_value(other_run.id).run()
    assert not page.warning
    assert not {"epoch", "minus"} & set(page.query_params)
    assert page.selectbox(key="evaluated_minus").value is None


@pytest.mark.parametrize("wrong", ["nobody", "itself", "other classes", "damaged"])
def test_a_run_that_cannot_be_subtracted_is_said_and_the_matrix_stands(
    open_page, engine, finished_run: Run, other_run: Run, wrong: str
) -> None:
    if wrong == "other classes":
        engine.store.update(other_run.id, facts=replace(finished_run.facts, classes=("a", "b")))
    if wrong == "damaged":
        engine.store.save_file(other_run.id, TEST_FILE, b"nothing")
    minus = {"nobody": "../x", "itself": finished_run.id}.get(wrong, other_run.id)
    page = open_page("evaluation", run=finished_run.id, minus=minus)
    assert "cannot be subtracted" in page.warning[0].value
    data = given(page)["confusion_matrix"]
    assert data["difference"] is None
    assert data["stops"][-1]["cells"]
    assert not page.exception


def test_of_very_many_classes_one_is_traced_at_a_time(open_page, engine, finished_run: Run) -> None:
    rng = np.random.default_rng(1)
    labels = np.arange(240) % 120
    names = tuple(f"kind {number}" for number in range(120))
    probabilities = rng.dirichlet(np.ones(120), 240).astype(np.float32)
    run = engine.store.create(finished_run.architecture, finished_run.config)
    facts = replace(finished_run.facts, classes=names)
    engine.store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.1}, facts=facts)
    engine.store.save_file(run.id, TEST_FILE, TestPredictions(probabilities, labels, names).to_bytes())
    page = look_closer(open_page("evaluation", run=run.id), "ROC and precision-recall")
    next(box for box in page.selectbox if box.label == "Class").set_value(7).run()
    row = page.dataframe[2].value.iloc[0]
    assert row["Class"] == "kind 7"
    assert row["AUC"] == pytest.approx(roc_auc_score(labels == 7, probabilities[:, 7]))
    assert given(page)["confusion_matrix"]["stops"][-1]["title"] == "Test images"
    engine.store.delete(run.id)


def test_mistakes_can_be_ordered_by_how_hard_they_are_for_the_kept_epochs_and_for_other_nets(
    open_page, finished_run: Run
) -> None:
    page = look_closer(open_page("evaluation", run=finished_run.id), "Mistakes")
    page = page.segmented_control[1].set_value("Hardest first").run()
    for control in [one for one in page.segmented_control if one.label == "Hard for"]:  # other tests leave other nets
        page = control.set_value(BY_EPOCHS).run()
    assert "image_cards" not in given(page), "nobody has asked the epochs yet"
    page = next(button for button in page.button if button.label == "Ask the kept epochs").click().run()
    test, epochs = answers(finished_run), kept_epochs(services.store(), finished_run.id)
    right = np.stack([is_right(epoch_predictions(finished_run, epoch)) for epoch in epochs])
    wrong = np.flatnonzero(test.probabilities.argmax(1) != test.labels)
    hard = 1 - right.mean(0)
    shown = [card["index"] for card in given(page)["image_cards"]["cards"]]
    assert set(shown) <= set(wrong)
    assert hard[shown].tolist() == sorted(hard[wrong], reverse=True)[: len(shown)]
    forgotten = int(right[:, wrong].any(0).sum())
    kinds = next(one for one in page.segmented_control if one.label == "Kind")
    assert kinds.options == [
        "All",
        *[f"{kind}: {n}" for kind, n in (("Never right", len(wrong) - forgotten), ("Forgotten again", forgotten)) if n],
    ]
    page = kinds.set_value("Never right").run()
    shown = [card["index"] for card in given(page)["image_cards"]["cards"]]
    assert len(shown) == min(24, len(wrong) - forgotten)
    assert not right[:, shown].any()
    assert any("more than half of the images of a class are right" in caption.value for caption in page.caption)


def test_robustness_gives_the_browser_net_images_and_levels(open_page, finished_run: Run) -> None:
    page = look_closer(open_page("evaluation", run=finished_run.id), "Robustness")
    data = given(page)["robustness"]
    assert [series["name"] for series in data["series"]] == list(CORRUPTIONS)
    assert data["series"][0]["levels"][6]["text"] == "6\u202fpx"
    assert data["classes"] == list("0123456789")
    assert (data["counts"], data["count"]) == ([100, 200, 360], 200)
    assert data["num_test"] == 360
    assert data["net"].startswith("/nets/")
    assert data["images"].startswith("/nets/")
    assert data["questions"].startswith(f"/questions/{finished_run.id}?ticket=")
    assert any("without augmentation" in caption.value for caption in page.caption)


def test_the_net_of_a_kept_epoch_is_asked_and_a_large_one_by_a_worker(
    open_page, finished_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = given(look_closer(open_page("evaluation", run=finished_run.id), "Robustness"))["robustness"]
    page = look_closer(open_page("evaluation", run=finished_run.id, epoch="1"), "Robustness")
    of_epoch = given(page)["robustness"]
    assert of_epoch["epoch"] == 1
    assert of_epoch["net"] != whole["net"]
    assert of_epoch["id"] != whole["id"]
    assert of_epoch["inside"] == f"/inside?run={finished_run.id}&epoch=1"
    monkeypatch.setattr(robustness, "BROWSER_MACS", 10)
    page = look_closer(open_page("evaluation", run=finished_run.id), "Robustness")
    data = given(page)["robustness"]
    assert data["net"] == data["images"] == ""
    assert data["before"] == robustness.BY_WORKER


def test_what_augmentation_has_shown_a_net_is_said() -> None:
    said = robustness.augmentation_text(Augmentation(shift=0.06, rotation=8, flip=True, noise=0.1))
    assert said.startswith(
        "It was trained with augmentation, and has seen: shifts up to 6\u202f% of the side, rotations up to 8\u00b0, "
        "noise up to 26 levels, mirrored images."
    )
    assert robustness.augmentation_text(Augmentation()) == robustness.augmentation_text(None)
