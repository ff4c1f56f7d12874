import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.datasets.corrections import Correction
from cnnviz.runs.comparison import (
    ONLY_SEED,
    SAME,
    as_csv,
    as_json,
    compare_runs,
    difference_text,
    differing_settings,
    images_tested_on,
    same_net,
    told_apart,
)
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark, Progress
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts
from tests.helpers import DIGITS_NET

FACTS = DatasetFacts(tuple("0123456789"), (28, 28, 1), 1437, 0, 360)
WHEN = datetime(2026, 5, 1, tzinfo=UTC)


def run(run_id: str = "a", *, net=DIGITS_NET, accuracy: float = 0.9, facts: DatasetFacts = FACTS, **settings) -> Run:
    metrics = {"accuracy": accuracy, "num_test": 360, "params": 12810}
    config = TrainingConfig(**settings)
    return Run(run_id, net.name, Status.FINISHED, WHEN, net, config, metrics=metrics, seconds=2.0, facts=facts)


def rows(*runs: Run, images: tuple[str, ...] = ()):
    return compare_runs(runs, images or ["digits"] * len(runs))


def by_name(*runs: Run, **options):
    return {row.name: row for row in rows(*runs, **options)}


def test_two_runs_that_differ_in_nothing_but_the_seed_are_said_so():
    two = run("a", seed=1), run("b", seed=2, accuracy=0.95)
    assert differing_settings(rows(*two)) == ["seed"]
    assert difference_text(rows(*two)) == ONLY_SEED
    assert by_name(*two)["Seed"].values == (1, 2)
    assert {row.name for row in rows(*two) if row.differs} == {"Seed", "Accuracy"}


def test_two_runs_that_differ_in_nothing_are_said_so():
    assert difference_text(rows(run("a"), run("b", accuracy=0.8))) == SAME


def test_what_differs_stands_in_a_sentence_and_the_net_counts_as_one():
    other = run("b", net=get_preset("lenet5").architecture, optimizer="sgd", learning_rate=0.1)
    assert differing_settings(rows(run(), other)) == ["net", "optimizer", "momentum", "learning rate"]
    assert difference_text(rows(run(), other)) == "They differ in net, optimizer, momentum and learning rate."
    many = run("b", optimizer="sgd", learning_rate=0.1, epochs=9, batch_size=8, schedule="cosine", seed=4)
    assert difference_text(rows(run(), many)) == (
        "They differ in epochs, batch size, optimizer, momentum, learning rate, and 2 more."
    )


def test_settings_are_written_for_people_and_kept_for_programs():
    found = by_name(run(), run("b", optimizer="sgd", validation_share=0.1, augment={"rotation": 15, "flip": True}))
    assert found["Optimizer"].texts == ("Adam", "SGD")
    assert found["Optimizer"].values == ("adam", "sgd")
    assert found["Momentum"].texts == ("–", "0.9"), "Adam has none"
    assert found["Validation share"].texts[1] == "10.0\u202f%"
    assert found["Random rotation"].values == (None, 15)
    assert found["Mirroring"].texts == ("–", "yes")
    assert found["Parameters"].texts == ("12,810", "12,810")
    assert not found["Parameters"].differs
    assert "Early stopping after" not in found, "what no run has is left out"


def test_the_layers_are_told_against_the_first_net():
    layers = by_name(run(), run("b"), run("c", net=get_preset("lenet5").architecture))["Layers"]
    assert layers.texts == ("6 layers", "6 layers, the same", "8 layers: 4 changed, 4 new, 2 gone")
    assert layers.differs


def test_a_net_by_another_name_is_the_same_and_one_more_map_is_not():
    renamed = DIGITS_NET.model_copy(update={"name": "mine"})
    wider = DIGITS_NET.layers[0].model_copy(update={"filters": 17})
    assert same_net(DIGITS_NET, renamed)
    assert not same_net(DIGITS_NET, DIGITS_NET.model_copy(update={"layers": (wider, *DIGITS_NET.layers[1:])}))


def test_images_of_the_same_name_that_are_others_are_told_apart_and_count_as_one_difference():
    mine = run("b", dataset="/home/x/cats.zip", facts=replace(FACTS, num_train=10))
    found = by_name(run("a", dataset="/home/y/cats.zip"), mine, images=("cats", "cats"))
    assert found["Data set"].texts == ("cats (1)", "cats (2)")
    assert differing_settings(list(found.values())) == ["data set"]
    assert "/home" not in as_csv(["A", "B"], list(found.values()))


def test_another_training_set_with_the_same_test_images_is_called_so():
    mine = run("b", dataset="starter", facts=replace(FACTS, num_train=10))
    found = by_name(run("a", dataset="digits"), mine, images=("digits", "Home's digits"))
    assert found["Training set"].texts == ("digits", "Home's digits")
    assert "Data set" not in found
    assert difference_text(list(found.values())) == "They differ in training set."


def test_fewer_of_the_same_images_are_another_number_of_them_and_the_limit_is_not_named_twice():
    fewer = run("b", limit=100, facts=replace(FACTS, num_train=100))
    found = rows(run("a"), fewer)
    assert difference_text(found) == "They differ in number of training images."
    assert [row.name for row in found if row.differs] == ["Training images", "Most training images"]


def test_a_net_that_was_brought_along_has_no_settings_of_a_training():
    own = replace(run("b"), origin="keras")
    found = by_name(run(), own)
    assert found["Epochs"].values == (5, None)
    assert found["Seed"].texts == ("0", "–")
    assert found["Status"].texts == ("finished", "own net")


@pytest.mark.parametrize(
    ("settings", "is_same"),
    [
        ({"dataset": "digits", "limit": 100}, True),  # a registered set comes whole
        ({"dataset": "starter"}, True),  # it has the test part of that
        ({"dataset": "mnist"}, False),
        ({"dataset": "/data/cats"}, False),
    ],
)
def test_runs_are_tested_on_the_same_images_where_their_data_sets_have_the_same_test_part(settings, is_same):
    assert (images_tested_on(run("a", dataset="digits")) == images_tested_on(run("b", **settings))) is is_same


def test_a_limit_changes_the_test_part_of_a_folder():
    whole, part = run("a", dataset="/data/cats"), run("b", dataset="/data/cats", limit=50)
    assert images_tested_on(whole) == images_tested_on(run("c", dataset="/data/cats", seed=3))
    assert images_tested_on(whole) != images_tested_on(part)


def test_runs_of_one_name_are_told_apart_by_the_first_setting_that_does_or_by_their_ids():
    names, ids = ["net", "net", "other"], ["abcdef", "abcxyz", "c"]
    three = run("a", seed=1), run("b", seed=2), run("c")
    assert told_apart(names, ids, rows(*three)) == ["seed 1", "seed 2", ""]
    by_word = run("a", optimizer="adam", seed=1), run("b", optimizer="sgd", seed=2), run("c")
    assert told_apart(names, ids, rows(*by_word)) == ["Adam", "SGD", ""]
    by_two = run("a", seed=1), run("b", seed=2), run("c", seed=1, epochs=9)
    assert told_apart(["net"] * 3, ids, rows(*by_two)) == ["epochs 5, seed 1", "epochs 5, seed 2", "epochs 9, seed 1"]
    alike = run("a"), run("b"), run("c")
    assert told_apart(names, ["abcd12", "wxyz34", "c"], rows(*alike)) == ["run abcd", "run wxyz", ""]


def test_the_table_as_csv_and_json_holds_the_numbers_as_they_are():
    two = rows(run("a", learning_rate=0.004), run("b", learning_rate=0.1, accuracy=0.95))
    read = {line[1]: line for line in csv.reader(io.StringIO(as_csv(["A · net", "B · net"], two)))}
    assert read["Name"] == ["Group", "Name", "A · net", "B · net", "Differs"]
    assert read["Learning rate"] == ["Training", "Learning rate", "0.004", "0.1", "yes"]
    assert read["Parameters"][2:] == ["12810", "12810", "no"]
    assert json.loads(read["Image size"][2]) == [28, 28, 1]
    found = json.loads(as_json(["a", "b"], ["A", "B"], two))
    assert found["runs"] == [{"run": "a", "name": "A"}, {"run": "b", "name": "B"}]
    accuracy = next(row for row in found["rows"] if row["name"] == "Accuracy")
    assert accuracy == {"group": "Results", "name": "Accuracy", "values": [0.9, 0.95], "differs": True}


def test_corrections_and_a_held_out_part_are_said_in_words():
    changes = [("train", 0, None), ("train", 4, "7"), ("train", 9, "1")]
    table = by_name(run(), run("b", corrections=changes, fold=(1, 3)))
    assert table["Corrected"].texts == ("–", "1 training image left out, 2 training images with another label")
    assert table["Corrected"].values == (None, table["Corrected"].texts[1])
    assert table["Held out, and tested on"].texts == ("–", "Part 2 of 3 of the training images")
    assert table["Corrected"].differs
    assert table["Held out, and tested on"].differs
    assert "Corrected" not in by_name(run(), run("b"))


def test_corrections_of_other_images_are_told_apart_and_their_order_is_no_difference():
    one, other = Correction("train", 0, None), Correction("train", 4, None)
    three = run(corrections=(one,)), run("b", corrections=(other,)), run("c")
    said = "1 training image left out"
    assert by_name(*three)["Corrected"].texts == (f"{said} (1)", f"{said} (2)", "–")
    both = by_name(run(corrections=(one, other)), run("b", corrections=(other, one)))["Corrected"]
    assert (both.texts[0], both.differs) == ("2 training images left out", False)


def by_hand(run_id: str, *marks: Mark, rate: float | None = None, **settings) -> Run:
    return replace(run(run_id, **settings), progress=Progress(learning_rate=rate, marks=marks))


def test_what_was_changed_by_hand_is_a_difference_where_the_settings_are_the_same():
    marks = Mark("rewind", 1), Mark("rate", 1.25, 0.001), Mark("lost", 2), Mark("rate", 3, 0.00002), Mark("more", 5)
    two = by_hand("a", *marks, rate=0.00002, learning_rate=0.004), run("b", learning_rate=0.004, epochs=9)
    found = by_name(*two)["Changes by hand"]
    said = (
        "back to the end of epoch 1, learning rate set to 0.001 in epoch 2 (after 1.25 epochs), learning rate set to "
        "0.00002 after epoch 3, more epochs after epoch 5"
    )
    assert (found.group, found.texts, found.differs) == ("Training", (said, "–"), True)
    assert difference_text(rows(*two)) == "They differ in epochs and changes by hand."
    read = {line[1]: line for line in csv.reader(io.StringIO(as_csv(["A", "B"], rows(*two))))}
    assert read["Changes by hand"] == ["Training", "Changes by hand", said, "", "yes"]
    told = json.loads(as_json(["a", "b"], ["A", "B"], rows(*two)))["rows"]
    assert [row["values"] for row in told if row["name"] == "Changes by hand"] == [[said, None]]


def test_nothing_is_said_of_changes_by_hand_where_there_are_none_and_the_same_ones_are_no_difference():
    assert "Changes by hand" not in by_name(by_hand("a", Mark("lost", 1)), run("b"))
    seeds = by_hand("a", Mark("rewind", 0), seed=1), by_hand("b", Mark("rewind", 0), seed=2)
    assert by_name(*seeds)["Changes by hand"].texts == ("back to the start",) * 2
    assert difference_text(rows(*seeds)) == ONLY_SEED


def test_a_rate_that_stayed_when_the_run_went_back_before_its_change_is_still_told():
    copied = by_hand("b", Mark("rate", 1, 0.004), rate=0.002)
    found = by_name(by_hand("a", Mark("rewind", 1), rate=0.003), copied, by_hand("c", rate=0.001, learning_rate=0.001))
    said = (
        "back to the end of epoch 1, learning rate 0.003 at the end",
        "learning rate set to 0.004 after epoch 1, learning rate 0.002 at the end",
        "–",
    )
    assert found["Changes by hand"].texts == said


def test_runs_of_one_name_are_not_told_apart_by_what_was_changed_by_hand():
    two = rows(by_hand("a", Mark("rate", 1, 0.001), seed=1), run("b", seed=2))
    assert told_apart(["net", "net"], ["abcd", "wxyz"], two) == ["seed 1", "seed 2"]
