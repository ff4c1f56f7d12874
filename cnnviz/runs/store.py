"""The run store: every run with its settings, curves and files.

A table row a run, a row an epoch, a row a bundle of batch points; model files and checkpoints
lie in `<home>/runs/<id>/`. Several processes may use one store at once.
"""

import logging
import uuid
from collections.abc import Container
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from cnnviz.access.permission import Sharing, sharing_named
from cnnviz.access.private_files import touch_file
from cnnviz.access.visitor import OPERATOR_ID, Visitor
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import CnnvizError, UnknownName
from cnnviz.runs.changes import Changes
from cnnviz.runs.database import connect, url_text
from cnnviz.runs.folders import damaged_run, unknown_run
from cnnviz.runs.migrations import upgrade
from cnnviz.runs.recorded import RecordedCurves
from cnnviz.runs.records import Readable, Run, Status, damage_text, read_config
from cnnviz.runs.scopes import Scope, in_scope
from cnnviz.runs.summary import (
    changed_columns,
    epoch_columns,
    expected_seconds,
    fill_missing,
    recount_epochs,
    settings_columns,
)
from cnnviz.runs.tables import EpochRow, PointsRow, RunRow
from cnnviz.settings import read_places
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
INTERRUPTED_AFTER = timedelta(seconds=8)
INTERRUPTED_MESSAGE = "The server that ran this training ended, or lost it, before it was done."


class RunStore(RecordedCurves):
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
        self.followed: Container[str] = ()  # the runs that this process follows: its queue, which is asked each time
        self.followed_sweeps: Container[str] = ()  # those that it goes through, likewise
        self._unreadable: set[str] = set()  # the log has named them
        with self.session() as session:
            fill_missing(session, self.num_bytes)

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
        now, net, settings = datetime.now(UTC), architecture.to_json(), config.model_dump_json()
        row = RunRow(
            id=uuid.uuid4().hex[:12],
            name=(name or architecture.name)[:80],
            status=Status.QUEUED,
            created=now,
            heartbeat=now,
            architecture=net,
            config=settings,
            prediction=prediction and list(prediction),
            owner=owner,
            sharing=sharing,
            origin=origin or None,
            expected_seconds=expected_seconds(prediction),
            **settings_columns(net, settings),
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
            run = self.read_row(row)
            if run is None:
                raise UnknownName(damaged_run(run_id, row.name))
            return run

    def recent(
        self, visitor: Visitor, *, limit: int = 200, with_net: bool = False, of_folds: bool = False
    ) -> list[Run]:
        """The newest runs first, those of a visitor and those shared with everybody; the operator's are all.

        Those that were put away are not among them. `with_net`: only those that have one to look at; `of_folds`: only
        those that answer for parts of training images. One whose entry cannot be read is left out, which the log says.
        """
        scope = Scope.FOLDS if of_folds else Scope.ALL
        listed = [in_scope(scope, visitor), *([RunRow.has_net] if with_net else [])]
        newest = select(RunRow.id).where(*listed).order_by(RunRow.created.desc()).limit(limit)  # from the index alone
        with self.session() as session:
            ids = session.scalars(newest).all()
            rows = session.scalars(select(RunRow).where(RunRow.id.in_(ids)).order_by(RunRow.created.desc()))
            return [run for row in rows if (run := self.read_row(row)) is not None]

    def find(self, name: str) -> Run | None:
        """The operator's newest run of this name, if any."""
        with self.session() as session:
            is_it = RunRow.name == name, RunRow.owner == OPERATOR_ID, RunRow.deleted.is_(None)
            query = select(RunRow).where(*is_it).order_by(RunRow.created.desc()).limit(1)
            row = session.scalars(query).first()
            return None if row is None else self.read_row(row)

    def update(self, run_id: str, **changes: Any) -> None:
        """Change columns of a run (name, sharing, status, progress, facts, metrics, device, seconds, message)."""
        if {"status", "metrics"} & changes.keys():
            changes["num_bytes"] = self.num_bytes(run_id)
        with self.session() as session:
            _change(session, run_id, changes)
        self.changes.tell(run_id)

    def lengthen(self, run_id: str, config: TrainingConfig, prediction: Prediction | None, **changes: Any) -> None:
        """Queue a run again, for more epochs; what it has answered is kept until a worker begins."""
        changes |= {"config": config.model_dump_json(), "prediction": prediction and list(prediction)}
        self.update(run_id, status=Status.QUEUED, message="", **changes)

    def beat(self, run_ids: list[str]) -> None:
        """Say to others that somebody follows these runs; this process knows it also while nothing can be written."""
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
            _change(session, run_id, changes | epoch_columns(epoch, metrics))
        self.changes.tell(run_id)

    def rewind(self, run_id: str, epoch: int) -> None:
        """Forget what was recorded after `epoch`, before the run goes on from there."""
        with self.session() as session:
            session.execute(delete(PointsRow).where(PointsRow.run_id == run_id, PointsRow.epoch > epoch))
            session.execute(delete(EpochRow).where(EpochRow.run_id == run_id, EpochRow.epoch > epoch))
            recount_epochs(session, run_id)
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
        return _to_run(row, is_followed=row.id in self.followed)

    def read_row(self, row: RunRow) -> Run | None:
        """The run of a row; None where it cannot be read, which the log says once."""
        try:
            return self._to_run(row)
        except (CnnvizError, ValueError, TypeError, RecursionError) as error:
            self.note_damage(row, error)
            return None

    def note_damage(self, row: RunRow, error: Exception) -> None:
        """Let the log name a row that cannot be read, once."""
        if row.id not in self._unreadable:
            self._unreadable.add(row.id)
            said = "The run %r (%s) is left out, because its entry cannot be read: %s"
            logger.warning(said, row.id, row.name, damage_text(error))


def _change(session: Session, run_id: str, changes: dict[str, Any]) -> None:
    columns = {**changes, **changed_columns(session, run_id, changes), "heartbeat": datetime.now(UTC)}
    session.execute(update(RunRow).where(RunRow.id == run_id).values(**columns))


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
        architecture=_read_architecture(row.architecture),
        config=read_config(row.config),
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


@lru_cache(maxsize=256)
def _read_architecture(text: str) -> Architecture:
    """Read a net, once of runs that have the same: it is most of the work of reading a list."""
    return Architecture.from_json(text)
