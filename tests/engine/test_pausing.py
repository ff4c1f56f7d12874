"""A paused training gives its worker to those who wait, and goes on later exactly where it was; on one worker."""

import pytest

from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.engine.engine import Engine
from cnnviz.engine.run_changes import STOPS_SOON
from cnnviz.engine.trainings.progress_text import progress
from cnnviz.errors import InvalidConfig
from cnnviz.runs.files import PAUSED_FILE
from cnnviz.runs.permitted import create_run
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.model import Prediction
from tests.helpers import DIGITS_NET as NET
from tests.helpers import ENDLESS, until

ADA, BOB = Visitor("ada"), Visitor("bob")
SHORT = TrainingConfig(limit=300, epochs=3, batch_size=32, seed=5)


@pytest.fixture
def unpaused(engine: Engine) -> Run:
    return engine.wait(engine.train(NET, SHORT, by=OPERATOR).id)


def _resting(engine: Engine, config: TrainingConfig = SHORT) -> str:
    """Ada's run after its first batch, whose worker Bob's training has had since."""
    run_id = create_run(engine.store, NET, config, "", prediction=None, owner=ADA.id).id
    engine.store.update(run_id, status=Status.PAUSED)  # before its first batch
    engine.command(run_id, "step", by=ADA)  # the worker gets both at once: a command could come too late
    until(lambda: engine.store.get(run_id).progress.paused)
    assert engine.wait(engine.train(NET, SHORT, by=BOB).id).status is Status.FINISHED
    return run_id


def test_a_pause_lets_the_next_one_train_and_the_run_goes_on_to_the_same_curves(engine: Engine, unpaused: Run) -> None:
    run_id = _resting(engine)
    run = engine.store.get(run_id)
    assert (run.status, run.progress.epoch, run.progress.batch) == (Status.PAUSED, 1, 1)
    assert progress(run)[1] == "Epoch 1 of 3, batch 1 of 10, paused: the worker is free for others"
    assert not engine.is_following(run_id)

    engine.command(run_id, "step", by=ADA)
    until(lambda: engine.store.get(run_id).progress.batch == 2 and engine.store.get(run_id).progress.paused)
    assert engine.store.get(run_id).status is Status.RUNNING, "nobody waits, so it keeps the worker"
    assert not engine.store.has_file(run_id, PAUSED_FILE)
    engine.command(run_id, "resume", by=ADA)
    ended = engine.wait(run_id)
    assert (ended.status, ended.metrics) == (Status.FINISHED, unpaused.metrics)
    assert engine.store.curves(run_id) == engine.store.curves(unpaused.id)
    assert ended.progress.pause is None


def test_one_who_rests_may_start_another_training_and_resumes_after_it(engine: Engine) -> None:
    run_id = _resting(engine)
    other = engine.train(NET, ENDLESS, by=ADA).id
    with pytest.raises(InvalidConfig, match="Stop or pause it first"):
        engine.command(run_id, "resume", by=ADA)
    engine.command(other, "stop", by=ADA)
    engine.wait(other)
    engine.command(run_id, "resume", by=ADA)
    assert engine.wait(run_id).status is Status.FINISHED


def test_it_waits_behind_the_others_and_is_stopped_there_with_the_net_that_it_had(engine: Engine) -> None:
    run_id = _resting(engine)
    points = engine.store.curves(run_id).points
    long = engine.train(NET, ENDLESS, by=BOB).id
    until(lambda: engine.store.last_epoch(long) >= 1)
    engine.command(run_id, "resume", by=ADA)
    position = engine.queue_position(run_id)
    assert position is not None
    assert position.num_before == 1
    engine.command(run_id, "stop", by=ADA)
    waiting = engine.store.get(run_id)
    assert (waiting.status, waiting.message) == (Status.QUEUED, STOPS_SOON)
    engine.command(long, "stop", by=BOB)
    run = engine.wait(run_id)
    assert (run.status, run.metrics["num_test"]) == (Status.STOPPED, 360)
    assert engine.store.curves(run_id).points == points, "it has learned no more"
    assert engine.wait(engine.train_on(run_id, 1, by=ADA).id).status is Status.FINISHED


def test_more_epochs_that_are_stopped_in_the_queue_leave_the_run_as_it_was(engine: Engine, unpaused: Run) -> None:
    long = engine.train(NET, ENDLESS, by=BOB).id
    until(lambda: engine.store.last_epoch(long) >= 1)
    engine.train_on(unpaused.id, 5, by=OPERATOR)
    engine.command(unpaused.id, "stop", by=OPERATOR)
    engine.command(long, "stop", by=BOB)
    run = engine.wait(unpaused.id)
    assert run.status is Status.STOPPED
    assert run.metrics["accuracy"] == unpaused.metrics["accuracy"]
    assert engine.store.last_epoch(run.id) == 3


def test_one_that_is_set_aside_while_it_waits_is_paused_as_before(engine: Engine) -> None:
    run_id = _resting(engine)
    long = engine.train(NET, ENDLESS, by=BOB).id
    engine.command(run_id, "resume", by=ADA)
    assert engine.set_aside(run_id, by=ADA)
    assert engine.store.get(run_id).status is Status.PAUSED
    assert engine.queue_position(run_id) is None
    engine.command(long, "stop", by=BOB)
    engine.wait(long)


def test_a_resting_run_is_stopped_with_the_net_that_it_had(engine: Engine) -> None:
    run_id = _resting(engine)
    points = engine.store.curves(run_id).points
    engine.command(run_id, "stop", by=ADA)
    run = engine.wait(run_id)
    assert (run.status, run.metrics["num_test"]) == (Status.STOPPED, 360)
    assert engine.store.curves(run_id).points == points, "it has learned no more"


def test_a_rate_that_is_set_while_it_rests_holds_when_it_goes_on(engine: Engine) -> None:
    run_id = _resting(engine)
    with pytest.raises(InvalidConfig, match=r"Learning rate: expected 10 or less\. Received: 1e\+09"):
        engine.set_learning_rate(run_id, 1e9, by=ADA)
    engine.set_learning_rate(run_id, 0.0004, by=ADA)
    engine.command(run_id, "resume", by=ADA)
    engine.wait(run_id)
    rates = [round(point["learning_rate"], 6) for point in engine.store.curves(run_id).points]
    assert rates == [0.001, *[0.0004] * (len(rates) - 1)]
    assert [(mark.kind, mark.value) for mark in engine.store.get(run_id).progress.marks] == [("rate", 0.0004)]


def test_a_resting_run_goes_back_to_an_epoch_too(engine: Engine) -> None:
    run_id = _resting(engine)
    engine.rewind(run_id, 0, by=ADA)
    assert engine.wait(run_id).status is Status.FINISHED
    assert [row["epoch"] for row in engine.store.curves(run_id).epochs] == [1, 2, 3]
    assert not engine.store.has_file(run_id, PAUSED_FILE)


def test_more_epochs_go_on_where_the_run_ended_as_if_it_had_been_that_long(engine: Engine, unpaused: Run) -> None:
    short = SHORT.model_copy(update={"epochs": 1})
    run = engine.wait(engine.train(NET, short, by=ADA).id)
    again = engine.train_on(run.id, 2, by=ADA)
    assert (again.id, again.config.epochs, again.status) == (run.id, 3, Status.QUEUED)
    assert engine.wait(run.id).metrics == unpaused.metrics
    assert engine.store.curves(run.id) == engine.store.curves(unpaused.id)


def test_more_epochs_are_predicted_for_all_that_the_run_takes_as_its_time_is_that_of_all(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = engine.wait(engine.train(NET, SHORT.model_copy(update={"epochs": 1}), by=ADA).id)
    monkeypatch.setattr(engine, "_predict", lambda _, config: Prediction(2.0, 3.0 * config.epochs, 7.0))
    before = engine.store.seconds_until(run.id, 1)
    own = engine.train_on(run.id, 2, by=ADA)
    assert own.prediction == pytest.approx((before + 2, before + 6, before + 7, 1))
    assert engine.wait(own.id).seconds > before > 0
