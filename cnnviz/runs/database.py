"""The database of the run store: SQLite, or Postgres where one is named; and what is said when it cannot be used."""

import json
import re
import time
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from cnnviz.access.private_files import lacks_space
from cnnviz.errors import StoreUnavailable, words_of

CONNECT_SECONDS = 10  # for a Postgres that does not answer
# And for one that cannot be reached any more: by default the system waits a quarter of an hour, or for ever.
LIVENESS = {"tcp_user_timeout": 10_000, "keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
ANSWER_SECONDS = 30.0
"""For one that is stopped, or whose disk is, on a machine that goes on: its connections stay, and nothing comes."""
POSTGRES = "postgresql+psycopg"
DRIVER_NAMES = {"postgres": POSTGRES, "postgresql": POSTGRES}  # as providers of databases write it
DISK_FULL = "53100"  # https://www.postgresql.org/docs/current/errcodes-appendix.html
NO_SPACE_WORDS = ("disk I/O error", "disk is full")  # of SQLite
NOT_FINITE = {"NaN": "1e999", "Infinity": "1e999", "-Infinity": "-1e999"}
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN')


def connect(url: str) -> Engine:
    """An engine for the database at an SQLAlchemy URL, which is not opened yet; `postgres://` is one, too.

    Raises StoreUnavailable if it is none, or if the Python package for such a database is missing.
    """
    try:
        named = make_url(url)
        named = named.set(drivername=DRIVER_NAMES.get(named.drivername, named.drivername))
        if named.drivername == POSTGRES:
            limits = {"connect_timeout": CONNECT_SECONDS, **LIVENESS}
            named = named.update_query_dict(
                {name: str(limit) for name, limit in limits.items() if name not in named.query}
            )
        engine = create_engine(
            named, json_serializer=to_json, json_deserializer=_loads_or_none, pool_pre_ping=named.drivername == POSTGRES
        )
    except (ArgumentError, ValueError) as error:
        raise StoreUnavailable(
            "CNNVIZ_DATABASE_URL must be the URL of a database, such as postgresql://user:password@host/name. "
            f"Received: {url.split(':')[0][:40]}:..."  # not the whole: it may hold a password
        ) from error
    except ImportError as error:
        raise StoreUnavailable(_missing_package(named, error)) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    if named.drivername == POSTGRES:
        event.listen(engine, "do_connect", _connect_patiently)
    return engine


def _connect_patiently(_dialect: Any, _record: Any, arguments: Any, parameters: dict[str, Any]) -> Any:
    return _patient_connection().connect(*arguments, **parameters)


@lru_cache(maxsize=1)
def _patient_connection() -> Any:
    """The class of connections that are closed, with an error, where an answer does not come within ANSWER_SECONDS.

    No limit of the server helps, such as `statement_timeout`: it is the server that does nothing.
    """
    from psycopg import Connection, OperationalError

    class PatientConnection(Connection[Any]):
        def wait(self, gen: Any, *arguments: Any, **named: Any) -> Any:
            until = time.monotonic() + ANSWER_SECONDS
            try:
                return super().wait(gen, *arguments, **{"timeout": ANSWER_SECONDS, **named})
            except OperationalError:
                if time.monotonic() < until:
                    raise
                self.close()  # what comes after all would be taken for the next answer
                raise OperationalError(f"it has not answered for {ANSWER_SECONDS:g} s") from None

    return PatientConnection


def _missing_package(url: URL, error: ImportError) -> str:
    is_postgres = url.drivername == POSTGRES
    how = 'run pip install "psycopg[binary]"' if is_postgres else f"install it. Received: {error}"
    return f"The run store at {url_text(url)} needs a Python package that is not installed: {how}"


def url_text(url: URL) -> str:
    """The URL of a database as people may read it: no password, nothing that was added to it."""
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


def failure_message(error: SQLAlchemyError | OSError, home: Path, database: str) -> str:
    """What the database or the disk refused, in one sentence, and what to do about it in another.

    `database` is where the tables are, if they are not in `home`.
    """
    cause = getattr(error, "orig", None) or error
    reason = next(iter(str(cause).strip().splitlines()), words_of(cause)).rstrip(".")
    is_remote = bool(database) and isinstance(error, SQLAlchemyError)
    place = f"at {database}" if is_remote else f"in {home}"
    if is_remote:
        remedy = (
            "Free some space there."
            if _lacks_space(cause)
            else "Check CNNVIZ_DATABASE_URL, and whether the database runs."
        )
    else:
        remedy = (
            f"{'Free some space or set' if _lacks_space(cause) else 'Set'} CNNVIZ_HOME to a folder that can be written."
        )
    return f"The run store {place} cannot be used: {reason}. {remedy}"


def _lacks_space(cause: BaseException) -> bool:
    if lacks_space(cause) or getattr(cause, "sqlstate", None) == DISK_FULL:
        return True
    return any(words in str(cause) for words in NO_SPACE_WORDS)


def to_json(value: Any) -> str:
    """JSON that every database takes: it has no word for what is not finite, but 1e999 is read as infinity."""
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return TOKEN.sub(lambda token: NOT_FINITE.get(token[0], token[0]), json.dumps(value))


def _loads_or_none(text: str) -> Any:
    """None for damaged JSON, which would else take a whole listing away."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # the latter of brackets in brackets, thousands deep
        return None


def _configure_sqlite(connection: Any, _record: Any) -> None:
    """Readers do not wait for the writer (WAL), writers wait for each other instead of failing.

    Bytes that are no text cost the row that they stand in, which is looked at later, and not all that is read with it.
    """
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=10000", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
