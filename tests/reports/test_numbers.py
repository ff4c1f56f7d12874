import csv
import io
import json
import zipfile
from pathlib import Path

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.cli.training_options import parse_corrections
from cnnviz.datasets.corrections import Correction
from cnnviz.engine.ask import RunModel
from cnnviz.engine.long.robustness import keep_series
from cnnviz.errors import UnknownName
from cnnviz.reports.numbers import history_csv, run_json, table_csv, tables_zip
from cnnviz.runs.records import Curves, Run
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.reports.runs import EPOCHS, POINTS, engine_with, finished_run, store_in


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return store_in(tmp_path)


@pytest.fixture
def run(store: RunStore) -> Run:
    return finished_run(store, seed=3)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_csv_has_a_row_for_each_epoch_and_a_column_for_each_number(store: RunStore, run: Run) -> None:
    first, second = read(history_csv(store.curves(run.id)))
    assert first == {
        "epoch": "1",
        "loss": "0.9",
        "val_loss": "0.8",
        "accuracy": "0.5",
        "conv_1 weights": "2.0",
        "conv_1 dead": "0.25",
    }
    assert (second["epoch"], second["conv_1 dead"]) == ("2", "")


def test_a_run_without_an_epoch_has_no_history() -> None:
    with pytest.raises(UnknownName, match="ended before its first epoch"):
        history_csv(Curves([], []))


def test_what_was_right_of_changed_images_is_among_the_numbers(store: RunStore, run: Run) -> None:
    found = {"corruption": "noise", "count": 3, "said": [[0, 1, 1]] * 6 + [[0, 0, 0]], "sure": [[0.5] * 3] * 7}
    keep_series(engine_with(store), RunModel(run.id), found, by=OPERATOR)
    rows = json.loads(run_json(store, run))["test"]["robustness"]
    assert [row["right"] for row in rows] == [3] * 6 + [1]
    assert rows[-1] == {"change": "Noise", "level": 120, "unit": "", "images": 3, "right": 1, "accuracy": 1 / 3}
    with zipfile.ZipFile(io.BytesIO(tables_zip(store, run))) as archive:
        assert len(read(archive.read("robustness.csv").decode())) == 7
        last = read(archive.read("robustness of classes.csv").decode())[-1]
    assert (last["class"], last["images"], last["right"]) == ("no face", "2", "0")


def test_the_json_holds_all_that_is_needed_to_do_it_again_and_every_number(store: RunStore, run: Run) -> None:
    data = json.loads(run_json(store, run))
    assert TrainingConfig(**data["config"]) == run.config
    assert Architecture.from_json(json.dumps(data["architecture"])) == run.architecture
    assert data["epochs"] == [{"epoch": number, **epoch} for number, epoch in enumerate(EPOCHS, 1)]
    assert data["points"] == POINTS
    assert data["classes"] == ["face", "no face"]
    assert data["test"]["labels"] == [0, 1, 1]
    assert data["test"]["probabilities"][2] == pytest.approx([0.2, 0.8])
    assert data["test"]["confusion"] == [[1, 0], [1, 1]]
    assert [one["recall"] for one in data["test"]["per_class"]] == [1.0, 0.5]


def test_what_is_no_finite_number_is_null_in_the_json(store: RunStore, run: Run) -> None:
    store.update(run.id, metrics={"accuracy": float("nan"), "guessing": 0.5})
    text = run_json(store, store.get(run.id))
    assert json.loads(text, parse_constant=lambda name: pytest.fail(name))["metrics"]["guessing"] == 0.5


def test_the_tables_hold_settings_epochs_batches_layers_answers_matrix_and_classes(store: RunStore, run: Run) -> None:
    with zipfile.ZipFile(io.BytesIO(tables_zip(store, run))) as archive:
        tables = {name: read(archive.read(name).decode()) for name in archive.namelist()}
    assert {row["setting"]: row["value"] for row in tables["settings.csv"]}["seed"] == "3"
    assert [row["loss"] for row in tables["epochs.csv"]] == ["0.9", "0.4"]
    assert tables["batches.csv"][1] == {"epoch": "2.0", "loss": "0.4", "learning_rate": "0.001"}
    assert tables["layers.csv"] == [{"epoch": "1", "layer": "conv_1", "weights": "2.0", "dead": "0.25"}]
    assert [(row["true"], row["predicted"]) for row in tables["predictions.csv"]] == [
        ("face", "face"),
        ("no face", "face"),
        ("no face", "no face"),
    ]
    assert float(tables["predictions.csv"][1]["probability of no face"]) == pytest.approx(0.4)
    assert tables["matrix.csv"][1] == {"true": "no face", "taken for face": "1", "taken for no face": "1"}
    assert [(row["name"], row["precision"], row["recall"]) for row in tables["classes.csv"]] == [
        ("face", "0.5", "1.0"),
        ("no face", "1.0", "0.5"),
    ]


def test_a_table_without_rows_is_left_out(store: RunStore) -> None:
    run = store.create(get_preset("lenet5").architecture, TrainingConfig())
    with zipfile.ZipFile(io.BytesIO(tables_zip(store, run))) as archive:
        assert archive.namelist() == ["settings.csv"]


def test_a_spreadsheet_computes_nothing_that_a_name_says() -> None:
    assert read(table_csv([{"a": "=1+1", "b": -1.5}])) == [{"a": "'=1+1", "b": "-1.5"}]


def test_corrections_are_a_table_that_a_training_takes_and_no_setting(store: RunStore) -> None:
    wanted = (Correction("train", 0, "face"), Correction("test", 11, None), Correction("train", 4, "-1 = cold, wet"))
    run = finished_run(store, corrections=(Correction("train", 0, None), *wanted), fold=(1, 3))
    with zipfile.ZipFile(io.BytesIO(tables_zip(store, run))) as archive:
        table, settings = archive.read("corrections.csv").decode(), read(archive.read("settings.csv").decode())
    assert table.splitlines()[:3] == ["part,image,label", "train,1,face", "test,12,"]
    assert "'-1 = cold" in table
    assert parse_corrections(table) == wanted
    said = {row["setting"]: row["value"] for row in settings}
    assert not {"corrections", "fold"} & said.keys()
    assert said["held out, and tested on"] == "Part 2 of 3 of the training images"
