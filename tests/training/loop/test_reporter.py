import math
from types import SimpleNamespace

import keras
import numpy as np
import pytest

from cnnviz.errors import TrainingFailed
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import EpochEnded, Points
from cnnviz.training.loop.compiled_model import capture_checkpoint, restore_checkpoint
from cnnviz.training.loop.control import Control
from cnnviz.training.loop.reporter import Reporter, StopTraining

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(50, 6)).astype(np.float32)
Y = (X.sum(axis=1) > 0).astype(np.int64)


def _model(seed: int = 0, learning_rate: float = 0.01) -> keras.Model:
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((6,))
    hidden = keras.layers.Dense(8, activation="relu")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(hidden))
    optimizer = keras.optimizers.Adam(learning_rate)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def _fit(model: keras.Model, reporter: Reporter, *, epochs: int = 2, shuffle: bool = True) -> None:
    model.fit(
        X, Y, batch_size=16, epochs=epochs, validation_data=(X, Y), verbose=0, callbacks=[reporter], shuffle=shuffle
    )


def _reporter(events: list, **config: float) -> Reporter:
    settings = TrainingConfig(batch_size=16, **{"epochs": 2, **config})
    return _of(settings, events, num_samples=len(X))


def _of(config: TrainingConfig, events: list, *, num_samples: int) -> Reporter:
    """The reporter of a run that is neither held nor stopped."""
    constant = {"learning_rate": lambda: 0.01, "rests_after_batch": lambda: False}
    return Reporter(config, Control(), events.append, num_samples=num_samples, **constant)


def _points(events: list) -> list[dict]:
    return [point for event in events if isinstance(event, Points) for point in event.points]


def test_points_hold_the_metrics_of_each_batch_not_the_mean_of_the_epoch() -> None:
    """With a learning rate of almost 0 the loss of each batch can be computed by hand afterwards."""
    events: list = []
    model = _model(learning_rate=1e-12)
    _fit(model, _reporter(events, epochs=1), epochs=1, shuffle=False)
    truth = [model.evaluate(X[i : i + 16], Y[i : i + 16], verbose=0)[0] for i in range(0, 50, 16)]
    points = _points(events)
    np.testing.assert_allclose([point["loss"] for point in points], truth, rtol=1e-4)
    assert [point["epoch"] for point in points] == [0.32, 0.64, 0.96, 1.0]


def test_every_epoch_is_told_with_validation_and_a_checkpoint() -> None:
    events: list = []
    model = _model()
    _fit(model, _reporter(events))
    epochs = [event for event in events if isinstance(event, EpochEnded)]
    assert [event.epoch for event in epochs] == [1, 2]
    assert set(epochs[1].metrics) == {"loss", "accuracy", "val_loss", "val_accuracy"}
    other = _model(seed=1)
    restore_checkpoint(other, epochs[1].checkpoint)
    np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))


def test_a_checkpoint_holds_the_optimizer_too() -> None:
    model = _model()
    model.fit(X, Y, epochs=2, verbose=0)
    other = _model(seed=1)
    restore_checkpoint(other, capture_checkpoint(model))
    for mine, theirs in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))
    for twin in (model, other):
        twin.fit(X, Y, epochs=1, shuffle=False, verbose=0)
    np.testing.assert_array_equal(model.predict(X, verbose=0), other.predict(X, verbose=0))


def test_reaching_the_target_stops_and_says_so() -> None:
    events: list = []
    with pytest.raises(StopTraining, match=r"Reached 10\.0\u202f% accuracy so cancelling training!"):
        _fit(_model(), _reporter(events, epochs=5, target_accuracy=0.1), epochs=5)
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == [1]


@pytest.mark.parametrize(("rate", "words"), [(1e30, "NaN"), (1e9, r"4\.4e\+17")])
def test_a_loss_beyond_all_bounds_is_said_in_words_and_as_data(rate: float, words: str) -> None:
    match = rf"became {words}.*smaller learning rate.*Received: .* learning rate of 1e\+"
    with pytest.raises(TrainingFailed, match=match) as raised:
        _fit(_model(learning_rate=rate), _reporter([], learning_rate=rate))
    lost = raised.value.divergence
    assert (lost.epoch, lost.batch) == (1, 2)
    assert lost.loss == (None if words == "NaN" else pytest.approx(4.4e17, rel=0.02))
    assert str(raised.value).startswith(f"{lost}: ")


def test_a_long_training_gives_no_more_points_than_a_curve_needs() -> None:
    events: list = []
    reporter = _of(TrainingConfig(batch_size=1, epochs=500), events, num_samples=50)
    model = _model()
    model.fit(X, Y, batch_size=1, epochs=1, verbose=0, callbacks=[reporter])
    points = _points(events)
    assert len(points) == math.ceil(50 / 13) + 1  # every 13th batch, and the last
    assert points[-1]["epoch"] == 1.0


def test_a_point_waits_a_fifth_of_a_second_and_a_batch_without_one_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    events: list = []
    reporter = _of(TrainingConfig(batch_size=1, epochs=400), events, num_samples=50)  # a point each tenth batch
    now = [100.0]
    monkeypatch.setattr("cnnviz.training.loop.reporter.time", SimpleNamespace(monotonic=lambda: now[0]))
    reporter.on_epoch_begin(0)
    for batch in range(50):
        now[0] += 0.15
        reporter.on_train_batch_end(batch, {"loss": 1.0, "accuracy": 0.5})
    told = [event.batch for event in events]
    assert told == [1, 8, 11, 18, 21, 28, 31, 38, 41, 48, 50]


def test_a_run_that_diverges_has_told_of_every_batch_until_then() -> None:
    events: list = []
    with pytest.raises(TrainingFailed):
        _fit(_model(learning_rate=1e9), _reporter(events, learning_rate=1e9))
    losses = [point["loss"] for point in _points(events)]
    assert len(losses) == 2
    assert losses[-1] == pytest.approx(4.4e17, rel=0.02)
