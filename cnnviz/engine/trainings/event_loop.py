"""One thread that works through what happens to runs, in order, and loses nothing while the store refuses it.

It waits for no worker: one that is silent, for minutes perhaps, would hold up the runs of everybody.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from cnnviz.engine.trainings.messages import Inbox, Message
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.errors import StoreUnavailable
from cnnviz.runs.store import HEARTBEAT_SECONDS

logger = logging.getLogger(__name__)

QUEUE_SECONDS = 0.3  # between two checks while something waits for a worker
RETRY_SECONDS = 1.0
KEEP_TRYING_SECONDS = 600.0  # after the end of a training; until then its results stay in memory
GOES_ON = "{error} The training goes on meanwhile, and is kept as soon as that is done."
NOT_KEPT = "{error} Nothing could be written for {minutes:.0f} min: what was not kept yet of this training is lost."


class StoreOutage:
    """The present trouble with the store, if any, and the runs whose results were given up because of it."""

    def __init__(self) -> None:
        self._error = ""
        self._began = 0.0
        self._given_up: dict[str, str] = {}

    def begin(self, error: Exception) -> None:
        """Note that the store refused something (again)."""
        if not self._error:
            self._began = time.monotonic()
        if str(error) != self._error:
            logger.warning("%s", error)
        self._error = str(error)

    def end(self) -> None:
        """Note that the store takes everything again."""
        if self._error:
            logger.warning("The run store can be used again.")
        self._error = ""

    def is_hopeless(self, ended: float) -> bool:
        """Whether to give up a training that ended then, by time.monotonic()."""
        return time.monotonic() - max(self._began, ended) > KEEP_TRYING_SECONDS

    def give_up(self, run_id: str) -> None:
        """Note that what is left of a run will not be kept."""
        self._given_up[run_id] = NOT_KEPT.format(minutes=KEEP_TRYING_SECONDS / 60, error=self._error)
        logger.error("Run %s: %s", run_id, self._given_up[run_id])

    def reset(self, run_id: str) -> None:
        """Begin anew with a run."""
        self._given_up.pop(run_id, None)

    def lost_message(self, run_id: str) -> str:
        """Why the results of a run were given up, in a sentence; empty if they were not."""
        return self._given_up.get(run_id, "")

    def message(self) -> str:
        """What to say with a run that goes on; empty while all is well."""
        return GOES_ON.format(error=self._error) if self._error else ""


class Handler(Protocol):
    """What the loop works for: `dispatcher.Dispatcher`, or a test's own."""

    def to_fetch(self, message: Any) -> Callable[[], Message | None] | None:
        """What must come from a worker first, if anything: waits for it, and gives the message to handle instead."""

    def handle(self, message: Any) -> None:
        """Do what a message asks for. Is called again with it if it raises StoreUnavailable."""

    def check(self) -> None:
        """Look after all runs; called now and then."""

    def beat(self) -> None:
        """Say that all runs are followed; called every HEARTBEAT_SECONDS, by another thread."""

    def forget(self, run_id: str) -> object:
        """Give up what is left of a run, because nothing could be kept for long after its end."""


class EventLoop:
    """Handles messages one after the other; what the store refuses stays at the head until it is taken.

    Its heart is a thread of its own: however long something takes, other processes must not take the runs for
    interrupted.
    """

    def __init__(
        self, messages: "queue.SimpleQueue[Message]", handler: Handler, trainings: TrainingQueue, outage: StoreOutage
    ) -> None:
        self._inbox = Inbox(messages)
        self._handler = handler
        self._trainings = trainings
        self._outage = outage
        self._refused: Message | None = None
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, daemon=True, name="cnnviz-event-loop"),
            threading.Thread(target=self._beat, daemon=True, name="cnnviz-heartbeat"),
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End the threads."""
        self._closing.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(timeout=10)

    def _beat(self) -> None:
        while not self._closing.is_set():
            if self._attempt(self._handler.beat) and self._refused is None:
                self._outage.end()
            self._closing.wait(HEARTBEAT_SECONDS)

    def _work(self) -> None:
        checked = -HEARTBEAT_SECONDS
        while not self._closing.is_set():
            interval = QUEUE_SECONDS if self._trainings.waiting() else HEARTBEAT_SECONDS
            if time.monotonic() - checked > interval:
                self._attempt(self._handler.check)
                checked = time.monotonic()
            if self._refused is not None:
                self._retry(self._refused)
            else:
                self._handle_next(interval)

    def _handle_next(self, seconds: float) -> None:
        message = self._inbox.take(seconds)
        if message is not None:
            self._refused = None if self._attempt(self._handle, message) else message

    def _handle(self, message: Message) -> None:
        work = self._handler.to_fetch(message)
        if work is None:
            self._handler.handle(message)
        else:
            self._inbox.fetch(message.run_id, work)

    def _retry(self, message: Message) -> None:
        """Try again what the store refused, or give up a run that has long ended."""
        self._closing.wait(RETRY_SECONDS)
        run_id = message.run_id
        if self._attempt(self._handle, message):
            self._refused = None
            self._outage.end()
        elif not self._trainings.is_under_way(run_id) and self._outage.is_hopeless(self._trainings.ended_at(run_id)):
            self._outage.give_up(run_id)
            self._handler.forget(run_id)
            self._refused = None

    def _attempt(self, work: Callable[..., None], *args: Any) -> bool:
        """Do it; False if the store refused to take what came of it."""
        try:
            work(*args)
        except StoreUnavailable as error:
            self._outage.begin(error)
            return False
        except Exception:  # what cannot be handled must not end all trainings
            if not self._closing.is_set():
                logger.exception("An event of a training could not be handled")
        return True
