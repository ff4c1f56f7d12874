"""Fixtures for all tests: a home folder of their own, one warm worker and one engine for those that need them."""

import gc
import os
import sys
import tempfile
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.kinds import KINDS, find_kind, imports_keras

if TYPE_CHECKING:
    from playwright.sync_api import Browser

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["CNNVIZ_HOME"] = tempfile.mkdtemp(prefix="cnnviz-tests-")
PROJECT = Path(__file__).parents[1]
MAX_PROCESSES = 4  # of 1 to 2 GB each
SLOW_SECONDS = 1800
CERTIFICATE = {"CNNVIZ_TLS_CA": "authority", "CNNVIZ_TLS_CERT": "certificate", "CNNVIZ_TLS_KEY": "key"}
for name in ("CNNVIZ_DATABASE_URL", "CNNVIZ_SCHEDULER", "DASK_DISTRIBUTED__SCHEDULER_ADDRESS", *CERTIFICATE):
    os.environ.pop(name, None)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many processes as cores for whole folders, none beside this one for single files."""
    is_small = all(argument.split("::")[0].endswith(".py") for argument in config.args)
    return 0 if is_small else min(os.cpu_count() or 1, MAX_PROCESSES)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """With `-m pure`, files that import Keras are not even imported."""
    return (_is_pure_run(config) and collection_path.suffix == ".py" and imports_keras(collection_path)) or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test with its kind, leave out the slow ones; processes that share the tests begin with the longest."""
    for item in items:
        item.add_marker(find_kind(item))
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.timeout(SLOW_SECONDS))
    if "slow" not in config.option.markexpr:
        slow = [item for item in items if item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: KINDS.index(find_kind(item)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A pure test cannot import Keras, also where another test has done so, nor is it held up by what that left."""
    _let_lie(find_kind(item))
    with pytest.MonkeyPatch.context() as patch:
        for name in ("keras", "tensorflow") if item.get_closest_marker("pure") else ():
            patch.setitem(sys.modules, name, None)
        return (yield)


@cache
def _let_lie(kind: str) -> None:
    """Before the first test of a kind: no longer look through what there is for garbage, gigabytes after trainings.

    Each look took a second, and a test of 0.1 s that allocates much took 39.
    """
    del kind
    gc.collect()
    gc.freeze()


def _is_pure_run(config: pytest.Config) -> bool:
    return config.option.markexpr == "pure"


@pytest.fixture(scope="session")
def project() -> Path:
    """The folder of app.py."""
    return PROJECT


@pytest.fixture(scope="session")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the scheduler with a warm worker that all engines, servers and commands of this process use.

    TensorFlow is imported once for all of them: ten seconds each time otherwise. A worker takes one training at a time.
    """
    from cnnviz.engine.workers.cluster import EmbeddedCluster

    cluster = EmbeddedCluster()
    folder = tmp_path_factory.mktemp("certificate")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CNNVIZ_SCHEDULER", cluster.address)
        for variable, field in CERTIFICATE.items():
            (folder / field).write_text(getattr(cluster.certificate, field))
            patch.setenv(variable, str(folder / field))
        yield cluster.address
    cluster.close()


@pytest.fixture
def own_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test starts embeds a cluster of its own, as it does for users."""
    monkeypatch.delenv("CNNVIZ_SCHEDULER", raising=False)


@pytest.fixture(scope="session")
def engine(scheduler: str) -> Iterator["object"]:
    """The engine of this test process, as the pages use it; its home is a temporary folder."""
    from cnnviz.ui.app import services

    yield services.engine()
    services.close()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """The one Chromium of all tests: Playwright starts but once in a process."""
    from playwright.sync_api import expect

    from cnnviz.bench import harness
    from cnnviz.errors import EngineUnavailable
    from tests.helpers import PATIENCE

    expect.set_options(timeout=PATIENCE)
    try:
        with harness.browser() as chromium:
            yield chromium
    except EngineUnavailable as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """URL of tables that nobody else sees, on the Postgres that the environment names (`.ci/run` starts one)."""
    server = os.environ.get("CNNVIZ_TEST_POSTGRES")
    if not server:
        pytest.skip("CNNVIZ_TEST_POSTGRES names no Postgres server; .ci/run starts one")
    from sqlalchemy import Pool, event, make_url

    from cnnviz.runs.database import connect

    name = f"cnnviz_{uuid.uuid4().hex}"
    opened: list[Any] = []
    administration = connect(server)

    def remember(connection: Any, _record: Any) -> None:
        opened.append(connection)

    with administration.begin() as connection:
        connection.exec_driver_sql(f"CREATE SCHEMA {name}")  # ten times as fast as a database
    event.listen(Pool, "connect", remember)
    yield make_url(server).update_query_dict({"options": f"-csearch_path={name}"}).render_as_string(hide_password=False)
    event.remove(Pool, "connect", remember)
    for one in opened:
        one.close()  # what is still open when it is collected would warn
    with administration.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")
    administration.dispose()


@pytest.fixture(params=["sqlite", "postgres"])
def each_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run stores lie in each kind of database, in turn; which one it is now."""
    if request.param == "postgres":
        monkeypatch.setenv("CNNVIZ_DATABASE_URL", request.getfixturevalue("postgres_url"))
    return request.param
