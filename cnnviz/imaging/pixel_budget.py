"""How much work pictures may make together, whatever they weigh: those of one set, and those decoded at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition, Lock

from cnnviz.errors import InvalidDataset

FREE_PIXELS = 300_000_000  # about as many take some seconds
PIXELS_PER_BYTE = 50  # a photo has 2 to 10, a drawing up to 50; one shade, packed in a zip, has 50,000
MAX_SECONDS = 1800.0


class BudgetSpent(InvalidDataset):
    """The pictures of a set make too much work together: the set is refused, not one picture of it."""


class PixelBudget:
    """Pixels that may be decoded of one folder or zip; several threads spend from it.

    Parameters
    ----------
    num_bytes : int
        Size of the folder or zip on the disk.
    """

    def __init__(self, num_bytes: int) -> None:
        self._most = FREE_PIXELS + PIXELS_PER_BYTE * num_bytes
        self._spent = 0
        self._lock = Lock()
        self._end = time.monotonic() + MAX_SECONDS

    def spend(self, num_pixels: int) -> None:
        """Count a picture that is about to be decoded; raises BudgetSpent if that is too much or takes too long."""
        with self._lock:
            self._spent += num_pixels
            spent = self._spent
        if spent > self._most:
            raise BudgetSpent(
                f"These pictures are too large together: expected at most {self._most // 10**6:,} megapixels for a "
                f"folder or zip of this size. Scale them down first. Received: more than {spent // 10**6:,} megapixels."
            )
        if time.monotonic() > self._end:
            raise BudgetSpent(
                f"Reading these pictures takes too long: expected at most {MAX_SECONDS / 60:.0f} minutes. Use fewer or "
                f"smaller ones. Received: {spent // 10**6:,} megapixels by then."
            )


class PixelsInWork:
    """Pixels that all threads of this process decode at the moment, at most so many together."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held = 0
        self._changed = Condition()

    @contextmanager
    def room_for(self, num_pixels: int) -> Iterator[None]:
        """Wait until there is room for so many more, no more than all of it, and hold them."""
        with self._changed:
            self._changed.wait_for(lambda: self._held + num_pixels <= self._most)
            self._held += num_pixels
        try:
            yield
        finally:
            with self._changed:
                self._held -= num_pixels
                self._changed.notify_all()
