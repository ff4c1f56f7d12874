"""Trainings on the embedded cluster, as the pages launch them."""

import os
import signal
import subprocess
import sys

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.ask import Images, RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidConfig
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig
from tests.helpers import ENDLESS, SECONDS
from tests.helpers import until as _until

NET = get_preset("digits-small").architecture


def _train(engine: Engine, **config: object) -> Run:
    return engine.wait(engine.train(NET, TrainingConfig(**{"limit": 300, "epochs": 2, **config}), by=OPERATOR).id)


def _long_run(engine: Engine) -> str:
    """A run that would take minutes, in its second epoch."""
    run_id = engine.train(NET, ENDLESS, by=OPERATOR).id
    _until(lambda: engine.store.last_epoch(run_id) >= 1)
    return run_id


def _kill_worker(engine: Engine) -> None:
    os.kill(engine.call(os.getpid), signal.SIGKILL)


def test_a_training_ends_with_curves_model_and_test_predictions(engine: Engine) -> None:
    run = _train(engine)
    assert run.status is Status.FINISHED
    assert run.device.startswith("CPU")
    curves = engine.store.curves(run.id)
    assert [row["epoch"] for row in curves.epochs] == [1, 2]
    assert [point["epoch"] for point in curves.points][-1] == 2.0
    test = TestPredictions.from_bytes(engine.store.load_file(run.id, TEST_FILE))
    assert test.probabilities.shape == (360, 10)
    assert run.metrics["accuracy"] == pytest.approx(np.mean(test.probabilities.argmax(axis=1) == test.labels))
    last = curves.epochs[-1]
    assert last["val_accuracy"] == pytest.approx(run.metrics["accuracy"], abs=1e-6)
    guessed = test.probabilities.argmax(axis=1)
    by_hand = [[int(np.sum((test.labels == i) & (guessed == j))) for j in range(10)] for i in range(10)]
    assert last["confusion"] == by_hand
    assert last["norms"]["conv_1"]["weights"] > 0
    assert last["val_recall"] == pytest.approx(run.metrics["macro_recall"], abs=1e-5)


def test_the_same_seed_gives_the_same_history_and_another_seed_another(engine: Engine) -> None:
    runs = [_train(engine, seed=seed, batch_size=32) for seed in (3, 3, 4)]
    same, again, other = (engine.store.curves(run.id) for run in runs)
    assert same == again
    assert same.epochs != other.epochs


def test_the_kept_model_gives_the_predictions_of_the_training(engine: Engine) -> None:
    run = _train(engine)
    images, labels = ask(engine, Images("digits"), "test_images", indices=list(range(20)))
    assert labels.shape == (20,)
    test = TestPredictions.from_bytes(engine.store.load_file(run.id, TEST_FILE))
    again = ask(engine, RunModel(run.id), "predict", images=images)
    np.testing.assert_allclose(again, test.probabilities[:20], atol=1e-5)
    maps = ask(engine, RunModel(run.id), "feature_maps", image=images[0])
    np.testing.assert_allclose(maps.probabilities, test.probabilities[0], atol=1e-5)


def test_stop_ends_a_training_and_keeps_its_net(engine: Engine) -> None:
    run_id = _long_run(engine)
    engine.command(run_id, "stop", by=OPERATOR)
    _until(lambda: engine.store.get(run_id).status is Status.STOPPED)
    run = engine.wait(run_id)
    assert "Stopped by hand" in run.message
    assert run.metrics["num_test"] == 360


def test_a_queued_training_waits_its_turn_and_can_be_stopped(engine: Engine) -> None:
    first = _long_run(engine)
    second = engine.train(NET, TrainingConfig(epochs=2), by=OPERATOR).id
    _until(lambda: engine.status().num_queued == 1)
    assert engine.store.get(second).status is Status.QUEUED
    engine.command(second, "stop", by=OPERATOR)
    assert engine.store.get(second).status is Status.STOPPED
    engine.command(first, "stop", by=OPERATOR)
    assert engine.wait(first).status is Status.STOPPED
    assert engine.store.curves(second).epochs == []


def test_a_run_is_paused_stepped_and_resumed(engine: Engine) -> None:
    run_id = _long_run(engine)
    engine.command(run_id, "pause", by=OPERATOR)
    _until(lambda: engine.store.get(run_id).progress.paused)
    before = len(engine.store.curves(run_id).points)
    engine.command(run_id, "step", by=OPERATOR)
    _until(lambda: len(engine.store.curves(run_id).points) == before + 1)
    engine.set_learning_rate(run_id, 0.0004, by=OPERATOR)
    engine.command(run_id, "resume", by=OPERATOR)
    _until(lambda: engine.store.curves(run_id).points[-1]["learning_rate"] == pytest.approx(0.0004))
    engine.command(run_id, "stop", by=OPERATOR)
    assert engine.wait(run_id).status is Status.STOPPED


def test_a_run_goes_back_to_an_epoch_and_on_from_there(engine: Engine) -> None:
    run = _train(engine, epochs=4, seed=2)
    first = engine.store.curves(run.id)
    engine.rewind(run.id, 2, by=OPERATOR)
    _until(lambda: [mark.kind for mark in engine.store.get(run.id).progress.marks] == ["rewind"])
    again = engine.wait(run.id)
    assert again.status is Status.FINISHED
    curves = engine.store.curves(run.id)
    assert curves.epochs[:2] == first.epochs[:2]
    assert [row["epoch"] for row in curves.epochs] == [1, 2, 3, 4]
    with pytest.raises(InvalidConfig, match="Epoch 9 is not kept"):
        engine.rewind(run.id, 9, by=OPERATOR)


def test_a_stop_right_after_a_rewind_ends_the_run_at_that_epoch_and_keeps_its_net(engine: Engine) -> None:
    run_id = engine.train(NET, ENDLESS, by=OPERATOR).id
    _until(lambda: engine.store.last_epoch(run_id) >= 4)
    engine.rewind(run_id, 2, by=OPERATOR)
    engine.command(run_id, "stop", by=OPERATOR)
    run = engine.wait(run_id)
    assert run.status is Status.STOPPED
    assert engine.store.last_epoch(run_id) in (2, 3)
    assert run.metrics["num_test"] == 360


def test_what_is_asked_for_while_the_worker_is_dead_is_done_by_the_next(engine: Engine) -> None:
    run_id = _long_run(engine)
    _kill_worker(engine)
    engine.set_learning_rate(run_id, 0.0007, by=OPERATOR)
    engine.command(run_id, "pause", by=OPERATOR)
    _until(lambda: engine.store.get(run_id).progress.paused)
    assert engine.store.curves(run_id).points[-1]["learning_rate"] == pytest.approx(0.0007)
    engine.rewind(run_id, 1, by=OPERATOR)
    engine.command(run_id, "pause", by=OPERATOR)
    _until(lambda: engine.store.get(run_id).progress.epochs_done == 1 and engine.store.get(run_id).progress.paused)
    engine.command(run_id, "stop", by=OPERATOR)
    assert engine.wait(run_id).status is Status.STOPPED
    again = _train(engine)
    engine.command(again.id, "pause", by=OPERATOR)  # it has ended: nobody is to hold it when it goes on
    engine.rewind(again.id, 1, by=OPERATOR)
    assert engine.wait(again.id).status is Status.FINISHED


def test_questions_are_answered_while_a_training_runs(engine: Engine) -> None:
    done = _train(engine)
    image = np.zeros((28, 28, 1), np.uint8)
    ask(engine, RunModel(done.id), "feature_maps", image=image)
    run_id = _long_run(engine)
    ask(engine, RunModel(done.id), "feature_maps", image=image)
    assert engine.store.get(run_id).status is Status.RUNNING  # the answer did not wait for its end
    engine.command(run_id, "stop", by=OPERATOR)
    engine.wait(run_id)


@pytest.mark.parametrize("optimizer", ["adam", "sgd"])
def test_an_absurd_learning_rate_marks_the_run_as_failed_and_the_worker_lives(engine: Engine, optimizer: str) -> None:
    run = _train(engine, learning_rate=1e9, optimizer=optimizer, epochs=5)
    assert run.status is Status.FAILED
    assert "The loss became" in run.message
    assert "smaller learning rate" in run.message
    assert _train(engine).status is Status.FINISHED


def test_a_killed_worker_costs_at_most_one_epoch(engine: Engine) -> None:
    run_id = engine.train(NET, TrainingConfig(epochs=12, seed=1), by=OPERATOR).id
    _until(lambda: engine.store.last_epoch(run_id) >= 3)
    _kill_worker(engine)
    run = engine.wait(run_id)
    assert run.status is Status.FINISHED
    curves = engine.store.curves(run_id)
    assert [row["epoch"] for row in curves.epochs] == list(range(1, 13))
    positions = [point["epoch"] for point in curves.points]
    assert positions == sorted(set(positions))  # the curve is continuous: nothing twice, nothing missing
    losses = [row["loss"] for row in curves.epochs]
    assert max(losses[4:]) < losses[0] / 2  # it went on from where it was, not from new weights


def test_a_question_survives_a_killed_worker(engine: Engine) -> None:
    done = _train(engine)
    image = np.full((28, 28, 1), 90, np.uint8)
    before = ask(engine, RunModel(done.id), "feature_maps", image=image).probabilities
    _kill_worker(engine)
    np.testing.assert_allclose(
        ask(engine, RunModel(done.id), "feature_maps", image=image).probabilities, before, atol=1e-6
    )


def test_tensorflow_never_came_into_this_process(engine: Engine) -> None:
    program = (
        "import sys\n"
        "from cnnviz.access.visitor import OPERATOR\n"
        "from cnnviz.architecture.presets.catalogue import get_preset\n"
        "from cnnviz.engine.engine import Engine\n"
        "from cnnviz.runs.store import RunStore\n"
        "from cnnviz.training.config import TrainingConfig\n"
        "engine = Engine(RunStore()).start()\n"
        "net = get_preset('digits-small').architecture\n"
        "run = engine.wait(engine.train(net, TrainingConfig(limit=100, epochs=1), by=OPERATOR).id)\n"
        "wild = TrainingConfig(limit=100, epochs=9, learning_rate=1e9, optimizer='sgd')\n"
        "bad = engine.wait(engine.train(net, wild, by=OPERATOR).id)\n"
        "print(run.status, bad.status, 'tensorflow' in sys.modules, 'keras' in sys.modules)\n"
        "engine.close()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=SECONDS, check=True)
    assert done.stdout.split() == ["finished", "failed", "False", "False"]
