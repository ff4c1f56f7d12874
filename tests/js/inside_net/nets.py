"""Nets for the tests of the page inside a net: their files for the browser, and what Keras says of their layers."""

from dataclasses import dataclass

import keras
import numpy as np

from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    AvgPool,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    DepthwiseConv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    LayerNorm,
    MaxPool,
    Residual,
    SeparableConv,
    TransposedConv,
)
from cnnviz.models.browser_export import net_file
from cnnviz.models.build import build_model
from cnnviz.models.net_file import pack_images

CLASSES = ("ant", "bee", "cat", "dog")

PLAIN = Architecture(
    name="plain",
    input_shape=(14, 11, 1),
    layers=(
        Conv(filters=6, kernel=3, padding="same", activation="relu"),
        MaxPool(),
        Conv(filters=5, kernel=2, activation="tanh"),
        Flatten(),
        Dense(units=4, activation="softmax"),
    ),
)

EVERY_KIND = Architecture(
    name="every-kind",
    input_shape=(12, 10, 3),
    layers=(
        Conv(filters=4, kernel=3, stride=2, padding="same"),
        BatchNorm(),
        ActivationLayer(function="elu"),
        Residual(layers=(Conv(filters=6, kernel=3, padding="same", dilation=2),), shortcut="projection"),
        Branches(
            branches=((DepthwiseConv(padding="same", multiplier=2),), (SeparableConv(filters=3, padding="same"),), ())
        ),
        LayerNorm(),
        TransposedConv(filters=5, kernel=3, stride=2, activation="relu"),
        AvgPool(size=3, stride=2, padding="same"),
        Dropout(rate=0.3),
        GlobalAvgPool(),
        Dense(units=7, activation="gelu"),
        Dense(units=4),
        ActivationLayer(function="softmax"),
    ),
)


@dataclass(frozen=True, eq=False)
class Sample:
    """A net as the browser gets it, its test images with labels, and what Keras computes of the first one."""

    architecture: Architecture
    model: keras.Model
    net: bytes
    images: np.ndarray
    labels: np.ndarray
    values: dict[str, np.ndarray]

    @property
    def image_file(self) -> bytes:
        return pack_images(self.images, self.labels, CLASSES)


def make(architecture: Architecture, *, seed: int = 3) -> Sample:
    """A net with random weights and statistics; every third image has a label that the net does not give."""
    rng = np.random.default_rng(seed)
    model = build_model(architecture, seed=seed)
    for variable in model.variables:
        if "variance" not in variable.path and "seed" not in variable.path:
            noise = rng.normal(0, 0.1, variable.shape)
            variable.assign(np.asarray(variable) + noise)
    images = rng.integers(0, 256, (12, *architecture.input_shape), np.uint8)
    said = np.asarray(model(images)).argmax(axis=1)
    labels = np.where(np.arange(12) % 3 == 2, (said + 1) % 4, said)
    probe = keras.Model(model.inputs[0], [layer.output for layer in model.layers])
    outputs = probe(images[:1], training=False)
    values = {layer.name: np.asarray(output)[0] for layer, output in zip(model.layers, outputs, strict=True)}
    return Sample(architecture, model, net_file(model, architecture, CLASSES), images, labels, values)
