"""The long questions that browsers may ask a worker, and those that are being answered.

A question is worked on while somebody waits for it: each `step` works on one chunk. Whoever does not come back for the
next one (a closed tab) costs nothing, and is forgotten.
"""

import hashlib
import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from cnnviz.engine.ask import RunModel
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import LongQuestion, kept
from cnnviz.engine.long.attribution import browser_attribution, browser_deletion, browser_randomisation
from cnnviz.engine.long.embedding import browser_embedding, browser_features
from cnnviz.engine.long.robustness import browser_robustness
from cnnviz.engine.long.test_set import browser_test_images, browser_top_images
from cnnviz.errors import CnnvizError, EngineUnavailable, UnexpectedFailure, UnknownName
from cnnviz.runs.files import net_version

LONG_QUESTIONS: dict[str, LongQuestion] = {
    "attribution": browser_attribution,
    "deletion": browser_deletion,
    "randomisation": browser_randomisation,
    "test_images": browser_test_images,
    "top_images": kept(browser_top_images),
    "features": browser_features,
    "embedding": browser_embedding,
    "robustness": browser_robustness,
}

FORGET_SECONDS = 30.0  # after which who has not asked on is gone
MAX_JOBS = 200  # kept at a time, with their answers
NUM_AT_ONCE = 6  # chunks; a worker has its own queue
FAILED = (
    "The question could not be answered, for a reason that was not foreseen. Ask again. Whoever runs this server finds "
    "the reason in its log."
)

logger = logging.getLogger(__name__)


@dataclass(eq=False)
class _Job:
    """A question that some wait for, each with an id of its own, since when they were last heard of."""

    key: str
    chunks: Generator[float, None, bytes]
    waiting: dict[str, float] = field(default_factory=dict)
    chunk: Future[None] | None = None
    share: float = 0.0
    answer: bytes | None = None
    problem: CnnvizError | None = None

    @property
    def is_at_work(self) -> bool:
        return self.chunk is not None and not self.chunk.done()


class LongQuestions:
    """Jobs by their questions: who asks what somebody else asks just now waits for the same job.

    Parameters
    ----------
    engine : Engine
    table : mapping
        Name -> the generator that answers.
    clock : callable
        Seconds.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        table: Mapping[str, LongQuestion] = LONG_QUESTIONS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine, self._table, self._clock = engine, table, clock
        self._lock = threading.RLock()
        self._jobs: dict[str, _Job] = {}  # by key
        self._pool = ThreadPoolExecutor(NUM_AT_ONCE, thread_name_prefix="cnnviz-question")

    def start(self, name: str, run_id: str, epoch: int | None, params: Mapping[str, Any]) -> str:
        """Begin to wait for an answer.

        Returns
        -------
        str
            An id that nobody can guess, for `step`, `state` and `cancel`.

        Raises
        ------
        UnknownName
            There is no such question or run.
        EngineUnavailable
            Too many are waiting.
        """
        if name not in self._table:
            raise UnknownName.among("question", name, list(self._table))
        version = net_version(self._engine.store, self._engine.store.get(run_id), epoch)
        asked = json.dumps([name, run_id, epoch, version, params], sort_keys=True)
        key = hashlib.sha256(asked.encode()).hexdigest()
        with self._lock:
            self._forget_who_left()
            job = self._jobs.get(key)
            if job is None or job.problem:
                if len(self._jobs) >= MAX_JOBS:
                    raise EngineUnavailable("Too many questions are waiting for the worker. Try again in a moment.")
                job = self._jobs[key] = _Job(key, self._table[name](self._engine, RunModel(run_id, epoch), params))
            waiting = secrets.token_urlsafe(24)
            job.waiting[waiting] = self._clock()
        return waiting

    def step(self, waiting: str) -> Future[None]:
        """Work on the next chunk of what somebody waits for, if nobody does so already; raises UnknownName.

        What comes of it is the `state`.
        """
        with self._lock:
            job = self._job(waiting)
            if job.chunk is None or (job.chunk.done() and job.answer is None and job.problem is None):
                job.chunk = self._pool.submit(self._work, job)
            return job.chunk

    def state(self, waiting: str) -> float | bytes:
        """Give the share that is done, 0 to 1, or the answer; raises UnknownName, and what the question raised."""
        with self._lock:
            job = self._job(waiting)
            if job.problem is not None:
                raise job.problem
            return job.share if job.answer is None else job.answer

    def cancel(self, waiting: str) -> None:
        """Wait no more; what nobody waits for ends after its chunk."""
        with self._lock:
            for job in [job for job in self._jobs.values() if waiting in job.waiting]:
                del job.waiting[waiting]
                self._drop_unwanted(job)

    def _job(self, waiting: str) -> _Job:
        job = next((job for job in self._jobs.values() if waiting in job.waiting), None)
        if job is None:
            raise UnknownName("Nobody waits for this answer any more. Ask again.")
        job.waiting[waiting] = self._clock()
        return job

    def _work(self, job: _Job) -> None:
        if not job.waiting:  # any more
            job.chunks.close()
            return
        try:
            job.share = next(job.chunks)
        except StopIteration as end:
            job.answer = end.value
        except CnnvizError as error:
            job.problem = error
        except Exception:
            logger.exception("A long question failed")
            job.problem = UnexpectedFailure(FAILED)
        with self._lock:
            for waiting in job.waiting:  # nobody can be heard of during a chunk that takes long
                job.waiting[waiting] = self._clock()
            if not job.waiting:
                job.chunks.close()

    def _forget_who_left(self) -> None:
        now = self._clock()
        for job in [job for job in self._jobs.values() if not job.is_at_work]:
            for waiting in [one for one, heard in job.waiting.items() if now - heard > FORGET_SECONDS]:
                del job.waiting[waiting]
            self._drop_unwanted(job)

    def _drop_unwanted(self, job: _Job) -> None:
        if job.waiting:
            return
        if self._jobs.get(job.key) is job:
            del self._jobs[job.key]
        if not job.is_at_work:  # else it is closed after its chunk
            job.chunks.close()
