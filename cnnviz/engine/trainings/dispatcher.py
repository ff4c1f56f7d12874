"""Gives every training of this server to a worker, records what comes of it, and recovers it."""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from cnnviz.engine.remote import tasks
from cnnviz.engine.trainings.capacity import read_capacity
from cnnviz.engine.trainings.commands import Commands
from cnnviz.engine.trainings.event_loop import StoreOutage
from cnnviz.engine.trainings.fetching import Fetching
from cnnviz.engine.trainings.messages import (
    CheckpointArrived,
    GoOnAsked,
    ResultArrived,
    RewindAsked,
    Submitted,
    TrainingEnded,
    TrainingLost,
)
from cnnviz.engine.trainings.placing import Placing
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.trainings.recorder import Recorder, leave_queue
from cnnviz.engine.workers.worker_connection import ConnectionLost, WorkerConnection, WorkerEvent, cancel_task
from cnnviz.errors import CnnvizError, EngineUnavailable, UnexpectedFailure, WorkerLost, words_of
from cnnviz.runs.files import last_checkpoint
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.training.events import Accepted, Envelope, Paused, unpack
from cnnviz.training.loop.control import Command
from cnnviz.training.loop.job import GivenBack, TrainingResult

logger = logging.getLogger(__name__)

MAX_RESTARTS = 3
LOST = "The worker was lost; the run goes on {}."
LOST_TOO_OFTEN = (
    f"The worker died {MAX_RESTARTS + 1} times during this training. "
    "Use a smaller net or batch size: it may need more memory than there is."
)


class Dispatcher:
    """Moves runs through the queue; an `EventLoop` calls `handle` and `check`.

    `learn(run)` is called with each run that went straight through, with no other beside it.
    """

    def __init__(
        self,
        store: RunStore,
        queue: TrainingQueue,
        connection: WorkerConnection,
        outage: StoreOutage,
        learn: Callable[[Run], None],
    ) -> None:
        self.commands = Commands(queue, connection)
        self._store = store
        self._queue = queue
        self._connection = connection
        self._messages = connection.messages
        self._outage = outage
        self._learn = learn
        self._placing = Placing(store, queue, connection, self.commands, self._fail)
        self._recorder = Recorder(store)
        self.to_fetch = Fetching(queue, connection).of
        self._restarts: Counter[str] = Counter()

    @property
    def num_at_once(self) -> int:
        """Trainings that all workers can run at once, when last looked."""
        return self._placing.num_at_once

    def submit(self, run_id: str, *, first: bool = False, command: Command | None = None) -> None:
        """Queue a run that is in the store, from where it is; `first` before all others. For any thread."""
        self._outage.reset(run_id)
        self.commands.add(run_id, command, first=first)
        self._messages.put(Submitted(run_id))

    def forget(self, run_id: str) -> None:
        """Take a run out of the queue and end what a worker has of it. For any thread."""
        assignment = self._queue.remove(run_id)
        self._restarts.pop(run_id, None)
        if self._queue.rewind_epoch(run_id) is None:
            self.commands.forget(run_id)
        if assignment is not None:
            cancel_task(assignment.future)
        if assignment is not None and assignment.ended is None:
            self.commands.abandon(run_id, assignment.future.key)

    def beat(self) -> None:
        """Say that the runs are followed. For any thread."""
        self._store.beat(self._queue.runs())

    # ---- the thread of the event loop: all can be repeated when the store refuses something

    def handle(self, message: Any) -> None:
        """Do what has to be done after something has happened."""
        match message:
            case Submitted():
                self._placing.place()
            case WorkerEvent(event=event):
                self._record(unpack(event))
            case TrainingEnded(run_id, future):
                self._finish(run_id, future)
            case CheckpointArrived(run_id, key, epoch, checkpoint) if self._queue.is_present(run_id, key):
                self._recorder.end_epoch(run_id, epoch, checkpoint)
                self._leave_if_stopped(run_id)
            case ResultArrived(run_id, future, result):
                self._keep(run_id, future, result)
            case ConnectionLost(client=client):
                for run_id, one in self._queue.assigned().items():
                    if one.future.client is client:
                        self._messages.put(TrainingLost(run_id, one.future))  # each can be refused by the store
            case TrainingLost(run_id, future):
                self._recover(run_id, future)
            case RewindAsked(run_id):
                self._go_back(run_id)
            case GoOnAsked(run_id) if run_id in self._queue:
                self._store.update(run_id, status=Status.QUEUED)
                self._leave_if_stopped(run_id)
                self._placing.place()

    def check(self) -> None:
        """Find the runs whose worker is gone, and those that can begin."""
        assigned = self._queue.assigned()
        if assigned and self._connection.is_ready:
            # Dask itself would wait for the worker that a training is bound to, or restart it from an old epoch.
            with suppress(EngineUnavailable):  # another time
                present = read_capacity(self._connection.client(0)).total
                for run_id, one in assigned.items():
                    is_lost = one.ended is None or one.future.status == "lost"  # or what it has left is
                    if one.worker not in present and is_lost:
                        self._recover(run_id, one.future)
        self._placing.place()

    def _record(self, envelope: Envelope) -> None:
        run_id, event = envelope.run_id, envelope.event
        if not self._queue.is_present(run_id, envelope.key):  # of an attempt that was given up
            if isinstance(event, Accepted):  # perhaps before its worker had anything that could be ended
                self.commands.abandon(run_id, envelope.key)
            return
        if isinstance(event, Accepted):
            self._queue.accept(run_id)
            self.commands.deliver(run_id)  # what has come since it was given to the worker
        elif isinstance(event, Paused):
            self._queue.note_held(run_id, is_held=event.is_held)
            if event.is_held:
                self.commands.note_pause(run_id)
        self._recorder.record(run_id, event)
        self._leave_if_stopped(run_id)

    def _leave_if_stopped(self, run_id: str) -> None:
        """Write once more that a run waits no more whose owner took it out of the queue while something was written."""
        if run_id not in self._queue:
            leave_queue(self._store, run_id)

    def _finish(self, run_id: str, future: Any) -> None:
        if self._queue.future(run_id) is not future:
            return
        if self._queue.rewind_epoch(run_id) is not None:
            self._go_on_from(run_id)
        elif future.status == "error" and type(future.exception()).__name__ != "KilledWorker":
            self._fail(run_id, future.exception())
        else:
            self._recover(run_id, future)

    def _keep(self, run_id: str, future: Any, result: TrainingResult | GivenBack | UnexpectedFailure) -> None:
        if self._queue.future(run_id) is not future or self._queue.rewind_epoch(run_id) is not None:
            return
        if isinstance(result, UnexpectedFailure):
            self._fail(run_id, result)
            return
        if isinstance(result, GivenBack):
            self._rest(run_id, result)
            return
        self._recorder.finish(run_id, result)
        if result.was_straight and not self._queue.assigned()[run_id].had_company:
            self._learn(self._store.get(run_id))
        self.forget(run_id)  # last: until then somebody may wait for all of it

    def _rest(self, run_id: str, given: GivenBack) -> None:
        """Let a paused run be, whose worker is free for others; it goes on if that was asked for meanwhile."""
        self._recorder.give_back(run_id, given)
        self._restarts.pop(run_id, None)
        if not self.commands.rest(run_id, given.newest):
            self._messages.put(GoOnAsked(run_id))

    def _go_back(self, run_id: str) -> None:
        """End what a worker does of a run that is to go back, and go on from there; at once where none is at it."""
        if self._queue.worker(run_id) is None or not self._queue.is_under_way(run_id):
            self._go_on_from(run_id)
        else:  # its end, of whatever kind, leads on
            self.commands.abandon(run_id, self._queue.future(run_id).key)

    def _go_on_from(self, run_id: str) -> None:
        """Forget what came after the epoch that was asked for, and train on from it."""
        epoch = self._queue.rewind_epoch(run_id)
        if epoch is None:
            return  # asked for twice, and done
        last = self._store.last_epoch(run_id)  # where it has gone back further since that epoch was chosen
        self._recorder.go_back(run_id, min(epoch, last), "rewind", message="", metrics={})
        old = self._queue.future(run_id)
        self.submit(run_id)  # it stays in the queue all the time: somebody may wait for its end
        self._queue.end_rewind(run_id, epoch)
        if old is not None:
            cancel_task(old)

    def _recover(self, run_id: str, future: Any) -> None:
        """Go on with a run whose worker has died, before those that wait."""
        if self._queue.future(run_id) is not future:
            return
        if self._queue.rewind_epoch(run_id) is not None:
            self._go_on_from(run_id)
            return
        if self._restarts[run_id] == MAX_RESTARTS:
            self._fail(run_id, WorkerLost(LOST_TOO_OFTEN))
            return
        if self._store.get(run_id).progress.pause is not None:  # the worker had not begun with it
            self._store.update(run_id, status=Status.QUEUED, message=LOST.format("where it was paused"))
        else:
            epoch, _ = last_checkpoint(self._store, run_id)
            where = f"from the end of epoch {epoch}" if epoch else "from the start"
            self._recorder.go_back(run_id, epoch, "lost", message=LOST.format(where))
        if not self._queue.wait_again(run_id, future):
            self._leave_if_stopped(run_id)
            return
        self._restarts[run_id] += 1
        self.commands.carry_over(run_id)
        self._messages.put(Submitted(run_id))
        cancel_task(future)

    def _fail(self, run_id: str, error: BaseException) -> None:
        if not isinstance(error, CnnvizError):
            logger.error("Run %s failed", run_id, exc_info=error)
            error = UnexpectedFailure(tasks.UNFORESEEN.format(words_of(error)))
        self._recorder.fail(run_id, error)
        self.forget(run_id)
