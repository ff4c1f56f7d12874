"""Follows every training of this server: submits, records, recovers."""

import logging
import queue
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from cnnviz.engine import tasks
from cnnviz.engine.link import Link
from cnnviz.engine.recorder import Recorder, last_checkpoint
from cnnviz.errors import CnnvizError, EngineUnavailable, StoreUnavailable, WorkerLost
from cnnviz.runs.records import Status
from cnnviz.runs.store import HEARTBEAT_SECONDS, RunStore
from cnnviz.training.caps import caps_from_environment
from cnnviz.training.control import Command
from cnnviz.training.job import TrainingResult

logger = logging.getLogger(__name__)

MAX_RESTARTS = 3
WAIT_SECONDS = 0.2
STOPPED_IN_QUEUE = "Stopped by hand while it waited in the queue."
LOST_TOO_OFTEN = (
    f"The worker died {MAX_RESTARTS + 1} times during this training. "
    "Use a smaller net or batch size: it may need more memory than there is."
)


class Follower:
    """One thread works through an inbox of events and results, so that pages only read the store.

    `on_straight_run(run_id)` is called with each run that went straight through, with no other beside it.
    """

    def __init__(self, store: RunStore, on_straight_run: Callable[[str], None]) -> None:
        self._store = store
        self._on_straight_run = on_straight_run
        self._topic = f"cnnviz-{uuid.uuid4().hex[:8]}"
        self._recorder = Recorder(store, self._take_checkpoint)
        self._inbox: queue.Queue[tuple[Any, ...]] = queue.Queue()
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}  # an ordered set
        self._futures: dict[str, Any] = {}
        self._workers: dict[str, str] = {}
        self._restarts: dict[str, int] = {}
        self._rewinds: dict[str, int] = {}
        self._had_company: set[str] = set()  # another training ran beside them
        self._closing = threading.Event()
        self._link = Link(self._subscribe, self._lose)
        self._thread = threading.Thread(target=self._work, daemon=True, name="cnnviz-follower")

    @property
    def link(self) -> Link:
        """The connection that the trainings run through."""
        return self._link

    def start(self) -> None:
        """Begin to connect and to follow."""
        self._link.start()
        self._thread.start()

    def close(self) -> None:
        """End both threads and the connection."""
        self._closing.set()
        self._link.close()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def counts(self) -> tuple[int, int]:
        """How many trainings of this server run, and how many wait."""
        with self._lock:
            running = len(self._workers)
            return running, len(self._futures) + len(self._waiting) - running

    def place_in_queue(self, run_id: str) -> int | None:
        """Place of a run among those of this server that wait, counted from 1."""
        with self._lock:
            waiting = [queued for queued in (*self._futures, *self._waiting) if queued not in self._workers]
        return waiting.index(run_id) + 1 if run_id in waiting else None

    def is_following(self, run_id: str) -> bool:
        """Whether something is still to come of a run."""
        with self._lock:
            return run_id in self._futures or run_id in self._waiting

    def submit(self, run_id: str) -> None:
        """Queue a run that is in the store, from its last saved epoch."""
        with self._lock:
            self._waiting[run_id] = None
            self._restarts.setdefault(run_id, 0)
        self._inbox.put(("submit", run_id))

    def command(self, run_id: str, command: Command) -> None:
        """Pass a command to a run; stopping a queued one ends it at once."""
        with self._lock:
            worker, future = self._workers.get(run_id), self._futures.get(run_id)
            is_waiting = run_id in self._waiting
        if worker is not None:
            self._on_worker(worker, tasks.give_command, run_id, command)
        elif command == "stop" and (future is not None or is_waiting):
            self._forget(run_id)
            if future is not None:
                future.cancel()
            self._store.update(run_id, status=Status.STOPPED, message=STOPPED_IN_QUEUE)

    def set_learning_rate(self, run_id: str, rate: float) -> None:
        """Change the base learning rate of a running run."""
        with self._lock:
            worker = self._workers.get(run_id)
        if worker is not None:
            self._on_worker(worker, tasks.set_learning_rate, run_id, rate)

    def rewind(self, run_id: str, epoch: int) -> None:
        """Go back to the end of an epoch and on from there; a running training is stopped for that first."""
        with self._lock:
            is_followed = run_id in self._futures
            self._rewinds[run_id] = epoch
        if is_followed:
            self.command(run_id, "stop")
        else:
            self._inbox.put(("rewound", run_id))

    # ---- from the workers into the inbox

    def _subscribe(self, client: Any) -> None:
        client.subscribe_topic(self._topic, lambda event: self._inbox.put(("event", event[1])))

    def _lose(self) -> None:
        with self._lock:
            lost = list(self._futures)
        for run_id in lost:
            self._inbox.put(("lost", run_id))

    def _on_worker(self, worker: str, function: Any, *args: Any) -> Any:
        """Run a quick function in the event loop of one worker, past all queues."""
        return self._link.client().run(function, *args, workers=[worker])[worker]

    def _take_checkpoint(self, run_id: str, epoch: int) -> bytes | None:
        with self._lock:
            worker = self._workers.get(run_id)
        try:
            return None if worker is None else self._on_worker(worker, tasks.take_checkpoint, run_id, epoch)
        except (OSError, KeyError, EngineUnavailable):
            return None  # the worker has just died: the run goes on from the epoch before

    # ---- the thread

    def _work(self) -> None:
        handlers = {
            "submit": self._submit,
            "event": self._record,
            "done": self._finish,
            "lost": self._recover,
            "rewound": self._go_on_from,
        }
        beaten = 0.0
        while not self._closing.is_set():
            try:
                if time.monotonic() - beaten > HEARTBEAT_SECONDS:
                    self._beat()
                    beaten = time.monotonic()
                kind, *args = self._inbox.get(timeout=HEARTBEAT_SECONDS)
                handlers[kind](*args)
            except queue.Empty:
                continue
            except StoreUnavailable as error:
                logger.warning("%s", error)
            except Exception:
                if not self._closing.is_set():
                    logger.exception("An event of a training could not be handled")

    def _beat(self) -> None:
        with self._lock:
            followed = [*self._futures, *self._waiting]
        if followed:
            self._store.beat(followed)

    def _submit(self, run_id: str) -> None:
        if run_id not in self._waiting:
            return  # stopped meanwhile
        if not self._link.is_ready:
            self._closing.wait(WAIT_SECONDS)
            self._inbox.put(("submit", run_id))
            return
        run = self._store.get(run_id)
        done, checkpoint = last_checkpoint(self._store, run_id)
        rate = run.progress.get("learning_rate")
        max_seconds = caps_from_environment().seconds
        job = tasks.TrainingJob(run_id, run.architecture, run.config, done, checkpoint, rate, max_seconds)
        key = f"train-{run_id}-{uuid.uuid4().hex[:6]}"
        client = self._link.client()
        future = client.submit(tasks.run_training, job, self._topic, key=key, resources={"training": 1})
        with self._lock:
            self._waiting.pop(run_id, None)
            self._futures[run_id] = future
        future.add_done_callback(lambda done: self._inbox.put(("done", run_id, done)))

    def _record(self, event: dict[str, Any]) -> None:
        run_id = event["run"]
        with self._lock:
            if run_id not in self._futures:
                return
            if event["kind"] == "accepted":
                self._workers[run_id] = event["worker"]
                self._had_company.update(self._workers if len(self._workers) > 1 else ())
        self._recorder.record(event)

    def _finish(self, run_id: str, future: Any) -> None:
        with self._lock:
            if self._futures.get(run_id) is not future:
                return
            is_rewound = run_id in self._rewinds
        if is_rewound:
            self._go_on_from(run_id)
            return
        if future.status == "finished":
            self._finish_well(run_id, future.result())
            return
        error = future.exception() if future.status == "error" else None
        if error is None or type(error).__name__ == "KilledWorker":
            self._recover(run_id)
        else:
            self._fail(run_id, error)

    def _finish_well(self, run_id: str, result: TrainingResult) -> None:
        self._recorder.finish(run_id, result)
        if result.was_straight and run_id not in self._had_company:
            self._on_straight_run(run_id)
        self._forget(run_id)

    def _go_on_from(self, run_id: str) -> None:
        """Forget what came after the epoch that was asked for, and train on from it."""
        self._forget(run_id)
        with self._lock:
            epoch = self._rewinds.pop(run_id)
        self._store.rewind(run_id, epoch)
        self._store.update(run_id, status=Status.QUEUED, message="", metrics={})
        self.submit(run_id)

    def _recover(self, run_id: str) -> None:
        """Go on with a run whose worker has died."""
        self._forget(run_id)
        self._restarts[run_id] += 1
        if self._restarts[run_id] > MAX_RESTARTS:
            self._fail(run_id, WorkerLost(LOST_TOO_OFTEN))
            return
        epoch, _ = last_checkpoint(self._store, run_id)
        self._store.rewind(run_id, epoch)
        where = f"from the end of epoch {epoch}" if epoch else "from the start"
        self._store.update(run_id, status=Status.QUEUED, message=f"The worker was lost; the run goes on {where}.")
        self.submit(run_id)

    def _fail(self, run_id: str, error: BaseException) -> None:
        if not isinstance(error, CnnvizError):
            logger.error("Run %s failed", run_id, exc_info=error)
        self._forget(run_id)
        self._store.update(run_id, status=Status.FAILED, message=str(error))

    def _forget(self, run_id: str) -> None:
        with self._lock:
            self._waiting.pop(run_id, None)
            self._futures.pop(run_id, None)
            self._workers.pop(run_id, None)
            self._had_company.discard(run_id)
