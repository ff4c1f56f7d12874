"""The run store: every run with its settings, curves and files.

A table row a run, a row an epoch, a row a bundle of batch points; model files and checkpoints
lie in `<home>/runs/<id>/`. Several processes may use one store at once.
"""

import json
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from cnnviz.access.permission import Sharing, sharing_named
from cnnviz.access.private_files import touch_file
from cnnviz.access.visitor import OPERATOR_ID, Visitor
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import CnnvizError, UnknownName
from cnnviz.runs.changes import Changes
from cnnviz.runs.database import connect, url_text
from cnnviz.runs.folders import RunFolders, unknown_run
from cnnviz.runs.migrations import upgrade
from cnnviz.runs.records import Curves, Readable, Run, Status, read_epoch, read_points
from cnnviz.runs.tables import EpochRow, PointsRow, RunRow
from cnnviz.settings import read_places
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
INTERRUPTED_AFTER = timedelta(seconds=8)
INTERRUPTED_MESSAGE = "The server that ran this training ended, or lost it, before it was done."


class RunStore(RunFolders):
    """Reads and writes runs; raises StoreUnavailable when the database or the folder cannot be used."""

    def __init__(self, home: Path | None = None, url: str | None = None) -> None:
        super().__init__(home or read_places("home").home)
        with self.guarded():
            url = url or read_places("database_url").database_url
            if url is None:
                touch_file(self.home / "runs.db")  # SQLite would let others read it
            self._engine = connect(url or f"sqlite:///{(self.home / 'runs.db').as_posix()}")
            self.database = url_text(self._engine.url) if url else ""
            upgrade(self._engine)
        self.changes = Changes()
        self._followed: frozenset[str] = frozenset()
        self._unreadable: set[str] = set()  # the log has named them

    def create(
        self,
        architecture: Architecture,
        config: TrainingConfig,
        *,
        name: str | None = None,
        prediction: Prediction | None = None,
        owner: str = OPERATOR_ID,
        sharing: Sharing = Sharing.EVERYBODY,
        origin: str = "",
    ) -> Run:
        """Add a queued run and return it; `prediction` is how long it will probably take."""
        now = datetime.now(UTC)
        row = RunRow(
            id=uuid.uuid4().hex[:12],
            name=(name or architecture.name)[:80],
            status=Status.QUEUED,
            created=now,
            heartbeat=now,
            architecture=architecture.to_json(),
            config=config.model_dump_json(),
            prediction=prediction and list(prediction),
            owner=owner,
            sharing=sharing,
            origin=origin or None,
        )
        with self.session() as session:
            session.add(row)
            session.flush()
            return self._to_run(row)

    def get(self, run_id: str) -> Run:
        """One run; raises UnknownName."""
        with self.session() as session:
            row = session.get(RunRow, run_id)
            if row is None:
                raise UnknownName(unknown_run(run_id))
            run = self._to_run_or_none(row)
            if run is None:
                raise UnknownName(f"The run {run_id!r} cannot be read: its entry is damaged. Delete it.")
            return run

    def recent(self, visitor: Visitor, *, limit: int = 200) -> list[Run]:
        """The newest runs first, those of a visitor and those shared with everybody; the operator's are all.

        One whose entry cannot be read is left out, and the log names it.
        """
        listed = or_(RunRow.owner == visitor.id, RunRow.sharing == Sharing.EVERYBODY)
        with self.session() as session:
            query = select(RunRow) if visitor.is_operator else select(RunRow).where(listed)
            rows = session.scalars(query.order_by(RunRow.created.desc()).limit(limit))
            return [run for row in rows if (run := self._to_run_or_none(row)) is not None]

    def find(self, name: str) -> Run | None:
        """The operator's newest run of this name, if any."""
        with self.session() as session:
            is_it = RunRow.name == name, RunRow.owner == OPERATOR_ID
            row = session.scalars(select(RunRow).where(*is_it).order_by(RunRow.created.desc()).limit(1)).first()
            return None if row is None else self._to_run_or_none(row)

    def update(self, run_id: str, **changes: Any) -> None:
        """Change columns of a run (name, sharing, status, progress, facts, metrics, device, seconds, message)."""
        with self.session() as session:
            _change(session, run_id, changes)
        self.changes.tell(run_id)

    def lengthen(self, run_id: str, config: TrainingConfig, prediction: Prediction | None, **changes: Any) -> None:
        """Queue a run again, for more epochs; what it has answered is kept until a worker begins."""
        changes |= {"config": config.model_dump_json(), "prediction": prediction and list(prediction)}
        self.update(run_id, status=Status.QUEUED, message="", **changes)

    def beat(self, run_ids: list[str]) -> None:
        """Say that this process is alive and follows these runs, and no others."""
        self._followed = frozenset(run_ids)  # this process knows it also while nothing can be written
        if not run_ids:
            return
        with self.session() as session:
            session.execute(update(RunRow).where(RunRow.id.in_(run_ids)).values(heartbeat=datetime.now(UTC)))

    def add_points(self, run_id: str, epoch: int, points: list[dict[str, Any]], **changes: Any) -> None:
        """Append batch-level points of an epoch, and change columns of the run as `update` does: both or neither."""
        with self.session() as session:
            session.execute(insert(PointsRow).values(run_id=run_id, epoch=epoch, points=points))
            if changes:
                _change(session, run_id, changes)
        self.changes.tell(run_id)

    def add_epoch(
        self, run_id: str, epoch: int, metrics: dict[str, Any], *, seconds: float | None = None, **changes: Any
    ) -> None:
        """Record a finished epoch (again, if it was run again); `seconds` is all work of the run until its end.

        Columns of the run are changed as `add_points` does.
        """
        with self.session() as session:
            session.merge(EpochRow(run_id=run_id, epoch=epoch, metrics=metrics, seconds=seconds))
            if changes:
                _change(session, run_id, changes)
        self.changes.tell(run_id)

    def curves(self, run_id: str) -> Curves:
        """All that the run has recorded so far, as far as it can be read."""
        with self.session() as session:
            bundles = session.scalars(select(PointsRow).where(PointsRow.run_id == run_id).order_by(PointsRow.id))
            points = [point for bundle in bundles for point in read_points(bundle.points)]
            epochs = session.scalars(select(EpochRow).where(EpochRow.run_id == run_id).order_by(EpochRow.epoch))
            known = [(row.epoch, metrics) for row in epochs if (metrics := read_epoch(row.metrics))]
            return Curves(points, [{"epoch": epoch, **metrics} for epoch, metrics in known])

    def last_epoch(self, run_id: str) -> int:
        """Number of the last recorded epoch, 0 before the first."""
        with self.session() as session:
            return session.scalar(select(func.max(EpochRow.epoch)).where(EpochRow.run_id == run_id)) or 0

    def seconds_until(self, run_id: str, epoch: int) -> float:
        """All work of a run until the end of an epoch; 0 before the first, and where it was not recorded."""
        with self.session() as session:
            row = session.get(EpochRow, (run_id, epoch))
            seconds = None if row is None else row.seconds
            return float(seconds) if isinstance(seconds, int | float) else 0.0

    def epoch_ends(self, run_id: str) -> list[float]:
        """All work of a run in seconds until the end of each of its epochs; none unless it was recorded of each."""
        with self.session() as session:
            rows = session.scalars(select(EpochRow).where(EpochRow.run_id == run_id).order_by(EpochRow.epoch))
            seconds = [row.seconds for row in rows]
            return [float(value) for value in seconds if value] if all(seconds) else []

    def rewind(self, run_id: str, epoch: int) -> None:
        """Forget what was recorded after `epoch`, before the run goes on from there."""
        with self.session() as session:
            session.execute(delete(PointsRow).where(PointsRow.run_id == run_id, PointsRow.epoch > epoch))
            session.execute(delete(EpochRow).where(EpochRow.run_id == run_id, EpochRow.epoch > epoch))
        self.changes.tell(run_id)

    def delete(self, run_id: str) -> None:
        """Remove a run with its curves and files."""
        with self.session() as session:
            for table in (PointsRow, EpochRow):
                session.execute(delete(table).where(table.run_id == run_id))
            session.execute(delete(RunRow).where(RunRow.id == run_id))
        self.delete_files(run_id)
        self.changes.tell(run_id)

    def _to_run(self, row: RunRow) -> Run:
        return _to_run(row, is_followed=row.id in self._followed)

    def _to_run_or_none(self, row: RunRow) -> Run | None:
        try:
            return self._to_run(row)
        except (CnnvizError, ValueError, TypeError, RecursionError) as error:
            if row.id not in self._unreadable:
                self._unreadable.add(row.id)
                logger.warning(
                    "The run %r (%s) is left out, because its entry cannot be read: %s", row.id, row.name, error
                )
            return None

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction on the tables, for the other modules of this folder."""
        with self.guarded(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session


def _change(session: Session, run_id: str, changes: dict[str, Any]) -> None:
    session.execute(update(RunRow).where(RunRow.id == run_id).values(heartbeat=datetime.now(UTC), **changes))


def _to_run(row: RunRow, *, is_followed: bool) -> Run:
    """Plain data of a row. An active run that nobody has followed for a while is interrupted."""
    status, message = Status(row.status), row.message
    if status.is_active and not is_followed and datetime.now(UTC) - row.heartbeat > INTERRUPTED_AFTER:
        status, message = Status.INTERRUPTED, INTERRUPTED_MESSAGE
    known = Readable.model_validate(row, from_attributes=True)
    return Run(
        id=row.id,
        name=known.name,
        status=status,
        created=known.created,
        architecture=Architecture.from_json(row.architecture),
        config=TrainingConfig(**json.loads(row.config)),
        progress=row.progress,
        metrics=known.metrics or {},
        device=known.device,
        seconds=known.seconds,
        message=message or "",
        prediction=known.prediction and Prediction(*known.prediction),
        facts=row.facts,
        owner=row.owner,
        sharing=sharing_named(row.sharing),
        origin=row.origin or "",
        sweep=row.sweep or "",
    )
