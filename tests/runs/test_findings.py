"""What the diagnosis says of a run: by its curves, its settings and its net, wherever it is asked."""

from pathlib import Path

import pytest

from cnnviz.architecture.spec import Architecture, BatchNorm, Dense, Flatten
from cnnviz.runs.findings import findings
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts

NET = Architecture(
    input_shape=(8, 8, 1), layers=(Flatten(), Dense(units=4), BatchNorm(), Dense(units=2, activation="softmax"))
)
FACTS = DatasetFacts(("ant", "bee"), (8, 8, 1), 100, 0, 20, "photo", ())
ROWS = [{"epoch": 1, "loss": 0.7, "accuracy": 0.5, "val_loss": 0.7, "val_accuracy": 0.5}]


@pytest.mark.parametrize(("batch_size", "kinds"), [(1, ["single_batch_norm"]), (16, ["too_few_epochs"])])
def test_a_run_is_diagnosed_by_what_is_kept_of_it(tmp_path: Path, batch_size: int, kinds: list[str]) -> None:
    store = RunStore(tmp_path)
    run = store.create(NET, TrainingConfig(dataset="gone", batch_size=batch_size, epochs=1))
    store.update(run.id, status=Status.FINISHED, facts=FACTS)
    assert [one.kind for one in findings(store, store.get(run.id), [], ROWS)] == kinds


def test_of_a_net_that_was_changed_by_hand_nothing_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = RunStore(tmp_path)
    run = store.create(NET, TrainingConfig(dataset="gone", batch_size=1, epochs=1))
    store.update(run.id, status=Status.FINISHED, facts=FACTS)
    monkeypatch.setattr("cnnviz.runs.findings.edited_after", lambda _store, _run: 1)
    assert findings(store, store.get(run.id), [], ROWS) == ()
