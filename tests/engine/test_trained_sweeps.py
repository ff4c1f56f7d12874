"""Sweeps on the embedded cluster."""

from cnnviz.access.visitor import Visitor
from cnnviz.engine.engine import Engine
from cnnviz.engine.sweep_forecast import predict_points, seconds_remaining
from cnnviz.runs.records import Status
from cnnviz.runs.sweep_records import SweepState, SweepStatus
from cnnviz.runs.sweeps import sweep_state
from cnnviz.training.config import TrainingConfig
from cnnviz.training.sweep import settings_sweep
from tests.helpers import DIGITS_NET as NET
from tests.helpers import until

ADA, BOB = Visitor("ada"), Visitor("bob")
SHORT = TrainingConfig(limit=100, epochs=1)


def _state(engine: Engine, sweep_id: str) -> SweepState:
    return sweep_state(engine.store, sweep_id, ADA)


def test_a_sweep_trains_its_points_and_lets_others_have_their_turn(engine: Engine) -> None:
    plan = settings_sweep(NET, SHORT, {"learning_rate": [0.01, 0.001]}, num_seeds=2)
    sweep_id = engine.sweeps.start(plan, by=ADA)
    until(lambda: _state(engine, sweep_id).current)
    bobs = engine.train(NET, SHORT, by=BOB)
    until(lambda: _state(engine, sweep_id).status is SweepStatus.FINISHED)
    state = _state(engine, sweep_id)
    assert [point.status for point in state.points] == [Status.FINISHED] * 4
    assert all(0 < point.metrics["accuracy"] <= 1 and point.seconds > 0 for point in state.points)
    assert engine.store.get(bobs.id).status is Status.FINISHED, "it waited for one of four"
    runs = [engine.store.get(point.run_id) for point in state.points]
    assert [(run.config.learning_rate, run.config.seed) for run in runs] == [
        (0.01, 0),
        (0.001, 0),
        (0.01, 1),
        (0.001, 1),
    ]

    prediction = predict_points(engine.calibrator, plan.points)
    assert prediction is not None, "the worker is known by these trainings"
    assert prediction.low <= prediction.expected <= prediction.high
    assert seconds_remaining(engine.store, engine.calibrator, state) == 0


def test_a_stopped_sweep_frees_its_worker_and_goes_on_where_it_was(engine: Engine) -> None:
    plan = settings_sweep(NET, SHORT.model_copy(update={"batch_size": 1}), {"epochs": [500, 1]})
    sweep_id = engine.sweeps.start(plan, by=ADA)
    until(lambda: (one := _state(engine, sweep_id).current) and engine.store.last_epoch(one.run_id) >= 1)
    long = _state(engine, sweep_id).points[0].run_id
    engine.sweeps.stop(sweep_id, by=ADA)
    until(lambda: engine.store.get(long).status is Status.PAUSED)
    done = engine.store.last_epoch(long)
    assert engine.wait(engine.train(NET, SHORT, by=ADA).id).status is Status.FINISHED, "its visitor is free again"
    assert _state(engine, sweep_id).status is SweepStatus.STOPPED

    engine.sweeps.resume(sweep_id, by=ADA)
    until(lambda: engine.store.last_epoch(long) > done)
    engine.command(long, "stop", by=ADA)
    until(lambda: _state(engine, sweep_id).status is SweepStatus.FINISHED)
    assert [point.status for point in _state(engine, sweep_id).points] == [Status.STOPPED, Status.FINISHED]
    assert [row["epoch"] for row in engine.store.curves(long).epochs][:done] == list(range(1, done + 1))
