"""The inbox while the store refuses what comes."""

import threading
from types import SimpleNamespace

import pytest

from cnnviz.engine.trainings import event_loop as inbox
from cnnviz.engine.trainings import store_outage as outage
from cnnviz.engine.trainings.event_loop import Inbox
from cnnviz.engine.trainings.queue import Book
from cnnviz.errors import StoreUnavailable

SECONDS = 20


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inbox, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(inbox, "HEARTBEAT_SECONDS", 0.01)


class Disk:
    """Refuses everything while it is full."""

    def __init__(self) -> None:
        self.is_full = True
        self.refused = threading.Semaphore(0)
        self.kept: list[int] = []
        self.done = threading.Event()

    def write(self, number: int) -> None:
        if self.is_full:
            self.refused.release()
            raise StoreUnavailable("The disk is full.")
        self.kept.append(number)

    def look_after(self) -> None:
        if self.is_full:
            raise StoreUnavailable("The disk is full.")


def _inbox(disk: Disk, book: Book) -> Inbox:
    made = Inbox(book, disk.look_after, lambda run_id: (book.drop(run_id), disk.done.set()))
    made.start()
    return made


def test_what_was_refused_is_written_later_in_order_and_once() -> None:
    disk, book = Disk(), Book()
    made = _inbox(disk, book)
    for number in range(5):
        made.put("a", disk.write, number)
    for _ in range(3):
        assert disk.refused.acquire(timeout=SECONDS)
    assert (
        made.outage.words() == "The disk is full. The training goes on meanwhile, and is kept as soon as that is done."
    )
    assert disk.kept == []
    disk.is_full = False
    made.put("a", disk.done.set)
    assert disk.done.wait(SECONDS)
    made.close()
    assert disk.kept == [0, 1, 2, 3, 4]
    assert made.outage.words() == ""


def test_a_run_that_has_ended_is_given_up_after_a_while_and_the_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outage, "KEEP_TRYING_SECONDS", 0.05)
    disk, book = Disk(), Book()
    for run_id in ("a", "b"):
        future = SimpleNamespace(key=run_id)
        book.queue(run_id)
        book.hand(run_id, future, "worker")
    book.end("a", book.future("a"))
    made = _inbox(disk, book)
    made.put("a", disk.write, 1)
    made.put("b", disk.write, 2)
    assert disk.done.wait(SECONDS)
    while disk.refused.acquire(blocking=False):
        pass
    for _ in range(10):
        assert disk.refused.acquire(timeout=SECONDS), "b is still tried, for it goes on"
    made.close()
    assert "a" not in book
    assert "b" in book
    assert made.outage.lost("a").startswith("The disk is full. Nothing could be written")
    assert made.outage.lost("b") == ""
    made.outage.forgive("a")
    assert made.outage.lost("a") == ""


def test_a_handler_that_breaks_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    disk, book = Disk(), Book()
    disk.is_full = False
    made = _inbox(disk, book)
    made.put("a", [].pop)
    made.put("a", disk.done.set)
    assert disk.done.wait(SECONDS)
    made.close()
    assert "could not be handled" in caplog.text
