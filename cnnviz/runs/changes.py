"""Tells those who look at a run, in this process, that something was written of it: nobody need ask again and again."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Changes:
    """Listeners by run, for any thread; what they do in `tell` must be short, because a writer waits for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: dict[str, list[Callable[[], object]]] = {}

    @contextmanager
    def heard(self, run_id: str, listener: Callable[[], object]) -> Iterator[None]:
        """Hear of a run while the block runs.

        Parameters
        ----------
        run_id : str
        listener : callable
            Called without arguments after each write to the run, from the thread that has written.
        """
        with self._lock:
            self._listeners.setdefault(run_id, []).append(listener)
        try:
            yield
        finally:
            with self._lock:
                self._listeners[run_id].remove(listener)
                if not self._listeners[run_id]:
                    del self._listeners[run_id]

    def tell(self, run_id: str) -> None:
        """Say that something of a run was written."""
        with self._lock:
            listeners = tuple(self._listeners.get(run_id, ()))
        for listener in listeners:
            listener()
