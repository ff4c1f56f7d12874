"""The server's side of the cluster: what pages and the command line use."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cnnviz.engine.calibration import Calibrator
from cnnviz.engine.run_changes import RunChanges
from cnnviz.engine.sweeps import Sweeps
from cnnviz.engine.trainings.dispatcher import Dispatcher
from cnnviz.engine.trainings.event_loop import EventLoop, StoreOutage
from cnnviz.engine.trainings.queue import QueuePosition, TrainingQueue, position_after
from cnnviz.engine.workers.worker_connection import EngineStatus, WorkerConnection
from cnnviz.errors import EngineUnavailable, StoreUnavailable, UnknownName
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore

GIVE_UP_SECONDS = 60.0  # after which the command line waits no more for a scheduler that is gone


class Engine(RunChanges):
    """Starts in the background; `train` returns at once, `call` waits for its answer.

    It puts the parts together (README.md): each knows only those that it is given here.
    """

    def __init__(self, store: RunStore) -> None:
        self.connection = WorkerConnection()
        queue, messages = TrainingQueue(), self.connection.messages
        store.followed = queue
        self._outage = StoreOutage()
        self.calibrator = Calibrator(store.home, self.connection, queue, store.epoch_ends)
        dispatcher = Dispatcher(store, queue, self.connection, self._outage, self.calibrator.learn)
        self._loop = EventLoop(messages, dispatcher, queue, self._outage)
        super().__init__(store, queue, dispatcher, messages, self.calibrator)
        self.sweeps = Sweeps(self)

    def start(self) -> "Engine":
        """Begin to connect, in the background."""
        self.connection.start()
        self._loop.start()
        return self

    def close(self) -> None:
        """End the threads and the embedded cluster."""
        self.sweeps.close()
        self.connection.close()
        self._loop.close()

    def status(self) -> EngineStatus:
        """What the status line says; never waits."""
        num_running, num_queued = len(self._queue.running()), len(self._queue.queued())
        return replace(self.connection.status, num_running=num_running, num_queued=num_queued)

    def queue_position(self, run_id: str) -> QueuePosition | None:
        """What comes before a queued run; None for others. Paused ones do not: they are about to make room."""
        queued, held = self._queue.queued(), self._queue.held()
        if run_id not in queued:
            return None
        running = [other for other in self._queue.running() if other not in held]
        before = []
        for other in (*running, *queued[: queued.index(run_id)]):
            with suppress(UnknownName):  # deleted just now, or damaged
                before.append(self.store.get(other))
        return position_after(before, self._dispatcher.num_at_once)

    def is_following(self, run_id: str) -> bool:
        """Whether something is still to come of a run that this server has started."""
        return self._queue.is_following(run_id)

    def is_stopping(self, run_id: str) -> bool:
        """Whether a run was asked to stop and has not ended yet."""
        return self._dispatcher.commands.is_stopping(run_id)

    def asked_rate(self, run: Run) -> float | None:
        """Give the base learning rate that a run was asked to take; None where it has it already, or keeps its own."""
        asked = self._dispatcher.commands.rate(run.id)
        return None if asked == (run.progress.learning_rate or run.config.learning_rate) else asked

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
