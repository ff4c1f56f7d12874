"""One thread that works through what happens to runs, in order, and loses nothing while the store refuses it."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from cnnviz.engine.trainings.queue import Book
from cnnviz.engine.trainings.store_outage import RETRY_SECONDS, Outage
from cnnviz.errors import StoreUnavailable
from cnnviz.runs.store import HEARTBEAT_SECONDS

logger = logging.getLogger(__name__)

QUEUE_SECONDS = 0.3  # between two looks while something waits for a worker

Item = tuple[str, Callable[..., None], tuple[Any, ...]]  # of a run: what to do with what


class Inbox:
    """Handles items one after the other; what the store refuses stays at the head until it is taken.

    So a handler must be one that can be repeated. `look_after()` is called now and then; `forget(run_id)` when what
    is left of a run is given up, because nothing could be kept for long after its end.
    """

    def __init__(self, book: Book, look_after: Callable[[], None], forget: Callable[[str], None]) -> None:
        self.outage = Outage()
        self._book = book
        self._look_after = look_after
        self._forget = forget
        self._items: queue.Queue[Item] = queue.Queue()
        self._refused: Item | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True, name="cnnviz-follower")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End the thread."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def put(self, run_id: str, handler: Callable[..., None], *args: Any) -> None:
        """Add `handler(*args)`, which concerns a run."""
        self._items.put((run_id, handler, args))

    def _work(self) -> None:
        looked = -HEARTBEAT_SECONDS
        while not self._closing.is_set():
            interval = QUEUE_SECONDS if self._book.waiting() else HEARTBEAT_SECONDS
            if time.monotonic() - looked > interval:
                if self._attempt(self._look_after) and self._refused is None:
                    self.outage.end()
                looked = time.monotonic()
            if self._refused is not None:
                self._retry(self._refused)
            else:
                self._handle_next(interval)

    def _handle_next(self, seconds: float) -> None:
        try:
            item = self._items.get(timeout=seconds)
        except queue.Empty:
            return
        self._refused = None if self._attempt(item[1], *item[2]) else item

    def _retry(self, item: Item) -> None:
        """Try again what the store refused, or give up a run that has long ended."""
        self._closing.wait(RETRY_SECONDS)
        run_id, handler, args = item
        if self._attempt(handler, *args):
            self._refused = None
            self.outage.end()
        elif not self._book.is_under_way(run_id) and self.outage.is_hopeless(self._book.end_of(run_id)):
            self.outage.give_up(run_id)
            self._forget(run_id)
            self._refused = None

    def _attempt(self, work: Callable[..., None], *args: Any) -> bool:
        """Do it; False if the store refused to take what came of it."""
        try:
            work(*args)
        except StoreUnavailable as error:
            self.outage.begin(error)
            return False
        except Exception:  # what cannot be handled must not end all trainings
            if not self._closing.is_set():
                logger.exception("An event of a training could not be handled")
        return True
