"""Norms against gradients that NumPy reckons by hand."""

import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import ActivationLayer, Architecture, Conv, Dense, Flatten
from cnnviz.models.build import build_model
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.compile import compile_model
from cnnviz.training.loop.gradients import StepGradients
from cnnviz.training.loop.layer_statistics import MAX_IMAGES, layer_statistics

RANDOM = np.random.default_rng(0)
IMAGES = RANDOM.integers(0, 256, (20, 3, 4, 1)).astype(np.uint8)
LABELS = RANDOM.integers(0, 3, 20)
NET = Architecture(input_shape=(3, 4, 1), layers=(Flatten(), Dense(units=3, activation="softmax")))


def model_of(net: Architecture, **config: object) -> keras.Model:
    model = build_model(net, seed=2)
    compile_model(model, TrainingConfig(**config), 3)
    return model


def gradient_norm(model: keras.Model, batch: slice = slice(None)) -> float:
    """Of the mean cross-entropy by weights and biases of a softmax: x (p - y), reckoned before the step."""
    images, labels = IMAGES[batch], LABELS[batch]
    pixels = images.reshape(len(images), -1) / 255
    apart = (keras.ops.convert_to_numpy(model(images, training=False)) - np.eye(3)[labels]) / len(images)
    return float(np.sqrt(((pixels.T @ apart) ** 2).sum() + (apart.sum(axis=0) ** 2).sum()))


@pytest.mark.parametrize(
    "config",
    [
        {"optimizer": "adam"},
        {"optimizer": "adamw"},
        {"optimizer": "rmsprop"},
        {"optimizer": "sgd", "momentum": 0.0001, "learning_rate": 0.1},
    ],
)
def test_after_one_step_the_gradient_is_that_of_the_step(config: dict) -> None:
    model = model_of(NET, **config)
    expected = gradient_norm(model)
    model.fit(IMAGES, LABELS, batch_size=20, epochs=1, verbose=0)
    norms = layer_statistics(model, IMAGES, LABELS)["norms"]
    assert list(norms) == ["dense_1"]
    assert norms["dense_1"]["gradients"] == pytest.approx(expected, rel=1e-3)
    assert norms["dense_1"]["weights"] == pytest.approx(
        np.sqrt(sum((weight**2).sum() for weight in model.get_weights())), rel=1e-5
    )


def test_an_optimizer_before_its_first_step_tells_no_gradient() -> None:
    for model in (model_of(NET), model_of(NET, optimizer="sgd", momentum=0)):
        assert set(layer_statistics(model, IMAGES, LABELS)["norms"]["dense_1"]) == {"weights"}


def test_without_a_memory_the_gradient_is_read_from_the_step_of_the_last_whole_batch() -> None:
    model = model_of(NET, optimizer="sgd", momentum=0, learning_rate=0.05)
    twin = model_of(NET, optimizer="sgd", momentum=0, learning_rate=0.05)
    gradients = StepGradients(num_samples=20, batch_size=8)
    model.fit(IMAGES, LABELS, batch_size=8, shuffle=False, verbose=0, callbacks=[gradients])
    norms = layer_statistics(model, IMAGES, LABELS, squares=gradients.squares)["norms"]
    twin.fit(IMAGES[:8], LABELS[:8], batch_size=8, shuffle=False, verbose=0)
    expected = gradient_norm(twin, slice(8, 16))  # of the second batch; the third has only 4 images
    assert norms["dense_1"]["gradients"] == pytest.approx(expected, rel=1e-3)


def test_a_step_that_drowns_in_rounding_tells_no_gradient() -> None:
    model = model_of(NET, optimizer="sgd", momentum=0, learning_rate=1e-9)
    gradients = StepGradients(num_samples=20, batch_size=20)
    model.fit(IMAGES, LABELS, batch_size=20, verbose=0, callbacks=[gradients])
    assert not [path for path in gradients.squares if "kernel" in path]


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
