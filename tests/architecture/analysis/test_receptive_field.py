"""The field of one unit: hand numbers, and Keras's gradients as oracle."""

import random
import re
from typing import get_args

import numpy as np
import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.analysis.receptive_field import receptive_ranges, receptive_rectangle
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import (
    Activation,
    Architecture,
    AvgPool,
    Backbone,
    Branches,
    Conv,
    Cropping,
    Dense,
    Flatten,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Repeat,
    Reshape,
    Residual,
    TransposedConv,
    UpSampling,
    ZeroPadding,
)
from cnnviz.errors import InvalidArchitecture, InvalidInput
from tests.architecture.random_nets import random_net


def net(*layers: Layer, shape: tuple[int, int, int] = (20, 30, 1)) -> Architecture:
    return Architecture(input_shape=shape, layers=layers)


def same(**settings: object) -> Conv:
    return Conv(filters=2, padding="same", **settings)


@pytest.mark.parametrize(
    ("layers", "row", "column", "expected", "unclipped"),
    [
        ((Conv(filters=1),), 2, 5, (2, 5, 5, 8), (2, 5, 5, 8)),
        ((Conv(filters=1, kernel=5, stride=3),), 2, 4, (6, 12, 11, 17), (6, 12, 11, 17)),
        ((Conv(filters=1, dilation=4),), 1, 0, (1, 0, 10, 9), (1, 0, 10, 9)),
        ((same(),), 0, 29, (0, 28, 2, 30), (-1, 28, 2, 31)),
        ((same(kernel=4),), 0, 0, (0, 0, 3, 3), (-1, -1, 3, 3)),
        # 20 rows with stride 2: one zero is needed, and Keras puts it after the last row
        ((same(stride=2),), 0, 0, (0, 0, 3, 3), (0, 0, 3, 3)),
        ((same(stride=2),), 9, 14, (18, 28, 20, 30), (18, 28, 21, 31)),
        ((Conv(filters=1), MaxPool()), 3, 1, (6, 2, 10, 6), (6, 2, 10, 6)),
        ((TransposedConv(filters=1, kernel=2),), 5, 6, (2, 3, 3, 4), (2, 3, 3, 4)),
        ((TransposedConv(filters=1, kernel=1, stride=2),), 5, 6, (0, 0, 0, 0), (0, 0, 0, 0)),
        ((TransposedConv(filters=1, kernel=3, padding="valid"),), 2, 3, (0, 1, 2, 2), (0, 1, 2, 2)),
        # three taps, three apart, on three rows: only the middle one meets the image
        ((MaxPool(size=10), same(kernel=3, dilation=3)), 1, 1, (10, 10, 20, 20), (-20, -20, 50, 50)),
        ((Residual(layers=(same(), same()), shortcut="projection"),), 10, 10, (8, 8, 13, 13), (8, 8, 13, 13)),
        ((Branches(branches=((same(kernel=5),), ())),), 10, 10, (8, 8, 13, 13), (8, 8, 13, 13)),
        ((Repeat(layers=(same(),), times=4),), 10, 2, (6, 0, 15, 7), (6, -2, 15, 7)),
        ((ZeroPadding(top=2, left=0), Conv(filters=1)), 0, 4, (0, 4, 1, 7), (-2, 4, 1, 7)),
        ((Cropping(top=3, left=2), Conv(filters=1)), 0, 4, (3, 6, 6, 9), (3, 6, 6, 9)),
        ((UpSampling(size=3),), 5, 6, (1, 2, 2, 3), (1, 2, 2, 3)),
        # the middle of place 2 lies at 0.75: between the values 0 and 1; that of place 0 before the first
        ((UpSampling(interpolation="bilinear"),), 2, 0, (0, 0, 2, 1), (0, 0, 2, 1)),
        (
            (Branches(branches=((GlobalAvgPool(keep_sides=True),), ()), merge="multiply"),),
            3,
            4,
            (0, 0, 20, 30),
            (0, 0, 20, 30),
        ),
        ((Branches(branches=((same(kernel=5),), (same(),)), merge="add"),), 10, 10, (8, 8, 13, 13), (8, 8, 13, 13)),
        ((Flatten(), Reshape(shape=(1, 1, 600))), 0, 0, (0, 0, 20, 30), (0, 0, 20, 30)),
    ],
)
def test_the_field_of_a_unit_by_hand(layers: tuple, row: int, column: int, expected: tuple, unclipped: tuple):
    architecture = net(*layers)
    path = (len(layers) - 1,)
    assert receptive_rectangle(architecture, path, row, column) == expected
    assert receptive_rectangle(architecture, path, row, column, clip=False) == unclipped


def test_the_value_of_a_flattened_map_keeps_its_place():
    architecture = net(Conv(filters=4), Flatten())  # 18 x 28 x 4
    index = (5 * 28 + 7) * 4 + 3
    assert receptive_rectangle(architecture, "flatten_1", index) == (5, 7, 8, 10)


def test_a_dense_value_sees_what_all_maps_before_it_see():
    architecture = net(
        Conv(filters=1, kernel=4, stride=4), Flatten(), Dense(units=3)
    )  # 30 = 7 * 4 + 2: two columns rest
    assert receptive_rectangle(architecture, (2,), 1) == (0, 0, 20, 28)
    assert receptive_rectangle(net(Conv(filters=5), GlobalAvgPool()), (1,), 4) == (0, 0, 20, 30)


def test_every_round_of_a_repeated_block_has_its_own_field():
    architecture = net(Repeat(layers=(Conv(filters=1), MaxPool()), times=2))
    assert receptive_rectangle(architecture, "repeat_1.1.conv_1", 2, 2) == (2, 2, 5, 5)
    assert receptive_rectangle(architecture, "repeat_1.2.conv_1", 2, 2) == (4, 4, 12, 12)
    assert receptive_rectangle(architecture, (0, 0), 2, 2) == (4, 4, 12, 12)


def test_inside_a_block_only_the_path_to_the_unit_counts():
    architecture = net(Residual(layers=(same(), same()), shortcut="projection"), same())
    assert receptive_rectangle(architecture, (0, 0), 10, 10) == (9, 9, 12, 12)
    assert receptive_rectangle(architecture, (0,), 10, 10) == (8, 8, 13, 13)
    fork = net(Branches(branches=((same(kernel=7),), (same(),))))
    assert receptive_rectangle(fork, (0, 1, 0), 10, 10) == (9, 9, 12, 12)


def test_a_backbone_is_looked_through():
    architecture = net(Backbone(network="VGG16"), shape=(320, 352, 3))
    top, left, bottom, right = receptive_rectangle(architecture, (0,), 5, 5, clip=False)
    assert (bottom - top, right - left) == (212, 212)
    # the middle of the field is the middle of the 32 x 32 pixels that the unit stands for
    assert ((top + bottom) / 2, (left + right) / 2) == (5 * 32 + 16, 5 * 32 + 16)


def test_the_unclipped_field_is_as_large_as_the_report_says():
    architecture = get_preset("conv32-64-128-mnist").architecture
    for report in analyze(architecture).layers[:5]:
        top, left, bottom, right = receptive_rectangle(architecture, report.path, 1, 2, clip=False)
        assert bottom - top == right - left == report.receptive_field


@pytest.mark.parametrize(
    ("path", "row", "column"), [((0,), 18, 0), ((0,), 0, 28), ((0,), -1, 0), ((1,), 4, 1), ((1,), 504, 0)]
)
def test_a_place_outside_of_the_maps_is_refused(path: tuple, row: int, column: int):
    with pytest.raises(InvalidInput, match=r"no value at row.*Received: output="):
        receptive_rectangle(net(Conv(filters=1), Flatten()), path, row, column)


@pytest.mark.parametrize("path", [(2,), (), (0, 0), "conv_2", "", "con"])
def test_a_layer_that_is_not_there_is_refused(path: object):
    with pytest.raises(InvalidArchitecture, match="no layer at"):
        receptive_rectangle(net(Conv(filters=1), AvgPool()), path, 0, 0)


def exact(architecture: Architecture) -> Architecture:
    """Means instead of maxima and no saturating activations: then every pixel of the field has a gradient."""
    fields = architecture.model_dump_json().replace('"max_pool"', '"avg_pool"').replace("global_max", "global_avg")
    fields = fields.replace('"maximum"', '"average"')
    fields = re.sub(r'{"kind":"clip"[^}]*}', '{"kind":"dropout"}', fields)
    fields = re.sub(r'"function":"[a-z_]+","slope":[0-9.]+', '"function":"linear"', fields)
    for name in (*get_args(Activation), "gelu_tanh"):
        fields = fields.replace(f'"{name}"', '"linear"')
    return Architecture.from_json(fields)


def pixels_with_a_gradient(model, node, images: np.ndarray, unit: tuple) -> np.ndarray:
    import keras
    import tensorflow as tf

    part = keras.Model(model.inputs, model.get_layer(node.name).output)
    pixels = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(pixels)
        value = tf.reduce_sum(part(pixels, training=False)[(slice(None), *unit)])
    gradient = tape.gradient(value, pixels)
    if gradient is None:
        return np.zeros(images.shape[1:3], bool)
    return (np.abs(gradient.numpy()) > 1e-12).any(axis=(0, 3))


@pytest.mark.parametrize("seed", range(60))
def test_the_field_is_where_keras_has_a_gradient(seed: int):
    keras = pytest.importorskip("keras")
    from cnnviz.models.build import build_model

    architecture = exact(random_net(20_000 + seed))
    rng = np.random.default_rng(seed)
    model = build_model(architecture)
    model.set_weights([rng.uniform(0.5, 1.5, weight.shape) for weight in model.get_weights()])
    images = rng.uniform(0, 255, (2, *architecture.input_shape)).astype(np.float32)
    nodes, _ = trace(architecture)
    for node in random.Random(seed).sample(nodes, min(3, len(nodes))):
        shape = node.effect.output.shape
        unit = tuple(int(rng.integers(side)) for side in (shape[:2] if len(shape) == 3 else shape))
        top, left, bottom, right = receptive_rectangle(architecture, node.name, *unit)
        seen = pixels_with_a_gradient(model, node, images, unit)
        rows, columns = np.flatnonzero(seen.any(axis=1)), np.flatnonzero(seen.any(axis=0))
        found = (rows[0], columns[0], rows[-1] + 1, columns[-1] + 1) if len(rows) else (0, 0, 0, 0)
        if any(isinstance(one.layer, Reshape) for one in nodes):  # neighbours there are none in the image
            assert not len(rows) or (top <= found[0] and left <= found[1])
            assert bottom >= found[2]
            assert right >= found[3]
        else:
            assert (top, left, bottom, right) == found, (node.name, unit)
    keras.backend.clear_session()


def test_the_ranges_of_a_layer_are_those_counted_by_hand() -> None:
    net = Architecture(name="n", input_shape=(9, 12, 1), layers=(Conv(filters=2), MaxPool(), Flatten(), Dense(units=2)))
    rows, columns = receptive_ranges(net, (1,), None)
    assert rows == ((0, 4), (2, 6), (4, 8))
    assert columns == ((0, 4), (2, 6), (4, 8), (6, 10), (8, 12))
    assert receptive_ranges(net, (3,), 1) == (((0, 8),), ((0, 12),))
