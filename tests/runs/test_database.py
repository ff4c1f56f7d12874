"""Which database a URL means, and what is said when it cannot be used."""

import errno
import math
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.cli.parser import main
from cnnviz.errors import StoreUnavailable
from cnnviz.runs import database
from cnnviz.runs.database import connect, failure_message, to_json, url_text
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig

NET = get_preset("digits-small").architecture
HOME = Path("/home/ada/.cnnviz")


@pytest.fixture
def silent_port() -> Iterator[int]:
    """Port of a server that takes connections and never says anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_all_names_of_postgres_mean_the_driver_that_the_readme_names(scheme: str) -> None:
    pytest.importorskip("psycopg")
    engine = connect(f"{scheme}://ada:secret@db.example:5433/runs")
    assert (engine.dialect.name, engine.dialect.driver) == ("postgresql", "psycopg")
    assert (engine.url.host, engine.url.port, engine.url.database) == ("db.example", 5433, "runs")
    assert url_text(engine.url) == "postgresql://ada:***@db.example:5433/runs"


def test_a_time_to_connect_that_the_url_names_is_kept() -> None:
    pytest.importorskip("psycopg")
    assert connect("postgresql://h/db?connect_timeout=3").url.query["connect_timeout"] == "3"
    assert connect("postgresql://h/db").url.query["connect_timeout"] == str(database.CONNECT_SECONDS)


def test_a_database_that_cannot_be_reached_any_more_is_given_up_after_some_seconds() -> None:
    psycopg = pytest.importorskip("psycopg")
    query = connect("postgresql://h/db?keepalives_idle=9").url.query
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    assert (query["tcp_user_timeout"], query["keepalives_idle"]) == ("10000", "9")
    assert set(query) <= known


def test_a_database_that_takes_questions_and_answers_none_is_given_up_and_asked_anew(
    monkeypatch: pytest.MonkeyPatch, postgres_url: str
) -> None:
    """As one that is stopped on a machine that goes on."""
    engine = connect(postgres_url)
    with engine.connect() as connection:
        monkeypatch.setattr(database, "ANSWER_SECONDS", 0.2)
        with pytest.raises(OperationalError, match=r"it has not answered for 0\.2 s"):
            connection.exec_driver_sql("SELECT pg_sleep(100)")
        assert connection.invalidated
    monkeypatch.undo()
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1").scalar() == 1
    engine.dispose()


def test_a_missing_driver_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(StoreUnavailable) as caught:
        connect("postgres://ada:secret@db.example/runs")
    assert str(caught.value) == (
        "The run store at postgresql://ada:***@db.example/runs needs a Python package that is not installed: "
        'run pip install "psycopg[binary]"'
    )


@pytest.mark.parametrize("url", ["runs.db", "postgresql://ada:secret@h:port/runs", "oracel://ada:secret@h/runs"])
def test_what_is_no_url_of_a_database_is_said_without_its_password(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="CNNVIZ_DATABASE_URL must be the URL of a database") as caught:
        connect(url)
    assert "secret" not in str(caught.value)


def test_a_database_that_is_not_there_is_one_line_at_the_command_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture, silent_port: int
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setattr(database, "CONNECT_SECONDS", 2)  # the least that the driver takes
    monkeypatch.setenv("CNNVIZ_HOME", str(tmp_path))
    for port in (1, silent_port):
        monkeypatch.setenv("CNNVIZ_DATABASE_URL", f"postgresql://ada:secret@127.0.0.1:{port}/runs")
        assert main(("runs",)) != 0
        (line,) = capsys.readouterr().err.strip().splitlines()
        assert f"The run store at postgresql://ada:***@127.0.0.1:{port}/runs cannot be used: " in line
        assert line.endswith("Check CNNVIZ_DATABASE_URL, and whether the database runs.")
        assert "space" not in line


@pytest.mark.parametrize(
    ("error", "lacks_space"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), True),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), True),
        (OperationalError("INSERT", {}, Exception("database or disk is full")), True),
        (OperationalError("INSERT", {}, Exception("disk I/O error")), True),
        (PermissionError(errno.EACCES, "Permission denied"), False),
        (OperationalError("INSERT", {}, Exception("attempt to write a readonly database")), False),
        (OperationalError("INSERT", {}, Exception("file is not a database")), False),
    ],
)
def test_space_is_asked_for_only_where_it_is_missing(error: OperationalError | OSError, lacks_space: bool) -> None:
    message = failure_message(error, HOME, "")
    assert ("Free some space" in message) is lacks_space
    assert message.endswith("CNNVIZ_HOME to a folder that can be written.")


def test_a_full_disk_of_a_database_elsewhere_is_freed_there() -> None:
    class DiskFull(Exception):
        sqlstate = "53100"

    full = OperationalError("INSERT", {}, DiskFull("could not extend file"))
    assert failure_message(full, HOME, "postgresql://h/runs") == (
        "The run store at postgresql://h/runs cannot be used: could not extend file. Free some space there."
    )
    assert "CNNVIZ_HOME" in failure_message(OSError(errno.ENOSPC, "full"), HOME, "postgresql://h/runs")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"loss": 0.5}, '{"loss": 0.5}'),
        ([math.nan, math.inf, -math.inf], "[1e999, 1e999, -1e999]"),
        ({"NaN": math.nan, 'a "NaN': "\\"}, '{"NaN": 1e999, "a \\"NaN": "\\\\"}'),
    ],
)
def test_json_holds_no_word_that_is_none(value: object, text: str) -> None:
    assert to_json(value) == text


def test_a_database_that_was_restarted_is_used_again(postgres_url: str, tmp_path: Path) -> None:
    store = RunStore(tmp_path, postgres_url)
    run = store.create(NET, TrainingConfig())
    with store.session() as session:
        own = session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar()
    administration = connect(postgres_url)
    with administration.connect() as connection:
        connection.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 60000)")  # and wait until it has ended
    administration.dispose()
    assert [found.id for found in store.recent(OPERATOR)] == [run.id]
