"""What is kept of the answers about runs: a run that goes on from an earlier epoch has another net under its name."""

import os
from pathlib import Path
from typing import Any

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.ask import RunModel
from cnnviz.errors import UnknownName
from cnnviz.runs.files import CHECKPOINT_FILE, MODEL_FILE, TEST_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.shared import answers

NET = get_preset("lenet5").architecture
FILES = (MODEL_FILE, TEST_FILE, CHECKPOINT_FILE.format(1))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    store = RunStore(tmp_path)
    monkeypatch.setattr(answers.services, "store", lambda: store)
    monkeypatch.setattr(answers.services, "engine", lambda: None)
    return store


@pytest.fixture
def run(store: RunStore) -> Run:
    run_id = store.create(NET, TrainingConfig(dataset="digits")).id
    store.add_epoch(run_id, 1, {"loss": 1.0})
    store.update(run_id, status=Status.FINISHED, progress=Progress(started=100.0))
    for name in FILES:
        write(store, run_id, name, at=100)
    return store.get(run_id)


def write(store: RunStore, run_id: str, name: str, *, at: int) -> None:
    """Write a file of a run at a time, in seconds."""
    store.save_file(run_id, name, b"content")
    os.utime(store.home / "runs" / run_id / name, (at, at))


def _begun_anew(store: RunStore, run: Run) -> Run:
    store.update(run.id, progress=Progress(started=200.0))
    return store.get(run.id)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RunModel]:
    asked: list[RunModel] = []

    def ask(_engine: object, subject: RunModel, _question: str, **_parameters: Any) -> int:
        asked.append(subject)
        return len(asked)

    monkeypatch.setattr(answers, "ask", ask)
    return asked


@pytest.mark.parametrize("epoch", [None, 1])
def test_a_question_about_a_run_that_began_anew_is_asked_again(
    store: RunStore, run: Run, asked: list[RunModel], epoch: int | None
) -> None:
    assert [answers.run_answer(run, "first_kernels", epoch=epoch) for _ in "ab"] == [1, 1]
    begun = _begun_anew(store, run)
    assert [answers.run_answer(begun, "first_kernels", epoch=epoch) for _ in "ab"] == [2, 2]
    assert asked == [RunModel(run.id, epoch)] * 2


@pytest.mark.parametrize(("epoch", "name"), [(None, MODEL_FILE), (1, CHECKPOINT_FILE.format(1))])
def test_what_was_asked_while_a_run_goes_on_is_not_told_of_its_new_net(
    store: RunStore, run: Run, asked: list[RunModel], epoch: int | None, name: str
) -> None:
    """Its old net is still there when it has begun anew; the new one comes at its end."""
    begun = _begun_anew(store, run)
    version = answers.run_version(begun)
    assert answers.run_answer(begun, "first_kernels", epoch=epoch) == 1
    write(store, run.id, name, at=200)
    assert answers.run_answer(begun, "first_kernels", epoch=epoch) == 2
    assert answers.run_version(begun) != version
    assert len(asked) == 2


def test_predictions_are_read_again_when_there_are_others(
    store: RunStore, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def load_predictions(_store: object, run_id: str) -> int:
        read.append(run_id)
        return len(read)

    monkeypatch.setattr(answers.files, "load_predictions", load_predictions)
    assert [answers.test_predictions(run) for _ in "ab"] == [1, 1]
    write(store, run.id, TEST_FILE, at=200)
    assert [answers.test_predictions(run) for _ in "ab"] == [2, 2]
    assert read == [run.id] * 2


def test_an_epoch_that_is_dropped_while_nets_are_made_is_left_out(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A training makes room for newer epochs whenever one ends; of one that is there, an error is shown."""
    store = RunStore(tmp_path)
    for epoch in (1, 2, 3):
        store.save_file(run.id, CHECKPOINT_FILE.format(epoch), b"weights")

    def net_url(run: Run, epoch: int) -> str:
        store.delete_file(run.id, CHECKPOINT_FILE.format(2))
        store.load_file(run.id, CHECKPOINT_FILE.format(epoch))
        return f"/nets/{epoch}"

    monkeypatch.setattr(store, "last_epoch", lambda _: 3)
    monkeypatch.setattr(answers.services, "store", lambda: store)
    monkeypatch.setattr(answers, "net_url", net_url)
    assert answers.kept_epoch_urls(run) == {1: "/nets/1", 3: "/nets/3"}

    def gone(run: Run, epoch: int) -> str:
        raise UnknownName("There is no such data set.")

    monkeypatch.setattr(answers, "net_url", gone)
    with pytest.raises(UnknownName, match="no such data set"):
        answers.kept_epoch_urls(run)
