"""Sweeps in the store: who sees them, what their points say of their runs, and damage."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from cnnviz.access.permission import Sharing
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.errors import InvalidConfig, NotAllowed, UnknownName
from cnnviz.evaluation.honest import Trained
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import INTERRUPTED_AFTER, RunStore
from cnnviz.runs.sweep_records import DELETED, WAITING, SweepStatus
from cnnviz.runs.sweeps import (
    active_sweep,
    create_sweep,
    delete_sweep,
    fail_point,
    join_sweep,
    listed_sweeps,
    planned_point,
    reached_by,
    require_sweep,
    set_sweep_status,
    sweep_state,
)
from cnnviz.runs.tables import RunRow, SweepPointRow, SweepRow
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import settings_sweep
from tests.helpers import DIGITS_NET as NET

ADA, BOB = Visitor("ada"), Visitor("bob")
SWEEP = settings_sweep(NET, TrainingConfig(epochs=1), {"learning_rate": [0.1, 0.01, 0.001]})


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path)


def _join(store: RunStore, sweep_id: str, position: int, status: Status, **columns: object) -> str:
    point = planned_point(store, sweep_id, position)
    run = store.create(point.architecture, point.config, name=point.name, owner=ADA.id, sharing=Sharing.PRIVATE)
    join_sweep(store, run, sweep_id, position)
    store.update(run.id, status=status, **columns)
    return run.id


def test_a_sweep_comes_back_as_it_was_planned(store: RunStore) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    state = sweep_state(store, sweep_id, ADA)
    assert (state.title, state.kind, state.status) == (SWEEP.title, "settings", SweepStatus.RUNNING)
    assert [(point.name, point.values, point.status) for point in state.points] == [
        (point.name, point.values, WAITING) for point in SWEEP.points
    ]
    assert [planned_point(store, sweep_id, number) for number in range(3)] == list(SWEEP.points)
    assert (state.current, state.num_ended, len(state.waiting)) == (None, 0, 3)
    with pytest.raises(UnknownName, match="no point 3"):
        planned_point(store, sweep_id, 3)


def test_points_have_the_status_and_the_metrics_of_their_runs(store: RunStore) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    done = _join(store, sweep_id, 0, Status.FINISHED, metrics={"accuracy": 0.9}, seconds=4.5)
    running = _join(store, sweep_id, 1, Status.RUNNING)
    state = sweep_state(store, sweep_id, ADA)
    assert [(point.run_id, point.status) for point in state.points] == [
        (done, Status.FINISHED),
        (running, Status.RUNNING),
        ("", WAITING),
    ]
    assert (state.points[0].metrics, state.points[0].seconds, state.points[0].has_result) == (
        {"accuracy": 0.9},
        4.5,
        True,
    )
    assert state.current == state.points[1]
    assert state.num_ended == 1
    assert [store.get(run_id).sweep for run_id in (done, running)] == [sweep_id] * 2
    assert store.create(NET, TrainingConfig()).sweep == ""


def test_a_deleted_run_and_one_that_could_not_begin_are_said(store: RunStore) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    store.delete(_join(store, sweep_id, 0, Status.FINISHED))
    fail_point(store, sweep_id, 1, "Its images are gone.")
    state = sweep_state(store, sweep_id, ADA)
    assert [(point.status, point.message) for point in state.points] == [
        (DELETED, ""),
        (Status.FAILED, "Its images are gone."),
        (WAITING, ""),
    ]
    assert state.num_ended == 2


def test_a_sweep_whose_server_has_ended_is_interrupted_as_its_run_is(store: RunStore) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    run_id = _join(store, sweep_id, 0, Status.RUNNING)
    assert active_sweep(store, ADA.id) == SWEEP.title
    long_ago = datetime.now(UTC) - INTERRUPTED_AFTER - timedelta(seconds=1)
    with store.session() as session:
        session.execute(update(SweepRow).values(heartbeat=long_ago))
        session.execute(update(RunRow).where(RunRow.id == run_id).values(heartbeat=long_ago))
    state = sweep_state(store, sweep_id, ADA)
    assert (state.status, state.points[0].status) == (SweepStatus.INTERRUPTED, Status.INTERRUPTED)
    assert state.current == state.points[0]
    assert active_sweep(store, ADA.id) == ""
    assert listed_sweeps(store, ADA)[0].status is SweepStatus.INTERRUPTED


def test_visitors_see_their_own_sweeps_and_the_servers(store: RunStore) -> None:
    own, shown = create_sweep(store, SWEEP, ADA.id), create_sweep(store, SWEEP, OPERATOR.id)
    _join(store, own, 0, Status.FINISHED)
    set_sweep_status(store, own, SweepStatus.FINISHED)
    found = listed_sweeps(store, ADA)
    assert [(one.id, one.num_points, one.num_begun) for one in found] == [(shown, 3, 0), (own, 3, 1)]
    assert [one.id for one in listed_sweeps(store, BOB)] == [shown]
    assert {one.id for one in listed_sweeps(store, Visitor("teacher", is_operator=True))} == {own, shown}
    for sweep_id in (own, "nothing", "\0", ""):
        with pytest.raises(UnknownName, match="that you may see"):
            sweep_state(store, sweep_id, BOB)
    with pytest.raises(NotAllowed, match="belongs to somebody else"):
        require_sweep(store, shown, BOB)
    assert require_sweep(store, own, ADA) == ADA.id


def test_a_private_run_in_a_sweep_that_all_see_is_not_told(store: RunStore) -> None:
    shown = create_sweep(store, SWEEP, OPERATOR.id)
    _join(store, shown, 0, Status.FINISHED, metrics={"accuracy": 0.9})
    assert sweep_state(store, shown, BOB).points[0].status == DELETED
    assert sweep_state(store, shown, BOB).points[0].metrics == {}


def test_a_removed_sweep_leaves_its_runs(store: RunStore) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    run_id = _join(store, sweep_id, 0, Status.FINISHED)
    delete_sweep(store, sweep_id)
    assert store.get(run_id).sweep == ""
    assert listed_sweeps(store, ADA) == []


def test_damaged_entries_cost_only_themselves(store: RunStore) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    run_id = _join(store, sweep_id, 1, Status.FINISHED)
    with store.session() as session:
        session.execute(update(SweepRow).values(status="dreaming"))
        broken = update(SweepPointRow).where(SweepPointRow.position == 0)
        session.execute(broken.values(architecture="{", point_values=[1, 2]))
        session.execute(update(RunRow).where(RunRow.id == run_id).values(status="lost", metrics=["x"]))
    state = sweep_state(store, sweep_id, ADA)
    assert state.status is SweepStatus.STOPPED
    assert state.points[0].values == {}
    assert (state.points[1].status, state.points[1].metrics) == (DELETED, {})
    with pytest.raises(InvalidConfig, match="entry is damaged"):
        planned_point(store, sweep_id, 0)


def test_a_run_that_ends_while_it_is_read_has_its_metrics_with_its_status(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    _join(store, sweep_id, 0, Status.RUNNING)
    get = store.get

    def end_and_get(run_id: str) -> Run:
        store.update(run_id, status=Status.FINISHED, metrics={"accuracy": 0.9}, seconds=4.5)
        return get(run_id)

    monkeypatch.setattr(store, "get", end_and_get)
    point = sweep_state(store, sweep_id, ADA).points[0]
    assert (point.has_result, point.metrics, point.seconds) == (True, {"accuracy": 0.9}, 4.5)


def test_what_a_point_has_reached_is_its_accuracy_where_its_answers_are_gone(store: RunStore) -> None:
    sweep_id = create_sweep(store, SWEEP, ADA.id)
    run_id = _join(store, sweep_id, 0, Status.FINISHED, metrics={"accuracy": 0.9, "num_test": 360})
    point = sweep_state(store, sweep_id, ADA).points[0]
    assert reached_by(store, point).trained == Trained(0, 0.9, 360)
    store.delete(run_id)
    assert reached_by(store, point).trained == Trained(0, 0.9, 360)
