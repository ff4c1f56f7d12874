"""The line in the sidebar that says what the workers do."""

import pytest

from cnnviz.engine.workers.worker_connection import EngineStatus
from cnnviz.ui.app.page_frame import work_text


@pytest.mark.parametrize(
    ("running", "queued", "words"),
    [(0, 0, "ready"), (1, 0, "1 training"), (1, 2, "1 training, 2 waiting"), (0, 1, "1 waiting")],
)
def test_a_worker_that_others_wait_for_is_not_called_ready(running: int, queued: int, words: str) -> None:
    assert work_text(EngineStatus("ready", "CPU", num_running=running, num_queued=queued)) == words
