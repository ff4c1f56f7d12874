"""A real server and a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from cnnviz.bench.harness import Server
from tests.e2e.visitors import Visitors

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


@pytest.fixture(scope="session")
def visitors(browser: Browser) -> Visitors:
    """Who visits the servers of this process, one after the other."""
    return Visitors(browser)


@pytest.fixture
def new_visitor(visitors: Visitors) -> Iterator[Callable[..., Page]]:
    """Opens an empty page of somebody who was never here, with options as `browser.new_context` takes them.

    The test fails if one of the visitors saw a traceback in the end, or a page wanted what the security headers forbid.
    """
    yield visitors.enter
    assert visitors.leave() == []


@pytest.fixture
def page(new_visitor: Callable[..., Page]) -> Page:
    """A fresh visitor, 1400 by 900."""
    return new_visitor()
