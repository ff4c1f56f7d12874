"""Which trainings of this server wait and which a worker has. Safe to ask from any thread; knows no Dask."""

import threading
import time
from dataclasses import dataclass
from typing import Any


@dataclass
class Handed:
    """A training that was handed to a worker: its future, and what is known of it there."""

    future: Any
    worker: str
    is_accepted: bool = False
    had_company: bool = False  # another training ran beside it
    ended: float | None = None  # by time.monotonic()


class Book:
    """A run is in it while something is still to come of it: in the queue first, then with a worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, None] = {}  # an ordered set
        self._handed: dict[str, Handed] = {}

    def __contains__(self, run_id: str) -> bool:
        with self._lock:
            return run_id in self._waiting or run_id in self._handed

    def runs(self) -> list[str]:
        """All runs, those that a worker has first."""
        with self._lock:
            return [*self._handed, *self._waiting]

    def waiting(self) -> list[str]:
        """The queue, the next one first."""
        with self._lock:
            return list(self._waiting)

    def handed(self) -> dict[str, Handed]:
        """What workers have, by run."""
        with self._lock:
            return dict(self._handed)

    def queued(self) -> list[str]:
        """Those that do not run yet, the next one first."""
        with self._lock:
            return [*(run_id for run_id, handed in self._handed.items() if not handed.is_accepted), *self._waiting]

    def running(self) -> list[str]:
        """Those that a worker has begun."""
        with self._lock:
            return [run_id for run_id, handed in self._handed.items() if handed.is_accepted]

    def worker(self, run_id: str) -> str | None:
        """Address of the worker that has begun a run, if one has."""
        with self._lock:
            handed = self._handed.get(run_id)
            return handed.worker if handed is not None and handed.is_accepted else None

    def future(self, run_id: str) -> Any:
        """The future of a run that was handed to a worker, or None."""
        with self._lock:
            handed = self._handed.get(run_id)
            return None if handed is None else handed.future

    def is_under_way(self, run_id: str) -> bool:
        """Whether a worker has a run and has not ended it."""
        with self._lock:
            handed = self._handed.get(run_id)
            return handed is not None and handed.ended is None

    def end_of(self, run_id: str) -> float:
        """When the worker ended a run, by time.monotonic(); 0 where none has."""
        with self._lock:
            handed = self._handed.get(run_id)
            return 0.0 if handed is None else handed.ended or 0.0

    def queue(self, run_id: str, *, first: bool = False) -> None:
        """Put a run at the end of the queue, or before all others."""
        with self._lock:
            self._handed.pop(run_id, None)
            others = {other: None for other in self._waiting if other != run_id}
            self._waiting = {run_id: None, **others} if first else {**others, run_id: None}

    def hand(self, run_id: str, future: Any, worker: str) -> bool:
        """Move a run from the queue to a worker; False if it has left the queue meanwhile."""
        with self._lock:
            if run_id not in self._waiting:
                return False
            del self._waiting[run_id]
            self._handed[run_id] = Handed(future, worker)
            return True

    def accept(self, run_id: str) -> None:
        """Note that the worker has begun."""
        with self._lock:
            if run_id in self._handed:
                self._handed[run_id].is_accepted = True
            running = [handed for handed in self._handed.values() if handed.is_accepted]
            for handed in running if len(running) > 1 else ():
                handed.had_company = True

    def end(self, run_id: str, future: Any) -> None:
        """Note that nothing more comes from the worker."""
        with self._lock:
            handed = self._handed.get(run_id)
            if handed is not None and handed.future is future:
                handed.ended = time.monotonic()

    def drop(self, run_id: str) -> Handed | None:
        """Forget a run; returns what a worker has of it."""
        with self._lock:
            self._waiting.pop(run_id, None)
            return self._handed.pop(run_id, None)
