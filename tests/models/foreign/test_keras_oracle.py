"""Nets of Keras, read as data from .keras and .h5 files: every layer gives what it gives in Keras."""

import io
from collections.abc import Callable

import h5py
import keras
import numpy as np
import pytest
from keras import layers
from keras.src.applications.convnext import LayerScale

from cnnviz.errors import InvalidModel
from cnnviz.models.build import build_model
from cnnviz.models.foreign.imported import with_scaling
from cnnviz.models.foreign.scalings import SCALINGS
from cnnviz.models.net_file import read_manifest
from cnnviz.models.read_model import read_model
from tests.architecture.random_nets import random_net
from tests.models.foreign.oracle import (
    TOLERANCE,
    largest_difference,
    rebuilt,
    relative,
    saved,
    with_random_weights,
)

APPLICATIONS = {
    "MobileNetV2": "-1..1",
    "ResNet50V2": "-1..1",
    "DenseNet121": "ImageNet mean and deviation",
    "EfficientNetB0": "0..255",
    "ConvNeXtTiny": "0..255",
}
FORMATS = (".keras", ".h5")
pytestmark = pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")


@pytest.mark.parametrize(("name", "scaling"), APPLICATIONS.items())
def test_every_layer_of_a_known_net_is_that_of_keras(name: str, scaling: str) -> None:
    make = getattr(keras.applications, name)
    model = with_random_weights(make(weights=None, input_shape=(40, 48, 3), classes=7))
    net = read_model(saved(model))
    assert largest_difference(net, model) < TOLERANCE
    assert net.followed_to is None
    assert all(line.shown for line in net.report)
    assert net.architecture.scaling == SCALINGS[scaling]


def many_layers() -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((20, 24, 3)),
            layers.Rescaling([1 / 127.5] * 3, [-1.0, -1.0, 0.5]),
            layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 4.0, 2.0]),
            layers.RandomFlip(),
            layers.Conv2D(8, 3, padding="same", use_bias=False),
            layers.BatchNormalization(scale=False, epsilon=0.01),
            layers.LeakyReLU(),
            layers.DepthwiseConv2D(3, depth_multiplier=2, padding="same", activation="relu6"),
            layers.SeparableConv2D(6, 3, depth_multiplier=2, activation="elu"),
            layers.SeparableConv2D(6, 3, strides=2, padding="same"),
            layers.PReLU(shared_axes=[1, 2]),
            layers.Conv2D(12, 3, groups=6),
            layers.Conv2D(12, 3, groups=3, padding="same"),
            layers.PReLU(),
            layers.ELU(0.5),
            layers.ZeroPadding2D(((1, 2), (0, 1))),
            layers.Cropping2D(1),
            layers.UpSampling2D(3, interpolation="bilinear"),
            layers.LayerNormalization(center=False),
            layers.MaxPooling2D(3, 2, padding="same"),
            layers.AveragePooling2D(2),
            layers.Conv2DTranspose(5, 3, strides=2, activation="tanh"),
            layers.SpatialDropout2D(0.1),
            layers.GaussianNoise(1.0),
            layers.ReLU(max_value=4.0),
            layers.ReLU(6.0),
            layers.ReLU(negative_slope=0.1),
            layers.GlobalAveragePooling2D(keepdims=True),
            layers.Dense(7, activation="gelu"),
            layers.Conv2D(9, 1, activation="mish"),
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(8, activation="hard_silu"),
            layers.Reshape((2, 2, 2)),
            layers.Conv2D(3, 2),
            layers.Reshape((3,)),
            layers.Softmax(),
        ]
    )


def many_paths() -> keras.Model:
    image = keras.Input((16, 18, 3))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(image)
    gate = layers.Dense(8, activation="sigmoid")(layers.GlobalAveragePooling2D()(x))
    x = layers.Multiply()([x, layers.Reshape((1, 1, 8))(gate)])
    z = layers.Maximum()([layers.Average()([x, layers.Conv2D(8, 1)(x)]), x])
    z = layers.Concatenate()([z, x, layers.AveragePooling2D(3, 1, padding="same")(x)])
    z = keras.ops.relu(z) * 0.5 + 0.25
    z = keras.ops.clip(z * keras.ops.sigmoid(z), -1.0, 0.7)
    inner = keras.Sequential([keras.Input((16, 18, 24)), layers.Conv2D(8, 1), layers.BatchNormalization()])
    z = inner(z)
    shared = layers.Conv2D(8, 3, padding="same")
    z = keras.ops.gelu(shared(shared(z)))
    z = keras.ops.mean(layers.Add()([z, z]), axis=[1, 2])
    return keras.Model(image, layers.Dense(4, activation="softmax")(z))


def late_layers() -> keras.Model:
    """What is shown by others of our layers: oblong kernels, differences, smallest values, factors of channels."""
    image = keras.Input((15, 16, 3))
    x = layers.Conv2D(8, (1, 7), padding="same", activation="relu")(image)
    x = layers.Conv2D(8, (7, 1), padding="same")(x)
    x = layers.Conv2D(8, (3, 2), strides=2, dilation_rate=1)(x)
    x = layers.Conv2D(8, (2, 5), dilation_rate=2, padding="same", groups=2)(x)
    x = layers.Subtract()([x, layers.Conv2D(8, 1)(x)])
    x = layers.Minimum()([x, layers.AveragePooling2D(3, 1, padding="same")(x)])
    x = keras.ops.minimum(keras.ops.maximum(x, layers.Conv2D(8, 1)(x)), layers.DepthwiseConv2D(1)(x))
    x = keras.ops.subtract(x, layers.Conv2D(8, 3, padding="same")(x))
    x = layers.Add()([x, LayerScale(0.5, 8)(layers.LayerNormalization(epsilon=1e-6)(x))])
    return keras.Model(image, layers.Dense(4, activation="softmax")(layers.GlobalMaxPooling2D()(x)))


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("make", [many_layers, many_paths, late_layers])
def test_every_layer_is_that_of_keras_in_both_formats(make: Callable[[], keras.Model], ending: str) -> None:
    model = with_random_weights(make())
    net = read_model(saved(model, ending))
    assert [line for line in net.report if not line.shown] == []
    assert largest_difference(net, model) < TOLERANCE


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("seed", [*range(6), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(6, 100))])
def test_random_nets_of_our_own_come_back_the_same(seed: int, ending: str) -> None:
    model = with_random_weights(build_model(random_net(seed)), seed)
    net = read_model(saved(model, ending))
    assert net.followed_to is None
    assert largest_difference(net, model, seed) < TOLERANCE


@pytest.mark.parametrize("seed", range(3))
def test_weights_alone_come_back_with_the_json_of_their_net(seed: int) -> None:
    architecture = random_net(seed)
    model = with_random_weights(build_model(architecture), seed)
    net = read_model(saved(model, ".weights.h5"), json_text=architecture.model_dump_json().encode())
    assert net.architecture == architecture
    assert all(
        relative(np.asarray(one), np.asarray(other)) == 0
        for one, other in zip(rebuilt(net).weights, model.weights, strict=True)
        if "seed" not in other.name
    )


def test_weights_without_a_net_ask_for_it() -> None:
    model = build_model(random_net(1))
    with pytest.raises(InvalidModel, match="weights only"):
        read_model(saved(model, ".weights.h5"))


@pytest.mark.parametrize(
    ("shape", "first", "image"),
    [
        ((28, 28), [layers.Flatten()], (28, 28, 1)),
        ((28, 28), [layers.Reshape((28, 28, 1)), layers.Conv2D(2, 3), layers.Flatten()], (28, 28, 1)),
        ((784,), [], (28, 28, 1)),
        ((3072,), [layers.Reshape((32, 32, 3)), layers.Conv2D(2, 3), layers.Flatten()], (32, 32, 3)),
    ],
)
def test_pictures_without_channels_or_in_a_row_are_taken(shape: tuple, first: list, image: tuple) -> None:
    model = with_random_weights(keras.Sequential([keras.Input(shape), *first, layers.Dense(10, activation="softmax")]))
    net = read_model(saved(model))
    assert net.architecture.input_shape == image
    assert largest_difference(net, model) < TOLERANCE


def test_channels_first_are_turned_round_with_the_weights_behind_them() -> None:
    model = with_random_weights(
        keras.Sequential(
            [
                keras.Input((3, 20, 16)),
                layers.Permute((2, 3, 1)),
                layers.Conv2D(4, 3),
                layers.Permute((3, 1, 2)),
                layers.Flatten(),
                layers.BatchNormalization(),
                layers.Dense(10, activation="softmax"),
            ]
        )
    )
    net = with_scaling(read_model(saved(model)), SCALINGS["0..255"])
    pixels = np.random.default_rng(0).integers(0, 256, (2, 20, 16, 3)).astype(np.float32)
    answer = np.asarray(model(np.moveaxis(pixels, -1, 1)))
    assert relative(np.asarray(rebuilt(net)(pixels)), answer) < TOLERANCE
    assert sorted(net.sources.values()) == [model.layers[1].name, model.layers[-1].name]  # not those in another order


def test_the_hard_sigmoid_of_keras_2_is_the_one_of_then() -> None:
    model = keras.Sequential(
        [
            keras.Input((9, 8, 3)),
            layers.Conv2D(3, 3, name="edges"),
            layers.Activation("hard_sigmoid", name="gate"),
            layers.Flatten(name="row"),
        ]
    )
    buffer = io.BytesIO(saved(with_random_weights(model), ".h5"))
    with h5py.File(buffer, "a") as file:
        file.attrs["keras_version"] = file["model_weights"].attrs["keras_version"] = "2.15.0"
    net = with_scaling(read_model(buffer.getvalue()), SCALINGS["0..255"])
    pixels = np.random.default_rng(0).normal(0, 3, (2, 9, 8, 3)).astype(np.float32)
    expected = np.clip(0.2 * np.asarray(model.get_layer("edges")(pixels)) + 0.5, 0, 1).reshape(2, -1)
    assert relative(np.asarray(rebuilt(net)(pixels)), expected) < TOLERANCE
    assert net.followed_to is None


def test_open_sides_are_chosen_or_given() -> None:
    model = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(2, 3, 2), layers.GlobalMaxPooling2D()])
    data = saved(model)
    assert read_model(data).architecture.input_shape == (28, 28, 3)
    assert read_model(data, input_shape=(50, 40)).architecture.input_shape == (50, 40, 3)


def test_a_net_is_shown_up_to_the_layer_that_is_not_known() -> None:
    image = keras.Input((20, 20, 3))
    x = layers.Conv2D(4, 3, name="first")(image)
    y = layers.Lambda(lambda x: x + 1, output_shape=(18, 18, 4), name="code")(x)
    x = layers.Conv2D(4, 3, name="beside", padding="same")(x)
    x = layers.Flatten(name="flat")(layers.Add(name="sum")([x, y]))
    net = read_model(saved(keras.Model(image, layers.Dense(2, name="answer")(x))))
    assert [layer.name for layer in net.architecture.layers] == ["first"]
    assert net.followed_to == "code"
    lines = {line.name: line for line in net.report}
    assert {name for name, line in lines.items() if line.shown} == {"first"}
    assert "never run" in lines["code"].note
    assert "because of 'code'" in lines["beside"].note
    assert "behind a step" in lines["answer"].note
    assert read_manifest(net.net)["classes"] == []


def test_what_gives_what_it_gets_is_said_to_be_passed_through() -> None:
    given = [
        layers.GaussianNoise(0.1, name="noise"),
        layers.Identity(name="same"),
        layers.Conv2D(2, 3, name="edges"),
        layers.Reshape((6, 5, 2), name="as_before"),
        layers.ZeroPadding2D(0, name="no_border"),
        layers.GlobalAveragePooling2D(name="mean"),
    ]
    net = read_model(saved(keras.Sequential([keras.Input((8, 7, 3)), *given])))
    lines = {line.name: line for line in net.report}
    assert {name for name, line in lines.items() if line.passes} == {"noise", "same", "as_before", "no_border"}
    assert all(line.shown for line in net.report)
    assert "training only" in lines["noise"].note
    assert lines["same"].note == "It gives what it gets."
    assert [layer.name for layer in net.architecture.layers] == ["edges", "mean"]


def test_one_value_as_output_means_two_classes() -> None:
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    assert read_manifest(read_model(saved(model)).net)["classes"] == ["0", "1"]


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_that_breaks_off_is_refused_wherever_it_does(ending: str) -> None:
    data = saved(build_model(random_net(1)), ending)
    for length in range(0, len(data), len(data) // 9):
        with pytest.raises(InvalidModel, match="Received: "):
            read_model(data[:length])
