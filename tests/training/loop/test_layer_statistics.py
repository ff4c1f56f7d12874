"""Norms against gradients that NumPy reckons by hand."""

import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import ActivationLayer, Architecture, BatchNorm, Conv, Dense, Dropout, Flatten
from cnnviz.models.build import build_model
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop import compiled_model
from cnnviz.training.loop.compiled_model import compile_model, make_model
from cnnviz.training.loop.layer_statistics import (
    GRADIENT_IMAGES,
    MAX_IMAGES,
    layer_statistics,
    squared_gradients,
)

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (16, 3, 4, 1)).astype(np.uint8)
LABELS = RANDOM.integers(0, 3, 16)
NET = Architecture(input_shape=(3, 4, 1), layers=(Flatten(), Dense(units=3, activation="softmax")))
DEEP = Architecture(
    input_shape=(3, 4, 1),
    layers=(
        Conv(filters=2, activation="tanh"),
        BatchNorm(),
        Flatten(),
        Dense(units=4, activation="sigmoid", l2=0.01),
        Dense(units=3, activation="softmax"),
    ),
)
STEP = 3e-3  # of float32 losses of about 1
PROGRAM = """
import keras
import numpy as np
inputs = keras.Input((5,))
model = keras.Model(inputs, keras.layers.Dense(3, activation="softmax", name="dense_1")(inputs))
model.compile("adam", "sparse_categorical_crossentropy")
from cnnviz.training.loop.layer_statistics import layer_statistics
random = np.random.default_rng(0)
x, y = random.normal(size=(9, 5)).astype("float32"), random.integers(0, 3, 9)
apart = (keras.ops.convert_to_numpy(model(x)) - np.eye(3)[y]) / 9
expected = np.sqrt(((x.T @ apart) ** 2).sum() + (apart.sum(axis=0) ** 2).sum())
np.testing.assert_allclose(layer_statistics(model, x, y)["norms"]["dense_1"]["gradients"], expected, rtol=1e-4)
print("same")
"""


def model_of(net: Architecture, **config: object) -> keras.Model:
    model = build_model(net, seed=2)
    compile_model(model, TrainingConfig(**config), 3)
    return model


def gradient_norm(model: keras.Model) -> float:
    """Of the mean cross-entropy by weights and biases of a softmax: x (p - y)."""
    pixels = IMAGES.reshape(len(IMAGES), -1) / 255
    apart = (keras.ops.convert_to_numpy(model(IMAGES, training=False)) - np.eye(3)[LABELS]) / len(IMAGES)
    return float(np.sqrt(((pixels.T @ apart) ** 2).sum() + (apart.sum(axis=0) ** 2).sum()))


OPTIMIZERS = [
    {"optimizer": "adam"},
    {"optimizer": "adamw"},
    {"optimizer": "rmsprop"},
    {"optimizer": "sgd", "momentum": 0.9},
    {"optimizer": "sgd", "momentum": 0.0},
]


@pytest.mark.parametrize("config", OPTIMIZERS)
@pytest.mark.parametrize("epochs", [0, 3])
def test_the_gradient_is_that_of_the_loss_whatever_the_optimizer_remembers(config: dict, epochs: int) -> None:
    model = model_of(NET, **config)
    for _ in range(epochs):
        model.fit(IMAGES, LABELS, batch_size=5, verbose=0)
    norms = layer_statistics(model, IMAGES, LABELS)["norms"]
    assert list(norms) == ["dense_1"]
    assert norms["dense_1"]["gradients"] == pytest.approx(gradient_norm(model), rel=1e-4)
    assert norms["dense_1"]["weights"] == pytest.approx(
        np.sqrt(sum((weight**2).sum() for weight in model.get_weights())), rel=1e-5
    )


def test_nets_with_the_same_weights_have_the_same_norms_for_every_optimizer() -> None:
    weights = model_of(DEEP).get_weights()
    found = []
    for config in OPTIMIZERS:
        model = model_of(DEEP, **config)
        model.fit(IMAGES, LABELS, batch_size=8, verbose=0)  # so that each has a memory of its own
        model.set_weights(weights)
        found.append(layer_statistics(model, IMAGES, LABELS)["norms"])
    assert all(norms == found[0] for norms in found)
    assert found[0]["conv_1"]["gradients"] > 0


@pytest.mark.parametrize("loss", ["crossentropy", "mse"])
def test_gradients_are_finite_differences_of_the_loss_with_its_regularisation(loss: str) -> None:
    """Batch normalisation by the statistics of the batch, as a training step has it."""
    model = model_of(DEEP, loss=loss)
    squares = squared_gradients(model, IMAGES, LABELS)
    assert set(squares) == {variable.path for variable in model.trainable_variables}

    def value() -> float:
        with keras.StatelessScope([(variable, variable.value) for variable in model.variables]):
            outputs = model(IMAGES, training=True)
            return float(model.compute_loss(y=keras.ops.convert_to_tensor(LABELS), y_pred=outputs, training=True))

    for variable in model.trainable_variables:
        before = keras.ops.convert_to_numpy(variable).copy()
        slopes = np.zeros(before.shape)
        for place in np.ndindex(before.shape):
            around = []
            for step in (STEP, -STEP):
                moved = before.copy()
                moved[place] += step
                variable.assign(moved)
                around.append(value())
            slopes[place] = (around[0] - around[1]) / (2 * STEP)
        variable.assign(before)
        assert np.sqrt(squares[variable.path]) == pytest.approx(np.linalg.norm(slopes), rel=0.02, abs=2e-4)


@pytest.mark.parametrize("scale", [2.0**15, 2.0**40], ids=["as it begins", "too large for 16 bits"])
def test_small_gradients_of_a_training_with_16_bits_are_those_of_32(
    monkeypatch: pytest.MonkeyPatch, scale: float
) -> None:
    """Unscaled, those of the first layer are below what 16 bits can tell from 0."""
    hidden = [Dense(units=6, activation="sigmoid")] * 8
    deep = Architecture(input_shape=(3, 4, 1), layers=(Flatten(), *hidden, Dense(units=3, activation="softmax")))
    monkeypatch.setattr(compiled_model, "has_gpu", lambda: True)
    full, mixed = (make_model(deep, TrainingConfig(mixed_precision=one), 3) for one in (False, True))
    mixed.optimizer.dynamic_scale.assign(scale)
    expected, found = (np.sqrt(list(squared_gradients(one, IMAGES, LABELS).values())) for one in (full, mixed))
    assert 0 < expected.min() < 1e-6
    np.testing.assert_allclose(found, expected, rtol=0.02)
    assert float(mixed.optimizer.dynamic_scale) == scale


def test_looking_at_a_net_leaves_it_as_it_is() -> None:
    """Weights, moving averages, the optimizer's memory and the random numbers of dropout."""
    model = model_of(
        Architecture(input_shape=(3, 4, 1), layers=(*DEEP.layers[:-1], Dropout(rate=0.5), DEEP.layers[-1]))
    )
    model.fit(IMAGES, LABELS, batch_size=8, verbose=0)
    before = [
        keras.ops.convert_to_numpy(variable).copy() for variable in [*model.variables, *model.optimizer.variables]
    ]
    layer_statistics(model, IMAGES, LABELS)
    for values, variable in zip(before, [*model.variables, *model.optimizer.variables], strict=True):
        np.testing.assert_array_equal(values, keras.ops.convert_to_numpy(variable), err_msg=variable.path)


def test_gradients_are_taken_on_the_first_images_only() -> None:
    model = model_of(NET)
    many = np.concatenate([IMAGES] * 4), np.concatenate([LABELS] * 4)
    first = layer_statistics(model, many[0][:GRADIENT_IMAGES], many[1][:GRADIENT_IMAGES])["norms"]
    assert layer_statistics(model, *many)["norms"] == first


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_other_backends_give_the_same_gradients(backend: str, project: Path) -> None:
    pytest.importorskip(backend, reason=f"{backend} is not installed; it is not needed to run the product")
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=project,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-1] == "same"


def test_maps_that_are_zero_for_every_image_are_dead() -> None:
    net = Architecture(
        input_shape=(3, 4, 1),
        layers=(
            Conv(filters=4, activation="relu"),
            Conv(filters=2, kernel=1),
            ActivationLayer(name="relu_2", function="relu"),
            Flatten(),
            Dense(units=3, activation="softmax"),
        ),
    )
    model = model_of(net)
    kernel, bias = model.get_layer("conv_1").get_weights()
    model.get_layer("conv_1").set_weights([np.abs(kernel), np.array([1, 1, -1e6, 1], np.float32)])
    kernel, bias = model.get_layer("conv_2").get_weights()
    model.get_layer("conv_2").set_weights([np.abs(kernel), bias])
    norms = layer_statistics(model, IMAGES, LABELS)["norms"]
    assert norms["conv_1"]["dead"] == 0.25
    assert norms["relu_2"] == {"dead": 0.0}
    assert "dead" not in norms["conv_2"]


def test_the_class_that_most_images_are_taken_for_is_named() -> None:
    model = model_of(NET)
    model.set_weights([np.zeros((12, 3)), np.array([0, 9, 0])])
    top = layer_statistics(model, IMAGES, LABELS)["top_class"]
    assert top == {"class": 1, "predicted": 1.0, "true": pytest.approx((LABELS == 1).mean())}


def test_many_images_cost_no_more_than_a_few() -> None:
    model = model_of(NET)
    many = np.concatenate([IMAGES] * 20), np.concatenate([LABELS] * 20)
    first = layer_statistics(model, many[0][:MAX_IMAGES], many[1][:MAX_IMAGES])
    assert layer_statistics(model, *many) == first
