"""Between workers and the run store: the job a worker is given, and what it tells as rows and files. Knows no Dask."""

import time
from dataclasses import replace
from typing import Any, Literal

from cnnviz.errors import TrainingFailed
from cnnviz.runs.checkpoints import keep_checkpoint
from cnnviz.runs.files import (
    CHECKPOINT_FILE,
    MODEL_FILE,
    PAUSED_FILE,
    TEST_FILE,
    dataset_facts,
    last_checkpoint,
    net_name,
    starting_net,
)
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark, Pause, Progress
from cnnviz.runs.store import RunStore
from cnnviz.runs.timing import with_batch, with_epoch
from cnnviz.settings import read_settings
from cnnviz.training.events import (
    Accepted,
    EpochEnded,
    Event,
    Loading,
    Paused,
    Points,
    RateChanged,
    Started,
)
from cnnviz.training.loop.job import GivenBack, TrainingJob, TrainingResult

STOPPED_IN_QUEUE = "Stopped by hand while it waited in the queue."


def make_job(store: RunStore, run_id: str) -> TrainingJob:
    """The rest of a run; raises UnknownName, StoreUnavailable, and InvalidConfig for a wrong limit."""
    run = store.get(run_id)
    epochs_done, batch, checkpoint = _where_it_goes_on(store, run)
    return TrainingJob(
        run_id,
        run.architecture,
        run.config,
        epochs_done,
        checkpoint,
        batch=batch,
        learning_rate=run.progress.learning_rate,
        max_seconds=read_settings("max_seconds").max_seconds,
        seconds_before=_seconds_before(store, run_id, run.progress.pause, epochs_done, batch),
        classes=dataset_facts(store, run).classes if checkpoint else (),
        start=None if checkpoint else starting_net(store, run),
        **(_early_stopping_state(store, run_id, epochs_done) if run.config.early_stopping else {}),
    )


def _where_it_goes_on(store: RunStore, run: Run) -> tuple[int, int, bytes | None]:
    """Epochs done, batches of the next one, and the checkpoint: where it was paused, else after the last kept epoch."""
    pause = run.progress.pause
    if pause is not None and store.has_file(run.id, PAUSED_FILE):
        return pause.epochs_done, pause.batch, store.load_file(run.id, PAUSED_FILE)
    epochs_done, checkpoint = last_checkpoint(store, run.id)
    return epochs_done, 0, checkpoint


def _seconds_before(store: RunStore, run_id: str, pause: Pause | None, epochs_done: int, batch: int) -> float:
    """Seconds of work that are in the net of a run where it goes on."""
    return pause.seconds if batch and pause is not None else store.seconds_until(run_id, epochs_done)


def leave_queue(store: RunStore, run_id: str) -> None:
    """Write that a run waits no more: one that had been paused is paused as before, any other one stopped by hand."""
    if store.get(run_id).progress.pause is not None:
        store.update(run_id, status=Status.PAUSED, message="")
    else:
        store.update(run_id, status=Status.STOPPED, message=STOPPED_IN_QUEUE)


def _early_stopping_state(store: RunStore, run_id: str, epochs_done: int) -> dict[str, Any]:
    """What early stopping has to know of the epochs done."""
    losses = tuple(row["val_loss"] for row in store.curves(run_id).epochs[:epochs_done])
    best = CHECKPOINT_FILE.format(losses.index(min(losses)) + 1) if losses else ""
    kept = store.load_file(run_id, best) if losses and store.has_file(run_id, best) else None
    return {"val_losses": losses, "best_checkpoint": kept}


class Recorder:
    """Writes events and results.

    What the store refuses with StoreUnavailable can be recorded again: nothing is written twice.
    """

    def __init__(self, store: RunStore) -> None:
        self._store = store
        self._progress: dict[str, Progress] = {}
        self._seconds_before: dict[str, float] = {}  # seconds of work on a run that an earlier task has done

    def record(self, run_id: str, event: Event) -> None:
        """Write one event of a run, but the end of an epoch, with which a checkpoint comes: see `end_epoch`."""
        match event:
            case Accepted():
                self._accept(run_id)
            case Loading():
                self._update(run_id, {"text": event.text, "share": event.share})
            case Started():
                self._start(run_id, event)
            case Points():
                progress = with_batch(self._changed(run_id, epoch=event.epoch, batch=event.batch, seen=time.time()))
                self._store.add_points(run_id, event.epoch, event.points, progress=progress)
                self._progress[run_id] = progress
            case Paused():
                self._pause(run_id, is_held=event.is_held)
            case RateChanged():
                self._change_rate(run_id, event.learning_rate)

    def end_epoch(self, run_id: str, event: EpochEnded, checkpoint: bytes | None) -> None:
        """Write that an epoch has ended, and keep its checkpoint, unless that is gone."""
        if checkpoint is not None:
            keep_checkpoint(self._store, run_id, event.epoch, checkpoint)
        seconds = self._seconds_before.get(run_id, 0.0) + event.seconds
        progress = with_epoch(self._changed(run_id, seen=time.time()))
        self._store.add_epoch(run_id, event.epoch, event.metrics, seconds=seconds, progress=progress)
        self._progress[run_id] = progress

    def finish(self, run_id: str, result: TrainingResult) -> None:
        """Write the result: model, test-set predictions and final metrics."""
        self._store.save_file(run_id, MODEL_FILE, result.model)
        if result.net is not None:
            self._store.publish(run_id, net_name(), result.net)
        self._store.save_file(run_id, TEST_FILE, result.test.to_bytes())
        self._store.update(
            run_id,
            status=Status.STOPPED if result.stopped else Status.FINISHED,
            metrics=result.metrics,
            seconds=self._seconds_before.get(run_id, 0.0) + result.seconds,
            device=result.device,
            message=result.stopped,
        )
        self._seconds_before.pop(run_id, None)
        self._progress.pop(run_id, None)

    def give_back(self, run_id: str, given: GivenBack) -> None:
        """Write where a paused run goes on that has given its worker back."""
        self._store.save_file(run_id, PAUSED_FILE, given.checkpoint)
        seconds = self._seconds_before.get(run_id, 0.0) + given.seconds
        pause = Pause(given.epochs_done, given.batch, seconds)
        self._update(run_id, {"paused": True, "pause": pause}, status=Status.PAUSED, seconds=seconds, message="")
        self._seconds_before.pop(run_id, None)
        self._progress.pop(run_id, None)

    def fail(self, run_id: str, error: BaseException) -> None:
        """Write why a run has failed: in words, and as data if its loss went beyond all bounds."""
        failed: dict[str, Any] = {"status": Status.FAILED, "message": str(error)}
        if isinstance(error, TrainingFailed) and error.divergence is not None:
            failed["progress"] = self._changed(run_id, divergence=error.divergence)
        self._store.update(run_id, **failed)
        self._seconds_before.pop(run_id, None)
        self._progress.pop(run_id, None)

    def go_back(self, run_id: str, epoch: int, why: Literal["rewind", "lost"], **changes: Any) -> None:
        """Forget what came after an epoch, mark there why the run goes on from it, and queue it again."""
        self._forget_after(run_id, epoch)
        progress = self._store.get(run_id).progress
        marks = dict.fromkeys((*progress.marks_until(epoch), Mark(why, epoch)))  # the store may have refused it before
        progress = replace(progress, epoch=epoch + 1, batch=0, paused=False, pause=None, marks=tuple(marks))
        self._store.update(run_id, status=Status.QUEUED, progress=progress, **changes)
        self._store.delete_file(run_id, PAUSED_FILE)

    def _forget_after(self, run_id: str, epoch: int) -> None:
        """Forget the epochs after one, their nets first: others come under the same numbers, some perhaps without."""
        for later in range(epoch + 1, self._store.last_epoch(run_id) + 1):
            self._store.delete_file(run_id, CHECKPOINT_FILE.format(later))
        self._store.rewind(run_id, epoch)

    def _accept(self, run_id: str) -> None:
        """Begin anew, with the rate that was set by hand: a run may go on after its server has ended.

        One that was paused stands where it was.
        """
        before = self._store.get(run_id).progress
        progress = Progress(learning_rate=before.learning_rate, marks=before.marks, pause=before.pause)
        if before.pause is not None:
            progress = replace(progress, epoch=before.epoch, batch=before.batch, num_batches=before.num_batches)
        self._store.update(run_id, status=Status.RUNNING, progress=progress, metrics={})
        self._progress[run_id] = progress

    def _start(self, run_id: str, event: Started) -> None:
        state = self._changed(run_id)
        if not event.batch or state.pause is None:  # otherwise what came until the pause is all there is
            self._forget_after(run_id, event.epochs_done)
        self._seconds_before[run_id] = _seconds_before(self._store, run_id, state.pause, event.epochs_done, event.batch)
        self._store.delete_file(run_id, PAUSED_FILE)
        begun = {
            "epochs_done": event.epochs_done,
            "batches_done": event.batch,
            "epoch": event.epochs_done + 1,
            "batch": event.batch,
            "num_batches": event.num_batches,
            "started": time.time(),
            "seen": time.time(),
            "paused": False,
            "pause": None,
            "marks": state.marks_until(event.epochs_done + event.batch / event.num_batches),
        }
        self._update(run_id, begun, device=event.device, architecture=event.architecture, facts=event.facts)

    def _change_rate(self, run_id: str, rate: float) -> None:
        state = self._changed(run_id)
        self._update(run_id, {"learning_rate": rate, "marks": (*state.marks, Mark("rate", state.position, rate))})

    def _pause(self, run_id: str, *, is_held: bool) -> None:
        state, now = self._progress.get(run_id, Progress()), time.time()
        if is_held:
            self._update(run_id, {"paused": True, "paused_at": now})
        elif state.started is None or state.paused_at is None:
            self._update(run_id, {"paused": False})
        else:  # a pause is no part of the time that it takes
            self._update(run_id, {"paused": False, "started": state.started + now - state.paused_at, "seen": now})

    def _update(self, run_id: str, progressed: dict[str, Any], **changes: Any) -> None:
        progress = self._changed(run_id, **progressed)
        self._store.update(run_id, progress=progress, **changes)
        self._progress[run_id] = progress

    def _changed(self, run_id: str, **changes: Any) -> Progress:
        return replace(self._progress.get(run_id, Progress()), **changes)
