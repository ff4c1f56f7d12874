"""The server's side of the cluster: what pages and the command line use."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import Visitor
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.permitted import require_usable
from cnnviz.engine.calibration import Calibrator
from cnnviz.engine.trainings.commands import STOPPED_IN_QUEUE
from cnnviz.engine.trainings.dispatcher import Dispatcher
from cnnviz.engine.trainings.event_loop import EventLoop, RewindAsked, StoreOutage
from cnnviz.engine.trainings.queue import QueuePosition, TrainingQueue, position_after
from cnnviz.engine.workers.worker_connection import EngineStatus, WorkerConnection
from cnnviz.errors import CnnvizError, EngineUnavailable, InvalidConfig, NotAllowed, StoreUnavailable, UnknownName
from cnnviz.runs.permitted import (
    IMAGES_OF_OWNER,
    MAX_NAME,
    active_runs,
    copy_edited,
    copy_run,
    create_run,
    require_changeable,
    require_kept,
    require_trainable,
    set_label,
    visible_run,
)
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.uploads import delete_run
from cnnviz.training.config import TrainingConfig, make_config
from cnnviz.training.duration.forecast import forecast
from cnnviz.training.duration.model import Prediction
from cnnviz.training.loop.control import Command

GIVE_UP_SECONDS = 60.0  # after which the command line waits no more for a scheduler that is gone
BUSY = (
    "One training at a time for each visitor: yours is still running, so that others get their turn. "
    "Stop it first, or wait until it has ended."
)


class Engine:
    """Starts in the background; `train` returns at once, `call` waits for its answer.

    It puts the parts together (README.md): each knows only those that it is given here.
    """

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.connection = WorkerConnection()
        self._queue = TrainingQueue()
        self._outage = StoreOutage()
        self._lock = threading.Lock()  # two Starts at once are one training too many
        self.calibrator = Calibrator(store.home, self.connection, self._queue, store.epoch_ends)
        self._dispatcher = Dispatcher(store, self._queue, self.connection, self._outage, self.calibrator.learn)
        self._loop = EventLoop(self.connection.messages, self._dispatcher, self._queue, self._outage)

    def start(self) -> "Engine":
        """Begin to connect, in the background."""
        self.connection.start()
        self._loop.start()
        return self

    def close(self) -> None:
        """End the threads and the embedded cluster."""
        self.connection.close()
        self._loop.close()

    def status(self) -> EngineStatus:
        """What the status line says; never waits."""
        num_running, num_queued = len(self._queue.running()), len(self._queue.queued())
        return replace(self.connection.status, num_running=num_running, num_queued=num_queued)

    # ---- what changes runs: all is done `by` a visitor. It raises NotAllowed where that visitor may only look at the
    # run, UnknownName where there is none for them to see.

    def train(
        self, architecture: Architecture, config: TrainingConfig, *, by: Visitor, name: str = "", start: bytes = b""
    ) -> Run:
        """Create a run, with how long it will probably take, and queue its training; returns at once.

        `start` is the net that it begins with, if any (see `fine_tuning.fine_tune`).
        Raises InvalidConfig while another one of this visitor is active, UnknownName for images of somebody else.
        """
        require_usable(config.dataset, by, self.store.home)
        prediction = self._predict(architecture, config)
        with self._lock:
            self._require_turn(by.id, by)
            run = create_run(self.store, architecture, config, name, prediction=prediction, owner=by.id, start=start)
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
        calibration = self.calibrator.calibration()
        with suppress(CnnvizError):  # an impossible training: the worker says why
            return None if calibration is None else forecast(architecture, config, calibration)
        return None

    def resume(self, run_id: str, *, by: Visitor) -> None:
        """Go on with an interrupted run from its last saved epoch; raises InvalidConfig as `train` does."""
        owner = require_trainable(self.store, run_id, by).owner
        with self._lock:
            self._require_turn(owner, by, run_id)
            if run_id in self._queue:  # asked twice, from two tabs
                return
            self.store.update(run_id, status=Status.QUEUED, message="")
            self._dispatcher.submit(run_id)

    def command(self, run_id: str, command: Command, *, by: Visitor) -> None:
        """Stop, pause, resume, or go on for one batch ("step") or one epoch; obeyed after the current batch.

        Stopping a queued run ends it at once. What comes while no worker is at a run, because the last one was lost
        or the run goes back to an epoch, is obeyed by the next one. Of no effect on a run that has ended.
        """
        require_changeable(self.store, run_id, by)
        if command == "stop" and self._queue.is_before_start(run_id):
            self.store.update(run_id, status=Status.STOPPED, message=STOPPED_IN_QUEUE)
            assignment = self._dispatcher.forget(run_id)
            if assignment is not None:
                self._dispatcher.commands.abandon(run_id, assignment.worker)
        else:
            self._dispatcher.commands.give(run_id, command)

    def set_learning_rate(self, run_id: str, rate: float, *, by: Visitor) -> None:
        """Change the base learning rate of a run that has not ended from its next batch on; raises InvalidConfig."""
        require_changeable(self.store, run_id, by)
        self._dispatcher.commands.give(run_id, make_config({"learning_rate": rate}).learning_rate)

    def rewind(self, run_id: str, epoch: int, *, by: Visitor) -> None:
        """Train on from the end of an epoch that is kept, forgetting what came after; 0 is the start.

        A running training is stopped for that first. Raises InvalidConfig if the weights of that epoch are not kept,
        and as `train` does.
        """
        owner = require_trainable(self.store, run_id, by).owner
        require_kept(self.store, run_id, epoch)
        with self._lock:
            self._require_turn(owner, by, run_id)
            self._dispatcher.commands.begin_again(run_id)
            self._queue.ask_rewind(run_id, epoch)
        self.connection.messages.put(RewindAsked(run_id))

    def delete(self, run_id: str, *, by: Visitor) -> None:
        """Remove a run for good, and its uploaded images with the last run on them.

        Raises InvalidConfig while something happens to it.
        """
        owner = require_changeable(self.store, run_id, by).owner
        if self.is_following(run_id) or run_id in active_runs(self.store, owner):
            raise InvalidConfig("This run is still at work. Stop it first; then it can be deleted.")
        delete_run(self.store, run_id)

    def rename(self, run_id: str, name: str, *, by: Visitor) -> None:
        """Give a run another name, of 1 to 80 characters; raises InvalidConfig."""
        require_changeable(self.store, run_id, by)
        if not 1 <= len(name.strip()) <= MAX_NAME:
            raise InvalidConfig(f"A name has 1 to {MAX_NAME} characters. Received: {len(name.strip())} characters.")
        set_label(self.store, run_id, name=name.strip())

    def share(self, run_id: str, sharing: Sharing, *, by: Visitor) -> None:
        """Say who else may look at a run, without changing anything of it."""
        require_changeable(self.store, run_id, by)
        set_label(self.store, run_id, sharing=sharing)

    def _require_turn(self, owner: str, by: Visitor, run_id: str = "") -> None:
        """Let each visitor train one run at a time; `run_id` is the one that is about to go on."""
        if not by.is_operator and active_runs(self.store, owner) - {run_id}:
            raise InvalidConfig(BUSY)

    def queue_position(self, run_id: str) -> QueuePosition | None:
        """What comes before a queued run; None for others."""
        queued = self._queue.queued()
        if run_id not in queued:
            return None
        before = []
        for other in (*self._queue.running(), *queued[: queued.index(run_id)]):
            with suppress(UnknownName):  # deleted just now, or damaged
                before.append(self.store.get(other))
        return position_after(before, self._dispatcher.num_at_once)

    def is_following(self, run_id: str) -> bool:
        """Whether something is still to come of a run that this server has started."""
        return self._queue.is_following(run_id)

    def trouble(self, run_id: str) -> str:
        """Why a run's results cannot be kept at the moment, or at all, in a sentence; empty while all is well."""
        return self._outage.lost_message(run_id) or (self._outage.message() if self.is_following(run_id) else "")

    def call(self, function: Callable[..., Any], *args: Any, timeout: float = 60.0, is_training: bool = False) -> Any:
        """Run a task on a worker and return its result, see `WorkerConnection.call`; for questions there is `ask`."""
        return self.connection.call(function, *args, timeout=timeout, is_training=is_training)

    def wait(self, run_id: str, *, on_change: Callable[[Run], None] | None = None, seconds: float = 0.1) -> Run:
        """Follow a run until it has ended and all of it is in the store (for the command line).

        Raises StoreUnavailable if its results could not be kept, EngineUnavailable if no worker can be reached.
        """
        reached = time.monotonic()
        while self.is_following(run_id):
            if self.connection.status.state != "lost":
                reached = time.monotonic()
            elif time.monotonic() - reached > GIVE_UP_SECONDS:
                raise EngineUnavailable(self.connection.status.message)
            if on_change is not None:
                with suppress(StoreUnavailable):  # for a while, perhaps
                    on_change(self.store.get(run_id))
            time.sleep(seconds)
        if self.trouble(run_id):
            raise StoreUnavailable(self.trouble(run_id))
        run = self.store.get(run_id)
        if on_change is not None:
            on_change(run)
        return run
