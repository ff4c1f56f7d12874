"""Follows every training of this server: hands it to a worker, records, recovers."""

import logging
import threading
import uuid
from collections.abc import Callable
from typing import Any

from cnnviz.engine.remote import training_task as tasks
from cnnviz.engine.trainings.event_loop import Inbox
from cnnviz.engine.trainings.queue import Book, Handed
from cnnviz.engine.trainings.recorder import Recorder, make_job
from cnnviz.engine.trainings.store_outage import Outage
from cnnviz.engine.workers.capacity import KEY_PREFIX, RESOURCE, read_slots
from cnnviz.engine.workers.worker_connection import Link, let_go
from cnnviz.errors import CnnvizError, EngineUnavailable, StoreUnavailable, WorkerLost
from cnnviz.runs.files import last_checkpoint
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.events import Accepted, Envelope, unpack
from cnnviz.training.loop.control import Command

logger = logging.getLogger(__name__)

MAX_RESTARTS = 3
STOPPED_IN_QUEUE = "Stopped by hand while it waited in the queue."
WORKER_LOST = "The worker of this training was just lost; the training goes on in a few seconds. Try again then."
LOST_TOO_OFTEN = (
    f"The worker died {MAX_RESTARTS + 1} times during this training. "
    "Use a smaller net or batch size: it may need more memory than there is."
)


class Follower:
    """One thread works through an inbox of events and results, so that pages only read the store.

    `on_straight_run(run_id)` is called with each run that went straight through, with no other beside it.
    """

    def __init__(self, store: RunStore, on_straight_run: Callable[[str], None]) -> None:
        self.book = Book()
        self.link = Link(self._subscribe, self._lose)
        self.num_slots = 1  # trainings that all workers can run at once, when last looked
        self._store = store
        self._on_straight_run = on_straight_run
        self._topic = f"cnnviz-{uuid.uuid4().hex[:8]}"
        self._recorder = Recorder(store, self._take_checkpoint)
        self._inbox = Inbox(self.book, self._look_after, self._forget)
        self._lock = threading.Lock()
        self._restarts: dict[str, int] = {}
        self._rewinds: dict[str, int] = {}

    @property
    def outage(self) -> Outage:
        """What is wrong with the store, if anything."""
        return self._inbox.outage

    def start(self) -> None:
        """Begin to connect and to follow."""
        self.link.start()
        self._inbox.start()

    def close(self) -> None:
        """End the threads and the connection."""
        self.link.close()
        self._inbox.close()

    def is_following(self, run_id: str) -> bool:
        """Whether something is still to come of a run."""
        return run_id in self.book or run_id in self._rewinds

    def submit(self, run_id: str, *, first: bool = False) -> None:
        """Queue a run that is in the store, from its last saved epoch; `first` before all others."""
        self.outage.forgive(run_id)
        with self._lock:
            self._restarts.setdefault(run_id, 0)
        self.book.queue(run_id, first=first)
        self._inbox.put(run_id, self._place_waiting)

    def command(self, run_id: str, command: Command) -> None:
        """Pass a command to a run; stopping a queued one ends it at once."""
        worker = self.book.worker(run_id)
        if worker is not None:
            self._on_worker(worker, tasks.give_command, run_id, command)
        elif command == "stop" and run_id in self.book:
            self._store.update(run_id, status=Status.STOPPED, message=STOPPED_IN_QUEUE)
            handed = self._forget(run_id)
            if handed is not None:
                self._on_worker(handed.worker, tasks.abandon, run_id)

    def set_learning_rate(self, run_id: str, rate: float) -> None:
        """Change the base learning rate of a running run."""
        worker = self.book.worker(run_id)
        if worker is not None:
            self._on_worker(worker, tasks.set_learning_rate, run_id, rate)

    def rewind(self, run_id: str, epoch: int) -> None:
        """Go back to the end of an epoch and on from there; a running training is stopped for that first."""
        with self._lock:
            self._rewinds[run_id] = epoch
        if self.book.future(run_id) is not None:
            self.command(run_id, "stop")
        else:
            self._inbox.put(run_id, self._go_on_from, run_id)

    # ---- from the workers into the inbox

    def _subscribe(self, client: Any) -> None:
        client.subscribe_topic(self._topic, lambda stamped: self._receive(unpack(stamped[1])))

    def _receive(self, envelope: Envelope) -> None:
        self._inbox.put(envelope.run_id, self._record, envelope)

    def _end(self, run_id: str, future: Any) -> None:
        self.book.end(run_id, future)
        self._inbox.put(run_id, self._finish, run_id, future)

    def _lose(self) -> None:
        for run_id, handed in self.book.handed().items():
            self._inbox.put(run_id, self._recover, run_id, handed.future)

    def _on_worker(self, worker: str, function: Any, *args: Any) -> Any:
        """Run a quick function in the event loop of one worker, past all queues; raises EngineUnavailable."""
        client = self.link.client()
        try:
            if worker in client.nthreads():  # else Dask would try to reach it for half a minute
                return client.run(function, *args, workers=[worker])[worker]
        except OSError as error:
            raise EngineUnavailable(WORKER_LOST) from error
        raise EngineUnavailable(WORKER_LOST)

    def _take_checkpoint(self, run_id: str, epoch: int) -> bytes | None:
        worker = self.book.worker(run_id)
        try:
            return None if worker is None else self._on_worker(worker, tasks.take_checkpoint, run_id, epoch)
        except EngineUnavailable:
            return None  # the worker has just died: the run goes on from the epoch before

    # ---- the thread: every handler can be repeated when the store refuses something

    def _look_after(self) -> None:
        """Say that the runs are followed; find those whose worker is gone, and those that can begin."""
        self._store.beat(self.book.runs())
        handed = self.book.handed()
        if handed and self.link.is_ready:
            # Dask itself would wait for the worker that a training is bound to, or restart it from an old epoch.
            present = read_slots(self.link.client()).total
            for run_id, one in handed.items():
                if one.worker not in present and one.ended is None:
                    self._recover(run_id, one.future)
        self._place_waiting()

    def _place_waiting(self) -> None:
        """Hand the runs of the queue, in turn, to workers that have room."""
        waiting = self.book.waiting()
        if not waiting or not self.link.is_ready:
            return
        slots = read_slots(self.link.client())
        self.num_slots = max(1, slots.count)
        for run_id in waiting:
            worker = slots.take()
            if worker is None:
                return
            try:
                self._hand(run_id, worker)
            except (StoreUnavailable, EngineUnavailable):
                raise
            except CnnvizError as error:  # deleted meanwhile, or a setting of this server is wrong
                self._fail(run_id, error)

    def _hand(self, run_id: str, worker: str) -> None:
        job = make_job(self._store, run_id)
        client = self.link.client()
        if self._restarts[run_id]:  # a worker may still be at it, if only the connection was lost
            client.run(tasks.abandon, run_id, on_error="ignore")
        key = f"{KEY_PREFIX}{run_id}-{uuid.uuid4().hex[:6]}"
        future = client.submit(tasks.run_training, job, self._topic, key=key, resources={RESOURCE: 1}, workers=[worker])
        if self.book.hand(run_id, future, worker):
            future.add_done_callback(lambda ended: self._end(run_id, ended))
        else:  # stopped meanwhile
            let_go(future)
            self._on_worker(worker, tasks.abandon, run_id)

    def _record(self, envelope: Envelope) -> None:
        run_id, event = envelope.run_id, envelope.event
        future = self.book.future(run_id)
        if future is None or future.key != envelope.key:
            return  # of an attempt that was given up
        if isinstance(event, Accepted):
            self.book.accept(run_id)
        self._recorder.record(run_id, event)

    def _finish(self, run_id: str, future: Any) -> None:
        if self.book.future(run_id) is not future:
            return
        if run_id in self._rewinds:
            self._go_on_from(run_id)
        elif future.status == "finished":
            self._fetch(run_id, future)
        elif future.status == "error" and type(future.exception()).__name__ != "KilledWorker":
            self._fail(run_id, future.exception())
        else:
            self._recover(run_id, future)

    def _fetch(self, run_id: str, future: Any) -> None:
        """Get a result over from its worker."""
        try:
            result = future.result()
        except TimeoutError:  # the connection is slow: the others' events first, then again
            self._inbox.put(run_id, self._finish, run_id, future)
        else:
            self._inbox.put(run_id, self._keep, run_id, future, result)

    def _keep(self, run_id: str, future: Any, result: tasks.TrainingResult) -> None:
        if self.book.future(run_id) is not future:
            return
        self._recorder.finish(run_id, result)
        if result.was_straight and not self.book.handed()[run_id].had_company:
            self._on_straight_run(run_id)
        self._forget(run_id)  # last: until then somebody may wait for all of it

    def _go_on_from(self, run_id: str) -> None:
        """Forget what came after the epoch that was asked for, and train on from it."""
        self._store.rewind(run_id, self._rewinds[run_id])
        self._store.update(run_id, status=Status.QUEUED, message="", metrics={})
        self._submit_again(run_id)
        with self._lock:
            del self._rewinds[run_id]

    def _recover(self, run_id: str, future: Any) -> None:
        """Go on with a run whose worker has died, before those that wait."""
        if self.book.future(run_id) is not future:
            return
        if self._restarts[run_id] == MAX_RESTARTS:
            self._fail(run_id, WorkerLost(LOST_TOO_OFTEN))
            return
        epoch, _ = last_checkpoint(self._store, run_id)
        self._store.rewind(run_id, epoch)
        where = f"from the end of epoch {epoch}" if epoch else "from the start"
        self._store.update(run_id, status=Status.QUEUED, message=f"The worker was lost; the run goes on {where}.")
        self._restarts[run_id] += 1
        self._submit_again(run_id, first=True)

    def _submit_again(self, run_id: str, *, first: bool = False) -> None:
        old = self.book.future(run_id)
        self.submit(run_id, first=first)  # it stays in the book all the time: somebody may wait for its end
        if old is not None:
            let_go(old)

    def _fail(self, run_id: str, error: BaseException) -> None:
        if not isinstance(error, CnnvizError):
            logger.error("Run %s failed", run_id, exc_info=error)
        self._recorder.fail(run_id, error)
        self._forget(run_id)

    def _forget(self, run_id: str) -> Handed | None:
        handed = self.book.drop(run_id)
        if handed is not None:
            let_go(handed.future)
        return handed
