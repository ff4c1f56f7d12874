"""What pages call layers."""

from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, Flatten, Repeat


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
