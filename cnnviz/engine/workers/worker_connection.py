"""Keeps a connection to the workers for as long as the server lives, and sends them work."""

import logging
import threading
import time
import uuid
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any, Literal

from cnnviz.engine.remote import tasks
from cnnviz.engine.workers.cluster import IS_WARMING, TRAINING_RESOURCE, EmbeddedCluster
from cnnviz.errors import CnnvizError, EngineUnavailable
from cnnviz.settings import read_places

logger = logging.getLogger(__name__)
# What a test set's features weigh is known: they are asked about once, and on this machine most often.
warnings.filterwarnings("ignore", message="Sending large graph", module="distributed")

RECONNECT_SECONDS = 1.0
READY_SECONDS = 120.0
LOOK_SECONDS = 0.2
LOST_TWICE = "The worker was lost twice while it worked on this. Wait a few seconds and try again."
FAILED = "The connection to the workers failed. It is tried again every few seconds; the log of the server says why."
WORKER_LOST = "The worker of this training was just lost; the training goes on in a few seconds. Try again then."


@dataclass(frozen=True)
class EngineStatus:
    """State of the engine as this server sees it; `device` is empty until a worker has answered."""

    state: Literal["starting", "warming", "ready", "lost"]
    device: str = ""
    num_running: int = 0
    num_queued: int = 0
    message: str = ""


@dataclass(frozen=True)
class WorkerEvent:
    """Something that a training on a worker has told, as `training.events.pack` gives it."""

    run_id: str
    event: dict[str, Any]


@dataclass(frozen=True)
class ConnectionLost:
    """The connection of a Dask client has ended, and with it all that was submitted through it."""

    client: Any
    run_id: str = ""  # it concerns all


class WorkerConnection:
    """Connects in the background, and again whenever the connection is lost.

    What the wire tells goes into `messages`: a WorkerEvent for each event of a training that was submitted with
    `topic`, ConnectionLost after the end of a connection.
    """

    def __init__(self) -> None:
        self.messages: SimpleQueue[Any] = SimpleQueue()
        self.topic = f"cnnviz-{uuid.uuid4().hex[:8]}"
        self._connection: Any = None
        self._lock = threading.Lock()
        self._ready = threading.Event()
        self._closing = threading.Event()
        self._status = EngineStatus("starting")
        self._thread = threading.Thread(target=self._keep_connected, daemon=True, name="cnnviz-connection")

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

    def client(self, seconds: float = READY_SECONDS) -> Any:
        """The Dask client; waits for the first connection, but no longer than some seconds.

        Raises EngineUnavailable: at once while no connection can be made, else after that time.
        """
        until = time.monotonic() + seconds
        while not self._ready.wait(min(LOOK_SECONDS, seconds)):
            status = self._status
            if self._closing.is_set():
                raise EngineUnavailable("This server is ending. Start it again.")
            if status.state == "lost":
                raise EngineUnavailable(status.message)
            if time.monotonic() >= until:
                raise EngineUnavailable(f"No worker has answered for {seconds:g} s. Try again.")
        with self._lock:
            if self._connection is None:
                raise EngineUnavailable("The connection to the workers was lost. Try again in a few seconds.")
            return self._connection.client

    def call(self, function: Callable[..., Any], *args: Any, timeout: float = 60.0, is_training: bool = False) -> Any:
        """Run a task on a worker now, beside any training, and return its result.

        With `is_training` it takes the place of one, and so waits for it. The time, in seconds, is that of a worker
        that is warm: one that still imports TensorFlow is waited for as well.

        Raises the task's own CnnvizError, UnexpectedFailure for its other errors, or EngineUnavailable when no worker
        answers in time.
        """
        from distributed import KilledWorker
        from distributed.client import ClosedClientError, FutureCancelledError

        resources = {TRAINING_RESOURCE: 1} if is_training else None
        for is_last in (False, True):
            client = self.client()
            try:
                task = client.submit(tasks.call_plainly, function, *args, pure=False, priority=10, resources=resources)
                return self._result(client, task, timeout)
            except (KilledWorker, FutureCancelledError, ClosedClientError, OSError) as error:
                if is_last:
                    raise EngineUnavailable(LOST_TWICE) from error
                with self._lock:
                    if client.status != "running" and getattr(self._connection, "client", None) is client:
                        self._ready.clear()  # a second passes before it is noticed: the same one would be asked again
        raise AssertionError("the loop returns or raises")

    def _result(self, client: Any, task: Any, timeout: float) -> Any:
        while True:
            try:
                return task.result(timeout=timeout)
            except TimeoutError as error:
                is_first = self.status.state == "warming" and client.nthreads()  # that is for at most WARM_SECONDS
                if not (is_first or _is_warming(client)):
                    raise EngineUnavailable(f"The worker did not answer within {timeout:g} s. Try again.") from error

    def run_on(self, worker: str, function: Callable[..., Any], *args: Any) -> Any:
        """Run a quick function in the event loop of one worker, past all queues; raises EngineUnavailable.

        A worker that imports TensorFlow may be silent for minutes: not to be called where others wait meanwhile.
        """
        client = self.client(0)
        try:
            if worker in client.nthreads():  # else Dask would try to reach it for half a minute
                return client.run(function, *args, workers=[worker])[worker]
        except (OSError, AttributeError) as error:  # the latter where the client has just closed
            raise EngineUnavailable(WORKER_LOST) from error
        raise EngineUnavailable(WORKER_LOST)

    def send(self, function: Callable[..., Any], *args: Any, worker: str | None = None) -> None:
        """Let a worker, or all, run a quick function as `run_on` does, without waiting for it.

        Of no effect where no worker can be reached. Of two that are sent, the second one may run first.
        """
        with suppress(EngineUnavailable):
            client = self.client(0)
            client.loop.add_callback(_run_quietly, client, function, args, worker)

    def _keep_connected(self) -> None:
        while not self._closing.is_set():
            try:
                self._open()
                while not self._closing.wait(RECONNECT_SECONDS) and self._connection.is_alive:
                    pass
                self._set("starting")
            except CnnvizError as error:
                logger.warning("No connection to a worker: %s", error)
                self._status = EngineStatus("lost", message=str(error))
            except ConnectionError as error:  # lost before the worker has answered: who asks it waits for the next one
                logger.warning("%s", error)
                self._set("starting")
            except Exception:  # Dask's errors have no common base; the thread must outlive them all
                if not self._closing.is_set():
                    logger.exception("The connection to the workers failed")
                self._status = EngineStatus("lost", message=FAILED)
            self._drop()
            self._closing.wait(RECONNECT_SECONDS)

    def _open(self) -> None:
        address, cluster, certificate = read_places("scheduler").scheduler, None, None
        if address is None:
            cluster = EmbeddedCluster()
            address, certificate = cluster.address, cluster.certificate
        # Only now, because this import takes a second in which the first visitor's page is drawn.
        from cnnviz.engine.workers.dask_connection import DaskConnection, named_certificate, probe_worker

        connection = DaskConnection(address, cluster, certificate or named_certificate())
        with self._lock:
            self._connection = connection
        if self._closing.is_set():
            self._drop()
            return
        messages = self.messages
        connection.client.subscribe_topic(self.topic, lambda told: messages.put(WorkerEvent(told[1]["run"], told[1])))
        self._set("warming")
        self._ready.set()
        self._set("ready", device=probe_worker(connection.client, address))

    def _drop(self) -> None:
        self._ready.clear()
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is None:
            return
        connection.close()
        if not self._closing.is_set():
            self.messages.put(ConnectionLost(connection.client))

    def _set(self, state: Any, **changes: Any) -> None:
        self._status = replace(self._status, state=state, message="", **changes)


def _is_warming(client: Any) -> bool:
    """Whether a worker still imports Keras, as one that was started again in place of a lost one."""
    try:
        known = client.sync(client.scheduler.identity, n_workers=-1)
    except AttributeError:  # the client has just closed, which ends the task
        return False
    return any(worker.get("metrics", {}).get(IS_WARMING, False) for worker in known["workers"].values())


async def _run_quietly(client: Any, function: Callable[..., Any], args: tuple[Any, ...], worker: str | None) -> None:
    """In the client's event loop; for a worker that is gone Dask would try to reach it for half a minute."""
    with suppress(OSError, AttributeError):  # nobody answers, or the client has just closed
        if worker is None or worker in await client.nthreads():
            await client.run(function, *args, workers=worker and [worker], on_error="ignore")


def cancel_task(future: Any) -> None:
    """Cancel a task without waiting for it: its connection may be lost, or be closing in another thread."""
    client = future.client
    client.loop.add_callback(client.cancel, [future], asynchronous=True)
