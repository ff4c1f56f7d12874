"""What changes runs: train, steer and train on, each `by` a visitor."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cnnviz.access.permission import may_change
from cnnviz.access.visitor import Visitor
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.permitted import require_usable
from cnnviz.engine.calibration import Calibrator
from cnnviz.engine.run_labels import RunLabels
from cnnviz.engine.trainings.dispatcher import Dispatcher
from cnnviz.engine.trainings.messages import RewindAsked
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.trainings.recorder import leave_queue
from cnnviz.errors import CnnvizError, InvalidConfig, NotAllowed, UnknownName
from cnnviz.runs.files import kept_epochs, last_checkpoint
from cnnviz.runs.permitted import (
    IMAGES_OF_OWNER,
    copy_edited,
    copy_run,
    create_run,
    require_changeable,
    require_kept,
    require_trainable,
    require_turn,
    visible_run,
)
from cnnviz.runs.records import Run, Status
from cnnviz.runs.run_progress import Mark
from cnnviz.runs.store import RunStore
from cnnviz.runs.sweeps import join_sweep
from cnnviz.settings import read_settings
from cnnviz.training.config import TrainingConfig, check_caps, make_config
from cnnviz.training.duration.forecast import forecast
from cnnviz.training.duration.model import Prediction
from cnnviz.training.loop.control import Command

STOPS_SOON = "Stopped by hand: the net it has is tested as soon as a worker is free."


class RunChanges(RunLabels):
    """Each method refuses strangers in its first line.

    It raises NotAllowed where that visitor may only look at the run, UnknownName where there is none for them to see.
    """

    def __init__(
        self, store: RunStore, queue: TrainingQueue, dispatcher: Dispatcher, messages: Any, calibrator: Calibrator
    ) -> None:
        super().__init__(store, queue)
        self._dispatcher = dispatcher
        self._messages = messages
        self._calibrator = calibrator

    def train(
        self,
        architecture: Architecture,
        config: TrainingConfig,
        *,
        by: Visitor,
        name: str = "",
        start: bytes = b"",
        point: tuple[str, int] | None = None,
    ) -> Run:
        """Create a run, with how long it will probably take, and queue its training; returns at once.

        `start` is the net that it begins with, if any (see `fine_tuning.fine_tune`); `point` the id of a sweep and the
        position in it of the point that the run is of.
        Raises InvalidConfig while another one of this visitor is active, UnknownName for images of somebody else.
        """
        require_usable(config.dataset, by, self.store.home)
        prediction = self._predict(architecture, config)
        with self._lock:
            self._require_turn(by.id, by)
            run = create_run(self.store, architecture, config, name, prediction=prediction, owner=by.id, start=start)
            if point is not None:
                run = join_sweep(self.store, run, *point)  # first: a run that no point knows must not be trained
            self._dispatcher.submit(run.id)
        return run

    def train_copy(self, run_id: str, epoch: int, *, by: Visitor) -> Run:
        """Train on from the end of a kept epoch of a run that the visitor can see, in a run of their own.

        Raises InvalidConfig as `train` and `rewind` do, NotAllowed for a run on images that its owner uploaded.
        """
        return self._start_copy(run_id, by, lambda run: copy_run(self.store, run, epoch, by.id))

    def evaluate_edited(self, run_id: str, checkpoint: bytes, *, by: Visitor) -> Run:
        """Evaluate a net of which weights were changed, in a run of the visitor's own; see `edited_nets.save_edited`.

        Raises as `train_copy` does.
        """
        return self._start_copy(run_id, by, lambda run: copy_edited(self.store, run, checkpoint, by.id))

    def _start_copy(self, run_id: str, by: Visitor, make_copy: Callable[[Run], Run]) -> Run:
        run = visible_run(self.store, run_id, by)
        try:
            require_usable(run.config.dataset, by, self.store.home)
        except UnknownName:
            raise NotAllowed(IMAGES_OF_OWNER) from None
        with self._lock:
            self._require_turn(by.id, by)
            copy = make_copy(run)
            self._dispatcher.submit(copy.id)
        return copy

    def _predict(self, architecture: Architecture, config: TrainingConfig) -> Prediction | None:
        """How long it will take; None of a worker that was never measured: it may be many times slower than usual."""
        calibration = self._calibrator.calibration()
        with suppress(CnnvizError):  # an impossible training: the worker says why
            return None if calibration is None else forecast(architecture, config, calibration)
        return None

    def _predict_more(self, run: Run, config: TrainingConfig, epoch: int) -> Prediction | None:
        """How long a run will have taken when it has gone on from an epoch: as `Run.seconds`, with all before it."""
        more = self._predict(run.architecture, config.model_copy(update={"epochs": config.epochs - epoch}))
        return None if more is None else more.after(self.store.seconds_until(run.id, epoch))

    def train_on(self, run_id: str, num_epochs: int, *, by: Visitor) -> Run:
        """Train a run that has ended for more epochs than it was to have; somebody else's in a copy.

        It goes on from its last kept epoch with the state of its optimizer. Its schedule is that of a run of so many
        epochs from now on, and it does not stop early any more: that it has is what ended it.
        Raises InvalidConfig as `train` does and while it has not ended, NotAllowed as `train_copy` does.
        """
        run = visible_run(self.store, run_id, by)
        if run.status not in (Status.FINISHED, Status.STOPPED):
            raise InvalidConfig(f"Only a run that has ended gets more epochs. Received: one that is {run.status}.")
        epoch, _ = last_checkpoint(self.store, run_id)
        rules = {"early_stopping": None, "target_accuracy": None}
        config = make_config({**run.config.model_dump(), **rules, "epochs": epoch + num_epochs})
        check_caps(config, read_settings("max_epochs"))
        if not may_change(by, run):
            predicted = self._predict_more(run, config, epoch)
            return self._start_copy(
                run_id, by, lambda run: copy_run(self.store, run, epoch, by.id, config=config, prediction=predicted)
            )
        require_usable(config.dataset, by, self.store.home)
        with self._lock:
            owner = require_trainable(self.store, run_id, by).owner
            if run_id in self._queue:  # asked twice, from two tabs
                return self.store.get(run_id)
            self._require_turn(owner, by, run_id)
            progress = replace(run.progress, marks=(*run.progress.marks_until(epoch), Mark("more", epoch)))
            self.store.lengthen(run_id, config, self._predict_more(run, config, epoch), progress=progress)
            self._dispatcher.submit(run_id)
        return self.store.get(run_id)

    def resume(self, run_id: str, *, by: Visitor) -> None:
        """Queue a run that was interrupted or paused again; raises InvalidConfig as `train` does, and for any other."""
        require_trainable(self.store, run_id, by)
        self._queue_again(run_id, by)

    def _queue_again(self, run_id: str, by: Visitor, command: Command | None = None) -> None:
        """Put a run at the end of those that wait: who pauses again and again must not keep others waiting."""
        with self._lock:
            owner = require_changeable(self.store, run_id, by).owner
            if run_id not in self._queue and not (status := self.store.get(run_id).status).is_resumable:
                raise InvalidConfig(f"Only an interrupted or paused run goes on. Received: one that is {status}.")
            if command != "stop":
                self._require_turn(owner, by, run_id)
            if run_id in self._queue:  # asked twice, from two tabs
                if command is not None:
                    self._give(run_id, command)
                return
            is_last = command == "stop"
            self.store.update(run_id, status=Status.QUEUED, message=STOPS_SOON if is_last else "")
            self._dispatcher.submit(run_id, command=command, first=is_last)  # to test a net takes others hardly a wait

    def command(self, run_id: str, command: Command, *, by: Visitor) -> None:
        """Stop, pause, resume, or go on for one batch ("step") or one epoch; obeyed after the current batch.

        A paused run gives its worker back as soon as others wait, or after `control.HOLD_SECONDS`; from then on each
        command queues it again. Stopping a queued run ends it at once; one that had been paused is paused as before.
        What comes while no worker is at a run, because the last one was lost or the run goes back to an epoch, is
        obeyed by the next one. Of no effect on a run that has ended.
        """
        require_changeable(self.store, run_id, by)
        with self._lock:  # else another tab may let it go on just after nobody was there to be told
            if command == "stop" and self._queue.is_before_start(run_id):
                if not self._has_learned(run_id):
                    self._leave_queue(run_id)
                    return
                self.store.update(run_id, message=STOPS_SOON)
                self._queue.put_first(run_id)
            wants_worker = not self._give(run_id, command) and command != "pause"
            if wants_worker and self.store.get(run_id).status is Status.PAUSED:
                self._queue_again(run_id, by, command)

    def _give(self, run_id: str, command: Command | float) -> bool:
        is_given = self._dispatcher.commands.give(run_id, command)
        self.store.changes.tell(run_id)  # whoever looks is told, though nothing is written before it is obeyed
        return is_given

    def set_aside(self, run_id: str, *, by: Visitor) -> bool:
        """Pause a run and let it give its worker back at once; False where it had not begun, and so is deleted."""
        require_changeable(self.store, run_id, by)
        with self._lock:
            if not self._queue.is_before_start(run_id):
                self.command(run_id, "pause", by=by)
                self._dispatcher.commands.want_back(run_id)
                return True
            self._leave_queue(run_id)
            if self.store.get(run_id).status is not Status.STOPPED:
                return True  # it had been paused before it waited, and is again
            if self.store.last_epoch(run_id):
                self.store.update(run_id, status=Status.INTERRUPTED, message="")  # it goes on from there
                return True
            self.delete(run_id, by=by)
            return False

    def _has_learned(self, run_id: str) -> bool:
        """Whether a run that waits was at work before, so that there is a net to end with."""
        return self.store.get(run_id).progress.pause is not None or bool(kept_epochs(self.store, run_id))

    def _leave_queue(self, run_id: str) -> None:
        leave_queue(self.store, run_id)
        self._dispatcher.forget(run_id)
        leave_queue(self.store, run_id)  # again: that it has begun, or waits again, may have been written in between

    def set_learning_rate(self, run_id: str, rate: float, *, by: Visitor) -> None:
        """Change the base learning rate of a run that has not ended from its next batch on; raises InvalidConfig."""
        require_changeable(self.store, run_id, by)
        rate = make_config({"learning_rate": rate}).learning_rate
        with self._lock:
            # of one that is held without a worker, the next is told
            if not self._give(run_id, rate) and (run := self.store.get(run_id)).status is Status.PAUSED:
                marks = (*run.progress.marks, Mark("rate", run.progress.position, rate))
                self.store.update(run_id, progress=replace(run.progress, learning_rate=rate, marks=marks))

    def rewind(self, run_id: str, epoch: int, *, by: Visitor) -> None:
        """Train on from the end of an epoch that is kept, forgetting what came after; 0 is the start.

        It stops a running training first. Raises InvalidConfig as `train` does, and for an epoch that is not kept.
        """
        with self._lock:
            owner = require_trainable(self.store, run_id, by).owner
            require_kept(self.store, run_id, epoch)
            self._require_turn(owner, by, run_id)
            self._dispatcher.commands.begin_again(run_id)
            self._queue.ask_rewind(run_id, epoch)
        self._messages.put(RewindAsked(run_id))

    def _require_turn(self, owner: str, by: Visitor, run_id: str = "") -> None:
        """Let each visitor train one run at a time; `run_id` is the one that is about to go on."""
        if not by.is_operator:
            require_turn(self.store, owner, run_id)
