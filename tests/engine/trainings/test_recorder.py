"""The recorder on a store that refuses any one of its writes: recorded again, all is as if nothing had happened."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings.recorder import CHECKPOINT_FILE, MODEL_FILE, Recorder
from cnnviz.errors import StoreUnavailable
from cnnviz.evaluation.predictions import TestPredictions
from cnnviz.runs.records import Curves, Run
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.job import TrainingResult

NET = get_preset("digits-small").architecture
WRITES = ("update", "add_points", "add_epoch", "save_file", "rewind")
NUM_WRITES = 16


class RefusingStore(RunStore):
    """Refuses its n-th write, once."""

    def __init__(self, home: Path, refused: int | None) -> None:
        super().__init__(home)
        self.num_writes = 0
        self._refused = refused
        for name in WRITES:
            setattr(self, name, self._counted(getattr(self, name)))

    def _counted(self, write):
        def counted(*args, **kwargs):
            self.num_writes += 1
            if self.num_writes == self._refused:
                raise StoreUnavailable("The disk is full.")
            return write(*args, **kwargs)

        return counted


def _events(run_id: str) -> list[dict]:
    architecture = NET.to_json()
    events = [{"kind": "accepted"}, {"kind": "loading", "text": "Loading", "share": 0.5}]
    events.append(
        {"kind": "started", "device": "CPU", "architecture": architecture, "num_batches": 2, "epochs_done": 0}
    )
    for epoch in (1, 2):
        points = [{"epoch": epoch - 0.5, "loss": 1.0}, {"epoch": float(epoch), "loss": 0.5}]
        events.append({"kind": "points", "epoch": epoch, "batch": 2, "points": points})
        events.append({"kind": "epoch", "epoch": epoch, "seconds": 3.0 * epoch, "metrics": {"loss": 0.7}})
    events += [{"kind": "paused", "on": True}, {"kind": "paused", "on": False}, {"kind": "rate", "learning_rate": 0.1}]
    return [{"run": run_id, **event} for event in events]


def _recorded(home: Path, refused: int | None, monkeypatch: pytest.MonkeyPatch) -> tuple[RefusingStore, Run, Curves]:
    """Record a training as the inbox does: what was refused comes again. Time stands still."""
    # The name in that module only: the loops of other engines in this process live by the real clock.
    monkeypatch.setattr("cnnviz.engine.trainings.recorder.time", SimpleNamespace(time=lambda: 1000.0))
    store = RefusingStore(home, refused)
    run_id = store.create(NET, TrainingConfig(epochs=2)).id
    checkpoints = {1: b"one", 2: b"two"}
    recorder = Recorder(store, lambda _, epoch: checkpoints.pop(epoch))  # each can be taken once
    test = TestPredictions(np.eye(2, dtype=np.float32), np.arange(2), ("a", "b"))
    result = TrainingResult(model=b"model", metrics={"accuracy": 1.0}, test=test, seconds=7.0, device="CPU")

    def insist(write, *args) -> None:
        try:
            write(*args)
        except StoreUnavailable:
            write(*args)

    for event in _events(run_id):
        insist(recorder.record, event)
    progress = store.get(run_id).progress
    insist(recorder.finish, run_id, result)
    assert store.load_file(run_id, MODEL_FILE) == b"model"
    assert [store.load_file(run_id, CHECKPOINT_FILE.format(epoch)) for epoch in (1, 2)] == [b"one", b"two"]
    assert progress["started"] == 1000.0
    return store, store.get(run_id), store.curves(run_id)


@pytest.mark.parametrize("refused", range(1, NUM_WRITES + 1))
def test_whatever_is_refused_once_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: int) -> None:
    _, smooth, curves = _recorded(tmp_path / "a", None, monkeypatch)
    store, run, again = _recorded(tmp_path / "b", refused, monkeypatch)
    assert store.num_writes > refused, "one was refused"
    assert again == curves
    assert (run.status, run.metrics, run.seconds, run.progress) == (
        smooth.status,
        smooth.metrics,
        smooth.seconds,
        smooth.progress,
    )


def test_every_write_was_refused_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _recorded(tmp_path, None, monkeypatch)[0].num_writes == NUM_WRITES
