"""The server's side of the cluster: what pages and the command line use."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from cnnviz.architecture.spec import Architecture
from cnnviz.engine.calibration import Calibrator
from cnnviz.engine.status import EngineStatus
from cnnviz.engine.trainings.dispatcher import Follower
from cnnviz.engine.trainings.queue_position import Turn, turn_after
from cnnviz.engine.workers.capacity import RESOURCE
from cnnviz.errors import CnnvizError, EngineUnavailable, InvalidConfig, StoreUnavailable
from cnnviz.runs.files import kept_epochs
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig, make_config
from cnnviz.training.duration.forecast import forecast
from cnnviz.training.duration.model import Prediction
from cnnviz.training.loop.control import Command

LOST_TWICE = "The worker was lost twice while it worked on this. Wait a few seconds and try again."


class Engine:
    """Starts in the background; `train` returns at once, `call` waits for its answer."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.calibrator = Calibrator(store.home, self.status, self.call)
        self._follower = Follower(store, on_straight_run=lambda run_id: self.calibrator.learn(store.get(run_id)))

    def start(self) -> "Engine":
        """Begin to connect, in the background."""
        self._follower.start()
        return self

    def close(self) -> None:
        """End the threads and the embedded cluster."""
        self._follower.close()

    def status(self) -> EngineStatus:
        """What the status line says; never waits."""
        book = self._follower.book
        return replace(self._follower.link.status, num_running=len(book.running()), num_queued=len(book.queued()))

    def train(self, architecture: Architecture, config: TrainingConfig, *, name: str | None = None) -> Run:
        """Create a run, with how long it will probably take, and queue its training; returns at once."""
        run = self.store.create(architecture, config, name=name, prediction=self._predict(architecture, config))
        self._follower.submit(run.id)
        return run

    def _predict(self, architecture: Architecture, config: TrainingConfig) -> Prediction | None:
        try:
            return forecast(architecture, config, self.calibrator.calibration())
        except CnnvizError:
            return None  # an impossible training: the worker says why

    def resume(self, run_id: str) -> None:
        """Go on with an interrupted run from its last saved epoch."""
        self.store.update(run_id, status=Status.QUEUED, message="")
        self._follower.submit(run_id)

    def command(self, run_id: str, command: Command) -> None:
        """Stop, pause, resume, or go on for one batch ("step") or one epoch; obeyed after the current batch.

        Stopping a queued run ends it at once; the other commands are of no effect on one that does not run.
        """
        self._follower.command(run_id, command)

    def set_learning_rate(self, run_id: str, rate: float) -> None:
        """Change the base learning rate of a running run from its next batch on; raises InvalidConfig."""
        self._follower.set_learning_rate(run_id, make_config({"learning_rate": rate}).learning_rate)

    def rewind(self, run_id: str, epoch: int) -> None:
        """Train on from the end of an epoch that is kept, forgetting what came after; 0 is the start.

        Raises InvalidConfig if the weights of that epoch are not kept.
        """
        kept = [0, *kept_epochs(self.store, run_id)]
        if epoch not in kept:
            raise InvalidConfig(f"Epoch {epoch} is not kept. Use one of {', '.join(map(str, kept))}. Received: {epoch}")
        self._follower.rewind(run_id, epoch)

    def turn(self, run_id: str) -> Turn | None:
        """What comes before a queued run; None for others."""
        book = self._follower.book
        queued = book.queued()
        if run_id not in queued:
            return None
        before = [*book.running(), *queued[: queued.index(run_id)]]
        return turn_after([self.store.get(other) for other in before], self._follower.num_slots)

    def is_following(self, run_id: str) -> bool:
        """Whether something is still to come of a run that this server has started."""
        return self._follower.is_following(run_id)

    def trouble(self, run_id: str) -> str:
        """Why a run's results cannot be kept at the moment, or at all, in a sentence; empty while all is well."""
        outage = self._follower.outage
        return outage.lost(run_id) or (outage.words() if self.is_following(run_id) else "")

    def call(self, function: Callable[..., Any], *args: Any, timeout: float = 60.0, is_training: bool = False) -> Any:
        """Run a task on a worker now, beside any training, and return its result.

        With `is_training` it takes the place of one, and so waits for it.

        Raises the task's own CnnvizError, or EngineUnavailable when no worker answers in time.
        """
        from distributed import KilledWorker
        from distributed.client import ClosedClientError, FutureCancelledError

        resources = {RESOURCE: 1} if is_training else None
        for is_last in (False, True):
            client = self._follower.link.client()
            try:
                task = client.submit(function, *args, pure=False, priority=10, resources=resources)
                return task.result(timeout=timeout)
            except TimeoutError as error:
                raise EngineUnavailable(f"The worker did not answer within {timeout:g} s. Try again.") from error
            except (KilledWorker, FutureCancelledError, ClosedClientError, OSError) as error:
                if is_last:
                    raise EngineUnavailable(LOST_TWICE) from error
        raise AssertionError("the loop returns or raises")

    def wait(self, run_id: str, *, on_change: Callable[[Run], None] | None = None, seconds: float = 0.1) -> Run:
        """Follow a run until it has ended and all of it is in the store (for the command line).

        Raises StoreUnavailable if its results could not be kept.
        """
        while self.is_following(run_id):
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
