"""The Dask client of the server, and the cluster behind it. Imports Dask, which takes a second."""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from distributed import CancelledError, Client, KilledWorker, Security
from distributed.client import ClosedClientError

from cnnviz.engine.remote import tasks
from cnnviz.engine.workers.cluster import Certificate, EmbeddedCluster
from cnnviz.errors import EngineUnavailable
from cnnviz.settings import read_places

REACH_SECONDS = 10.0
CONNECT_SECONDS = 20
ANSWER_SECONDS = 120.0  # a worker that imports TensorFlow on a busy machine may be silent for long
WARM_SECONDS = 600.0  # for importing TensorFlow, on a slow machine under load
PROBES = 3
NO_WORKER = (
    "No worker of the scheduler at {address} has answered for {seconds:g} s. Start one as README.md says: dask worker "
    "{address} --resources training=1 ..."
)

NO_SCHEDULER = (
    "No Dask scheduler answers at {address}. Start it, or correct or remove CNNVIZ_SCHEDULER: without it, cnnviz "
    "trains on this machine. Received: {error}"
)


class PatientClient(Client):
    """A client whose questions all come to an end, with TimeoutError at the latest.

    Dask's own wait for ever when the connection is closed in another thread just then: its event loop stops, and
    nobody is left to say that no answer comes.
    """

    def start(self, **kwargs: Any) -> None:
        """Connect, as a new client does by itself; what it has started ends again if nobody answers."""
        try:
            super().start(callback_timeout=CONNECT_SECONDS + 1, **kwargs)  # a server that says nothing
        except BaseException:
            with suppress(OSError):
                self.close(timeout=2)
            raise

    def sync(self, func: Callable[..., Any], *args: Any, callback_timeout: Any = None, **kwargs: Any) -> Any:
        """Run a coroutine function in the client's loop and return its result, within `callback_timeout`."""
        loop: Any = self.loop  # Tornado's type says nothing of the loop inside
        if loop.asyncio_loop.is_closed():
            raise ConnectionError("The connection to the workers is closed.")
        return super().sync(func, *args, callback_timeout=callback_timeout or ANSWER_SECONDS, **kwargs)


def named_certificate() -> Certificate | None:
    """What the settings name for a scheduler of somebody else's."""
    named = read_places("tls_ca", "tls_cert", "tls_key")
    if named.tls_ca and named.tls_cert and named.tls_key:
        return Certificate(named.tls_ca, named.tls_cert, named.tls_key)
    if named.tls_ca or named.tls_cert or named.tls_key:
        raise EngineUnavailable(
            "CNNVIZ_TLS_CA, CNNVIZ_TLS_CERT and CNNVIZ_TLS_KEY belong together: set all three, or none."
        )
    return None


def make_security(address: str, certificate: Certificate | None) -> Security:
    """What Dask needs to know of a certificate; raises EngineUnavailable where it cannot be used."""
    if certificate is None:
        security = Security()
        if address.startswith("tls://") and security.get_tls_config_for_role("client")["ca_file"] is None:
            raise EngineUnavailable(
                f"The scheduler at {address} wants a certificate. Set CNNVIZ_TLS_CA, CNNVIZ_TLS_CERT and "
                "CNNVIZ_TLS_KEY to its PEM files; the README says how."
            )
        return security
    if not address.startswith("tls://"):
        raise EngineUnavailable(
            "CNNVIZ_TLS_CA, CNNVIZ_TLS_CERT and CNNVIZ_TLS_KEY are set, so CNNVIZ_SCHEDULER must be an address that "
            f"begins with tls://. Received: {address}"
        )
    security = Security(
        tls_ca_file=certificate.authority,
        tls_client_cert=certificate.certificate,
        tls_client_key=certificate.key,
        require_encryption=True,
    )
    try:
        security.get_connection_args("client")
    except OSError as error:
        raise EngineUnavailable(
            "CNNVIZ_TLS_CA, CNNVIZ_TLS_CERT and CNNVIZ_TLS_KEY must name PEM files that this user can read, the key "
            f"being that of the certificate. Received: {error}"
        ) from error
    return security


def _reach(address: str) -> None:
    """Raise OSError at once where nothing listens: a client that finds that out would leave a thread behind."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    socket.create_connection((host.strip("[]"), int(port)), timeout=REACH_SECONDS).close()


class DaskConnection:
    """A client of the scheduler at an address and, with the embedded cluster, the child process behind it.

    Without a certificate, the one that Dask's own configuration names is shown, if it names one.

    Raises EngineUnavailable if no scheduler answers, or none that the certificate fits.
    """

    def __init__(
        self, address: str, cluster: EmbeddedCluster | None = None, certificate: Certificate | None = None
    ) -> None:
        self._cluster = cluster
        security = make_security(address, certificate)
        try:
            _reach(address)
            self.client = PatientClient(address, timeout=CONNECT_SECONDS, set_as_default=False, security=security)
        except Exception as error:  # Dask's have no common base
            self._close_cluster()
            raise EngineUnavailable(NO_SCHEDULER.format(address=address, error=error)) from error

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


def probe_worker(client: Any, address: str) -> str:
    """Ask a worker for its device; again where another task takes the worker down meanwhile.

    Raises EngineUnavailable if no worker answers, ConnectionError if the connection is lost meanwhile.
    """
    for attempts_left in reversed(range(PROBES)):
        try:
            task = client.submit(tasks.call_plainly, tasks.probe, pure=False)
            return str(task.result(timeout=WARM_SECONDS))
        except KilledWorker:
            if not attempts_left:
                raise
        except (CancelledError, ClosedClientError):
            raise ConnectionError(f"The connection to {address} was lost before a worker has answered.") from None
        except TimeoutError:
            raise EngineUnavailable(NO_WORKER.format(address=address, seconds=WARM_SECONDS)) from None
    raise AssertionError("the loop returns or raises")
