"""A cache of large things by key: models, data sets. Pure; knows nothing of what it keeps."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass
class _KeyLock:
    """Held while one key is looked up or loaded; `num_users` threads hold it or wait for it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    num_users: int = 0


class KeyedLocks(Generic[K]):
    """A lock for each key; one that nobody holds or waits for any more is forgotten."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[K, _KeyLock] = {}

    def __len__(self) -> int:
        return len(self._locks)

    @contextmanager
    def held(self, key: K) -> Iterator[None]:
        """Let one thread at a time do something with a key."""
        with self._guard:
            one = self._locks.setdefault(key, _KeyLock())
            one.num_users += 1
        try:
            with one.lock:
                yield
        finally:
            with self._guard:
                one.num_users -= 1
                if not one.num_users:  # else there would be a lock for every key ever asked for
                    del self._locks[key]


class KeyedCache(Generic[K, V]):
    """Loads each key once and keeps what was used last, up to a number of bytes.

    Two threads never load the same key at the same time, and a slow load holds up only those who ask for its key.

    Parameters
    ----------
    max_bytes : int
        What all values may take together. The value used last stays even where it alone takes more.
    size_of : callable
        Bytes that a value takes; called once, when it has been loaded.
    """

    def __init__(self, max_bytes: int, size_of: Callable[[V], int]) -> None:
        self.max_bytes = max_bytes
        self._size_of = size_of
        self._key_locks: KeyedLocks[K] = KeyedLocks()
        self._guard = threading.Lock()  # of the two below; never held while something loads
        self._values: OrderedDict[K, tuple[V, int]] = OrderedDict()  # the one used longest ago comes first
        self._num_bytes = 0

    def get(self, key: K, load: Callable[[], V]) -> V:
        """Return the value of `key`; `load()` is called if it is not kept.

        What `load` raises is passed on and not kept: the next to ask, also one who waited, calls its own `load`.
        """
        with self._key_locks.held(key):
            with self._guard:
                if key in self._values:
                    self._values.move_to_end(key)
                    return self._values[key][0]
            value = load()
            self._keep(key, value, self._size_of(value))
        return value

    def keys(self) -> list[K]:
        """The keys of what is kept, the one used longest ago first."""
        with self._guard:
            return list(self._values)

    @property
    def num_bytes(self) -> int:
        """What all that is kept takes."""
        return self._num_bytes

    @property
    def num_locks(self) -> int:
        """Keys that somebody is asking for at this moment."""
        return len(self._key_locks)

    def clear(self) -> None:
        """Forget everything."""
        with self._guard:
            self._values.clear()
            self._num_bytes = 0

    def _keep(self, key: K, value: V, size: int) -> None:
        with self._guard:
            self._values[key] = (value, size)
            self._num_bytes += size
            while self._num_bytes > self.max_bytes and len(self._values) > 1:
                _, (_, freed) = self._values.popitem(last=False)
                self._num_bytes -= freed
