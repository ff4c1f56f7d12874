"""The Dask client of the server, and the cluster behind it. Imports Dask, which takes a second."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from distributed import Client

from cnnviz.engine.workers.cluster import EmbeddedCluster
from cnnviz.errors import EngineUnavailable

CONNECT_SECONDS = 60
ANSWER_SECONDS = 120.0  # a worker that imports TensorFlow on a busy machine may be silent for long


class PatientClient(Client):
    """A client whose questions all come to an end, with TimeoutError at the latest.

    Dask's own wait for ever when the connection is closed in another thread just then: its event loop stops, and
    nobody is left to say that no answer comes.
    """

    def sync(self, func: Callable[..., Any], *args: Any, callback_timeout: Any = None, **kwargs: Any) -> Any:
        """Run a coroutine function in the client's loop and return its result, within `callback_timeout`."""
        loop: Any = self.loop  # Tornado's type says nothing of the loop inside
        if loop.asyncio_loop.is_closed():
            raise ConnectionError("The connection to the workers is closed.")
        return super().sync(func, *args, callback_timeout=callback_timeout or ANSWER_SECONDS, **kwargs)


class DaskConnection:
    """A client of the scheduler at an address and, with the embedded cluster, the child process behind it.

    Raises EngineUnavailable if no scheduler answers.
    """

    def __init__(self, address: str, cluster: EmbeddedCluster | None) -> None:
        self._cluster = cluster
        try:
            self.client = PatientClient(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            self._close_cluster()
            raise EngineUnavailable(f"No Dask scheduler answers at {address}: {error}.") from error

    @property
    def is_alive(self) -> bool:
        """Whether work can be sent."""
        return self.client.status == "running" and (self._cluster is None or self._cluster.is_alive)

    def close(self) -> None:
        """Close the client, then the embedded cluster, if there is one."""
        with suppress(OSError):  # it takes too long, or the scheduler is gone
            self.client.close(timeout=2)
        self._close_cluster()

    def _close_cluster(self) -> None:
        if self._cluster is not None:
            self._cluster.close()
