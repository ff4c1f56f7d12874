"""The recorder on a store that refuses any one of its writes: recorded again, all is as if nothing had happened."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings.progress_text import progress
from cnnviz.engine.trainings.recorder import Recorder, make_job
from cnnviz.errors import StoreUnavailable, TrainingFailed, UnknownName
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import CHECKPOINT_FILE, MODEL_FILE, PAUSED_FILE, last_checkpoint
from cnnviz.runs.records import Curves, Run, Status
from cnnviz.runs.run_progress import Mark, Pause, Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import (
    Accepted,
    DatasetFacts,
    Divergence,
    EpochEnded,
    Event,
    Loading,
    Paused,
    Points,
    RateChanged,
    Started,
)
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


FACTS = DatasetFacts(("a", "b"), (28, 28, 1), 90, 10, 20, "digit", ("one.jpg is no picture.",))


def _events() -> list[Event]:
    events: list[Event] = [Accepted(), Loading("Loading", 0.5), Started("CPU", NET.to_json(), 2, 0, FACTS)]
    for epoch in (1, 2):
        events.append(Points(epoch, 2, [{"epoch": epoch - 0.5, "loss": 1.0}, {"epoch": float(epoch), "loss": 0.5}]))
        events.append(EpochEnded(epoch, 3.0 * epoch, {"loss": 0.7}))
    return [*events, Paused(True), Paused(False), RateChanged(0.1)]


def _recorded(home: Path, refused: int | None, monkeypatch: pytest.MonkeyPatch) -> tuple[RefusingStore, Run, Curves]:
    """Record a training as the inbox does: what was refused comes again. Time stands still."""
    # The name in that module only: the loops of other engines in this process live by the real clock.
    monkeypatch.setattr("cnnviz.engine.trainings.recorder.time", SimpleNamespace(time=lambda: 1000.0))
    store = RefusingStore(home, refused)
    run_id = store.create(NET, TrainingConfig(epochs=2)).id
    checkpoints = {1: b"one", 2: b"two"}
    recorder = Recorder(store)
    test = TestPredictions(np.eye(2, dtype=np.float32), np.arange(2), ("a", "b"))
    result = TrainingResult(model=b"model", metrics={"accuracy": 1.0}, test=test, seconds=7.0, device="CPU")

    def insist(write, *args) -> None:
        try:
            write(*args)
        except StoreUnavailable:
            write(*args)

    for event in _events():
        if isinstance(event, EpochEnded):
            insist(recorder.end_epoch, run_id, event, checkpoints[event.epoch])
        else:
            insist(recorder.record, run_id, event)
    progress = store.get(run_id).progress
    insist(recorder.finish, run_id, result)
    assert store.load_file(run_id, MODEL_FILE) == b"model"
    assert [store.load_file(run_id, CHECKPOINT_FILE.format(epoch)) for epoch in (1, 2)] == [b"one", b"two"]
    assert progress.started == 1000.0
    return store, store.get(run_id), store.curves(run_id)


@pytest.mark.parametrize("refused", range(1, NUM_WRITES + 1))
def test_whatever_is_refused_once_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: int) -> None:
    _, smooth, curves = _recorded(tmp_path / "a", None, monkeypatch)
    store, run, again = _recorded(tmp_path / "b", refused, monkeypatch)
    assert store.num_writes > refused, "one was refused"
    assert again == curves
    assert (run.status, run.metrics, run.seconds, run.progress, run.facts) == (
        smooth.status,
        smooth.metrics,
        smooth.seconds,
        smooth.progress,
        FACTS,
    )


def test_every_write_was_refused_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _recorded(tmp_path, None, monkeypatch)[0].num_writes == NUM_WRITES


def _recorder(home: Path) -> tuple[RunStore, Recorder, str]:
    store = RunStore(home)
    run_id = store.create(NET, TrainingConfig()).id
    return store, Recorder(store), run_id


def test_a_pause_is_no_part_of_the_time_that_a_run_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr("cnnviz.engine.trainings.recorder.time", SimpleNamespace(time=lambda: now[0]))
    store, recorder, run_id = _recorder(tmp_path)
    for event, at in ((Accepted(), 1000.0), (_events()[2], 1001.0), (Paused(True), 1005.0), (Paused(False), 1045.0)):
        now[0] = at
        recorder.record(run_id, event)
    progress = store.get(run_id).progress
    assert (progress.started, progress.seen, progress.paused) == (1041.0, 1045.0, False)


def test_a_run_that_goes_on_begins_anew_but_keeps_the_rate_that_was_set_by_hand(tmp_path: Path) -> None:
    store, recorder, run_id = _recorder(tmp_path)
    for event in _events():
        recorder.record(run_id, event)
    Recorder(store).record(run_id, Accepted())  # after the server has ended
    assert store.get(run_id).progress == Progress(learning_rate=0.1, marks=(Mark("rate", 2.0, 0.1),))
    assert store.get(run_id).facts == FACTS


def test_a_paused_run_that_goes_on_stands_where_it_was_until_its_first_batch(tmp_path: Path) -> None:
    store, recorder, run_id = _recorder(tmp_path)
    place = Progress(epoch=2, batch=3, num_batches=10, started=1.0, paused=True, pause=Pause(1, 3, 9.0))
    store.update(run_id, status=Status.PAUSED, progress=place)
    share = 13 / (10 * store.get(run_id).config.epochs)
    assert progress(store.get(run_id)) == (share, "Epoch 2 of 5, batch 3 of 10, paused: the worker is free for others")
    store.update(run_id, status=Status.QUEUED)
    assert progress(store.get(run_id))[0] == share
    recorder.record(run_id, Accepted())
    assert progress(store.get(run_id)) == (share, "Loading the data")
    recorder.record(run_id, Loading("Reading", 0.5))
    assert progress(store.get(run_id)) == (share, "Reading")


def test_of_a_run_that_goes_on_after_its_worker_was_lost_nothing_is_claimed_before_it_is_known(tmp_path: Path) -> None:
    store, recorder, run_id = _recorder(tmp_path)
    store.update(run_id, status=Status.QUEUED, progress=Progress(epoch=2, batch=3, num_batches=10, started=1.0))
    assert progress(store.get(run_id))[0] == 0
    recorder.record(run_id, Accepted())
    recorder.record(run_id, Loading("Reading", 0.5))
    assert progress(store.get(run_id)) == (0.5, "Reading")


def test_what_happened_to_a_run_is_marked_and_what_lies_behind_a_rewind_is_forgotten(tmp_path: Path) -> None:
    store, recorder, run_id = _recorder(tmp_path)
    for event in (*_events()[:5], RateChanged(0.1), *_events()[5:7]):
        recorder.record(run_id, event)
    for _ in range(2):  # the store may have refused the first
        recorder.go_back(run_id, 2, "lost", message="The worker was lost.")
    early, late = Mark("rate", 1.0, 0.1), Mark("lost", 2)
    assert store.get(run_id).progress.marks == (early, late)
    recorder.go_back(run_id, 1, "rewind")
    assert store.get(run_id).progress.marks == (early, Mark("rewind", 1))
    recorder.record(run_id, Accepted())
    recorder.record(run_id, Started("CPU", NET.to_json(), 2, 0, FACTS))  # epoch 1 was not kept
    run = store.get(run_id)
    assert (run.progress.marks, run.status) == ((), Status.RUNNING)


def test_a_run_that_stops_says_why(tmp_path: Path) -> None:
    store, recorder, run_id = _recorder(tmp_path)
    test = TestPredictions(np.eye(2, dtype=np.float32), np.arange(2), ("a", "b"))
    result = TrainingResult(b"model", {"accuracy": 1.0}, test, seconds=7.0, device="CPU", stopped="Enough.")
    recorder.finish(run_id, result)
    run = store.get(run_id)
    assert (run.status, run.message, run.metrics) == (Status.STOPPED, "Enough.", {"accuracy": 1.0})


def test_where_a_loss_went_beyond_all_bounds_is_kept_as_data(tmp_path: Path) -> None:
    store, recorder, run_id = _recorder(tmp_path)
    lost = Divergence(1, 7, 3.2e8)
    recorder.fail(run_id, TrainingFailed("Whatever it says.", divergence=lost))
    run = store.get(run_id)
    assert (run.status, run.message, run.progress.divergence) == (Status.FAILED, "Whatever it says.", lost)
    recorder.record(run_id, Accepted())
    assert store.get(run_id).progress.divergence is None, "it is tried again"


def _store(home: Path, *, kept: tuple[int, ...], **config: object) -> tuple[RunStore, str]:
    """A run of which three epochs are recorded, the second the best one."""
    store = RunStore(home)
    run_id = store.create(NET, TrainingConfig(**config)).id
    for epoch, loss in enumerate((0.9, 0.5, 0.7), 1):
        store.add_epoch(run_id, epoch, {"val_loss": loss})
    for epoch in kept:
        store.save_file(run_id, CHECKPOINT_FILE.format(epoch), bytes([epoch]))
    return store, run_id


def test_a_job_goes_on_from_the_last_epoch_that_is_kept(tmp_path: Path) -> None:
    store, run_id = _store(tmp_path, kept=(1, 2))
    store.update(run_id, progress=Progress(learning_rate=0.5))
    job = make_job(store, run_id)
    assert (job.epochs_done, job.checkpoint, job.learning_rate) == (2, b"\2", 0.5)
    assert job.val_losses == (), "nobody asks for them"


def test_a_job_is_told_how_long_was_worked_on_what_it_goes_on_from(tmp_path: Path) -> None:
    store, run_id = _store(tmp_path, kept=(1, 2))
    assert make_job(store, run_id).seconds_before == 0, "nobody knows"
    store.add_epoch(run_id, 2, {"val_loss": 0.5}, seconds=8.5)
    assert make_job(store, run_id).seconds_before == 8.5
    store.save_file(run_id, PAUSED_FILE, b"p")
    store.update(run_id, progress=Progress(pause=Pause(2, 3, 11.0)))
    assert make_job(store, run_id).seconds_before == 11, "with the batches after that epoch"


@pytest.mark.parametrize(
    ("kept", "losses", "best"),
    [((1, 2, 3), (0.9, 0.5, 0.7), b"\2"), ((3,), (0.9, 0.5, 0.7), None), ((1,), (0.9,), b"\1"), ((), (), None)],
)
def test_early_stopping_is_told_of_the_epochs_done(tmp_path: Path, kept: tuple, losses: tuple, best: bytes) -> None:
    store, run_id = _store(tmp_path, kept=kept, early_stopping=3)
    job = make_job(store, run_id)
    assert (job.val_losses, job.best_checkpoint) == (losses, best)


def test_a_run_that_was_deleted_gives_no_job(tmp_path: Path) -> None:
    with pytest.raises(UnknownName):
        make_job(RunStore(tmp_path), "nothere")


def test_an_epoch_whose_net_was_lost_is_not_taken_for_one_of_before_a_rewind(tmp_path: Path) -> None:
    """A worker may die with the checkpoint that it was to hand over: the run then goes on from the epoch before."""
    store = RunStore(tmp_path)
    run_id, recorder = store.create(NET, TrainingConfig(epochs=3)).id, Recorder(store)
    for epoch in (1, 2, 3):
        recorder.end_epoch(run_id, EpochEnded(epoch, 1.0, {"loss": 0.7}), b"before %d" % epoch)
    recorder.go_back(run_id, 1, "rewind")
    assert [store.has_file(run_id, CHECKPOINT_FILE.format(epoch)) for epoch in (1, 2, 3)] == [True, False, False]
    recorder.end_epoch(run_id, EpochEnded(2, 1.0, {"loss": 0.6}), None)
    assert store.last_epoch(run_id) == 2
    assert last_checkpoint(store, run_id) == (1, b"before 1")
