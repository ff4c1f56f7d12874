"""Numbers in the texts of the command line: written as the pages write them."""

import io
from pathlib import Path

import numpy as np
import pytest

from cnnviz.cli.parser import main
from cnnviz.cli.printing import UNKNOWN_LETTERS, EpochPrinter, table
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from tests.helpers import DIGITS_NET as NET


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    return RunStore(tmp_path)


@pytest.fixture
def run(store: RunStore) -> Run:
    made = store.create(NET, TrainingConfig(epochs=2))
    store.update(made.id, status=Status.FINISHED, metrics={"accuracy": 0.9389})
    return store.get(made.id)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("accuracy", 0.93889, "93.9\u202f%"),
        ("best_accuracy", 0.5, "50.0\u202f%"),
        ("probability", 0.99997, "> 99.9\u202f%"),
        ("after_probability", 0.0002, "< 0.1\u202f%"),
        ("correlation", -0.25, "−0.2500"),
        ("mse", 0.0341, "0.0341"),
        ("seconds", 4.21, "4.2 s"),
        ("learning_rate", 0.00005, "0.00005"),
    ],
)
def test_a_number_of_a_table_is_written_by_what_it_is(name: str, value: float, text: str) -> None:
    assert table([{name: value}]).splitlines()[1] == text


def test_an_epoch_says_its_accuracy_in_per_cent_and_its_rate_with_all_digits(
    store: RunStore, run: Run, capsys: pytest.CaptureFixture
) -> None:
    store.add_epoch(run.id, 1, {"epoch": 1, "loss": 0.25, "val_accuracy": 0.9125, "learning_rate": 0.00005})
    EpochPrinter(store)(run)
    assert capsys.readouterr().err == "epoch 1/2: loss 0.2500, val_accuracy 91.2\u202f%, learning_rate 0.00005\n"


def test_the_list_of_runs_has_accuracies_in_per_cent(run: Run, capsys: pytest.CaptureFixture) -> None:
    assert run.metrics
    assert main(("runs",)) == 0
    assert " 93.9\u202f% " in capsys.readouterr().out


def test_an_evaluation_ends_in_the_sentence_of_the_page(
    store: RunStore, run: Run, capsys: pytest.CaptureFixture
) -> None:
    labels = np.arange(10) % 2
    said = np.where(np.arange(10) < 9, labels, 1 - labels)
    test = TestPredictions(np.eye(2, dtype=np.float32)[said], labels, ("a", "b"))
    store.save_file(run.id, TEST_FILE, test.to_bytes())
    assert main(("evaluate", run.id)) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "90.0\u202f% (59.6 to 98.2) of 10 test images right; guessing: 50.0\u202f%"


def test_a_terminal_that_does_not_know_the_narrow_space_gets_a_usual_one() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="cp1252", errors=UNKNOWN_LETTERS)
    stream.write("93.9\u202f%")
    stream.flush()
    assert stream.buffer.getvalue() == b"93.9 %"
