"""What runs have recorded, as it is read from the tables."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from cnnviz.errors import UnknownName
from cnnviz.runs.folders import RunFolders
from cnnviz.runs.records import Curves, read_epoch, read_points
from cnnviz.runs.tables import EpochRow, PointsRow, RunRow

FILES_GONE = (
    "The files of the run {!r} are gone: its folder was deleted, with its net and answers. Its curves and numbers are "
    "kept; train it again to have the rest."
)


class RecordedCurves(RunFolders):
    """Epochs and batch points of runs; raises StoreUnavailable when the database cannot be used."""

    _engine: Engine

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

    def load_file(self, run_id: str, name: str) -> bytes:
        """A kept file; raises UnknownName when the run has none of this name, and says so where all are gone."""
        try:
            return super().load_file(run_id, name)
        except UnknownName:
            if self.has_lost_files(run_id):
                raise UnknownName(FILES_GONE.format(run_id)) from None
            raise

    def has_lost_files(self, run_id: str) -> bool:
        """Whether a run had files when its status last changed, and its folder is gone."""
        if self.has_folder(run_id):
            return False
        with self.session() as session:
            return bool(session.scalar(select(RunRow.num_bytes).where(RunRow.id == run_id)))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction on the tables, for the other modules of this folder."""
        with self.guarded(), Session(self._engine, expire_on_commit=False) as session, session.begin():
            yield session
