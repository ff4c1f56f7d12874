"""A worker has a memory limit: what takes more ends in a sentence, and the next question is answered."""

from pathlib import Path

import pytest

from cnnviz.engine.engine import Engine
from cnnviz.errors import CnnvizError
from cnnviz.runs.store import RunStore
from tests.helpers import SECONDS

LIMIT = 3 * 10**9  # Keras alone takes about 0.8


def take_at_once(num_bytes: int) -> int:
    """Ask for memory in one piece."""
    return len(bytearray(num_bytes))


def take_by_and_by(num_bytes: int) -> int:
    """Ask for it in pieces that are each allowed."""
    import time

    held = []
    while sum(map(len, held)) < num_bytes:
        held.append(b"x" * 10**8)
        time.sleep(0.05)
    return len(held)


@pytest.mark.usefixtures("own_cluster")
def test_a_task_that_takes_more_memory_than_its_worker_may_ends_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_WORKER_MEMORY", str(LIMIT))
    engine = Engine(RunStore(tmp_path)).start()
    try:
        assert engine.call(take_at_once, 10, timeout=SECONDS) == 10
        with pytest.raises(CnnvizError, match="more memory than the worker has"):
            engine.call(take_at_once, 20 * 10**9, timeout=SECONDS)
        with pytest.raises(CnnvizError, match=r"lost|more memory"):
            engine.call(take_by_and_by, 6 * 10**9, timeout=SECONDS)
        assert engine.call(take_at_once, 11, timeout=SECONDS) == 11
    finally:
        engine.close()
