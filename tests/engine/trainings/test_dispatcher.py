"""What the dispatcher makes of a future, without any worker."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings.dispatcher import MAX_RESTARTS, Dispatcher
from cnnviz.engine.trainings.event_loop import EventLoop, StoreOutage
from cnnviz.engine.trainings.messages import TrainingEnded, TrainingLost
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.workers.worker_connection import WorkerConnection, WorkerEvent
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import CHECKPOINT_FILE
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Envelope, EpochEnded, Event, Points, pack
from cnnviz.training.loop.job import TrainingResult
from tests.helpers import SECONDS, until


class SlowFuture:
    """Finished, but its result comes over only when it is asked for the third time."""

    key = "train-slow"
    status = "finished"

    def __init__(self) -> None:
        self.num_asked = 0

    def result(self) -> TrainingResult:
        self.num_asked += 1
        if self.num_asked < 3:
            raise TimeoutError
        return self.made()

    @staticmethod
    def made() -> TrainingResult:
        test = TestPredictions(np.eye(2, dtype=np.float32), np.arange(2), ("a", "b"))
        return TrainingResult(model=b"model", metrics={"accuracy": 1.0}, test=test, seconds=7.0, device="CPU")


class Parts:
    """A dispatcher at work, whose workers are played by the test."""

    def __init__(self, home: Path) -> None:
        self.store, self.queue, self.connection = RunStore(home), TrainingQueue(), WorkerConnection()
        outage = StoreOutage()
        self.dispatcher = Dispatcher(self.store, self.queue, self.connection, outage, learn=lambda _: None)
        self.loop = EventLoop(self.connection.messages, self.dispatcher, self.queue, outage)

    def given(self, future: object) -> str:
        """A run that a worker has begun."""
        run_id = self.store.create(get_preset("digits-small").architecture, TrainingConfig()).id
        self.queue.add(run_id)
        self.queue.assign(run_id, future, "tcp://worker")
        self.queue.accept(run_id)
        return run_id

    def tell(self, run_id: str, event: Event) -> None:
        told = pack(Envelope(run_id, self.queue.future(run_id).key, event))
        self.connection.messages.put(WorkerEvent(run_id, told))

    def end(self, run_id: str) -> None:
        future = self.queue.future(run_id)
        self.queue.end(run_id, future)
        self.connection.messages.put(TrainingEnded(run_id, future))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        self.loop.start()
        try:
            yield
        finally:
            self.loop.close()


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    return Parts(tmp_path)


def test_a_result_that_takes_long_to_come_over_is_asked_for_again(parts: Parts) -> None:
    future = SlowFuture()
    run_id = parts.given(future)
    parts.end(run_id)
    with parts.at_work():
        until(lambda: not parts.queue.is_following(run_id))
    assert parts.store.get(run_id).status is Status.FINISHED
    assert future.num_asked == 3


class Silent:
    """Something that its worker does not give before it is `heard`."""

    key, status = "train-silent", "finished"

    def __init__(self) -> None:
        self.heard = threading.Event()
        self.is_asked = threading.Event()

    def result(self) -> TrainingResult:
        self.wait()
        return SlowFuture.made()

    def wait(self, *_: object) -> bytes:
        self.is_asked.set()
        assert self.heard.wait(SECONDS)
        return b"weights"


def _checkpoint_is_wanted(parts: Parts, run_id: str) -> None:
    parts.tell(run_id, EpochEnded(1, 1.0, {"loss": 0.5}))
    parts.tell(run_id, Points(2, 1, [{"epoch": 1.5, "loss": 0.4}]))
    parts.end(run_id)


def _result_is_wanted(parts: Parts, run_id: str) -> None:
    parts.end(run_id)


@pytest.mark.parametrize("something", [_checkpoint_is_wanted, _result_is_wanted])
def test_a_worker_that_says_nothing_holds_up_no_other_run_and_no_heartbeat(
    parts: Parts, monkeypatch: pytest.MonkeyPatch, something: object
) -> None:
    silent = Silent()
    monkeypatch.setattr(parts.connection, "run_on", silent.wait)
    own, other = parts.given(silent), parts.given(Mock(key="train-other", status="pending"))
    beats = Mock(wraps=parts.store.beat)
    monkeypatch.setattr(parts.store, "beat", beats)
    monkeypatch.setattr("cnnviz.engine.trainings.event_loop.HEARTBEAT_SECONDS", 0.05)
    something(parts, own)
    with parts.at_work():
        assert silent.is_asked.wait(SECONDS)
        parts.tell(other, Points(1, 1, [{"epoch": 0.5, "loss": 0.7}]))
        until(lambda: parts.store.curves(other).points)
        before = beats.call_count
        until(lambda: beats.call_count > before + 1)
        assert parts.store.curves(own).points == [], "in its order"
        silent.heard.set()
        until(lambda: not parts.queue.is_following(own))
    assert parts.store.get(own).status is Status.FINISHED
    if something is _checkpoint_is_wanted:
        assert parts.store.load_file(own, CHECKPOINT_FILE.format(1)) == b"weights"
        assert [row["epoch"] for row in parts.store.curves(own).epochs] == [1]
        assert [point["epoch"] for point in parts.store.curves(own).points] == [1.5]


def test_a_checkpoint_that_comes_after_its_attempt_was_given_up_is_no_part_of_the_next(
    parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = Silent()
    monkeypatch.setattr(parts.connection, "run_on", silent.wait)
    run_id = parts.given(silent)
    parts.tell(run_id, EpochEnded(1, 1.0, {"loss": 0.5}))
    with parts.at_work():
        assert silent.is_asked.wait(SECONDS)
        assert parts.queue.wait_again(run_id, silent)
        assert parts.queue.assign(run_id, Mock(key="train-next", status="pending"), "tcp://worker")
        parts.tell(run_id, Points(1, 1, [{"epoch": 0.5, "loss": 0.7}]))
        silent.heard.set()
        until(lambda: parts.store.curves(run_id).points)
    assert parts.store.last_epoch(run_id) == 0
    assert not parts.store.has_file(run_id, CHECKPOINT_FILE.format(1))


@pytest.mark.parametrize(
    ("failure", "status", "becomes"),
    [
        (ConnectionError("The connection to the workers is closed."), "finished", Status.QUEUED),
        (RuntimeError("cancelled"), "cancelled", Status.QUEUED),
        (RuntimeError("cannot be unpickled"), "finished", Status.FAILED),
    ],
)
def test_a_result_that_does_not_come_over_leaves_no_run_behind(
    parts: Parts, failure: Exception, status: str, becomes: Status
) -> None:
    future = Mock(key="train-lost", status="finished")

    def lose() -> TrainingResult:
        future.status = status
        raise failure

    future.result = lose
    run_id = parts.given(future)
    parts.end(run_id)
    with parts.at_work():
        until(lambda: (run_id in parts.queue.waiting()) or not parts.queue.is_following(run_id))
    assert parts.store.get(run_id).status is becomes
    assert parts.queue.is_following(run_id) is (becomes is Status.QUEUED)


def test_a_run_that_goes_on_by_hand_may_lose_its_worker_as_often_as_at_first(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run_id = store.create(get_preset("digits-small").architecture, TrainingConfig()).id
    queue, connection = TrainingQueue(), WorkerConnection()
    dispatcher = Dispatcher(store, queue, connection, StoreOutage(), learn=lambda _: None)

    def lose_worker() -> Status:
        future = Mock()  # also of the client that would cancel it
        assert queue.assign(run_id, future, "tcp://worker")
        dispatcher.handle(TrainingLost(run_id, future))
        return store.get(run_id).status

    dispatcher.submit(run_id)
    assert [lose_worker() for _ in range(MAX_RESTARTS + 1)] == [Status.QUEUED] * MAX_RESTARTS + [Status.FAILED]
    store.update(run_id, status=Status.QUEUED, message="")
    dispatcher.submit(run_id)
    assert lose_worker() is Status.QUEUED
