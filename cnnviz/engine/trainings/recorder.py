"""Turns what workers tell about a run into rows and files of the run store. Knows no Dask."""

import time
from collections.abc import Callable
from typing import Any

from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.caps import caps_from_environment
from cnnviz.training.loop.job import TrainingJob, TrainingResult

MODEL_FILE = "model.keras"
TEST_FILE = "test.npz"
CHECKPOINT_FILE = "epoch-{:04d}.npz"
MAX_KEPT_BYTES = 250_000_000  # of the checkpoints of one run


def kept_epochs(store: RunStore, run_id: str) -> list[int]:
    """Epochs whose weights are kept, in order."""
    last = store.last_epoch(run_id)
    return [epoch for epoch in range(1, last + 1) if store.has_file(run_id, CHECKPOINT_FILE.format(epoch))]


def last_checkpoint(store: RunStore, run_id: str) -> tuple[int, bytes | None]:
    """The newest epoch from which a run can go on, with its checkpoint; (0, None): from the start."""
    epochs = kept_epochs(store, run_id)
    return (epochs[-1], store.load_file(run_id, CHECKPOINT_FILE.format(epochs[-1]))) if epochs else (0, None)


class Recorder:
    """Writes events and results; `take_checkpoint(run_id, epoch)` fetches what an epoch event announced.

    What the store refuses with StoreUnavailable can be recorded again: nothing is written twice.
    """

    def __init__(self, store: RunStore, take_checkpoint: Callable[[str, int], bytes | None]) -> None:
        self._store = store
        self._take_checkpoint = take_checkpoint
        self._progress: dict[str, dict[str, Any]] = {}
        self._before: dict[str, float] = {}  # seconds of work on a run that an earlier task has done

    def record(self, event: dict[str, Any]) -> None:
        """Write one event of run event["run"]."""
        getattr(self, f"_on_{event['kind']}")(event["run"], event)

    def finish(self, run_id: str, result: TrainingResult) -> None:
        """Write the result: model, test-set predictions and final metrics."""
        self._store.save_file(run_id, MODEL_FILE, result.model)
        self._store.save_file(run_id, TEST_FILE, result.test.to_bytes())
        self._store.update(
            run_id,
            status=Status.STOPPED if result.stopped else Status.FINISHED,
            metrics=result.metrics,
            seconds=self._before.get(run_id, 0.0) + result.seconds,
            device=result.device,
            message=result.stopped,
        )
        self._before.pop(run_id, None)
        self._progress.pop(run_id, None)

    def _on_accepted(self, run_id: str, _event: dict[str, Any]) -> None:
        self._update(run_id, status=Status.RUNNING, progress={"accepted": time.time()})

    def _on_loading(self, run_id: str, event: dict[str, Any]) -> None:
        self._update(run_id, progress={"text": event["text"], "share": event["share"]})

    def _on_started(self, run_id: str, event: dict[str, Any]) -> None:
        self._store.rewind(run_id, event["epochs_done"])
        self._before[run_id] = self._store.seconds_until(run_id, event["epochs_done"])
        self._update(
            run_id,
            progress={
                "epochs_done": event["epochs_done"],
                "epoch": event["epochs_done"] + 1,
                "batch": 0,
                "num_batches": event["num_batches"],
                "started": time.time(),
                "seen": time.time(),
                "paused": False,
                "notes": event.get("notes", []),
            },
            device=event["device"],
            architecture=event["architecture"],
        )

    def _on_points(self, run_id: str, event: dict[str, Any]) -> None:
        progress = {
            **self._progress.get(run_id, {}),
            "epoch": event["epoch"],
            "batch": event["batch"],
            "seen": time.time(),
        }
        self._store.add_points(run_id, event["epoch"], event["points"], progress=progress)
        self._progress[run_id] = progress

    def _on_epoch(self, run_id: str, event: dict[str, Any]) -> None:
        if "checkpoint" not in event:  # the worker gives it once
            event["checkpoint"] = self._take_checkpoint(run_id, event["epoch"])
        checkpoint = event["checkpoint"]
        if checkpoint is not None:
            self._store.save_file(run_id, CHECKPOINT_FILE.format(event["epoch"]), checkpoint)
            self._make_room(run_id, len(checkpoint))
        seconds = self._before.get(run_id, 0.0) + event["seconds"]
        self._store.add_epoch(run_id, event["epoch"], event["metrics"], seconds=seconds)

    def _make_room(self, run_id: str, size: int) -> None:
        """Drop the oldest epochs of a run whose checkpoints take more than they may."""
        epochs = kept_epochs(self._store, run_id)
        for epoch in epochs[: max(0, len(epochs) - max(1, MAX_KEPT_BYTES // size))]:
            self._store.delete_file(run_id, CHECKPOINT_FILE.format(epoch))

    def _on_paused(self, run_id: str, event: dict[str, Any]) -> None:
        state = self._progress.get(run_id, {})
        progress: dict[str, Any] = {"paused": event["on"]}
        if event["on"]:
            progress["paused_at"] = time.time()
        elif "paused_at" in state and "started" in state:  # a pause is no part of the time that it takes
            progress["started"] = state["started"] + time.time() - state["paused_at"]
            progress["seen"] = time.time()
        self._update(run_id, progress=progress)

    def _on_rate(self, run_id: str, event: dict[str, Any]) -> None:
        self._update(run_id, progress={"learning_rate": event["learning_rate"]})

    def _on_stopped(self, run_id: str, event: dict[str, Any]) -> None:
        self._update(run_id, status=Status.STOPPED, message=event["message"])

    def _update(self, run_id: str, *, progress: dict[str, Any] | None = None, **changes: Any) -> None:
        merged = {**self._progress.get(run_id, {}), **(progress or {})}
        self._store.update(run_id, progress=merged, **changes)
        self._progress[run_id] = merged


def make_job(store: RunStore, run_id: str) -> TrainingJob:
    """The rest of a run: what a worker is given so that it begins, or goes on from where it was.

    Raises UnknownName, StoreUnavailable, and InvalidConfig where this server's caps are wrong.
    """
    run = store.get(run_id)
    epochs_done, checkpoint = last_checkpoint(store, run_id)
    return TrainingJob(
        run_id,
        run.architecture,
        run.config,
        epochs_done,
        checkpoint,
        learning_rate=run.progress.get("learning_rate"),
        max_seconds=caps_from_environment().seconds,
        **(_history(store, run_id, epochs_done) if run.config.early_stopping else {}),
    )


def _history(store: RunStore, run_id: str, epochs_done: int) -> dict[str, Any]:
    """What early stopping has to know of the epochs done."""
    losses = tuple(row["val_loss"] for row in store.curves(run_id).epochs[:epochs_done])
    best = CHECKPOINT_FILE.format(losses.index(min(losses)) + 1) if losses else ""
    kept = store.load_file(run_id, best) if losses and store.has_file(run_id, best) else None
    return {"val_losses": losses, "best_checkpoint": kept}
