"""What is new of a run since it was last looked at, so that who follows it reads each row once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BindParameter, bindparam, func, select

from cnnviz.runs.records import Run, Status, read_epoch, read_points
from cnnviz.runs.store import RunStore
from cnnviz.runs.tables import EpochRow, PointsRow

_RUN: BindParameter[str] = bindparam("run")
_SINCE: BindParameter[int] = bindparam("since")
# Written once: to write them anew takes as long as to ask them, several times a second.
_BUNDLES = (
    select(PointsRow.id, PointsRow.points).where(PointsRow.run_id == _RUN, PointsRow.id > _SINCE).order_by(PointsRow.id)
)
_EPOCHS = (
    select(EpochRow.epoch, EpochRow.metrics)
    .where(EpochRow.run_id == _RUN, EpochRow.epoch > _SINCE)
    .order_by(EpochRow.epoch)
)


@dataclass(frozen=True)
class Place:
    """How far a run has been read: its last bundle of points, how many there were, its last epoch.

    `started` is that of its progress then: as long as it stays, nothing was taken back. `last` are the points of the
    last bundle: SQLite gives the number of one that was taken back to the next one that comes.
    """

    bundle: int = 0
    num_bundles: int = 0
    epoch: int = 0
    started: float | None = None
    last: Any = None


@dataclass(frozen=True)
class News:
    """What has come: `points` and `epochs` as in `runs.records.Curves`.

    `is_anew`: something that was read before was taken back since, so this is all that there is.
    """

    run: Run
    points: list[dict[str, Any]]
    epochs: list[dict[str, Any]]
    place: Place
    is_anew: bool


def read_news(store: RunStore, run_id: str, place: Place) -> News:
    """Read what a run has recorded after a place; raises UnknownName, as `store.get` does."""
    run = store.get(run_id)
    may_be_less = run.status is not Status.RUNNING or run.progress.started != place.started
    with store.session() as session:
        is_anew = (
            place != Place()
            and may_be_less
            and _known(session, run_id, place) != (place.num_bundles, place.last, place.epoch > 0)
        )
        since = Place() if is_anew else place
        bundles = session.execute(_BUNDLES, {"run": run_id, "since": since.bundle}).all()
        rows = session.execute(_EPOCHS, {"run": run_id, "since": since.epoch}).all()
    points = [point for _, stored in bundles for point in read_points(stored)]
    epochs = [{"epoch": epoch, **metrics} for epoch, stored in rows if (metrics := read_epoch(stored))]
    end = Place(
        bundles[-1][0] if bundles else since.bundle,
        since.num_bundles + len(bundles),
        rows[-1][0] if rows else since.epoch,
        run.progress.started,
        bundles[-1][1] if bundles else since.last,
    )
    return News(run, points, epochs, end, is_anew)


def _known(session: Any, run_id: str, place: Place) -> tuple[int, Any, bool]:
    """How many of the bundles that were read are still there, what is in the last, and whether the last epoch is."""
    known = PointsRow.run_id == run_id, PointsRow.id <= place.bundle
    last = EpochRow.run_id == run_id, EpochRow.epoch == place.epoch
    num = session.scalar(select(func.count()).select_from(PointsRow).where(*known))
    points = session.scalar(select(PointsRow.points).where(PointsRow.run_id == run_id, PointsRow.id == place.bundle))
    return num, points, bool(session.scalar(select(func.count()).select_from(EpochRow).where(*last)))
