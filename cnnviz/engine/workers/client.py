"""The Dask client of the server. Imports Dask, which takes a second."""

from collections.abc import Callable
from typing import Any

from distributed import Client

ANSWER_SECONDS = 120.0  # a worker that imports TensorFlow on a busy machine may be silent for long


class PatientClient(Client):
    """A client whose questions all come to an end, with TimeoutError at the latest.

    Dask's own wait for ever when the connection is closed in another thread just then: its event loop stops, and
    nobody is left to say that no answer comes.
    """

    def sync(self, func: Callable[..., Any], *args: Any, callback_timeout: Any = None, **kwargs: Any) -> Any:
        """Run a coroutine function in the client's loop and return its result, within `callback_timeout`."""
        if self.loop.asyncio_loop.is_closed():
            raise ConnectionError("The connection to the workers is closed.")
        return super().sync(func, *args, callback_timeout=callback_timeout or ANSWER_SECONDS, **kwargs)
