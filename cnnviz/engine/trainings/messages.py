"""What is told of runs within the server, beside what `workers.worker_connection` puts in; and in which order."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from cnnviz.errors import UnexpectedFailure
from cnnviz.training.events import EpochEnded
from cnnviz.training.loop.job import GivenBack, TrainingResult

logger = logging.getLogger(__name__)


class Message(Protocol):
    """Something that has happened to a run; `run_id` is empty where it concerns all."""

    @property
    def run_id(self) -> str:
        """Which run."""


@dataclass(frozen=True)
class Submitted:
    """A run was added to the queue."""

    run_id: str


@dataclass(frozen=True)
class RewindAsked:
    """A run is to go back to an epoch."""

    run_id: str


@dataclass(frozen=True)
class TrainingLost:
    """What a worker has of a training cannot be had any more."""

    run_id: str
    future: Any


@dataclass(frozen=True)
class TrainingEnded:
    """A worker has ended a training, in whatever way."""

    run_id: str
    future: Any


@dataclass(frozen=True)
class CheckpointArrived:
    """An epoch has ended in the attempt of that Dask key, and its checkpoint has come over; None if it is gone."""

    run_id: str
    key: str
    event: EpochEnded
    checkpoint: bytes | None = field(repr=False)


@dataclass(frozen=True)
class ResultArrived:
    """The result of a training has come over from its worker, or why it cannot be read."""

    run_id: str
    future: Any
    result: TrainingResult | GivenBack | UnexpectedFailure


@dataclass(frozen=True)
class GoOnAsked:
    """A run was to go on in the moment in which it gave its worker back."""

    run_id: str


@dataclass(frozen=True)
class _Fetched:
    """Something has come over for a run, or has not."""

    run_id: str
    message: Message | None


class Inbox:
    """Messages in the order in which they came; those of a run wait while something is fetched for it."""

    def __init__(self, messages: "queue.SimpleQueue[Message]") -> None:
        self._messages = messages
        self._next: deque[Message] = deque()  # what has waited
        self._held: dict[str, list[Message]] = {}

    def take(self, seconds: float) -> Message | None:
        """The next message that can be handled; None where none has come within some seconds, or one that waits."""
        try:
            message = self._next.popleft() if self._next else self._messages.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(message, _Fetched):
            came = [message.message] if message.message is not None else []
            self._next.extendleft(reversed([*came, *self._held.pop(message.run_id)]))
            return None
        if message.run_id in self._held:
            self._held[message.run_id].append(message)
            return None
        return message

    def fetch(self, run_id: str, work: Callable[[], Message | None]) -> None:
        """Wait for something in a thread of its own; the message that it gives is the next one of the run."""
        self._held[run_id] = []
        threading.Thread(target=self._fetch, args=(run_id, work), daemon=True, name="cnnviz-fetch").start()

    def _fetch(self, run_id: str, work: Callable[[], Message | None]) -> None:
        found = None
        try:
            found = work()
        except Exception:  # the run must go on
            logger.exception("Something could not be fetched for the run %s", run_id)
        self._messages.put(_Fetched(run_id, found))
