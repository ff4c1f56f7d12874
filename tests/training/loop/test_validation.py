"""Keras's own validation is the oracle."""

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import Architecture, Conv, Dense, Dropout, Flatten, MaxPool
from cnnviz.evaluation import predict
from cnnviz.evaluation.predict import DIRECT_IMAGES
from cnnviz.models.build import build_model
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.callbacks import StopTraining, Validation
from cnnviz.training.loop.compiled_model import compile_model

RANDOM = np.random.default_rng(0)
TRAIN = RANDOM.integers(0, 256, (96, 12, 12, 1), dtype=np.uint8)
FEW, MANY = 300, DIRECT_IMAGES + 37


def _images(number: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 256, (number, 12, 12, 1), dtype=np.uint8)


def _fitted(
    outputs: int, loss: str, number: int, *, by_keras: bool, activation: str = ""
) -> tuple[keras.Model, Validation, dict]:
    """Two epochs of a small net with dropout and a regularized layer, validated on so many images."""
    last = Dense(units=outputs, activation=activation or ("sigmoid" if outputs == 1 else "softmax"))
    body = (Conv(filters=4, activation="relu"), MaxPool(), Flatten(), Dropout(rate=0.3), Dense(units=8, l2=0.01))
    model = build_model(Architecture(input_shape=(12, 12, 1), layers=(*body, last)), seed=3)
    classes = max(2, outputs)
    compile_model(model, TrainingConfig(loss=loss), classes)
    images, labels = _images(number), np.random.default_rng(2).integers(0, classes, number)
    validation = Validation(images, labels, after_batch=lambda: None)
    keras.utils.set_random_seed(5)
    options = {"validation_data": (images, labels)} if by_keras else {"callbacks": [validation]}
    history = model.fit(TRAIN, np.arange(96) % classes, batch_size=32, epochs=2, verbose=0, **options)
    return model, validation, history.history


@pytest.mark.parametrize("number", [FEW, MANY])
@pytest.mark.parametrize("loss", ["crossentropy", "mse"])
@pytest.mark.parametrize(("outputs", "activation"), [(5, "softmax"), (5, "sigmoid"), (1, "sigmoid")])
def test_the_values_are_those_of_keras(outputs: int, activation: str, loss: str, number: int) -> None:
    """Which computes the loss of a validation by the formula of the training."""
    _, _, truth = _fitted(outputs, loss, number, by_keras=True, activation=activation)
    _, _, ours = _fitted(outputs, loss, number, by_keras=False, activation=activation)
    assert {name for name in truth if name.startswith("val_")} >= {"val_loss", "val_accuracy", "val_recall"}
    assert set(ours) == set(truth)
    for name, values in truth.items():
        np.testing.assert_allclose(ours[name], values, rtol=1e-4, atol=1e-5, err_msg=name)


@pytest.mark.parametrize("number", [FEW, MANY])
def test_the_answers_after_the_last_epoch_are_kept(number: int) -> None:
    model, validation, _ = _fitted(5, "crossentropy", number, by_keras=False)
    np.testing.assert_allclose(validation.scores, model.predict(_images(number), verbose=0), atol=1e-5)


@pytest.mark.parametrize("number", [FEW, MANY])
def test_it_can_be_left_between_two_batches(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict, "VALUES_PER_CALL", 100 * TRAIN[0].size)
    calls = []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise StopTraining("enough")

    model, _, _ = _fitted(5, "crossentropy", FEW, by_keras=True)
    images = np.zeros((number, 12, 12, 1), np.uint8)
    validation = Validation(images, np.zeros(number, int), after_batch=stop)
    with pytest.raises(StopTraining, match="enough"):
        model.fit(TRAIN, np.arange(96) % 5, epochs=1, verbose=0, callbacks=[validation])
    assert validation.scores is None
