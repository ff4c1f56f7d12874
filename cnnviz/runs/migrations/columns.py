"""Brings the tables of an older version up to date."""

from sqlalchemy import Engine, MetaData, inspect, text
from sqlalchemy.exc import DBAPIError


def add_missing_columns(engine: Engine, metadata: MetaData) -> None:
    """Add the columns that a table made by an older version lacks; its rows have NULL there.

    So a column that comes later has to be nullable. Several processes may do this at once.
    """
    for table in metadata.tables.values():
        for column in table.columns:
            if column.name in _columns(engine, table.name):
                continue
            kind = column.type.compile(engine.dialect)
            try:
                with engine.begin() as connection:
                    connection.execute(text(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {kind}"))
            except DBAPIError:
                if column.name not in _columns(engine, table.name):  # else another process was faster
                    raise


def _columns(engine: Engine, table: str) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns(table)}
