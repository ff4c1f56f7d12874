"""A scheduler that is dead or silent, or no address at all: one sentence, soon, and nothing is left open."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.ask import Images, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.workers import dask_connection
from cnnviz.engine.workers.dask_connection import DaskConnection
from cnnviz.errors import EngineUnavailable, InvalidConfig
from cnnviz.runs.store import RunStore
from cnnviz.settings import read_places
from cnnviz.training.config import TrainingConfig
from tests.helpers import PROJECT, SECONDS, until

NONSENSE = [
    "hello",
    "tcp://",
    "http://10.0.0.1:8786",
    "10.0.0.1",
    "tcp://10.0.0.1:99999",
    "tcp://a b:8786",
    ":8786",
    "::",
]


@pytest.fixture
def silent() -> Iterator[str]:
    """Address of a server that takes every connection and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"


@pytest.fixture
def dead() -> Iterator[str]:
    """An address where nothing listens, and that nobody else takes meanwhile."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"tcp://127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize("address", NONSENSE)
def test_what_is_no_address_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CNNVIZ_SCHEDULER", address)
    with pytest.raises(InvalidConfig, match=r"^CNNVIZ_SCHEDULER must be the address of a Dask scheduler.*Received: "):
        read_places("scheduler")


@pytest.mark.parametrize(
    "address", ["tcp://a:1", "a.b-c:8786", "tls://10.0.0.1:8786", "tcp://[::1]:8786", "wss://x:443"]
)
def test_what_dask_takes_is_taken(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("CNNVIZ_SCHEDULER", address)
    assert read_places("scheduler").scheduler == address


@pytest.mark.parametrize("kind", ["dead", "silent"])
def test_trying_again_and_again_leaves_neither_threads_nor_files_open(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    address = request.getfixturevalue(kind)
    monkeypatch.setattr(dask_connection, "CONNECT_SECONDS", 0.5)
    open_before, threads = len(os.listdir("/proc/self/fd")), threading.active_count()
    for _ in range(3):
        with pytest.raises(EngineUnavailable, match=f"No Dask scheduler answers at {address}.*CNNVIZ_SCHEDULER"):
            DaskConnection(address, None)
    until(lambda: threading.active_count() <= threads)
    # Three of the loop that may still be closing. The engine of this process opens its tables now and then.
    until(lambda: len(os.listdir("/proc/self/fd")) <= open_before + 3)


@pytest.mark.parametrize("address", ["dead", "hello"])
def test_a_page_is_told_at_once(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, address: str
) -> None:
    monkeypatch.setenv("CNNVIZ_SCHEDULER", request.getfixturevalue("dead") if address == "dead" else address)
    engine = Engine(RunStore(tmp_path)).start()
    try:
        until(lambda: engine.status().state == "lost")
        assert "CNNVIZ_SCHEDULER" in engine.status().message
        with pytest.raises(EngineUnavailable, match="CNNVIZ_SCHEDULER"):
            ask(engine, Images("digits"), "test_images", indices=[0])
    finally:
        engine.close()


@pytest.mark.parametrize("kind", ["dead", "hello"])
@pytest.mark.parametrize("command", ["train", "predict"])
def test_a_command_ends_with_one_line(request: pytest.FixtureRequest, tmp_path: Path, kind: str, command: str) -> None:
    home = tmp_path / "home"
    run = RunStore(home).create(get_preset("digits-small").architecture, TrainingConfig())
    picture = PROJECT / "assets" / "icon.png"
    arguments = {"train": ["--preset", "digits-small"], "predict": [run.id, str(picture)]}[command]
    done = subprocess.run(
        [sys.executable, "-m", "cnnviz", command, *arguments],
        cwd=PROJECT,
        env={
            **os.environ,
            "CNNVIZ_HOME": str(home),
            "CNNVIZ_SCHEDULER": request.getfixturevalue("dead") if kind == "dead" else kind,
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 2
    said = [line for line in done.stderr.splitlines() if line.startswith("cnnviz: ")]
    assert len(said) == 1
    assert "CNNVIZ_SCHEDULER" in said[0]
    assert "Traceback" not in done.stderr
    assert [one.id for one in RunStore(home).recent(OPERATOR)] == [run.id], "no training was begun"
