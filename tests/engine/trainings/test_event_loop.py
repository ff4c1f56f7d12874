"""The event loop while the store refuses what comes."""

import threading
from dataclasses import dataclass
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from cnnviz.engine.trainings import event_loop
from cnnviz.engine.trainings.event_loop import EventLoop, StoreOutage
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.errors import StoreUnavailable
from tests.helpers import SECONDS, until


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(event_loop, "HEARTBEAT_SECONDS", 0.01)


@dataclass(frozen=True)
class Written:
    """A number that is to be written for a run; a negative one breaks the handler."""

    run_id: str
    number: int


class Disk:
    """A handler that refuses everything while its disk is full; `done` once 0 is written or a run is given up."""

    def __init__(self) -> None:
        self.is_full, self.is_stuck = True, False
        self.checked, self.beats = threading.Event(), threading.Semaphore(0)
        self.refused = threading.Semaphore(0)
        self.kept: list[int] = []
        self.done = threading.Event()
        self.queue = TrainingQueue()
        self.messages: SimpleQueue[Written] = SimpleQueue()
        self.outage = StoreOutage()
        self.loop = EventLoop(self.messages, self, self.queue, self.outage)

    def handle(self, message: Written) -> None:
        if message.number < 0:
            raise ZeroDivisionError
        if self.is_full:
            self.refused.release()
            raise StoreUnavailable("The disk is full.")
        self.kept.append(message.number)
        if message.number == 0:
            self.done.set()

    def to_fetch(self, _: Written) -> None:
        """Nothing."""

    def check(self) -> None:
        self.checked.set()
        if self.is_stuck:
            assert self.done.wait(SECONDS)

    def beat(self) -> None:
        self.beats.release()
        if self.is_full:
            raise StoreUnavailable("The disk is full.")

    def forget(self, run_id: str) -> None:
        self.queue.remove(run_id)
        self.done.set()


def test_what_was_refused_is_written_later_in_order_and_once() -> None:
    disk = Disk()
    disk.loop.start()
    for number in (5, 4, 3, 2, 1):
        disk.messages.put(Written("a", number))
    for _ in range(3):
        assert disk.refused.acquire(timeout=SECONDS)
    said = "The disk is full. The training goes on meanwhile, and is kept as soon as that is done."
    assert disk.outage.message() == said
    assert disk.kept == []
    disk.is_full = False
    disk.messages.put(Written("a", 0))
    assert disk.done.wait(SECONDS)
    until(lambda: disk.outage.message() == "")  # a heartbeat may have found the disk full just before
    disk.loop.close()
    assert disk.kept == [5, 4, 3, 2, 1, 0]


def test_a_run_that_has_ended_is_given_up_after_a_while_and_the_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_loop, "KEEP_TRYING_SECONDS", 0.05)
    disk = Disk()
    for run_id in ("a", "b"):
        future = SimpleNamespace(key=run_id)
        disk.queue.add(run_id)
        disk.queue.assign(run_id, future, "worker")
    disk.queue.end("a", disk.queue.future("a"))
    disk.loop.start()
    disk.messages.put(Written("a", 1))
    disk.messages.put(Written("b", 2))
    assert disk.done.wait(SECONDS)
    while disk.refused.acquire(blocking=False):
        pass
    for _ in range(10):
        assert disk.refused.acquire(timeout=SECONDS), "b is still tried, for it goes on"
    disk.loop.close()
    assert "a" not in disk.queue
    assert "b" in disk.queue
    assert disk.outage.lost_message("a").startswith("The disk is full. Nothing could be written")
    assert disk.outage.lost_message("b") == ""
    disk.outage.reset("a")
    assert disk.outage.lost_message("a") == ""


def test_a_handler_that_breaks_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    disk = Disk()
    disk.is_full = False
    disk.loop.start()
    disk.messages.put(Written("a", -1))
    disk.messages.put(Written("a", 0))
    assert disk.done.wait(SECONDS)
    disk.loop.close()
    assert "could not be handled" in caplog.text


def test_the_heart_beats_on_however_long_something_takes() -> None:
    disk = Disk()
    disk.is_full, disk.is_stuck = False, True
    disk.loop.start()
    assert disk.checked.wait(SECONDS)
    while disk.beats.acquire(blocking=False):
        pass
    for _ in range(3):
        assert disk.beats.acquire(timeout=SECONDS)
    disk.done.set()
    disk.loop.close()
