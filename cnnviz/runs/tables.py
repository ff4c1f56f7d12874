"""The tables of the run store, as the last revision in `migrations/versions` leaves them."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Float, ForeignKey, Integer, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR_ID
from cnnviz.runs.run_progress import Progress
from cnnviz.training.events import D, DatasetFacts, from_stored


class UtcDateTime(TypeDecorator[datetime]):
    """A point in time, always UTC (SQLite forgets time zones, Postgres tells its own)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """Read what is no time as None: it would else take a whole listing away."""
        process = super().result_processor(dialect, coltype) or (lambda value: value)

        def read(value: Any) -> datetime | None:
            try:
                return process(value)
            except (ValueError, TypeError, AttributeError):
                return None

        return read

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give a naive time from the database its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Stored(TypeDecorator[D]):
    """A dataclass as JSON; what an older version wrote, or what is damaged, is read as far as it can be used."""

    impl = JSON
    cache_ok = True

    def __init__(self, kind: type[D]) -> None:
        super().__init__(none_as_null=True)
        self.kind = kind

    def process_bind_param(self, value: D | None, dialect: Dialect) -> dict[str, Any] | None:  # noqa: ARG002
        """Give the database plain data."""
        return None if value is None else asdict(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> D:  # noqa: ARG002
        """Make the dataclass again, all defaults where there is nothing."""
        return from_stored(self.kind, value)


class Base(DeclarativeBase):
    """Base of the tables."""


class RunRow(Base):
    """One training run."""

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(16), index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    heartbeat: Mapped[datetime] = mapped_column(UtcDateTime)
    architecture: Mapped[str] = mapped_column(Text)
    config: Mapped[str] = mapped_column(Text)
    progress: Mapped[Progress] = mapped_column(Stored(Progress), default=Progress())
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    device: Mapped[str] = mapped_column(String(120), default="")
    seconds: Mapped[float] = mapped_column(Float, default=0.0)
    message: Mapped[str] = mapped_column(Text, default="")
    prediction: Mapped[list[float] | None] = mapped_column(JSON(none_as_null=True))
    owner: Mapped[str] = mapped_column(String(40), index=True, server_default=OPERATOR_ID)
    sharing: Mapped[str] = mapped_column(String(16), server_default=Sharing.EVERYBODY)
    facts: Mapped[DatasetFacts] = mapped_column(Stored(DatasetFacts), nullable=True, default=DatasetFacts())
    origin: Mapped[str | None] = mapped_column(String(16))
    sweep: Mapped[str | None] = mapped_column(String(12), index=True)


class EpochRow(Base):
    """The metrics of one finished epoch."""

    __tablename__ = "epochs"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    epoch: Mapped[int] = mapped_column(Integer, primary_key=True)
    metrics: Mapped[dict[str, Any]] = mapped_column(JSON)
    seconds: Mapped[float | None] = mapped_column(Float)


class PointsRow(Base):
    """A bundle of batch-level points, in the order in which they came."""

    __tablename__ = "points"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), index=True)
    epoch: Mapped[int] = mapped_column(Integer)
    points: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class SweepRow(Base):
    """A planned set of trainings."""

    __tablename__ = "sweeps"

    id: Mapped[str] = mapped_column(String(12), primary_key=True)
    owner: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    heartbeat: Mapped[datetime] = mapped_column(UtcDateTime)


class SweepPointRow(Base):
    """One training of a sweep: its plan, and its run once there is one; `message` says why there can be none."""

    __tablename__ = "sweep_points"

    sweep_id: Mapped[str] = mapped_column(ForeignKey("sweeps.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    point_values: Mapped[dict[str, Any]] = mapped_column(JSON)
    architecture: Mapped[str] = mapped_column(Text)
    config: Mapped[str] = mapped_column(Text)
    run_id: Mapped[str | None] = mapped_column(String(12))
    message: Mapped[str] = mapped_column(Text, default="")
