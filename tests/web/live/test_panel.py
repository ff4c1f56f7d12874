"""The panel of a run while the store takes long."""

import threading
from pathlib import Path
from typing import Any

import pytest

from cnnviz.runs.following import Place, read_news
from cnnviz.runs.records import Status
from cnnviz.training.config import TrainingConfig
from cnnviz.web.live import panel
from cnnviz.web.live.panel import Panel, Told
from tests.helpers import DIGITS_NET, SECONDS, OtherThread
from tests.web.live.test_live_route import AT_WORK, EPOCH, NoWorkers


def test_a_store_that_takes_long_holds_up_nobody_who_is_told_something(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Viewers are told in the event loop of the server, for which everybody waits."""
    engine: Any = NoWorkers(tmp_path)
    run = engine.store.create(DIGITS_NET, TrainingConfig())
    engine.store.update(run.id, status=Status.RUNNING, progress=AT_WORK)
    engine.store.add_epoch(run.id, 1, EPOCH)
    is_asked, answers, told = threading.Event(), threading.Event(), Panel()

    def look_long(*_: object) -> list:
        is_asked.set()
        assert answers.wait(SECONDS)
        return []

    monkeypatch.setattr(panel, "findings", look_long)
    reading = OtherThread(lambda: told.take(engine, read_news(engine.store, run.id, Place())))
    reading.go_as_far_as_it_can()
    assert is_asked.wait(SECONDS)
    viewer = threading.Thread(target=told.message, args=(Told(),), daemon=True)
    viewer.start()
    viewer.join(10)
    is_told = not viewer.is_alive()
    answers.set()
    reading.end()
    assert is_told
