"""Pages through Streamlit's own test client, with a real engine behind them."""

import functools
import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from logging.handlers import BufferingHandler
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.elements.lib import policies
from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

from cnnviz.access.visitor import OPERATOR, Visitor, new_secret, visitor_with_secret
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.engine import Engine
from cnnviz.runs import open_seeds, permitted, store, sweeps
from cnnviz.runs.records import Run
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.session.visitor import SECRET
from cnnviz.web.offered_files import offered_file
from tests.helpers import SECONDS

OpenPage = Callable[..., AppTest]
SAVE_FILES = "save_files"


@pytest.fixture(autouse=True)
def no_control_has_two_values(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails where Streamlit logs that a control has a default and a value of the session as well."""
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)  # it warns once in a process
    warned = BufferingHandler(capacity=100)
    logger = logging.getLogger(policies.__name__)
    logger.addHandler(warned)
    yield
    logger.removeHandler(warned)
    assert [record.getMessage() for record in warned.buffer] == []


@pytest.fixture(autouse=True, scope="session")
def components_are_looked_up_once() -> Iterator[None]:
    """Streamlit would read the metadata of all installed packages for each page opened: a fifth of a second."""
    with pytest.MonkeyPatch.context() as patch:
        cached = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", cached)
        yield


@pytest.fixture(autouse=True, scope="session")
def keras_is_left_alone() -> Iterator[None]:
    """Streamlit clears Keras after each run where it finds it: a quarter of a second. The real server has none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(script_runner, "_clean_problem_modules", lambda: None)
        yield


@pytest.fixture
def secret() -> str:
    """What the cookie of this test's visitor holds."""
    return new_secret()


@pytest.fixture
def visitor(secret: str) -> Visitor:
    """Who opens the pages of this test."""
    return visitor_with_secret(secret)


@pytest.fixture
def open_page(project: Path, engine: Engine, secret: str) -> OpenPage:
    """Opens a page as its link would, with a query: always the same visitor, unless another one's secret is given."""

    def open_(name: str, *, by: str = secret, **query: str) -> AppTest:
        app = AppTest.from_file(str(project / "cnnviz" / "ui" / "main.py"), default_timeout=SECONDS)
        app.session_state[SECRET] = by
        app.query_params.update(query)
        return app.switch_page(f"../../pages/{name}.py").run()

    return open_


def files_to_save(page: AppTest) -> dict[str, Callable[[], bytes] | None]:
    """Title of each button that saves a file -> what the route gives for it; None where it cannot be had."""
    data = [json.loads(one.proto.json) for one in page.get("bidi_component") if one.proto.component_name == SAVE_FILES]
    files = [file for one in data for group in one["groups"] for file in group["files"]]
    offered = {file["title"]: offered_file(file["url"]) for file in files}
    return {title: file and file.write for title, file in offered.items()}


@pytest.fixture
def nobody_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test has put to work by hand stays so: nobody follows it, and after 8 s it would count as interrupted."""
    for module in (store, sweeps, permitted, open_seeds):
        monkeypatch.setattr(module, "INTERRUPTED_AFTER", timedelta(hours=1))


@pytest.fixture(scope="session")
def finished_run(engine: Engine) -> Run:
    """A small net that has learned the digits a little."""
    return engine.wait(engine.train(get_preset("digits-small").architecture, TrainingConfig(epochs=2), by=OPERATOR).id)
