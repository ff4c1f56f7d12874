"""What pages call layers."""

from collections import defaultdict

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.layer_titles import layer_titles, path_titles
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import (
    Architecture,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    MaxPool,
    Repeat,
    Residual,
)
from tests.architecture.random_nets import random_net


def net(*layers) -> Architecture:
    return Architecture(input_shape=(12, 10, 1), layers=layers)


def test_layers_are_called_by_their_kind_and_numbered_where_there_are_several() -> None:
    titles = layer_titles(net(Conv(filters=2), Conv(filters=2, name="edges"), BatchNorm(), Flatten(), Dense(units=3)))
    assert list(titles) == ["conv_1", "edges", "batch_norm_1", "flatten_1", "dense_1"]
    assert list(titles.values()) == ["Convolution 1", "Convolution 2", "Batch normalisation", "Flatten", "Dense"]


def test_each_round_of_a_repeated_block_counts() -> None:
    repeated = Repeat(times=2, layers=(Conv(filters=2, padding="same"),))
    assert layer_titles(net(repeated, Flatten(), Dense(units=3))) == {
        "repeat_1.1.conv_1": "Convolution 1",
        "repeat_1.2.conv_1": "Convolution 2",
        "flatten_1": "Flatten",
        "dense_1": "Dense",
    }


def test_no_title_holds_an_inner_name() -> None:
    for title in layer_titles(get_preset("resnet-like").architecture).values():
        assert "_" not in title
        assert title[0].isupper()


@pytest.mark.parametrize(
    "architecture",
    [preset.architecture for preset in PRESETS.values()] + [random_net(seed) for seed in range(40)],
)
def test_every_layer_of_a_net_has_one_title_in_the_order_of_computation(architecture: Architecture) -> None:
    titles = layer_titles(architecture)
    reports = analyze(architecture).layers
    assert [(report.name, report.title) for report in reports] == list(titles.items())
    assert len(set(titles.values())) == len(titles)
    numbers: dict[str, list[str]] = defaultdict(list)
    for report in reports:
        numbers[report.kind].append(report.title.rpartition(" ")[2])
    several = [found for found in numbers.values() if len(found) > 1]
    assert several == [[str(number + 1) for number in range(len(found))] for found in several]


def test_layers_and_blocks_are_called_by_their_place_where_nothing_fits_as_well() -> None:
    way = Residual(layers=(Conv(filters=3), BatchNorm()), shortcut="projection", activation="relu")
    paths = Branches(branches=((GlobalAvgPool(),), (MaxPool(size=31), Conv(filters=1))), merge="multiply")
    titles = path_titles(
        (way, Repeat(layers=(way,), times=2), paths, Dense(units=3, name="a"), Dense(units=3, name="a"))
    )
    assert titles == {
        (0,): "Residual block 1",
        (0, 0): "Convolution 1",
        (0, 1): "Batch normalisation 1",
        (1,): "Repeated block",
        (1, 0): "Residual block 3",
        (1, 0, 0): "Convolution 5",  # the second round; each way has a convolution as its shortcut, too
        (1, 0, 1): "Batch normalisation 3",
        (2,): "Branches",
        (2, 0, 0): "Global average",
        (2, 1, 0): "Max pooling",
        (2, 1, 1): "Convolution 7",
        (3,): "Dense 1",
        (4,): "Dense 2",
    }


def test_the_shortcut_of_a_vector_is_a_dense_layer() -> None:
    way = Residual(layers=(Dense(units=3),), shortcut="projection", activation="linear")
    assert layer_titles(net(Flatten(), way)) == {
        "flatten_1": "Flatten",
        "residual_1.dense_1": "Dense 1",
        "residual_1.shortcut": "Dense 2",
        "residual_1.add": "Sum",
    }
