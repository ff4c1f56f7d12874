"""What a worker does while it waits for its first question."""

import subprocess
import sys
from types import SimpleNamespace
from typing import Literal

import pytest

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
        ("warming", {"tcp://worker": 4}, "within 60 s"),
        ("warming", {}, "The worker did not answer within 60 s. Try again."),
        ("ready", {"tcp://worker": 4}, "The worker did not answer within 60 s. Try again."),
    ],
)
def test_a_question_waits_as_long_as_its_worker_imports_tensorflow_and_then_as_long_as_it_may(
    monkeypatch: pytest.MonkeyPatch, state: Literal["warming", "ready"], workers: dict[str, int], said: str
) -> None:
    """The import takes a minute and more where several servers begin at once."""
    client = SimpleNamespace(submit=lambda *_, **__: Task(), nthreads=lambda: workers)
    connection = WorkerConnection()
    monkeypatch.setattr(connection, "client", lambda: client)
    monkeypatch.setattr(WorkerConnection, "status", EngineStatus(state))
    try:
        answer = connection.call(len, "abc")
    except EngineUnavailable as error:
        answer = str(error)
    assert answer == said
