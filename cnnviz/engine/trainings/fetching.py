"""What comes over from workers, which may take long: checkpoints and results. See `messages.Inbox`."""

import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from cnnviz.engine.remote import tasks
from cnnviz.engine.trainings.messages import CheckpointArrived, Message, ResultArrived, TrainingEnded, TrainingLost
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.workers.worker_connection import WorkerConnection, WorkerEvent
from cnnviz.errors import EngineUnavailable, UnexpectedFailure, words_of
from cnnviz.training.events import Envelope, unpack

logger = logging.getLogger(__name__)

UNREADABLE = (
    "The result of this training came over damaged, or by another version of cnnviz. Use the same one on the server "
    "and on all workers, and resume it. Received: {}."
)


class Fetching:
    """Knows which messages announce something, and gets it."""

    def __init__(self, queue: TrainingQueue, connection: WorkerConnection) -> None:
        self._queue = queue
        self._connection = connection

    def of(self, message: Any) -> Callable[[], Message | None] | None:
        """What must come over before a message can be handled: waits for it, and gives the message to handle then."""
        match message:
            case WorkerEvent(run_id, {"kind": "epoch", "key": key} as told) if self._queue.is_present(run_id, key):
                return partial(self._checkpoint, unpack(told), self._queue.worker(run_id))
            case TrainingEnded(run_id, future) if self._queue.future(run_id) is future:
                is_there = future.status == "finished" and self._queue.rewind_epoch(run_id) is None
                return partial(self._result, run_id, future) if is_there else None
        return None

    def _checkpoint(self, told: Envelope, worker: str | None) -> Message:
        """That of an epoch; where its worker has just died, the run goes on from the epoch before."""
        epoch: Any = told.event
        checkpoint = None
        if worker is not None:
            with suppress(EngineUnavailable):
                checkpoint = self._connection.run_on(worker, tasks.take_checkpoint, told.run_id, told.key, epoch.epoch)
        return CheckpointArrived(told.run_id, told.key, epoch, checkpoint)

    def _result(self, run_id: str, future: Any) -> Message | None:
        try:
            return ResultArrived(run_id, future, future.result())
        except TimeoutError:  # the connection is slow: what else has come first, then again
            self._connection.messages.put(TrainingEnded(run_id, future))
            return None
        except OSError:
            return TrainingLost(run_id, future)
        except Exception as error:  # Dask's have no common base
            if future.status != "finished":  # any more
                return TrainingEnded(run_id, future)
            logger.exception("The result of the run %s cannot be read", run_id)
            return ResultArrived(run_id, future, UnexpectedFailure(UNREADABLE.format(words_of(error))))
