"""What a worker does while it waits for its first question."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Literal
from unittest.mock import Mock

import pytest

from cnnviz.engine.workers import warm
from cnnviz.engine.workers.cluster import IS_WARMING
from cnnviz.engine.workers.worker_connection import EngineStatus, WorkerConnection
from cnnviz.errors import EngineUnavailable
from tests.helpers import SECONDS

PROGRAM = """
import os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
from cnnviz.engine.workers import warm
warm._import_keras()
assert "tensorflow" in sys.modules
os.write(2, b"what comes later is told")
"""


def test_nothing_that_tensorflow_notes_at_its_import_reaches_the_terminal() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stderr == "what comes later is told"
    assert done.stdout == ""


class Task:
    """Is done when it is asked for the third time."""

    def __init__(self) -> None:
        self.num_asked = 0

    def result(self, timeout: float) -> str:
        self.num_asked += 1
        if self.num_asked < 3:
            raise TimeoutError
        return f"within {timeout:g} s"


@pytest.mark.parametrize(
    ("state", "workers", "said"),
    [
        ("warming", {"tcp://worker": False}, "within 60 s"),
        ("warming", {}, "The worker did not answer within 60 s. Try again."),
        ("ready", {"tcp://worker": False}, "The worker did not answer within 60 s. Try again."),
        ("ready", {"tcp://worker": True}, "within 60 s"),  # it was started again
    ],
)
def test_a_question_waits_as_long_as_its_worker_imports_tensorflow_and_then_as_long_as_it_may(
    monkeypatch: pytest.MonkeyPatch, state: Literal["warming", "ready"], workers: dict[str, bool], said: str
) -> None:
    """The import takes a minute and more where several servers begin at once."""
    told = {"workers": {worker: {"metrics": {IS_WARMING: is_warming}} for worker, is_warming in workers.items()}}
    client = SimpleNamespace(
        submit=lambda *_, **__: Task(),
        nthreads=lambda: workers,
        sync=lambda *_, **__: told,
        scheduler=SimpleNamespace(identity="identity"),
    )
    connection = WorkerConnection()
    monkeypatch.setattr(connection, "client", lambda: client)
    monkeypatch.setattr(WorkerConnection, "status", EngineStatus(state))
    try:
        answer = connection.call(len, "abc")
    except EngineUnavailable as error:
        answer = str(error)
    assert answer == said


def test_a_worker_tells_the_scheduler_whether_it_still_imports_keras(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was started again in place of a lost one does so while the server takes its workers for ready."""
    importing = Mock()
    monkeypatch.setattr(warm, "threading", SimpleNamespace(Thread=lambda **_: importing))
    monkeypatch.setattr(warm, "logging", Mock())  # which it would turn off in this process
    worker = SimpleNamespace(memory_manager=SimpleNamespace(memory_limit=None), metrics={})
    warm.dask_setup(worker)
    importing.start.assert_called_once()
    for is_alive in (True, False):
        importing.is_alive.return_value = is_alive
        assert worker.metrics[IS_WARMING](worker) is is_alive
