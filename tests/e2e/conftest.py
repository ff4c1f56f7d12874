"""A real server and a real browser."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cnnviz.bench.harness import Server

PATIENCE = 30_000  # ms, for whatever a page waits for
expect.set_options(timeout=PATIENCE)
NETS_PATIENCE = 180_000  # ms, for a training that waits for its turn on a busy machine


@pytest.fixture(scope="session")
def start_server(scheduler: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    """Starts servers, and closes them at the end."""
    started: list[Server] = []

    def start(home: Path | None = None, port: int | None = None) -> Server:
        started.append(Server(home or tmp_path_factory.mktemp("home"), port=port).wait_until_up())
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="session")
def server(start_server: Callable[..., Server]) -> Server:
    """The server that most browser tests share."""
    return start_server()


@pytest.fixture(scope="session")
def app_url(server: Server) -> str:
    return server.url


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh visitor; the test fails if a page showed a traceback."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    assert page.get_by_text(re.compile("Traceback")).count() == 0
    assert page.get_by_test_id("stException").count() == 0
    context.close()
