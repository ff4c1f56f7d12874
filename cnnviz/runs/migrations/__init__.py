"""Brings the tables of the run store up to date with Alembic, in place, whatever version made them.

A change of `runs.tables` needs a new file in `versions`, and its number in HEAD. Nobody calls Alembic by hand.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, String, Table, insert, inspect, select, text

from cnnviz.errors import StoreUnavailable
from cnnviz.runs.tables import Base

HEAD = "0005"  # the last revision; also written here, because asking Alembic costs each start a quarter of a second
LOCK_NUMBER = 712_021  # of the advisory lock that all servers of one Postgres agree on

_VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))  # Alembic's own


def upgrade(engine: Engine) -> None:
    """Create the tables of the run store, or upgrade them; several processes may do so at once.

    Raises StoreUnavailable if a newer version than this one has upgraded them.
    """
    with engine.connect() as connection:
        if _revision(connection) == HEAD:
            return
    with engine.connect() as connection:
        _lock(connection)
        revision = _revision(connection)
        if revision is None and not inspect(connection).has_table("runs"):
            _create(connection)
        elif revision is None or revision < HEAD:
            run_revisions(connection)
        elif revision > HEAD:
            raise StoreUnavailable(
                "The run store was upgraded by a newer version of cnnviz. Use that version, or set CNNVIZ_HOME to "
                f"another folder. Expected: revision {HEAD} or older. Received: {revision}"
            )
        connection.commit()


def _revision(connection: Connection) -> str | None:
    """What the tables are at; None for tables that were made before there were revisions, or are still to be made."""
    if not inspect(connection).has_table(_VERSION.name):
        return None
    return connection.scalar(select(_VERSION.c.version_num))


def _lock(connection: Connection) -> None:
    """Let no other process change the tables until this transaction ends."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    elif connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": LOCK_NUMBER})


def _create(connection: Connection) -> None:
    """Make an empty store as the last revision would leave it, without importing Alembic."""
    Base.metadata.create_all(connection)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION).values(version_num=HEAD))


def run_revisions(connection: Connection) -> None:
    """Run all revisions that the tables have not had yet, in the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
