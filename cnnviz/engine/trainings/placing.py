"""Gives the trainings that wait to workers that have room."""

import time
from collections.abc import Callable
from functools import partial
from typing import Any

from cnnviz.engine.remote import tasks
from cnnviz.engine.trainings.capacity import KEY_PREFIX, read_capacity
from cnnviz.engine.trainings.commands import Commands
from cnnviz.engine.trainings.messages import TrainingEnded
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.trainings.recorder import make_job
from cnnviz.engine.workers.cluster import TRAINING_RESOURCE
from cnnviz.engine.workers.worker_connection import WorkerConnection, cancel_task
from cnnviz.errors import CnnvizError, EngineUnavailable, StoreUnavailable
from cnnviz.runs.store import RunStore


class Placing:
    """Hands runs over in their turn; `fail(run_id, error)` is told of one that cannot begin.

    `num_at_once` are the trainings that all workers can run at once, when last looked.
    """

    def __init__(
        self,
        store: RunStore,
        queue: TrainingQueue,
        connection: WorkerConnection,
        commands: Commands,
        fail: Callable[[str, BaseException], None],
    ) -> None:
        self.num_at_once = 1
        self._store = store
        self._queue = queue
        self._connection = connection
        self._commands = commands
        self._fail = fail

    def place(self) -> None:
        """Give those that wait, in turn, to workers that have room; where there is none, paused ones are to make it."""
        waiting = self._queue.waiting()
        if not waiting or not self._connection.is_ready:
            return
        try:
            capacity = read_capacity(self._connection.client(0), self._queue.assigned().values())
        except EngineUnavailable:
            return  # the next look is soon
        self.num_at_once = max(1, capacity.count)
        for position, run_id in enumerate(waiting):
            worker = capacity.take()
            if worker is None:
                self._ask_back(len(waiting) - position)
                return
            try:
                self._begin(run_id, worker)
            except StoreUnavailable:
                raise
            except EngineUnavailable:
                return
            except (CnnvizError, LookupError, TypeError, ValueError) as error:  # deleted, damaged, a wrong setting
                self._fail(run_id, error)

    def _ask_back(self, num_workers: int) -> None:
        for run_id in self._queue.held()[:num_workers]:
            self._commands.want_back(run_id)

    def _begin(self, run_id: str, worker: str) -> None:
        given = make_job(self._store, run_id), self._connection.topic, self._commands.of(run_id)
        client = self._connection.client(0)
        key = f"{KEY_PREFIX}{run_id}-{time.time_ns():016x}"  # a later attempt has a greater one
        # A worker may still be at it: if only the connection was lost, or the server of the attempt before was killed.
        self._commands.abandon_older(run_id, key)
        place = {"resources": {TRAINING_RESOURCE: 1}, "workers": [worker]}
        future = client.submit(tasks.call_plainly, tasks.run_training, *given, key=key, **place)
        if self._queue.assign(run_id, future, worker):
            future.add_done_callback(partial(_note_end, self._queue, self._connection.messages, run_id))
        else:  # stopped meanwhile
            cancel_task(future)
            self._commands.abandon(run_id, key)


def _note_end(queue: TrainingQueue, messages: Any, run_id: str, future: Any) -> None:
    """Note the end at once: the loop may be busy with what the store refuses."""
    queue.end(run_id, future)
    messages.put(TrainingEnded(run_id, future))
