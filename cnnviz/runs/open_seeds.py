"""Further seeds of nets that are still to come: trainings that go on, and those that a sweep has not begun yet."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlalchemy import or_, select

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR_ID, Visitor
from cnnviz.runs.records import Run, Status
from cnnviz.runs.seeds import agrees, settings_but_seed
from cnnviz.runs.store import INTERRUPTED_AFTER, RunStore
from cnnviz.runs.sweep_records import SweepStatus
from cnnviz.runs.tables import RunRow, SweepPointRow, SweepRow


def open_seeds(store: RunStore, runs: Sequence[Run], visitor: Visitor) -> frozenset[str]:
    """Say which trainings that a visitor may see are still to give a result of the nets of these runs.

    Parameters
    ----------
    store : RunStore
    runs : sequence of Run
        One of each net, or several.
    visitor : Visitor

    Returns
    -------
    frozenset of str
        The id of each run that waits or is trained, and sweep and position of each training that is planned. It changes
        when one of them begins or ends, and is empty when nothing more is to come.
    """
    nets = [(run.architecture.to_json(), settings_but_seed(run)) for run in runs if not run.origin]
    texts = {net for net, _ in nets}
    found = [*_at_work(store, texts, visitor), *_planned(store, texts, visitor)]
    return frozenset(
        key for key, net, config in found if any(net == own and agrees(config, settings) for own, settings in nets)
    )


def _at_work(store: RunStore, nets: Iterable[str], visitor: Visitor) -> list[tuple[str, str, str]]:
    """Id, net and settings of each run of these nets that somebody follows."""
    query = select(RunRow.id, RunRow.heartbeat, RunRow.architecture, RunRow.config).where(
        RunRow.architecture.in_(nets),
        RunRow.status.in_((Status.QUEUED, Status.RUNNING)),
        RunRow.deleted.is_(None),
    )
    if not visitor.is_operator:
        query = query.where(or_(RunRow.owner == visitor.id, RunRow.sharing == Sharing.EVERYBODY))
    with store.session() as session:
        rows = session.execute(query).all()
    recent = _recent()
    return [(run_id, net, config) for run_id, beat, net, config in rows if beat > recent or run_id in store.followed]


def _planned(store: RunStore, nets: Iterable[str], visitor: Visitor) -> list[tuple[str, str, str]]:
    """Place, net and settings of each training of these nets that a sweep which goes on has not begun."""
    point = SweepPointRow
    query = select(point.sweep_id, point.position, point.architecture, point.config).join(SweepRow)
    query = query.where(
        point.architecture.in_(nets),
        point.run_id.is_(None),
        point.message == "",
        SweepRow.status == SweepStatus.RUNNING,
        SweepRow.heartbeat > _recent(),
    )
    if not visitor.is_operator:
        query = query.where(or_(SweepRow.owner == visitor.id, SweepRow.owner == OPERATOR_ID))
    with store.session() as session:
        return [(f"{sweep}:{position}", net, config) for sweep, position, net, config in session.execute(query)]


def _recent() -> datetime:
    return datetime.now(UTC) - INTERRUPTED_AFTER
