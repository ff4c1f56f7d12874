"""What a stranger on the same machine, or on the network, finds of the workers: nothing that answers."""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from distributed import Client, Security

from cnnviz.engine.workers import dask_connection
from cnnviz.engine.workers.cluster import Certificate, EmbeddedCluster
from cnnviz.engine.workers.dask_connection import DaskConnection
from cnnviz.engine.workers.worker_connection import WorkerConnection
from cnnviz.errors import EngineUnavailable
from tests.helpers import until
from tests.processes import family, open_ports

pytestmark = pytest.mark.worker

SECONDS = 5
CERTIFICATE = {"CNNVIZ_TLS_CA": "authority", "CNNVIZ_TLS_CERT": "certificate", "CNNVIZ_TLS_KEY": "key"}
PATHS = ("", "health", "status", "info/main/workers.html", "json/counts.json", "metrics")
ASK = """
import asyncio, json, sys
from distributed import Security
from distributed.core import rpc

async def ask(address, seconds, **certificate):
    shown = Security(**certificate).get_connection_args("client")
    try:
        async with rpc(address, connection_args=shown, timeout=seconds) as far:
            return (await asyncio.wait_for(far.identity(), seconds))["type"]
    except Exception:
        return "refused"

certificate = json.load(sys.stdin)
seconds = 30 if certificate else 3  # who is let in may be answered late, who is not is not answered at all
print(*(asyncio.run(ask(address, seconds, **certificate)) for address in sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def cluster() -> Iterator[EmbeddedCluster]:
    cluster = EmbeddedCluster()
    yield cluster
    cluster.close()


@pytest.fixture(scope="module")
def insider(cluster: EmbeddedCluster) -> Iterator[Client]:
    """Our own client, once the worker has joined: all ports are open then."""
    connection = DaskConnection(cluster.address, certificate=cluster.certificate)
    until(connection.client.nthreads)
    yield connection.client
    connection.close()


def test_scheduler_and_workers_listen_on_this_machine_only(cluster: EmbeddedCluster, insider: Client) -> None:
    hosts = {host for _, host, _ in open_ports(cluster.pid)}
    assert hosts == {"127.0.0.1"}


def test_no_port_of_theirs_shows_a_page(cluster: EmbeddedCluster, insider: Client) -> None:
    shown = [f"{port}/{path}" for _, _, port in open_ports(cluster.pid) for path in PATHS if _answers(port, path)]
    assert shown == []


def _answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=SECONDS):
            return True
    except urllib.error.HTTPError as error:
        return error.code != 404
    except OSError:  # no HTTP at all
        return False


def _ask(addresses: list[str], **certificate: str) -> list[str]:
    """What another process learns at each address: the kind of server, or "refused"."""
    done = subprocess.run(
        [sys.executable, "-c", ASK, *addresses],
        input=json.dumps(certificate),
        capture_output=True,
        text=True,
        timeout=240,
        check=True,
    )
    return done.stdout.split()


def test_only_a_process_with_the_certificate_is_let_in(cluster: EmbeddedCluster, insider: Client) -> None:
    # Not `scheduler_info()`: its answer may be overwritten by the client's own, which names no workers.
    ((worker, facts),) = insider.sync(insider.scheduler.identity, n_workers=-1)["workers"].items()
    addresses = [cluster.address, worker, facts["nanny"]]
    held = cluster.certificate
    fields = {"tls_ca_file": held.authority, "tls_client_cert": held.certificate, "tls_client_key": held.key}
    assert _ask(addresses, **fields) == ["Scheduler", "Worker", "Nanny"]
    assert _ask(addresses) == ["refused"] * 3
    assert _ask([address.replace("tls://", "tcp://") for address in addresses]) == ["refused"] * 3


def test_a_certificate_of_ones_own_making_opens_nothing(
    cluster: EmbeddedCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_connection, "CONNECT_SECONDS", 3)
    other = Security.temporary()
    forged = Certificate(other.tls_ca_file, other.tls_client_cert, other.tls_client_key)
    # The second trusts the scheduler, so it is the scheduler that refuses.
    for certificate in (forged, replace(forged, authority=cluster.certificate.authority)):
        with pytest.raises(EngineUnavailable, match="No Dask scheduler answers"):
            DaskConnection(cluster.address, certificate=certificate)


def test_each_cluster_has_a_certificate_of_its_own(cluster: EmbeddedCluster) -> None:
    other = EmbeddedCluster()
    assert other.certificate.key != cluster.certificate.key
    other.close()


def test_the_key_stands_in_no_command_line_and_no_environment(cluster: EmbeddedCluster, insider: Client) -> None:
    secret = cluster.certificate.key.splitlines()[1]
    assert len(secret) > 40
    for process in family(cluster.pid):
        with suppress(psutil.NoSuchProcess):  # one that ends meanwhile shows nothing
            assert secret not in " ".join((*process.cmdline(), *process.environ().values()))


@pytest.fixture
def pem(cluster: EmbeddedCluster, tmp_path: Path) -> dict[str, str]:
    """The variables that name the certificate, and files that hold it."""
    for field in CERTIFICATE.values():
        (tmp_path / field).write_text(getattr(cluster.certificate, field))
    return {"CNNVIZ_SCHEDULER": cluster.address} | {name: str(tmp_path / file) for name, file in CERTIFICATE.items()}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"CNNVIZ_TLS_KEY": ""}, "belong together: set all three, or none"),
        (dict.fromkeys(CERTIFICATE, ""), "wants a certificate. Set CNNVIZ_TLS_CA"),
        ({"CNNVIZ_TLS_CA": "/nowhere/ca.pem"}, "must name PEM files that this user can read"),
        ({"CNNVIZ_TLS_CERT": "/etc/hostname"}, "must name PEM files that this user can read"),
        ({"CNNVIZ_SCHEDULER": "tcp://127.0.0.1:1"}, r"begins with tls://\. Received: tcp://127\.0\.0\.1:1"),
    ],
    ids=["one is missing", "none is set", "no such file", "no PEM", "an open address"],
)
def test_a_certificate_that_cannot_be_used_is_said(
    monkeypatch: pytest.MonkeyPatch, pem: dict[str, str], changed: dict[str, str], expected: str
) -> None:
    for name, value in {**pem, **changed}.items():
        monkeypatch.setenv(name, value)
    connection = WorkerConnection()
    connection.start()
    until(lambda: connection.status.state == "lost")
    connection.close()
    assert re.search(expected, connection.status.message)
