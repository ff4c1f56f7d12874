"""Which pixels a net that was made elsewhere wants is told by its first layers where they can tell, with the reason."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers
from onnx import helper, numpy_helper

from cnnviz.models.foreign.imported import ImportedNet
from cnnviz.models.foreign.scalings import name_of
from cnnviz.models.read_model import read_model
from tests.models.foreign.attacks import onnx_file
from tests.models.foreign.oracle import saved

MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
VARIANCE = [each**2 for each in DEVIATION]


def keras_net(*first: Any) -> ImportedNet:
    rest = [layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)]
    return read_model(saved(keras.Sequential([keras.Input((6, 5, 3)), *first, *rest])))


def batch_norm(mean: float, variance: float) -> Any:
    layer = layers.BatchNormalization()
    layer.build((None, 6, 5, 3))
    layer.set_weights([np.ones(3), np.zeros(3), np.full(3, mean), np.full(3, variance)])
    return layer


FITS = "which fits pixels from"
CASES = {
    "pixels by 255": (layers.Rescaling(1 / 255), "0..255", "the net scales them itself: it divides by 255."),
    "-1 to 1": (layers.Rescaling(1 / 127.5, -1), "0..255", "takes away 127.5 and divides by 127.5."),
    "a mean of 120": (
        layers.Normalization(mean=[120, 110, 99], variance=[9, 9, 4]),
        "0..255",
        "takes away 120, 110, 99",
    ),
    "ImageNet's mean": (
        layers.Normalization(mean=MEAN, variance=VARIANCE),
        "0..1",
        "takes away 0.485, 0.456, 0.406 and",
    ),
    "twice, less 1": (layers.Rescaling(2.0, -1.0), "0..1", f"takes away 0.5 and divides by 0.5, {FITS} 0 to 1."),
    "a mean below 0": (layers.Normalization(mean=[-0.1] * 3, variance=[0.25] * 3), "-1..1", "takes away -0.1 and"),
    "a batch norm of 120": (batch_norm(120.0, 900.0), "0..255", "takes away 120 and divides by 30."),
    "a batch norm of 0.5": (batch_norm(0.5, 0.09), "0..1", f"takes away 0.5 and divides by 0.3, {FITS} 0 to 1."),
    "a batch norm that learned nothing": (batch_norm(0.0, 1.0), "0..255", "a batch normalisation, which takes pixels"),
    "nothing": (layers.Rescaling(1.0), "0..1", "most nets without a layer that scales"),
}


@pytest.mark.parametrize("name", CASES)
def test_the_first_layer_tells_the_range_of_pixels(name: str) -> None:
    layer, expected, words = CASES[name]
    net = keras_net(layer)
    assert name_of(net.architecture) == expected
    assert words in net.scaling_reason


def test_scalings_in_a_row_count_together() -> None:
    net = keras_net(layers.Rescaling(1 / 255), layers.Normalization(mean=MEAN, variance=VARIANCE))
    assert name_of(net.architecture) == "0..255"
    assert "takes away 123.7, 116.3, 103.5 and divides by 58.4, 57.12, 57.37." in net.scaling_reason


def test_a_net_of_pytorch_that_normalises_inside_takes_0_to_1() -> None:
    numbers = {"mean": MEAN, "deviation": DEVIATION}
    tensors = [
        numpy_helper.from_array(np.array(value, np.float32).reshape(1, 3, 1, 1), name)
        for name, value in numbers.items()
    ]
    nodes = [
        helper.make_node("Sub", ["image", "mean"], ["less"]),
        helper.make_node("Div", ["less", "deviation"], ["normal"]),
        helper.make_node("GlobalAveragePool", ["normal"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["row"]),
    ]
    net = read_model(onnx_file(nodes, numbers=tensors))
    assert name_of(net.architecture) == "0..1"
    assert net.scaling_reason == (
        "Pixels are given as 0..1, because the net itself takes away 0.485, 0.456, 0.406 and divides by 0.229, 0.224, "
        "0.225, which fits pixels from 0 to 1."
    )
