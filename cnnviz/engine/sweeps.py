"""Goes through the points of sweeps, one training after the other, without any page open.

A sweep's next training joins the end of the queue when the one before has ended, so other visitors get their turn in
between; it waits while its visitor trains something else. Its plan is in the store, so another server can go on.
"""

import logging
import threading
import time
from dataclasses import dataclass, field

from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.analysis.costs import check_limits
from cnnviz.datasets.permitted import require_usable
from cnnviz.engine.run_changes import RunChanges
from cnnviz.errors import CnnvizError, InvalidConfig, StoreUnavailable, UnknownName
from cnnviz.runs.permitted import active_runs
from cnnviz.runs.records import Status
from cnnviz.runs.store import HEARTBEAT_SECONDS
from cnnviz.runs.sweep_records import PointState, SweepState, SweepStatus
from cnnviz.runs.sweeps import (
    active_sweep,
    beat_sweeps,
    create_sweep,
    delete_sweep,
    fail_point,
    leave_sweep,
    planned_point,
    require_sweep,
    set_sweep_status,
    sweep_state,
)
from cnnviz.settings import LIMITS, read_settings
from cnnviz.training.config import check_caps
from cnnviz.training.fine_tuning import training_analysis
from cnnviz.training.sweep import Sweep, SweepPoint, require_size

logger = logging.getLogger(__name__)

LOOK_SECONDS = 0.4  # between two looks at whether the next training can begin
ONE_AT_A_TIME = "One sweep at a time for each visitor: {title} is still running. Stop it first, or wait until it ends."
LOST_AGAIN = "The training was interrupted twice, so the sweep went on without it."


@dataclass
class _Followed:
    """A sweep that this server goes through: for whom, and which of its runs are to be brought back to work."""

    by: Visitor
    to_wake: set[str] = field(default_factory=set)
    resumed: set[str] = field(default_factory=set)


class Sweeps:
    """Starts, stops and resumes sweeps, each `by` a visitor.

    Methods raise UnknownName and NotAllowed for those of somebody else.
    """

    def __init__(self, engine: RunChanges) -> None:
        self._engine = engine
        self._store = engine.store
        self._lock = threading.Lock()
        self._followed: dict[str, _Followed] = {}
        self._store.followed_sweeps = self._followed
        self._beaten = 0.0
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, sweep: Sweep, *, by: Visitor) -> str:
        """Keep a sweep and begin with its first training as soon as its visitor trains nothing else; returns its id.

        Raises
        ------
        InvalidConfig
            It has no points or too many, another sweep of this visitor runs, or this server allows no such training.
        UnknownName
            The images are somebody else's.
        """
        if not sweep.points:
            raise InvalidConfig("A sweep needs at least one training. Received: none.")
        require_size(len(sweep.points))
        for point in sweep.points:
            self._require_allowed(point, by)
        with self._lock:
            self._require_no_other(by.id)
            sweep_id = create_sweep(self._store, sweep, by.id)
            self._follow(sweep_id, _Followed(by))
        return sweep_id

    def stop(self, sweep_id: str, *, by: Visitor) -> None:
        """Begin no further training of a sweep; the one that runs is paused, and goes on with it when it is resumed."""
        require_sweep(self._store, sweep_id, by)
        with self._lock:
            state = sweep_state(self._store, sweep_id, by)
            if state.status not in (SweepStatus.RUNNING, SweepStatus.INTERRUPTED):
                return
            set_sweep_status(self._store, sweep_id, SweepStatus.STOPPED)
            self._followed.pop(sweep_id, None)
            current = state.current
            is_at_work = current is not None and current.status in (Status.QUEUED, Status.RUNNING)
            if current and is_at_work and not self._engine.set_aside(current.run_id, by=by):
                leave_sweep(self._store, sweep_id, current.position)

    def resume(self, sweep_id: str, *, by: Visitor) -> None:
        """Go on with a sweep that was stopped, or whose server has ended; of no effect on one that is finished.

        Raises InvalidConfig while another sweep of its owner runs.
        """
        owner = require_sweep(self._store, sweep_id, by)
        with self._lock:
            state = sweep_state(self._store, sweep_id, by)
            if state.status not in (SweepStatus.STOPPED, SweepStatus.INTERRUPTED):
                return
            self._require_no_other(owner)
            set_sweep_status(self._store, sweep_id, SweepStatus.RUNNING)
            current = state.current
            visitor = by if by.id == owner else Visitor(owner)  # the runs are its owner's, whoever presses the button
            self._follow(sweep_id, _Followed(visitor, to_wake={current.run_id} if current else set()))

    def delete(self, sweep_id: str, *, by: Visitor) -> None:
        """Forget a sweep that does not run; its runs stay. Raises InvalidConfig while it runs."""
        require_sweep(self._store, sweep_id, by)
        with self._lock:
            if sweep_state(self._store, sweep_id, by).status is SweepStatus.RUNNING:
                raise InvalidConfig("This sweep is still running. Stop it first; then it can be removed.")
            delete_sweep(self._store, sweep_id)

    def close(self) -> None:
        """End the thread; sweeps that run can be resumed by the next server."""
        self._closing.set()
        thread = self._thread  # which forgets itself when there is nothing left to do
        if thread is not None:
            thread.join(timeout=10)

    def advance(self) -> None:
        """Begin what can begin now of each sweep that this server goes through."""
        self._beat()
        for sweep_id in list(self._followed):
            with self._lock:
                one = self._followed.get(sweep_id)
                try:
                    if one is not None:
                        self._advance(sweep_id, one)
                except StoreUnavailable:
                    pass  # the next look tries again
                except UnknownName:  # removed by another server
                    self._followed.pop(sweep_id, None)
                except Exception:  # one sweep must not end all; it can be resumed
                    logger.exception("The sweep %s could not go on", sweep_id)
                    self._followed.pop(sweep_id, None)

    def _advance(self, sweep_id: str, one: _Followed) -> None:
        state = sweep_state(self._store, sweep_id, OPERATOR)
        if state.status in (SweepStatus.STOPPED, SweepStatus.FINISHED):  # by another server
            self._followed.pop(sweep_id)
        elif state.current is not None:
            self._look_after(state, state.current, one)
        elif state.waiting:
            self._begin(state, state.waiting[0], one)
        else:
            set_sweep_status(self._store, sweep_id, SweepStatus.FINISHED)
            self._followed.pop(sweep_id)

    def _look_after(self, state: SweepState, current: PointState, one: _Followed) -> None:
        """Bring the run of a point back to work, where that is wanted; one that its visitor has paused rests."""
        run_id = current.run_id
        if current.status == Status.INTERRUPTED and run_id in one.resumed:
            fail_point(self._store, state.id, current.position, LOST_AGAIN)
            return
        is_to_wake = current.status == Status.INTERRUPTED or run_id in one.to_wake
        if not is_to_wake or (current.status != Status.RUNNING and self._is_busy(one.by, run_id)):
            return
        try:
            if current.status == Status.INTERRUPTED:
                self._engine.resume(run_id, by=one.by)
                one.resumed.add(run_id)
            else:
                self._engine.command(run_id, "resume", by=one.by)
            one.to_wake.discard(run_id)
        except InvalidConfig as error:
            self._note_refusal(state, current, one, error, run_id)

    def _begin(self, state: SweepState, point: PointState, one: _Followed) -> None:
        if self._is_busy(one.by):
            return
        try:
            plan = planned_point(self._store, state.id, point.position)
            place = (state.id, point.position)
            self._engine.train(plan.architecture, plan.config, by=one.by, name=plan.name, point=place)
        except StoreUnavailable:
            raise
        except CnnvizError as error:
            self._note_refusal(state, point, one, error)

    def _note_refusal(
        self, state: SweepState, point: PointState, one: _Followed, error: CnnvizError, run_id: str = ""
    ) -> None:
        """Let a point be that cannot be trained; it waits if its visitor has started something else in this moment."""
        if not self._is_busy(one.by, run_id):
            fail_point(self._store, state.id, point.position, str(error))

    def _is_busy(self, by: Visitor, run_id: str = "") -> bool:
        return not by.is_operator and bool(active_runs(self._store, by.id).keys() - {run_id})

    def _require_no_other(self, owner: str) -> None:
        title = active_sweep(self._store, owner)
        if title:
            raise InvalidConfig(ONE_AT_A_TIME.format(title=title))

    def _require_allowed(self, point: SweepPoint, by: Visitor) -> None:
        require_usable(point.config.dataset, by, self._store.home)
        check_caps(point.config, read_settings(*LIMITS))
        analysis = training_analysis(point.architecture, point.config)
        check_limits(analysis, batch_size=point.config.batch_size, optimizer=point.config.optimizer)

    def _follow(self, sweep_id: str, one: _Followed) -> None:
        self._followed[sweep_id] = one
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._work, daemon=True, name="cnnviz-sweeps")
            self._thread.start()

    def _work(self) -> None:
        while not self._closing.wait(LOOK_SECONDS):
            self.advance()
            with self._lock:
                if not self._followed:
                    self._thread = None
                    return

    def _beat(self) -> None:
        if self._followed and time.monotonic() - self._beaten > HEARTBEAT_SECONDS:
            try:
                beat_sweeps(self._store, list(self._followed))
            except StoreUnavailable:
                return
            self._beaten = time.monotonic()
