"""Sweeps go through their points one after the other; with an engine that trains nothing, so that each step is seen."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.engine import sweeps as module
from cnnviz.engine.sweeps import Sweeps
from cnnviz.errors import InvalidConfig, NotAllowed, StoreUnavailable, UnknownName
from cnnviz.runs.permitted import create_run, require_turn
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore
from cnnviz.runs.sweep_records import DELETED, WAITING, SweepState, SweepStatus
from cnnviz.runs.sweeps import join_sweep, sweep_state
from cnnviz.runs.tables import RunRow, SweepRow
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import Sweep, settings_sweep
from tests.helpers import DIGITS_NET as NET

ADA, BOB = Visitor("ada"), Visitor("bob")
PLAN = settings_sweep(NET, TrainingConfig(epochs=1), {"learning_rate": [0.1, 0.01, 0.001]})


class FakeEngine:
    """Makes runs as the engine does, and leaves it to the test to end them."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.refusal: Exception | None = None
        self.told: list[tuple[str, str]] = []

    def train(self, architecture: Any, config: Any, *, by: Visitor, name: str, point: tuple[str, int]) -> Run:
        if self.refusal is not None:
            raise self.refusal
        if not by.is_operator:
            require_turn(self.store, by.id)
        run = create_run(self.store, architecture, config, name, prediction=None, owner=by.id)
        return join_sweep(self.store, run, *point)

    def resume(self, run_id: str, *, by: Visitor) -> None:
        self.command(run_id, "resume", by=by)

    def command(self, run_id: str, command: str, *, by: Visitor) -> None:
        self.told.append((run_id, command))
        self.store.update(run_id, status=Status.RUNNING)

    def set_aside(self, run_id: str, *, by: Visitor) -> bool:
        if self.store.get(run_id).status is Status.QUEUED:
            self.store.delete(run_id)
            return False
        self.store.update(run_id, status=Status.PAUSED)
        return True

    def end(self, run_id: str, status: Status = Status.FINISHED, **changes: Any) -> None:
        self.store.update(run_id, status=status, metrics={"accuracy": 0.9}, **changes)


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeEngine:
    monkeypatch.setattr(module, "LOOK_SECONDS", 3600.0)  # the tests call `advance` themselves
    return FakeEngine(RunStore(tmp_path))


@pytest.fixture
def sweeps(engine: FakeEngine) -> Sweeps:
    return Sweeps(engine)  # type: ignore[arg-type]


def _state(engine: FakeEngine, sweep_id: str) -> SweepState:
    return sweep_state(engine.store, sweep_id, OPERATOR)


def _statuses(engine: FakeEngine, sweep_id: str) -> list[str]:
    return [point.status for point in _state(engine, sweep_id).points]


def _current(engine: FakeEngine, sweep_id: str) -> str:
    current = _state(engine, sweep_id).current
    assert current is not None
    return current.run_id


def _age(engine: FakeEngine) -> None:
    """Let so much time go by that a server which says nothing counts as gone."""
    long_ago = datetime.now(UTC) - timedelta(minutes=1)
    with engine.store.session() as session:
        session.execute(update(SweepRow).values(heartbeat=long_ago))
        session.execute(update(RunRow).values(heartbeat=long_ago))


def test_each_training_begins_when_the_one_before_has_ended(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    assert _statuses(engine, sweep_id) == [WAITING] * 3
    for done in range(3):
        for _ in range(3):
            sweeps.advance()
        assert _statuses(engine, sweep_id) == ["finished"] * done + ["queued"] + [WAITING] * (2 - done)
        engine.end(_current(engine, sweep_id))
    sweeps.advance()
    assert _state(engine, sweep_id).status is SweepStatus.FINISHED
    runs = [engine.store.get(point.run_id) for point in _state(engine, sweep_id).points]
    assert [run.config.learning_rate for run in runs] == [0.1, 0.01, 0.001]
    assert [run.name for run in runs] == [point.name for point in PLAN.points]
    assert {(run.owner, run.sweep) for run in runs} == {(ADA.id, sweep_id)}
    sweeps.advance()
    assert len(engine.store.recent(ADA)) == 3


def test_it_waits_while_its_visitor_trains_something_else(engine: FakeEngine, sweeps: Sweeps) -> None:
    own = engine.store.create(NET, TrainingConfig(), owner=ADA.id)
    engine.store.create(NET, TrainingConfig(), owner=BOB.id)
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    assert _statuses(engine, sweep_id) == [WAITING] * 3
    engine.end(own.id)
    sweeps.advance()
    assert _statuses(engine, sweep_id)[0] == "queued", "that of somebody else does not count"


@pytest.mark.parametrize("status", [Status.FAILED, Status.STOPPED])
def test_a_training_that_fails_or_is_stopped_does_not_end_the_sweep(
    engine: FakeEngine, sweeps: Sweeps, status: Status
) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    engine.end(_current(engine, sweep_id), status, message="The loss became NaN.")
    sweeps.advance()
    assert _statuses(engine, sweep_id) == [status, "queued", WAITING]
    assert _state(engine, sweep_id).points[0].message == "The loss became NaN."


def test_a_training_that_cannot_begin_is_said_and_the_next_one_tried(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    engine.refusal = UnknownName("There are no such images.")
    sweeps.advance()
    engine.refusal = None
    sweeps.advance()
    assert _statuses(engine, sweep_id) == ["failed", "queued", WAITING]
    assert _state(engine, sweep_id).points[0].message == "There are no such images."


def test_a_store_that_refuses_costs_nothing_but_time(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    engine.refusal = StoreUnavailable("The disk is full.")
    sweeps.advance()
    assert _statuses(engine, sweep_id) == [WAITING] * 3
    engine.refusal = None
    sweeps.advance()
    assert _statuses(engine, sweep_id)[0] == "queued"


def test_stop_sets_the_running_one_aside_and_resume_goes_on_with_it(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    run_id = _current(engine, sweep_id)
    engine.store.update(run_id, status=Status.RUNNING)
    sweeps.stop(sweep_id, by=ADA)
    sweeps.advance()
    assert _state(engine, sweep_id).status is SweepStatus.STOPPED
    assert _statuses(engine, sweep_id) == ["paused", WAITING, WAITING]
    sweeps.resume(sweep_id, by=ADA)
    sweeps.advance()
    assert engine.told == [(run_id, "resume")]
    assert _statuses(engine, sweep_id) == ["running", WAITING, WAITING]
    sweeps.advance()
    assert len(engine.told) == 1
    engine.end(run_id)
    sweeps.advance()
    assert _statuses(engine, sweep_id) == ["finished", "queued", WAITING]


def test_a_queued_one_waits_in_the_plan_again_after_a_stop(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    sweeps.stop(sweep_id, by=ADA)
    assert _statuses(engine, sweep_id) == [WAITING] * 3
    assert engine.store.recent(ADA) == []


def test_one_that_its_visitor_has_paused_is_left_alone(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    engine.store.update(_current(engine, sweep_id), status=Status.PAUSED)
    sweeps.advance()
    assert engine.told == []
    assert _statuses(engine, sweep_id) == ["paused", WAITING, WAITING]


def test_another_server_goes_on_with_it_and_nothing_runs_twice(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    first = _current(engine, sweep_id)
    engine.end(first)
    sweeps.advance()
    second = _current(engine, sweep_id)
    _age(engine)
    restarted = FakeEngine(RunStore(engine.store.home))
    later = Sweeps(restarted)  # type: ignore[arg-type]
    assert _state(restarted, sweep_id).status is SweepStatus.INTERRUPTED
    later.resume(sweep_id, by=ADA)
    later.advance()
    later.advance()
    assert restarted.told == [(second, "resume")]
    restarted.end(second)
    later.advance()
    assert _statuses(restarted, sweep_id) == ["finished", "finished", "queued"]
    assert [point.run_id for point in _state(restarted, sweep_id).points][:2] == [first, second]
    assert len(restarted.store.recent(ADA)) == 3


def test_a_busy_server_takes_none_of_its_own_sweeps_for_interrupted(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    _age(engine)  # it has not come to say for long that it goes through it
    assert _state(engine, sweep_id).status is SweepStatus.RUNNING
    with pytest.raises(InvalidConfig, match="One sweep at a time"):
        sweeps.start(PLAN, by=ADA)
    sweeps.stop(sweep_id, by=ADA)
    assert _state(engine, sweep_id).status is SweepStatus.STOPPED


def test_a_run_that_is_interrupted_again_and_again_is_given_up(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    for _ in range(2):
        engine.store.update(_current(engine, sweep_id), status=Status.INTERRUPTED)
        sweeps.advance()
    sweeps.advance()
    assert len(engine.told) == 1
    assert _statuses(engine, sweep_id) == ["failed", "queued", WAITING]
    assert "interrupted twice" in _state(engine, sweep_id).points[0].message


def test_a_deleted_run_is_not_trained_again(engine: FakeEngine, sweeps: Sweeps) -> None:
    sweep_id = sweeps.start(PLAN, by=ADA)
    sweeps.advance()
    engine.store.delete(_current(engine, sweep_id))
    sweeps.advance()
    assert _statuses(engine, sweep_id) == [DELETED, "queued", WAITING]


def test_one_sweep_at_a_time_for_each_visitor(engine: FakeEngine, sweeps: Sweeps) -> None:
    first = sweeps.start(PLAN, by=ADA)
    sweeps.start(PLAN, by=BOB)
    with pytest.raises(InvalidConfig, match="One sweep at a time"):
        sweeps.start(PLAN, by=ADA)
    sweeps.stop(first, by=ADA)
    second = sweeps.start(PLAN, by=ADA)
    with pytest.raises(InvalidConfig, match="One sweep at a time"):
        sweeps.resume(first, by=ADA)
    with pytest.raises(InvalidConfig, match="still running"):
        sweeps.delete(second, by=ADA)
    sweeps.delete(first, by=ADA)
    with pytest.raises(UnknownName):
        sweep_state(engine.store, first, ADA)


def test_strangers_change_nothing(engine: FakeEngine, sweeps: Sweeps) -> None:
    own, shown = sweeps.start(PLAN, by=ADA), sweeps.start(PLAN, by=OPERATOR)
    for change in (sweeps.stop, sweeps.resume, sweeps.delete):
        with pytest.raises(UnknownName):
            change(own, by=BOB)
        with pytest.raises(NotAllowed):
            change(shown, by=BOB)
    assert _state(engine, own).status is _state(engine, shown).status is SweepStatus.RUNNING


def test_what_this_server_does_not_allow_is_refused_before_anything_is_kept(
    engine: FakeEngine, sweeps: Sweeps, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_EPOCHS", "3")
    long = settings_sweep(NET, TrainingConfig(), {"epochs": [1, 5]})
    with pytest.raises(InvalidConfig, match="allows 3 epochs"):
        sweeps.start(long, by=ADA)
    with pytest.raises(InvalidConfig, match="at least one training"):
        sweeps.start(Sweep("nothing", "settings", ()), by=ADA)
    many = Sweep("many", "settings", PLAN.points * 4000)
    with pytest.raises(InvalidConfig, match="a sweep of 12,000 points"):
        sweeps.start(many, by=ADA)
    with engine.store.session() as session:
        assert session.query(SweepRow).count() == 0
