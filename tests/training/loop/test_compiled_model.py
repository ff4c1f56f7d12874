import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, Flatten
from cnnviz.runs.checkpoints import without_optimizer
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop import compiled_model
from cnnviz.training.loop.compiled_model import (
    capture_checkpoint,
    make_model,
    model_from_checkpoint,
    restore_checkpoint,
    restore_metrics,
)
from cnnviz.training.loop.job import TrainingJob

NET = Architecture(input_shape=(6, 5, 1), layers=(Conv(filters=2), Flatten(), Dense(units=3, activation="softmax")))
IMAGES = np.random.default_rng(0).integers(0, 256, (8, 6, 5, 1), dtype=np.uint8)


@pytest.mark.parametrize("has_gpu", [False, True])
@pytest.mark.parametrize("config", [TrainingConfig(seed=3, mixed_precision=True), TrainingConfig(augment=True)])
def test_a_net_is_made_again_from_its_checkpoint(
    monkeypatch: pytest.MonkeyPatch, config: TrainingConfig, has_gpu: bool
) -> None:
    """With 16 bits Keras wraps the optimizer, which then has more variables; who asks the net wants 32."""
    monkeypatch.setattr(compiled_model, "has_gpu", lambda: has_gpu)
    model = make_model(NET, config, 3)
    model.fit(IMAGES, np.arange(8) % 3, verbose=0)
    again = model_from_checkpoint(TrainingJob("run", NET, config, 1, capture_checkpoint(model)))
    assert {layer.compute_dtype for layer in again.layers} == {"float32"}
    assert_same(model.variables, again.variables)
    assert_same(learning(model).variables, again.optimizer.variables)


@pytest.mark.parametrize("begins_on_gpu", [False, True])
@pytest.mark.parametrize("goes_on_on_gpu", [False, True])
def test_a_training_with_16_bits_goes_on_with_a_gpu_or_without(
    monkeypatch: pytest.MonkeyPatch, begins_on_gpu: bool, goes_on_on_gpu: bool
) -> None:
    config, labels = TrainingConfig(optimizer="adam", mixed_precision=True), np.arange(8) % 3
    monkeypatch.setattr(compiled_model, "has_gpu", lambda: begins_on_gpu)
    model = make_model(NET, config, 3)
    if begins_on_gpu:
        model.optimizer.dynamic_scale.assign(64.0)
    model.fit(IMAGES, labels, verbose=0)
    monkeypatch.setattr(compiled_model, "has_gpu", lambda: goes_on_on_gpu)
    checkpoint = capture_checkpoint(model, in_epoch=True)
    again = make_model(NET, config, 3, checkpoint=checkpoint)
    assert_same(model.variables, again.variables)
    assert_same(learning(model).variables, learning(again).variables)
    assert int(again.optimizer.iterations) == 1
    if goes_on_on_gpu:
        assert float(again.optimizer.dynamic_scale) == (64.0 if begins_on_gpu else 2.0**15)
    again.compute_metrics(None, labels, again(IMAGES))  # metrics have no variables before they are used
    restore_metrics(again, checkpoint)
    assert again.get_metrics_result() == model.get_metrics_result()


def learning(model: keras.Model) -> keras.optimizers.Optimizer:
    """The optimizer without what scales its loss."""
    return getattr(model.optimizer, "inner_optimizer", model.optimizer)


def assert_same(ours: list[keras.Variable], theirs: list[keras.Variable]) -> None:
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))


def test_weights_alone_are_restored_with_an_optimizer_that_begins_anew() -> None:
    config = TrainingConfig(optimizer="adam", epochs=1)
    model = make_model(NET, config, 3)
    model.fit(IMAGES, np.arange(8) % 3, verbose=0)
    light = without_optimizer(capture_checkpoint(model))
    again = make_model(NET, config, 3)
    restore_checkpoint(again, light)
    for ours, theirs in zip(again.variables, model.variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert int(model.optimizer.iterations) == 1
    assert int(again.optimizer.iterations) == 0
