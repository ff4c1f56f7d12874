"""Sweeps in the store: their points, and what became of the run of each.

A point knows its run by its id. Where that run is gone its owner has deleted it, so the point is not trained again.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.engine import Row

from cnnviz.access.permission import Ownership, may_change, may_see, sharing_named
from cnnviz.access.visitor import OPERATOR_ID, Visitor
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import CnnvizError, InvalidConfig, NotAllowed, UnknownName
from cnnviz.runs.records import Run, Status
from cnnviz.runs.seed_scores import Reached, reached
from cnnviz.runs.store import INTERRUPTED_AFTER, RunStore
from cnnviz.runs.sweep_records import DELETED, PointState, SweepState, SweepStatus, SweepSummary, sweep_sharing
from cnnviz.runs.sweep_results import ACCURACY, by_number
from cnnviz.runs.tables import RunRow, SweepPointRow, SweepRow
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import Sweep, SweepPoint

LOOK_ONLY = "This sweep belongs to somebody else: you can look at it, not change it."


def create_sweep(store: RunStore, sweep: Sweep, owner: str) -> str:
    """Keep the plan of a sweep that is about to begin; returns its id."""
    sweep_id, now = uuid.uuid4().hex[:12], datetime.now(UTC)
    points = [
        {
            "sweep_id": sweep_id,
            "position": position,
            "name": point.name,
            "point_values": point.values,
            "architecture": point.architecture.to_json(),
            "config": point.config.model_dump_json(),
            "message": "",
        }
        for position, point in enumerate(sweep.points)
    ]
    row = {"id": sweep_id, "owner": owner, "title": sweep.title, "kind": sweep.kind, "created": now, "heartbeat": now}
    with store.session() as session:
        session.execute(insert(SweepRow).values(**row, status=SweepStatus.RUNNING))
        session.execute(insert(SweepPointRow), points)
    return sweep_id


def sweep_state(store: RunStore, sweep_id: str, visitor: Visitor) -> SweepState:
    """Give a sweep with its points and what became of their runs.

    Raises UnknownName where there is none, or none that the visitor may see.
    """
    row = _row(store, sweep_id, visitor)
    runs = [RunRow.id, RunRow.status, RunRow.metrics, RunRow.seconds, RunRow.message, RunRow.owner, RunRow.sharing]
    plan = [SweepPointRow.position, SweepPointRow.name, SweepPointRow.point_values, SweepPointRow.run_id]
    with store.session() as session:
        points = session.execute(
            select(*plan, SweepPointRow.message)
            .where(SweepPointRow.sweep_id == sweep_id)
            .order_by(SweepPointRow.position)
        ).all()
        ids = select(SweepPointRow.run_id).where(SweepPointRow.sweep_id == sweep_id)
        there = select(*runs).where(RunRow.id.in_(ids), RunRow.deleted.is_(None))
        found = {run.id: run for run in session.execute(there)}
    states = tuple(_point_state(store, point, found.get(point.run_id), visitor) for point in points)
    return SweepState(row.id, row.owner, row.title, row.kind, _status(store, row), row.created, states)


def listed_sweeps(store: RunStore, visitor: Visitor, *, limit: int = 50) -> list[SweepSummary]:
    """Give the newest sweeps first: the visitor's own and the server's; to the operator all."""
    num, num_begun = func.count(SweepPointRow.position), func.count(SweepPointRow.run_id)
    query = select(SweepRow, num, num_begun).outerjoin(SweepPointRow).group_by(SweepRow.id)
    if not visitor.is_operator:
        query = query.where(or_(SweepRow.owner == visitor.id, SweepRow.owner == OPERATOR_ID))
    with store.session() as session:
        rows = session.execute(query.order_by(SweepRow.created.desc()).limit(limit)).all()
    return [
        SweepSummary(row.id, row.owner, row.title, row.kind, _status(store, row), row.created, all_of_it, begun)
        for row, all_of_it, begun in rows
    ]


def reached_by(store: RunStore, point: PointState, metric: str = ACCURACY) -> Reached:
    """What a point with a result has reached on each test image; its metric alone where its answers are gone."""
    try:
        return reached(store, store.get(point.run_id), metric) or by_number(point, metric)
    except UnknownName:  # deleted in this moment
        return by_number(point, metric)


def planned_point(store: RunStore, sweep_id: str, position: int) -> SweepPoint:
    """Give the plan of a point; raises InvalidConfig if its entry is damaged, UnknownName if there is none."""
    with store.session() as session:
        row = session.get(SweepPointRow, (sweep_id, position))
    if row is None:
        raise UnknownName(f"The sweep {sweep_id!r} has no point {position}.")
    try:
        config = TrainingConfig(**json.loads(row.config))
        return SweepPoint(row.point_values or {}, Architecture.from_json(row.architecture), config, row.name)
    except (CnnvizError, ValueError, TypeError) as error:
        raise InvalidConfig(f"The plan of this point cannot be read: its entry is damaged. Received: {error}") from None


def require_sweep(store: RunStore, sweep_id: str, visitor: Visitor) -> str:
    """Say whose sweep it is that a visitor is about to change; raises UnknownName and NotAllowed."""
    row = _row(store, sweep_id, visitor)
    if not may_change(visitor, Ownership(row.owner, sweep_sharing(row.owner))):
        raise NotAllowed(LOOK_ONLY)
    return str(row.owner)


def join_sweep(store: RunStore, run: Run, sweep_id: str, position: int) -> Run:
    """Make a run that of a point: both know it from then on."""
    with store.session() as session:
        session.execute(update(RunRow).where(RunRow.id == run.id).values(sweep=sweep_id))
        session.execute(_at(sweep_id, position).values(run_id=run.id, message=""))
    return replace(run, sweep=sweep_id)


def leave_sweep(store: RunStore, sweep_id: str, position: int) -> None:
    """Let a point wait again: its run had not begun."""
    with store.session() as session:
        session.execute(_at(sweep_id, position).values(run_id=None))


def fail_point(store: RunStore, sweep_id: str, position: int, message: str) -> None:
    """Say why a point can have no run."""
    with store.session() as session:
        session.execute(_at(sweep_id, position).values(message=message))


def set_sweep_status(store: RunStore, sweep_id: str, status: SweepStatus) -> None:
    """Change what becomes of a sweep, as of now."""
    with store.session() as session:
        changed = update(SweepRow).where(SweepRow.id == sweep_id)
        session.execute(changed.values(status=status, heartbeat=datetime.now(UTC)))


def beat_sweeps(store: RunStore, sweep_ids: Sequence[str]) -> None:
    """Say that this process goes through the points of these sweeps."""
    with store.session() as session:
        session.execute(update(SweepRow).where(SweepRow.id.in_(sweep_ids)).values(heartbeat=datetime.now(UTC)))


def active_sweep(store: RunStore, owner: str) -> str:
    """Give the title of an owner's sweep that some server goes through at this moment; "" where there is none."""
    with store.session() as session:
        is_active = SweepRow.owner == owner, SweepRow.status == SweepStatus.RUNNING
        rows = session.scalars(select(SweepRow).where(*is_active)).all()
    return next((row.title for row in rows if _status(store, row) is SweepStatus.RUNNING), "")


def delete_sweep(store: RunStore, sweep_id: str) -> None:
    """Forget the plan of a sweep; its runs stay."""
    with store.session() as session:
        session.execute(update(RunRow).where(RunRow.sweep == sweep_id).values(sweep=None))
        session.execute(delete(SweepPointRow).where(SweepPointRow.sweep_id == sweep_id))
        session.execute(delete(SweepRow).where(SweepRow.id == sweep_id))


def _row(store: RunStore, sweep_id: str, visitor: Visitor) -> SweepRow:
    row = None
    if sweep_id.isalnum():  # from a link, anything may come: Postgres takes no NUL
        with store.session() as session:
            row = session.get(SweepRow, sweep_id)
    if row is None or not may_see(visitor, Ownership(row.owner, sweep_sharing(row.owner))):
        raise UnknownName(f"There is no sweep {sweep_id!r} that you may see. Choose one of the list.")
    return row


def _at(sweep_id: str, position: int) -> Any:
    return update(SweepPointRow).where(SweepPointRow.sweep_id == sweep_id, SweepPointRow.position == position)


def _status(store: RunStore, row: SweepRow) -> SweepStatus:
    """A sweep that runs and that nobody has gone through for a while is interrupted; not one of this process."""
    status = SweepStatus(row.status) if row.status in set(SweepStatus) else SweepStatus.STOPPED
    is_lost = row.id not in store.followed_sweeps and datetime.now(UTC) - row.heartbeat > INTERRUPTED_AFTER
    return SweepStatus.INTERRUPTED if status is SweepStatus.RUNNING and is_lost else status


def _point_state(store: RunStore, point: Row, run: Row | None, visitor: Visitor) -> PointState:
    values = point.point_values if isinstance(point.point_values, dict) else {}
    plan = PointState(point.position, point.name, values)
    if point.run_id is None:
        return replace(plan, status=Status.FAILED, message=point.message) if point.message else plan
    if run is None or not may_see(visitor, Ownership(run.owner, sharing_named(run.sharing))):
        return replace(plan, run_id=point.run_id, status=DELETED)
    try:
        now = store.get(run.id) if Status(run.status).is_active else run  # whether somebody follows it
        status = Status(now.status)
    except (ValueError, UnknownName):  # damaged, or deleted in this moment
        return replace(plan, run_id=run.id, status=DELETED)
    if point.message and not status.has_model:  # it was given up
        status = Status.FAILED
    metrics = now.metrics if isinstance(now.metrics, dict) else {}  # read together: it may have ended just now
    known = {name: value for name, value in metrics.items() if isinstance(value, int | float)}
    message = point.message or now.message or ""
    return replace(plan, run_id=run.id, status=status, metrics=known, seconds=now.seconds or 0.0, message=message)
