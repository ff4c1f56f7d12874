"""The line in the sidebar that says what the workers do."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from cnnviz.engine.workers.worker_connection import EngineStatus
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import work_text
from tests.helpers import SECONDS


@pytest.mark.parametrize(
    ("running", "queued", "words"),
    [(0, 0, "ready"), (1, 0, "1 training"), (1, 2, "1 training, 2 waiting"), (0, 1, "1 waiting")],
)
def test_a_worker_that_others_wait_for_is_not_called_ready(running: int, queued: int, words: str) -> None:
    assert work_text(EngineStatus("ready", "CPU", num_running=running, num_queued=queued)) == words


def _sidebar() -> None:
    from cnnviz.ui.app.page_frame import show_status

    show_status()


@pytest.mark.parametrize("states", [["ready", "warming", "warming"], ["warming", "ready", "ready"]])
def test_a_worker_that_is_lost_or_comes_while_the_line_is_drawn_is_followed_from_then_on(
    monkeypatch: pytest.MonkeyPatch, states: list[str]
) -> None:
    left = iter(states)
    seen: list[str] = []

    def status() -> EngineStatus:
        seen.append(next(left, states[-1]))
        return EngineStatus(seen[-1], "CPU")

    monkeypatch.setattr(services, "engine", lambda: SimpleNamespace(status=status))
    page = AppTest.from_function(_sidebar, default_timeout=SECONDS).run()
    assert seen[-2:] == [states[-1]] * 2, "it was drawn once more, with the present state"
    assert len(seen) == 4
    assert not page.exception
