import itertools
import math
import threading
import time
from collections.abc import Callable
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import EpochEnded, Event, Paused, Points, RateChanged
from cnnviz.training.loop import reporter
from cnnviz.training.loop.callbacks import Steering, Validation
from cnnviz.training.loop.control import Control, NumberedCommand
from cnnviz.training.loop.reporter import Reporter, StopTraining
from tests.helpers import SECONDS, until

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(64, 6)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(np.int64)
BATCHES = 4


class Between(keras.callbacks.Callback):
    """Does something after a batch was told and before the run is steered."""

    def __init__(self) -> None:
        super().__init__()
        self.at_batch: dict[int, Callable[[], object]] = {}

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self.at_batch.pop(batch, lambda: None)()


class Training:
    """A small training in a thread of its own, as on a worker."""

    def __init__(
        self,
        *,
        epochs: int = 3,
        factor: Callable[[int], float] = lambda _: 1.0,
        max_seconds: float | None = None,
        seconds_before: float = 0.0,
    ) -> None:
        self.control = Control()
        self.events: list[Event] = []
        self.ended: BaseException | None = None
        keras.utils.set_random_seed(0)
        inputs = keras.Input((6,))
        self.model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(inputs))
        self.model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        config = TrainingConfig(batch_size=16, epochs=epochs)
        steering = Steering(
            self.control,
            self.events.append,
            learning_rate=0.01,
            factor=factor,
            num_batches=BATCHES,
            max_seconds=max_seconds,
            seconds_before=seconds_before,
        )
        telling = Reporter(
            config,
            self.control,
            self.events.append,
            num_samples=len(X),
            learning_rate=lambda: steering.applied,
            rests_after_batch=steering.rests_after_batch,
        )
        validation = Validation(X, Y, after_batch=steering.stop_if_asked)
        self.between = Between()
        self._callbacks = [validation, telling, self.between, steering]
        self._epochs = epochs
        self._thread = threading.Thread(target=self._fit)

    def _fit(self) -> None:
        try:
            self.model.fit(X, Y, batch_size=16, epochs=self._epochs, verbose=0, callbacks=self._callbacks)
        except StopTraining as reason:
            self.ended = reason

    def start(self) -> "Training":
        self._thread.start()
        return self

    def join(self) -> None:
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()

    @property
    def points(self) -> list[dict]:
        return [point for event in list(self.events) if isinstance(event, Points) for point in event.points]

    @property
    def pauses(self) -> int:
        return list(self.events).count(Paused(True))

    def until_pause(self, number: int) -> None:
        until(lambda: self.pauses >= number)


def test_one_step_is_one_batch() -> None:
    training = Training()
    training.control.give("pause")
    training.start()
    for step in (1, 2, 3):
        training.until_pause(step)
        assert len(training.points) == step
        training.control.give("step")
    training.control.give("resume")
    training.join()
    assert len(training.points) == 3 * BATCHES


def test_one_epoch_ends_at_the_next_end_of_an_epoch() -> None:
    training = Training()
    training.control.give("pause")
    training.start()
    training.until_pause(1)
    training.control.give("epoch")
    training.until_pause(2)
    assert [event.epoch for event in training.events if isinstance(event, EpochEnded)] == [1]
    training.control.give("epoch")
    training.until_pause(3)
    assert [event.epoch for event in training.events if isinstance(event, EpochEnded)] == [1, 2]
    training.control.give("resume")
    training.join()


def test_a_paused_training_computes_nothing_and_then_goes_on_as_if_nothing_had_been() -> None:
    straight = Training().start()
    straight.join()
    paused = Training()
    paused.control.give("pause")
    paused.start()
    paused.until_pause(1)
    time.sleep(0.3)
    assert len(paused.points) == 1
    paused.control.give("resume")
    paused.join()
    assert paused.points == straight.points


def test_a_run_that_is_held_has_told_all_it_knows_whenever_the_pause_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "EMIT_SECONDS", math.inf)  # no point is told before it must be
    training = Training()
    training.between.at_batch[1] = lambda: training.control.give("pause")
    training.start().until_pause(1)
    assert [point["epoch"] for point in training.points] == [0.25, 0.5, 0.75], "held after the next batch"
    training.control.give("resume")
    training.join()


def test_a_run_that_is_stopped_has_told_all_it_knows_whenever_the_stop_came(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "EMIT_SECONDS", math.inf)
    training = Training()
    training.between.at_batch[1] = lambda: training.control.give("stop")
    training.start().join()
    assert "Stopped by hand" in str(training.ended)
    assert [point["epoch"] for point in training.points] == [0.25, 0.5, 0.75]


@pytest.mark.parametrize("state", ["running", "paused"])
def test_stop_ends_a_training_that_runs_or_is_held(state: str) -> None:
    training = Training(epochs=500)
    if state == "paused":
        training.control.give("pause")
        training.start().until_pause(1)
    else:
        training.start()
    training.control.give("stop")
    training.join()
    assert "Stopped by hand" in str(training.ended)


def test_another_learning_rate_holds_from_the_next_batch_on() -> None:
    training = Training()
    training.control.give("pause")
    training.start().until_pause(1)
    training.control.set_learning_rate(0.5)
    training.control.give("resume")
    training.join()
    rates = [point["learning_rate"] for point in training.points]
    np.testing.assert_allclose(rates, [0.01] + [0.5] * (3 * BATCHES - 1))
    assert RateChanged(0.5) in training.events


def test_the_schedule_multiplies_the_rate_of_each_step() -> None:
    training = Training(factor=lambda step: 1 / (1 + step)).start()
    training.join()
    np.testing.assert_allclose(
        [point["learning_rate"] for point in training.points], [0.01 / (1 + s) for s in range(12)], rtol=1e-5
    )


def test_a_training_ends_by_itself_after_the_most_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporter, "EMIT_SECONDS", math.inf)  # no point is told before it must be
    looks = itertools.count()  # a second goes by between two looks at the clock
    monkeypatch.setattr("cnnviz.training.loop.callbacks.time", SimpleNamespace(monotonic=lambda: next(looks)))
    training = Training(max_seconds=3.5).start()
    training.join()
    assert "Stopped after 3.5 s" in str(training.ended)
    assert [point["epoch"] for point in training.points] == [0.25, 0.5, 0.75]


def test_earlier_attempts_are_part_of_the_most_seconds() -> None:
    training = Training(epochs=500, max_seconds=3600, seconds_before=3599.5).start()
    training.join()
    assert "Stopped after 3600 s" in str(training.ended)


def test_a_pause_is_no_part_of_the_time_that_a_training_takes() -> None:
    before = time.monotonic()
    control = Control()
    control.begin()
    assert not control.was_held
    control.give("pause")
    is_held = threading.Event()
    holding = threading.Thread(
        target=control.hold, kwargs={"is_epoch_end": False, "on_pause": lambda begins: begins and is_held.set()}
    )
    holding.start()
    assert is_held.wait(SECONDS)  # only from here on it is a pause, and a busy machine starts a thread late
    time.sleep(0.2)
    control.give("resume")
    holding.join(SECONDS)
    assert control.was_held
    assert control.worked_seconds <= time.monotonic() - before - 0.19


def test_what_comes_after_the_worker_was_given_back_is_left_to_the_next_attempt() -> None:
    """Its weights are still being written then; what is obeyed here would be done by nobody."""
    control = Control()
    control.obey([NumberedCommand(1, "pause")])
    control.want_back()
    assert control.hold(is_epoch_end=False, on_pause=lambda _: None)
    control.obey([NumberedCommand(1, "pause"), NumberedCommand(2, "resume"), NumberedCommand(3, 0.5)])
    assert control.newest == 1
    assert control.take_learning_rate() is None
