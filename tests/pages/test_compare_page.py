"""The page Compare on runs made by hand: which are chosen, what is said of them, and each part with its numbers."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from scipy.stats import binomtest

from cnnviz.access.visitor import new_secret, visitor_with_secret
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.datasets.registry import load_dataset
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.comparison import ONLY_SEED
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts
from cnnviz.ui.compare import chosen, parts
from cnnviz.ui.compare.images import NONE
from cnnviz.ui.compare.layers import IMPOSSIBLE
from cnnviz.ui.components.compared_runs import read_order
from tests.helpers import DIGITS_NET

CLASSES = tuple("0123456789")
FACTS = DatasetFacts(CLASSES, (28, 28, 1), 1437, 0, 360, "digit")
LABELS = load_dataset("digits").y_test
LENET = get_preset("lenet5").architecture


@dataclass(frozen=True)
class Maker:
    """Makes finished runs in the store, of a visitor."""

    store: Any
    owner: str

    def make(self, *, wrong: range, said: int = 1, net=DIGITS_NET, labels=LABELS, classes=CLASSES, **settings) -> Run:
        """A run that takes the images of these positions for a class `said` places further on."""
        run = self.store.create(net, TrainingConfig(**settings), owner=self.owner)
        answers = labels.copy()
        answers[list(wrong)] = (labels[list(wrong)] + said) % len(classes)
        probabilities = np.full((len(labels), len(classes)), 0.01, np.float32)
        probabilities[np.arange(len(labels)), answers] = 1 - 0.01 * (len(classes) - 1)
        test = TestPredictions(probabilities, labels, classes)
        self.store.save_file(run.id, TEST_FILE, test.to_bytes())
        accuracy = float((answers == labels).mean())
        facts = replace(FACTS, classes=classes, num_test=len(labels))
        metrics = {"accuracy": accuracy, "num_test": len(labels)}
        self.store.update(run.id, status=Status.FINISHED, metrics=metrics, facts=facts, seconds=4.0)
        for epoch in (1, 2):
            row = {"loss": 1 / epoch, "accuracy": 0.4 * epoch, "val_loss": 2 / epoch, "val_accuracy": 0.45 * epoch}
            self.store.add_epoch(run.id, epoch, row, seconds=2.0 * epoch)
        return self.store.get(run.id)


@pytest.fixture
def maker(engine, visitor) -> Iterator[Maker]:
    made = Maker(engine.store, visitor.id)
    yield made
    for run in engine.store.recent(visitor):
        if run.owner == visitor.id:
            engine.store.delete(run.id)


@pytest.fixture
def two(maker: Maker) -> list[Run]:
    """Two of the same settings: the first alone has 12 images right, the second alone 3; both have 5 wrong, 2 alike."""
    first = maker.make(wrong=range(8), seed=1)  # 0..7
    second = maker.make(wrong=range(17), seed=2)  # set below
    answers = LABELS.copy()
    answers[3:5] = (LABELS[3:5] + 1) % 10  # wrong as the first one is
    answers[5:8] = (LABELS[5:8] + 2) % 10  # otherwise
    answers[20:32] = (LABELS[20:32] + 1) % 10  # alone
    probabilities = np.full((len(LABELS), 10), 0.02, np.float32)
    probabilities[np.arange(len(LABELS)), answers] = 0.82
    maker.store.save_file(second.id, TEST_FILE, TestPredictions(probabilities, LABELS, CLASSES).to_bytes())
    maker.store.update(second.id, metrics={"accuracy": 343 / 360, "num_test": 360})
    return [first, maker.store.get(second.id)]


def given(page) -> dict[str, Any]:
    """What each component on the page was given, by its name; of several the last."""
    return {part.proto.component_name: json.loads(part.proto.json) for part in page.get("bidi_component")}


def figure(page, key: str) -> dict[str, Any]:
    """What plotly was given; numbers that travel as bytes are lists again."""
    found = next(json.loads(chart.proto.spec) for chart in page.get("plotly_chart") if chart.proto.id.endswith(key))
    for line in found["data"]:
        for axis in ("x", "y"):
            if isinstance(line[axis], dict):
                packed = base64.b64decode(line[axis]["bdata"])
                line[axis] = np.frombuffer(packed, line[axis]["dtype"]).tolist()
    return found


def table(page) -> str:
    return next(one.proto.body for one in page.get("html") if "<table" in one.proto.body)


def said(page) -> str:
    return "\n".join(one.value for one in page.markdown)


def address(page) -> str:
    runs = page.query_params["runs"]
    return runs if isinstance(runs, str) else runs[0]


def link(runs: list[Run]) -> str:
    return ",".join(run.id for run in runs)


def test_the_address_says_which_runs_are_compared_and_in_which_order(open_page, two) -> None:
    page = open_page("compare", runs=link(two[::-1]))
    cards = given(page)["compared_runs"]["runs"]
    assert [card["id"] for card in cards] == [two[1].id, two[0].id]
    assert [(card["letter"], card["name"]) for card in cards] == [
        ("A", "digits-small, seed 2"),
        ("B", "digits-small, seed 1"),
    ]
    assert cards[0]["note"] == "test accuracy 95.3\u202f% · Handwritten digits (small)"
    assert not page.exception
    assert not page.warning


def test_two_that_differ_in_the_seed_alone_are_said_so_on_top(open_page, two) -> None:
    page = open_page("compare", runs=link(two))
    assert f"**A** 97.8\u202f%, **B** 95.3\u202f% of the same 360 test images right. {ONLY_SEED}" in said(page)


def test_without_a_link_the_newest_two_with_the_same_test_images_are_compared(open_page, maker, two) -> None:
    alone = maker.make(wrong=range(1), labels=np.tile(np.arange(6), 10), classes=tuple("abcdef"), dataset="shapes")
    page = open_page("compare")
    assert address(page) == link(two[::-1]), f"{alone.id} is newer and stands alone"


def test_a_run_is_added_and_the_address_follows(open_page, maker, two) -> None:
    third = maker.make(wrong=range(30), net=LENET)
    page = open_page("compare", runs=link(two))
    page.selectbox(key=chosen.ADD).set_value(third.id).run()
    assert address(page) == link([*two, third])
    assert [card["letter"] for card in given(page)["compared_runs"]["runs"]] == ["A", "B", "C"]
    assert page.selectbox(key=chosen.ADD).value is None
    assert "They differ in net and seed." in said(page)


def test_one_run_is_shown_and_another_one_is_a_click_away(open_page, two) -> None:
    page = open_page("compare", runs=two[0].id)
    assert [one.value for one in page.info] == [chosen.ONE_RUN]
    assert len(figure(page, "compare_curves")["data"]) == 1
    next(button for button in page.button if button.label.startswith("Compare it with")).click().run()
    assert address(page) == link(two)
    assert not page.info


def test_a_run_that_is_gone_hidden_or_rubbish_is_said_and_the_others_stand(open_page, engine, two) -> None:
    hidden = engine.store.create(
        DIGITS_NET, TrainingConfig(), owner=visitor_with_secret(new_secret()).id, sharing="private"
    )
    for wrong in (hidden.id, "0123456789ab", "<script>", "..%2F"):
        page = open_page("compare", runs=f"{two[0].id},{wrong},{two[1].id}")
        assert [one.value for one in page.warning] == [chosen.NOT_KEPT.format(count="1 run that is", shown=chosen.LEFT)]
        assert [card["id"] for card in given(page)["compared_runs"]["runs"]] == [run.id for run in two]
        assert address(page) == link(two)
    engine.store.delete(hidden.id)


def test_of_seven_runs_the_first_six_are_compared(open_page, maker) -> None:
    seven = [maker.make(wrong=range(place), seed=place) for place in range(7)]
    page = open_page("compare", runs=link(seven))
    assert page.warning[0].value == chosen.TOO_MANY.format(most=6, received="7 runs")
    assert [card["letter"] for card in given(page)["compared_runs"]["runs"]] == list("ABCDEF")
    assert page.selectbox(key=chosen.ADD).disabled


@pytest.mark.parametrize("part", parts.PARTS)
def test_every_part_stands_for_one_run_for_two_and_for_runs_of_other_images_without_answers(
    open_page, engine, maker, two, part: str
) -> None:
    other = maker.make(wrong=range(5), labels=np.tile(np.arange(6), 10), classes=tuple("abcdef"), dataset="shapes")
    waiting = engine.store.create(LENET, TrainingConfig(), owner=maker.owner)
    for runs in ([two[0]], two, [other, *two], [waiting], [two[0], waiting, other]):
        page = open_page("compare", runs=link(runs), part=part.lower().replace(" ", "-"))
        assert not page.exception
        assert not page.error
        assert page.segmented_control(key=parts.KEY).value == part
        assert IMPOSSIBLE not in [caption.value for caption in page.caption]


def test_a_part_that_there_is_not_is_said_and_another_one_shown(open_page, two) -> None:
    page = open_page("compare", runs=link(two), part="banana")
    assert "The link names a part of this page that does not exist, so another one is shown." in page.warning[0].value
    assert page.segmented_control(key=parts.KEY).value == "Curves"
    assert page.query_params["part"] in ("curves", ["curves"])


def test_a_later_link_to_another_part_is_followed(open_page, two) -> None:
    page = open_page("compare", runs=link(two), part="cost")
    page.query_params["part"] = "settings"
    assert page.run().segmented_control(key=parts.KEY).value == "Settings"
    page = page.segmented_control(key=parts.KEY).set_value("Layers").run()
    assert page.query_params["part"] in ("layers", ["layers"])


def test_runs_tested_on_other_images_are_said_so(open_page, maker, two) -> None:
    other = maker.make(wrong=range(6), labels=np.tile(np.arange(6), 10), classes=tuple("abcdef"), dataset="shapes")
    page = open_page("compare", runs=link([*two, other]))
    assert "They were tested on different images (A, B: 360 of Handwritten digits (small); C: 60 of Coloured" in said(
        page
    )
    assert "of the same" not in said(page)
    page = open_page("compare", runs=link([two[0], other]), part="disagreements")
    assert page.info[0].value == "B: other classes than those of A, so it cannot be set beside it here."


def test_the_curves_are_those_of_the_runs_by_epoch_step_and_time(open_page, two) -> None:
    page = open_page("compare", runs=link(two))
    lines = figure(page, "compare_curves")["data"]
    assert [line["name"] for line in lines] == ["<b>A</b> seed 1", "<b>B</b> seed 2"]
    assert (lines[0]["x"], lines[0]["y"]) == ([1, 2], [0.45, 0.9])
    page.segmented_control(key="compare_axis").set_value("time").run()
    assert figure(page, "compare_curves")["data"][1]["x"] == [2, 4]
    page.segmented_control(key="compare_axis").set_value("step").run()
    assert figure(page, "compare_curves")["data"][1]["x"] == [23, 46]
    page.segmented_control(key="compare_metric").set_value("loss").run()
    page.segmented_control(key="compare_measured").set_value("Training").run()
    page.slider(key="compare_smoothing_Training").set_value(0.5).run()
    behind, line, *_ = figure(page, "compare_curves")["data"]
    assert behind["y"] == [1, 0.5]
    assert line["y"] == pytest.approx([1, (0.5 * 0.5 + 0.25 * 1) / 0.75])
    page.toggle(key="compare_log").set_value(True).run()
    assert figure(page, "compare_curves")["layout"]["yaxis"]["type"] == "log"


def test_settings_are_shown_as_differences_only_until_all_are_wanted(open_page, two) -> None:
    page = open_page("compare", runs=link(two), part="settings")
    assert "Seed" in table(page)
    assert "95.3" in table(page)
    assert "Optimizer" not in table(page)
    page.toggle(key="compare_all_settings").set_value(True).run()
    assert "Optimizer" in table(page)


def test_the_layers_of_two_nets_are_told_against_each_other(open_page, maker, two) -> None:
    page = open_page("compare", runs=link(two), part="layers")
    assert "**A** and **B** have the same layers:" in said(page)
    page = open_page("compare", runs=link([two[0], maker.make(wrong=range(2), net=LENET)]), part="layers")
    assert "12,810 → **61,706**" in said(page)
    assert "+ new" in table(page)


def test_the_matrices_and_their_difference_are_those_of_the_answers(open_page, two) -> None:
    page = open_page("compare", runs=link(two), part="confusions")
    tests = [TestPredictions.from_bytes(page_store(two[0], one)) for one in two]
    matrices = []
    for test in tests:
        matrix = np.zeros((10, 10), int)
        np.add.at(matrix, (test.labels, test.probabilities.argmax(1)), 1)
        matrices.append(matrix)
    sent = [
        json.loads(one.proto.json)
        for one in page.get("bidi_component")
        if one.proto.component_name == "confusion_matrix"
    ]
    assert len(sent) == 3
    for data, matrix in zip(sent, [*matrices, matrices[0]], strict=True):
        assert {(r, c): n for r, c, n in data["stops"][0]["cells"]} == {
            (int(r), int(c)): int(matrix[r, c]) for r, c in zip(*np.nonzero(matrix), strict=True)
        }
    totals = matrices[0].sum(axis=1, keepdims=True)
    points = 100 * (matrices[0] - matrices[1]) / totals
    assert sent[2]["difference"]["accuracy"] == pytest.approx(343 / 360)
    for row, column, value in sent[2]["difference"]["cells"]:
        assert value == pytest.approx(points[row, column], abs=0.006)
    best = int(np.diag(points).argmax())
    assert f"**A** recognises more of {best} (+{points[best, best]:.1f} points)" in said(page)
    line = next(one for one in figure(page, "recalls")["data"] if one["name"] == "<b>B</b> seed 2")
    assert line["x"][line["y"].index("3")] == pytest.approx(matrices[1][3, 3] / totals[3, 0])


def page_store(run: Run, other: Run) -> bytes:
    from cnnviz.ui.app import services

    assert run.config.dataset == other.config.dataset
    return services.store().load_file(other.id, TEST_FILE)


def test_the_images_of_each_kind_are_counted_and_shown_with_the_answers_of_both(open_page, two) -> None:
    page = open_page("compare", runs=link(two), part="disagreements")
    chance = binomtest(3, 15).pvalue
    assert (
        "Of 360 test images both have 340 right and 5 wrong, 3 of them differently. Only **A** has 12 right, "
        f"only **B** 3. If both were equally good, so uneven a split, or a more uneven one, would come by chance in "
        f"{100 * chance:.1f}\u202f% of all cases"
    ) in said(page)
    cards = given(page)["image_cards"]["cards"]
    assert sorted(card["index"] for card in cards) == list(range(20, 32))
    assert cards[0]["url"].startswith(f"/inside?run={two[1].id}&image=")
    right, wrong = cards[0]["answers"]
    assert (right["name"], right["is_true"], wrong["is_true"], wrong["is_first"]) == (
        f"A: {cards[0]['true']}",
        True,
        False,
        True,
    )
    kinds = page.segmented_control(key="compare_kind")
    kinds.set_value("B right, A wrong").run()
    assert [card["index"] for card in given(page)["image_cards"]["cards"]] == [0, 1, 2]
    page.segmented_control(key="compare_kind").set_value("Both wrong, differently").run()
    both = given(page)["image_cards"]["cards"]
    assert [card["index"] for card in both] == [5, 6, 7]
    assert [answer["name"][:2] for answer in both[0]["answers"]] == ["is", "A:", "B:"], "what it is stands before them"


def test_a_kind_without_images_is_said(open_page, maker) -> None:
    alike = [maker.make(wrong=range(3), seed=seed) for seed in (1, 2)]
    page = open_page("compare", runs=link(alike), part="disagreements")
    assert NONE in [caption.value for caption in page.caption]
    assert "both have 357 right and 3 wrong, 0 of them differently. Only **A** has 0 right, only **B** 0." in said(page)


def test_the_run_that_is_dominated_is_named_and_others_of_the_same_images_are_pale(open_page, maker, two) -> None:
    maker.make(wrong=range(100), net=LENET)
    page = open_page("compare", runs=link(two), part="cost")
    assert "**B** is dominated by **A**, which is more accurate at the same cost." in said(page)
    front, others, first, _ = figure(page, "compare_costs")["data"]
    assert (first["x"], first["y"]) == ([12810], pytest.approx([352 / 360]))
    points = list(zip(others["x"], others["y"], strict=True))
    assert any(x == 61706 and y == pytest.approx(260 / 360) for x, y in points)
    assert front["x"][0] <= 12810
    page.toggle(key="compare_others").set_value(False).run()
    assert figure(page, "compare_costs")["data"][1]["x"] == []
    page.segmented_control(key="compare_cost").set_value("Training time").run()
    assert figure(page, "compare_costs")["data"][2]["x"] == [4]


def test_another_run_that_dominates_one_of_the_comparison_is_named(open_page, maker, two) -> None:
    maker.make(wrong=range(2), seed=9)
    page = open_page("compare", runs=link(two), part="cost")
    assert "**A** is dominated by another run, " in said(page)
    page.toggle(key="compare_others").set_value(False).run()
    assert "another run" not in said(page)


def test_names_of_runs_are_shown_letter_by_letter(open_page, engine, two) -> None:
    engine.store.update(two[0].id, name="<b>*x*</b> [y](z)")
    for part in parts.PARTS:
        page = open_page("compare", runs=link(two), part=part.lower().replace(" ", "-"))
        assert not page.exception
        assert "<b>*x*" not in said(page)
        assert all("<b>*x*" not in one.proto.body for one in page.get("html"))


def test_what_the_browser_sends_is_an_order_of_known_runs_or_nothing() -> None:
    known = ["a", "b", "c"]
    assert read_order(["c", "a"], known) == ["c", "a"]
    for junk in (None, [], ["a", "a"], ["x"], "ab", [1], {"a": 1}, [["a"]]):
        assert read_order(junk, known) is None


@pytest.mark.usefixtures("nobody_is_lost")
def test_of_a_run_whose_images_are_not_recorded_yet_no_difference_is_invented(open_page, maker, two) -> None:
    waiting = maker.store.create(DIGITS_NET, TrainingConfig(seed=7, epochs=6), owner=maker.owner)
    maker.store.update(waiting.id, status=Status.QUEUED)
    page = open_page("compare", runs=link([waiting, two[0]]))
    line = next(one.value for one in page.markdown if "no result yet" in one.value)
    assert (
        line == "**B** 97.8\u202f% of its 360 test images right. A has no result yet. They differ in epochs and seed."
    )


@pytest.mark.usefixtures("nobody_is_lost")
def test_of_a_run_whose_first_epoch_has_not_ended_nothing_is_recorded_yet(open_page, maker, two) -> None:
    waiting = maker.store.create(DIGITS_NET, TrainingConfig(seed=7, epochs=6), owner=maker.owner)
    maker.store.update(waiting.id, status=Status.RUNNING)
    words = [one.value for one in open_page("compare", runs=link([waiting, two[0]])).caption]
    assert "A: nothing of this is recorded yet." in words
    maker.store.update(waiting.id, status=Status.FAILED)
    words = [one.value for one in open_page("compare", runs=link([waiting, two[0]])).caption]
    assert "A: nothing of this was recorded." in words
