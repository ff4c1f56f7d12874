"""Keeps a connection to the workers for as long as the server lives."""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cnnviz.engine.remote import training_task as tasks
from cnnviz.engine.status import EngineStatus
from cnnviz.errors import CnnvizError, EngineUnavailable

logger = logging.getLogger(__name__)

RECONNECT_SECONDS = 1.0
READY_SECONDS = 120.0
WARM_SECONDS = 600.0  # for importing TensorFlow, on a slow machine under load


class Link:
    """Connects in the background, and again whenever the connection is lost.

    `on_connect(client)` is called with each new Dask client, `on_lost()` after its end.
    """

    def __init__(self, on_connect: Callable[[Any], None], on_lost: Callable[[], None]) -> None:
        self._on_connect = on_connect
        self._on_lost = on_lost
        self._connection: Any = None
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._closing = threading.Event()
        self._status = EngineStatus("starting")
        self._thread = threading.Thread(target=self._keep, daemon=True, name="cnnviz-link")

    @property
    def status(self) -> EngineStatus:
        """State and device; never waits."""
        return self._status

    @property
    def is_ready(self) -> bool:
        """Whether work can be sent now."""
        return self._ready.is_set()

    def start(self) -> None:
        """Begin to connect."""
        self._thread.start()

    def close(self) -> None:
        """Close the connection and whatever it started."""
        self._closing.set()
        self._ready.clear()
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def client(self) -> Any:
        """The Dask client; waits for the first connection, raises EngineUnavailable."""
        if not self._ready.wait(READY_SECONDS):
            raise EngineUnavailable(f"No worker has answered for {READY_SECONDS:g} s. {self._status.message}".strip())
        with self._lock:
            if self._connection is None:
                raise EngineUnavailable("The connection to the workers was lost. Try again in a few seconds.")
            return self._connection.client

    def _keep(self) -> None:
        while not self._closing.is_set():
            try:
                self._open()
                while not self._closing.wait(RECONNECT_SECONDS) and self._connection.is_alive:
                    pass
                self._set("starting")
            except CnnvizError as error:
                logger.warning("No connection to a worker: %s", error)
                self._status = EngineStatus("lost", message=str(error))
            except Exception as error:  # Dask's errors have no common base; the link must outlive them all
                if not self._closing.is_set():
                    logger.exception("The connection to the workers failed")
                self._status = EngineStatus("lost", message=f"{type(error).__name__}: {error}")
            self._drop()
            self._closing.wait(RECONNECT_SECONDS)

    def _open(self) -> None:
        from cnnviz.engine.workers.dask_connection import Connection

        connection = Connection()
        with self._lock:
            self._connection = connection
        if self._closing.is_set():
            self._drop()
            return
        self._on_connect(connection.client)
        self._set("warming")
        self._ready.set()
        self._set("ready", device=connection.client.submit(tasks.probe, pure=False).result(timeout=WARM_SECONDS))

    def _drop(self) -> None:
        self._ready.clear()
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.close()
        if not self._closing.is_set():
            self._on_lost()

    def _set(self, state: Any, **changes: Any) -> None:
        self._status = replace(self._status, state=state, message="", **changes)


def let_go(future: Any) -> None:
    """Cancel a task without waiting for it: its connection may be lost, or be closing in another thread."""
    client = future.client
    client.loop.add_callback(client.cancel, [future], asynchronous=True)
