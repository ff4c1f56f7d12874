"""What the dispatcher makes of a future, without any worker."""

from pathlib import Path
from unittest.mock import Mock

import numpy as np

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.trainings.dispatcher import MAX_RESTARTS, Dispatcher
from cnnviz.engine.trainings.event_loop import EventLoop, StoreOutage, TrainingEnded, TrainingLost
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.workers.worker_connection import WorkerConnection
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.job import TrainingResult
from tests.helpers import until


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
        test = TestPredictions(np.eye(2, dtype=np.float32), np.arange(2), ("a", "b"))
        return TrainingResult(model=b"model", metrics={"accuracy": 1.0}, test=test, seconds=7.0, device="CPU")


def test_a_result_that_takes_long_to_come_over_is_asked_for_again(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run_id = store.create(get_preset("digits-small").architecture, TrainingConfig()).id
    queue, connection, outage = TrainingQueue(), WorkerConnection(), StoreOutage()
    dispatcher = Dispatcher(store, queue, connection, outage, learn=lambda _: None)
    loop = EventLoop(connection.messages, dispatcher, queue, outage)
    future = SlowFuture()
    queue.add(run_id)
    queue.assign(run_id, future, "tcp://worker")
    queue.end(run_id, future)
    connection.messages.put(TrainingEnded(run_id, future))
    loop.start()
    try:
        until(lambda: not queue.is_following(run_id))
    finally:
        loop.close()
    assert store.get(run_id).status is Status.FINISHED
    assert future.num_asked == 3


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
