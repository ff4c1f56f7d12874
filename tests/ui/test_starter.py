"""Who trains the Home page's net when a server starts, while another one trains it or was killed just now."""

from pathlib import Path

import pytest

from cnnviz.engine.engine import Engine
from cnnviz.runs import store as run_store
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.recipes import STARTER, STARTER_NAME
from cnnviz.ui.app.services import ensure_starter, find_starter
from tests.helpers import until


def test_a_net_in_the_hands_of_a_server_that_was_killed_is_taken_over_when_that_is_clear(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_store, "INTERRUPTED_AFTER", run_store.INTERRUPTED_AFTER / 10)
    engine = Engine(RunStore(tmp_path))
    run = engine.store.create(STARTER.architecture, STARTER.config, name=STARTER_NAME)
    engine.store.update(run.id, status=Status.RUNNING)
    assert not ensure_starter(engine), "it may still be at it"
    assert not engine.is_following(run.id)
    until(lambda: ensure_starter(engine), 20)
    assert engine.is_following(run.id)
    assert find_starter(engine).id == run.id
    assert ensure_starter(engine), "once is enough"
