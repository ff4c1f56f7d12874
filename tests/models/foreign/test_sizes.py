"""Layers of Keras that bring pictures to a size: at the front it is the size of the net's pictures."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from cnnviz.models.foreign.imported import ImportedNet
from cnnviz.models.read_model import read_model
from tests.models.foreign.oracle import largest_difference, rebuilt, saved

REST = 24, 20, 3


def net_with(*first: Any, shape: tuple[Any, ...] = (40, 32, 3)) -> tuple[ImportedNet, keras.Model]:
    rest = [layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(), layers.Dense(2)]
    model = keras.Sequential([keras.Input(shape), *first, *rest])
    return read_model(saved(model)), model


@pytest.mark.parametrize("shape", [(40, 32, 3), (None, None, 3), (24, 20, 3)])
@pytest.mark.parametrize(
    "before",
    [(), ("RandomFlip",), ("Rescaling",), ("RandomFlip", "Rescaling")],
    ids=["first", "behind augmentation", "behind a scaling", "behind both"],
)
def test_a_resizing_at_the_front_is_the_size_of_the_pictures(shape: tuple[Any, ...], before: tuple[str, ...]) -> None:
    made = {"RandomFlip": lambda: layers.RandomFlip("horizontal"), "Rescaling": lambda: layers.Rescaling(1 / 255)}
    net, model = net_with(*[made[name]() for name in before], layers.Resizing(24, 20, name="size"), shape=shape)
    assert net.architecture.input_shape == REST
    assert [line for line in net.report if not line.shown] == []
    (line,) = [line for line in net.report if line.name == "size"]
    assert line.note == "Pictures are brought to 20 × 24 pixels before the net, not in it."
    pictures = np.random.default_rng(0).integers(0, 256, (2, *REST)).astype(np.float32)
    if shape != (40, 32, 3):  # plain Keras takes pictures of that size as well
        expected = model.predict(pictures, verbose=0)
        ours = rebuilt(net)(pictures * (1 if "Rescaling" in before else 255), training=False)
        np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-3)


def test_a_resizing_behind_a_layer_is_not_shown() -> None:
    net, _ = net_with(layers.Conv2D(3, 3, name="first"), layers.Resizing(24, 20, name="size"))
    assert net.followed_to == "size"
    (line,) = [line for line in net.report if line.name == "size"]
    assert line.note == "It brings maps to another size, which is shown only as the first layer of a net."


@pytest.mark.parametrize("size", [(24, 20), (25, 21), (40, 20), (40, 32)])
def test_a_crop_of_the_middle_is_that_of_keras(size: tuple[int, int]) -> None:
    net, model = net_with(layers.CenterCrop(*size))
    assert net.followed_to is None
    assert largest_difference(net, model) < 1e-5


def test_a_crop_that_makes_pictures_larger_is_not_shown() -> None:
    net, _ = net_with(layers.Conv2D(3, 3), layers.CenterCrop(50, 50, name="crop"))
    assert net.followed_to == "crop"


def test_the_usual_layers_before_a_net_are_read_together() -> None:
    first = [layers.RandomFlip("horizontal"), layers.RandomRotation(0.1), layers.RandomZoom(0.1)]
    net, _ = net_with(*first, layers.Resizing(32, 32), layers.CenterCrop(28, 28), layers.Rescaling(1 / 255))
    assert net.architecture.input_shape == (32, 32, 3)
    assert [layer.kind for layer in net.architecture.layers][:2] == ["cropping", "scaling"]
    assert net.followed_to is None
