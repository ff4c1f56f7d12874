"""What is kept of the answers about runs: a run that goes on from an earlier epoch has another net under its name."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.ask import RunModel
from cnnviz.errors import UnknownName
from cnnviz.runs.files import CHECKPOINT_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.shared import answers


@pytest.fixture
def run() -> Run:
    net = get_preset("lenet5").architecture
    config = TrainingConfig(dataset="digits")
    return Run(uuid4().hex, "a run", Status.FINISHED, datetime.now(UTC), net, config, Progress(started=100.0))


def _begun_anew(run: Run) -> Run:
    return replace(run, progress=replace(run.progress, started=200.0))


def test_a_question_about_a_run_that_began_anew_is_asked_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[RunModel] = []

    def ask(_engine: object, subject: RunModel, _question: str, **_parameters: Any) -> int:
        asked.append(subject)
        return len(asked)

    monkeypatch.setattr(answers, "ask", ask)
    monkeypatch.setattr(answers.services, "engine", lambda: None)
    told = [answers.run_answer(which, "first_kernels") for which in (run, run, _begun_anew(run), _begun_anew(run), run)]
    assert told == [1, 1, 2, 2, 1]
    assert asked == [RunModel(run.id)] * 2


def test_predictions_of_a_run_that_began_anew_are_read_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def load_predictions(_store: object, run_id: str) -> int:
        read.append(run_id)
        return len(read)

    monkeypatch.setattr(answers, "files", SimpleNamespace(load_predictions=load_predictions))
    monkeypatch.setattr(answers.services, "store", lambda: None)
    told = [answers.test_predictions(which) for which in (run, run, _begun_anew(run), _begun_anew(run), run)]
    assert told == [1, 1, 2, 2, 1]
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
