"""A sweep as plain data: its points, and what became of the run of each."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR_ID
from cnnviz.runs.records import Status
from cnnviz.training.sweep import Sweep

WAITING, DELETED = "waiting", "deleted"
"""Of a point without a run yet, and of one whose run is there no more; else a point has the status of its run."""


class SweepStatus(StrEnum):
    """What becomes of a sweep. INTERRUPTED: the server that went through its points has ended."""

    RUNNING = "running"
    STOPPED = "stopped"
    FINISHED = "finished"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class PointState:
    """A point of a sweep with what became of it.

    `status` is `WAITING`, `DELETED` or the `Status` of its run, `FAILED` as well where no run could be made of it:
    `message` says why. `metrics` and `seconds` are those of its run.
    """

    position: int
    name: str
    values: dict[str, Any]
    run_id: str = ""
    status: str = WAITING
    metrics: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0
    message: str = ""

    @property
    def has_result(self) -> bool:
        """Whether its run has ended with a net that was scored."""
        return self.status in (Status.FINISHED, Status.STOPPED) and bool(self.metrics)

    @property
    def is_under_way(self) -> bool:
        """Whether something is still to come of its run, if only when that is resumed."""
        return self.status in (Status.QUEUED, Status.RUNNING, Status.PAUSED, Status.INTERRUPTED)


@dataclass(frozen=True)
class SweepState:
    """A sweep as it is now, its points in the order in which they are trained."""

    id: str
    owner: str
    title: str
    kind: str
    status: SweepStatus
    created: datetime
    points: tuple[PointState, ...] = ()

    @property
    def sharing(self) -> Sharing:
        """Who else may look at it."""
        return sweep_sharing(self.owner)

    @property
    def current(self) -> PointState | None:
        """The point whose run has begun and not ended, if there is one."""
        return next((point for point in self.points if point.is_under_way), None)

    @property
    def waiting(self) -> tuple[PointState, ...]:
        """Points that are still to be begun."""
        return tuple(point for point in self.points if point.status == WAITING)

    @property
    def num_ended(self) -> int:
        """Points of which nothing is still to come."""
        return sum(not point.is_under_way and point.status != WAITING for point in self.points)


@dataclass(frozen=True)
class SweepSummary:
    """A line in a list of sweeps; `num_begun` of its `num_points` have a run, or cannot have one."""

    id: str
    owner: str
    title: str
    kind: str
    status: SweepStatus
    created: datetime
    num_points: int
    num_begun: int


def planned_state(sweep: Sweep) -> SweepState:
    """Give a sweep that has not begun as one of which nothing is known yet."""
    points = tuple(PointState(place, point.name, point.values) for place, point in enumerate(sweep.points))
    return SweepState("", "", sweep.title, sweep.kind, SweepStatus.STOPPED, datetime.now(UTC), points)


def sweep_sharing(owner: str) -> Sharing:
    """Who else may look at a sweep of an owner: what the operator trains is for everybody."""
    return Sharing.EVERYBODY if owner == OPERATOR_ID else Sharing.PRIVATE
