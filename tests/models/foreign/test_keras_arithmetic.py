"""What a net of Keras computes with plain numbers between its layers is read as it is meant, in both formats."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from cnnviz.models.read_model import read_model
from tests.models.foreign.oracle import largest_difference, saved, with_random_weights

TOLERANCE = 1e-5
MEAN = np.array([120.0, 110.0, 100.0], np.float32)

EXPRESSIONS: dict[str, Callable[[Any], Any]] = {
    "x / 255": lambda x: x / 255.0,
    "x * 2": lambda x: x * 2.0,
    "2 * x": lambda x: 2.0 * x,
    "x + 3": lambda x: x + 3.0,
    "3 + x": lambda x: 3.0 + x,
    "x - 100": lambda x: x - 100.0,
    "100 - x": lambda x: 100.0 - x,
    "-x": lambda x: -x,
    "x / 127.5 - 1": lambda x: x / 127.5 - 1.0,
    "1 - x / 255": lambda x: 1.0 - x / 255.0,
    "divide": lambda x: ops.divide(x, 50.0),
    "subtract": lambda x: ops.subtract(x, 50.0),
    "subtract from": lambda x: ops.subtract(50.0, x),
    "subtract by names": lambda x: ops.subtract(x1=x, x2=50.0),
    "subtract from, by names": lambda x: ops.subtract(x1=50.0, x2=x),
    "less a mean, by a deviation": lambda x: (x - MEAN) / np.array([50.0, 60.0, 70.0], np.float32),
    "a mean less x": lambda x: ops.subtract(MEAN, x),
    "as a float": lambda x: ops.cast(x, "float32") / 255.0,
    "preprocess_input of MobileNetV2": keras.applications.mobilenet_v2.preprocess_input,
    "preprocess_input of DenseNet": keras.applications.densenet.preprocess_input,
}


@pytest.mark.parametrize("ending", [".keras", ".h5"])
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_arithmetic_with_numbers_is_that_of_keras(name: str, ending: str) -> None:
    image = keras.Input((6, 5, 3))
    model = keras.Model(image, layers.Dense(2)(layers.Flatten()(EXPRESSIONS[name](image))))
    net = read_model(saved(model, ending))
    assert [line for line in net.report if not line.shown] == []
    assert largest_difference(net, model) < TOLERANCE


def test_a_number_by_values_of_the_net_is_not_shown() -> None:
    image = keras.Input((6, 5, 3))
    net = read_model(saved(keras.Model(image, layers.Flatten()(1.0 / layers.Conv2D(2, 3)(image)))))
    (line,) = [line for line in net.report if line.name == net.followed_to]
    assert line.note == "It divides a number by values of the net."


def test_the_usual_net_on_top_of_a_trained_one_is_read_whole() -> None:
    image = keras.Input((32, 32, 3))
    x = keras.Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.2)])(image)
    x = keras.applications.mobilenet_v2.preprocess_input(x)
    x = keras.applications.MobileNetV2(input_shape=(32, 32, 3), include_top=False, weights=None)(x, training=False)
    x = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(x))
    model = with_random_weights(keras.Model(image, layers.Dense(1)(x)))
    net = read_model(saved(model))
    assert [line for line in net.report if not line.shown] == []
    assert net.architecture.scaling.scale == 1
    assert largest_difference(net, model) < TOLERANCE
