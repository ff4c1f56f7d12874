"""Which trainings of this server wait, and which a worker has.

Dask alone would hand a training to a worker at once, also to a busy one beside an idle one, and never move it:
https://github.com/dask/distributed/issues/1851. So a training waits here until a worker is free, and is bound to it.
"""

import heapq
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cnnviz.runs.records import Run
from cnnviz.runs.timing import seconds_left


@dataclass
class Assignment:
    """A training that was given to a worker: its future, and what is known of it there."""

    future: Any
    worker: str
    is_accepted: bool = False
    is_held: bool = False  # it is paused
    had_company: bool = False  # another training ran beside it
    ended: float | None = None  # by time.monotonic()


class TrainingQueue:
    """A run is in it while something is still to come of it: it waits first, then a worker has it.

    Safe to ask from any thread.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}  # an ordered set
        self._assigned: dict[str, Assignment] = {}
        self._rewinds: dict[str, int] = {}

    def is_following(self, run_id: str) -> bool:
        """Whether something is still to come of a run, a rewind that was asked for included."""
        return run_id in self or self.rewind_epoch(run_id) is not None

    def __contains__(self, run_id: object) -> bool:
        with self._lock:
            return run_id in self._waiting or run_id in self._assigned

    def runs(self) -> list[str]:
        """All runs, those that a worker has first."""
        with self._lock:
            return [*self._assigned, *self._waiting]

    def waiting(self) -> list[str]:
        """Those that no worker has yet, the next one first."""
        with self._lock:
            return list(self._waiting)

    def assigned(self) -> dict[str, Assignment]:
        """What workers have, by run."""
        with self._lock:
            return dict(self._assigned)

    def queued(self) -> list[str]:
        """Those that do not run yet, the next one first."""
        with self._lock:
            return [*(run_id for run_id, one in self._assigned.items() if not one.is_accepted), *self._waiting]

    def running(self) -> list[str]:
        """Those that a worker has begun."""
        with self._lock:
            return [run_id for run_id, one in self._assigned.items() if one.is_accepted]

    def held(self) -> list[str]:
        """Those that workers have and that are paused, the one that was given to a worker first at the beginning."""
        with self._lock:
            return [run_id for run_id, one in self._assigned.items() if one.is_held and one.ended is None]

    def note_held(self, run_id: str, *, is_held: bool) -> None:
        """Note that a run is paused, or goes on after that."""
        with self._lock:
            if run_id in self._assigned:
                self._assigned[run_id].is_held = is_held

    def is_before_start(self, run_id: str) -> bool:
        """Whether a run waits for a worker, or for the first word of one, and no rewind was asked for."""
        with self._lock:
            one = self._assigned.get(run_id)
            is_queued = run_id in self._waiting or (one is not None and not one.is_accepted)
            return is_queued and run_id not in self._rewinds

    def attempt(self, run_id: str) -> Assignment | None:
        """What has begun on a worker of a run and goes on; None as well when it is about to go back to an epoch."""
        with self._lock:
            one = self._assigned.get(run_id)
            goes_on = one is not None and one.is_accepted and one.ended is None and run_id not in self._rewinds
            return one if goes_on else None

    def worker(self, run_id: str) -> str | None:
        """Address of the worker that has begun a run, if one has."""
        with self._lock:
            one = self._assigned.get(run_id)
            return one.worker if one is not None and one.is_accepted else None

    def future(self, run_id: str) -> Any:
        """The future of a run that a worker has, or None."""
        with self._lock:
            one = self._assigned.get(run_id)
            return None if one is None else one.future

    def is_present(self, run_id: str, key: str) -> bool:
        """Whether the attempt of a Dask key is the one that is followed, and no earlier one."""
        with self._lock:
            one = self._assigned.get(run_id)
            return one is not None and one.future.key == key

    def is_under_way(self, run_id: str) -> bool:
        """Whether a worker has a run and has not ended it."""
        with self._lock:
            one = self._assigned.get(run_id)
            return one is not None and one.ended is None

    def ended_at(self, run_id: str) -> float:
        """When the worker ended a run, by time.monotonic(); 0 where none has."""
        with self._lock:
            one = self._assigned.get(run_id)
            return 0.0 if one is None else one.ended or 0.0

    def add(self, run_id: str, *, first: bool = False) -> None:
        """Put a run at the end of those that wait, or before all others."""
        with self._lock:
            self._assigned.pop(run_id, None)
            others = {other: None for other in self._waiting if other != run_id}
            self._waiting = {run_id: None, **others} if first else {**others, run_id: None}

    def wait_again(self, run_id: str, future: Any) -> bool:
        """Put a run before all that wait whose worker is lost; False if that worker does not have it any more."""
        with self._lock:
            one = self._assigned.get(run_id)
            if one is None or one.future is not future:
                return False
            del self._assigned[run_id]
            self._waiting = {run_id: None, **self._waiting}
            return True

    def put_first(self, run_id: str) -> None:
        """Put a run that waits before all others."""
        with self._lock:
            if run_id in self._waiting:
                self._waiting = {run_id: None, **self._waiting}

    def assign(self, run_id: str, future: Any, worker: str) -> bool:
        """Note that a worker has a run that waited; False if it waits no more."""
        with self._lock:
            if run_id not in self._waiting:
                return False
            del self._waiting[run_id]
            self._assigned[run_id] = Assignment(future, worker)
            return True

    def accept(self, run_id: str) -> None:
        """Note that the worker has begun."""
        with self._lock:
            if run_id in self._assigned:
                self._assigned[run_id].is_accepted = True
            running = [one for one in self._assigned.values() if one.is_accepted and one.ended is None]
            for one in running if len(running) > 1 else ():
                one.had_company = True

    def end(self, run_id: str, future: Any) -> None:
        """Note that nothing more comes from the worker."""
        with self._lock:
            one = self._assigned.get(run_id)
            if one is not None and one.future is future:
                one.ended = time.monotonic()

    def remove(self, run_id: str) -> Assignment | None:
        """Forget a run; returns what a worker has of it."""
        with self._lock:
            self._waiting.pop(run_id, None)
            return self._assigned.pop(run_id, None)

    def ask_rewind(self, run_id: str, epoch: int) -> None:
        """Note that a run is to go back to the end of an epoch."""
        with self._lock:
            self._rewinds[run_id] = epoch

    def rewind_epoch(self, run_id: str) -> int | None:
        """The epoch that a run is to go back to, if it is."""
        with self._lock:
            return self._rewinds.get(run_id)

    def end_rewind(self, run_id: str, epoch: int) -> None:
        """Note that a run has gone back to an epoch; another one that was asked for meanwhile is still to come."""
        with self._lock:
            if self._rewinds.get(run_id) == epoch:
                del self._rewinds[run_id]


@dataclass(frozen=True)
class QueuePosition:
    """What comes before a waiting training: how many others, and how many seconds, None where that is not known.

    Only trainings of this server: of those that other servers have on the same workers it knows nothing.
    """

    num_before: int
    seconds: float | None


def position_after(before: Sequence[Run], num_at_once: int) -> QueuePosition:
    """Position of the one that comes after all of `before`, those that run first, when so many run at once."""
    ends = [0.0] * num_at_once  # when each place is free again
    for run in before:
        seconds = seconds_left(run)
        if seconds is None:
            return QueuePosition(len(before), None)
        heapq.heapreplace(ends, ends[0] + seconds)
    return QueuePosition(len(before), ends[0])
