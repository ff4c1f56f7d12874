"""Fixtures for all tests: a home folder of their own, one engine for those that need workers."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CNNVIZ_HOME"] = tempfile.mkdtemp(prefix="cnnviz-tests-")
for name in ("CNNVIZ_DATABASE_URL", "CNNVIZ_SCHEDULER", "DASK_DISTRIBUTED__SCHEDULER_ADDRESS"):
    os.environ.pop(name, None)

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of app.py."""
    return PROJECT


@pytest.fixture(scope="session")
def engine() -> Iterator["object"]:
    """The engine of this test process, as the pages use it; its home is a temporary folder."""
    from cnnviz.ui.app import services

    yield services.engine()
    services.close()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The one Chromium of all tests: Playwright starts but once in a process."""
    from cnnviz.bench import harness
    from cnnviz.errors import EngineUnavailable

    try:
        with harness.browser() as chromium:
            yield chromium
    except EngineUnavailable as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
