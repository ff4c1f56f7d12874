"""A slider changes what it is about and nothing else, also of nets that the sliders cannot say."""

from contextlib import suppress

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.editing.slider_moves import move_slider, still_sliders
from cnnviz.architecture.editing.slider_net import QuickNet
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    Dropout,
    Flatten,
    MaxPool,
    Residual,
)
from cnnviz.architecture.spec.layers import AvgPool, GlobalAvgPool
from cnnviz.errors import InvalidArchitecture

OWN = Architecture(
    name="own",
    input_shape=(28, 28, 1),
    layers=(
        Conv(filters=10, kernel=3, activation="relu"),
        Conv(filters=20, kernel=3, activation="relu", name="second"),
        MaxPool(size=3, stride=2),
        Conv(filters=40, kernel=5, padding="same", activation="relu"),
        BatchNorm(),
        Flatten(),
        Dense(units=50, activation="relu"),
        Dropout(rate=0.5),
        Dense(units=30, activation="relu"),
        Dense(units=10, activation="softmax"),
    ),
)
MOVES = {
    "filters": 11,
    "growth": "same",
    "kernel": 1,
    "padding": "same",
    "pooling": "avg",
    "dense_units": 7,
    "dropout": 0.25,
    "batch_norm": True,
    "blocks": 2,
}


def changes(field: str, value: object, net: Architecture = OWN) -> dict[str, object]:
    """What differs after a move, layer by layer, for moves that keep the number of layers."""
    moved = move_slider(net, field, value)
    pairs = zip(net.layers, moved.layers, strict=True)
    return {str(index): new for index, (old, new) in enumerate(pairs) if old != new}


def test_filters_grow_in_proportion_and_nothing_else_changes() -> None:
    changed = changes("filters", 15)
    assert {place: layer.filters for place, layer in changed.items()} == {"0": 15, "1": 30, "3": 60}
    assert changed["1"].name == "second"


@pytest.mark.parametrize(
    ("filters", "value", "expected"),
    [((512, 512), 200, [200, 200]), ((300, 100), 200, [200, 67]), ((2048, 64), 128, [128, 4]), ((300, 600), 1, [1, 2])],
)
def test_more_filters_than_the_slider_has_shrink_in_proportion(
    filters: tuple[int, int], value: int, expected: list[int]
) -> None:
    convs = [Conv(filters=count, padding="same") for count in filters]
    net = Architecture(input_shape=(8, 8, 1), layers=(*convs, Flatten(), Dense(units=2, activation="softmax")))
    assert [layer.filters for layer in move_slider(net, "filters", value).layers[:2]] == expected


@pytest.mark.parametrize("filters", [(512, 512), (300, 100)])
def test_back_at_the_highest_number_of_the_slider_a_net_has_as_many_filters_as_before(filters: tuple[int, int]) -> None:
    convs = [Conv(filters=count, padding="same") for count in filters]
    net = Architecture(input_shape=(8, 8, 1), layers=(*convs, Flatten(), Dense(units=2, activation="softmax")))
    assert move_slider(net, "filters", QuickNet.from_architecture(net).filters) == net


@pytest.mark.parametrize(("count", "blocks"), [(8, 5), (9, 1), (7, 0)])
def test_of_more_blocks_than_the_slider_has_as_many_are_left_as_it_says(count: int, blocks: int) -> None:
    layers = [layer for n in range(count) for layer in (Conv(filters=3 + n, padding="same"), BatchNorm())]
    net = Architecture(input_shape=(8, 12, 1), layers=(*layers, Flatten(), Dense(units=2, activation="softmax")))
    assert QuickNet.from_architecture(net).blocks == 6
    moved = move_slider(net, "blocks", blocks)
    assert moved.layers == (*layers[: 2 * blocks], *net.layers[-2:])
    assert QuickNet.from_architecture(moved).blocks == blocks
    assert move_slider(net, "blocks", 6) == net


def test_the_kernel_that_most_convolutions_have_changes() -> None:
    assert {place: layer.kernel for place, layer in changes("kernel", 1).items()} == {"0": 1, "1": 1}


def test_poolings_become_averages_of_the_same_windows() -> None:
    assert changes("pooling", "avg") == {"2": AvgPool(size=3, stride=2)}
    assert [layer.kind for layer in move_slider(OWN, "pooling", "none").layers].count("max_pool") == 0


def test_only_the_first_hidden_layer_has_the_slider() -> None:
    assert {place: layer.units for place, layer in changes("dense_units", 70).items()} == {"6": 70}


def test_no_hidden_units_means_no_hidden_dense_layer() -> None:
    without = move_slider(OWN, "dense_units", 0)
    assert [layer.units for layer in without.layers if isinstance(layer, Dense)] == [10]
    assert QuickNet.from_architecture(without).dense_units == 0


@pytest.mark.parametrize("pooling", ["max", "avg"])
def test_poolings_stand_behind_blocks_and_not_in_them(pooling: str) -> None:
    inside = (Conv(filters=4, padding="same", activation="relu"), Conv(filters=4, padding="same"))
    blocks = (Residual(layers=inside, shortcut="projection"), Branches(branches=(inside, ()), merge="concat"))
    head = (Flatten(), Dense(units=3, activation="softmax"))
    net = Architecture(name="res", input_shape=(16, 24, 1), layers=(*blocks, ActivationLayer(), *head))
    moved = move_slider(net, "pooling", pooling)
    pool = {"max": MaxPool(), "avg": AvgPool()}[pooling]
    assert moved.layers == (blocks[0], pool, blocks[1], ActivationLayer(), pool, *head)
    analyze(moved)


@pytest.mark.parametrize("name", PRESETS)
def test_a_slider_is_still_only_where_moving_it_does_nothing(name: str) -> None:
    net = PRESETS[name].architecture
    for field in still_sliders(net):
        with suppress(InvalidArchitecture):
            assert move_slider(net, field, MOVES[field]) == net


def test_a_net_of_dense_layers_has_no_sliders_of_convolutions() -> None:
    net = Architecture(name="mlp", input_shape=(9, 7, 1), layers=(Flatten(), Dense(units=6), Dense(units=4)))
    assert set(still_sliders(net)) == {"filters", "growth", "kernel", "padding", "pooling", "batch_norm"}
    assert set(still_sliders(move_slider(net, "blocks", 2))) == set()
    answer = Architecture(name="conv", input_shape=(9, 7, 1), layers=(Conv(filters=3), GlobalAvgPool()))
    assert set(still_sliders(answer)) == {"growth", "dense_units", "dropout"}


def test_dropout_and_normalisation_come_and_go() -> None:
    assert changes("dropout", 0.2) == {"7": Dropout(rate=0.2)}
    assert move_slider(OWN, "dropout", 0.0).layers == (*OWN.layers[:7], *OWN.layers[8:])
    assert move_slider(OWN, "batch_norm", False).layers == (*OWN.layers[:4], *OWN.layers[5:])


def test_one_more_block_is_a_copy_of_the_last_with_twice_the_filters() -> None:
    more = move_slider(OWN, "blocks", 4)
    added = (Conv(filters=80, kernel=5, padding="same", activation="relu"), BatchNorm())
    assert more.layers == (*OWN.layers[:5], *added, *OWN.layers[5:])
    assert move_slider(more, "blocks", 3) == OWN
    assert move_slider(OWN, "blocks", 2).layers == (*OWN.layers[:3], *OWN.layers[5:])


def test_a_net_without_convolutions_gets_its_first_block_before_all_else() -> None:
    net = Architecture(name="mlp", input_shape=(8, 8, 1), layers=(Flatten(), Dense(units=5), Dense(units=3)))
    kinds = [layer.kind for layer in move_slider(net, "blocks", 1).layers]
    assert kinds == ["conv", "flatten", "dense", "dense"]  # the sliders say: no pooling


def test_convolutions_in_blocks_count_and_a_skip_connection_stays() -> None:
    block = Residual(layers=(Conv(filters=8, padding="same"), Conv(filters=8, padding="same")), shortcut="projection")
    net = Architecture(
        name="res", input_shape=(8, 8, 1), layers=(block, Flatten(), Dense(units=3, activation="softmax"))
    )
    moved = move_slider(net, "filters", 4)
    assert [layer.filters for layer in moved.layers[0].layers] == [4, 4]
    assert moved.layers[0].shortcut == "projection"


def test_a_slider_about_dense_layers_is_refused_by_a_net_without_any() -> None:
    net = Architecture(name="conv", input_shape=(8, 8, 1), layers=(Conv(filters=3), GlobalAvgPool()))
    with pytest.raises(InvalidArchitecture, match="this net has none"):
        move_slider(net, "dense_units", 16)


def test_one_more_filter_in_the_net_of_the_fourth_tutorial_costs_what_it_costs() -> None:
    moved = move_slider(get_preset("conv32-64-128-mnist").architecture, "filters", 33)  # 33, 66, 132
    assert analyze(moved).totals.params == 330 + 19_668 + 78_540 + 11_890


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("field", QuickNet.model_fields)
def test_a_moved_slider_shows_where_it_was_moved_to(name: str, field: str) -> None:
    net = PRESETS[name].architecture
    before = QuickNet.from_architecture(net)
    if field in ("dense_units", "dropout") and not any(isinstance(layer, Dense) for layer in net.layers):
        return  # refused, see above
    if field == "blocks" and any(isinstance(layer, Residual) for layer in net.layers):
        return  # a block of several convolutions goes as a whole
    if not before.blocks and field in ("filters", "growth", "kernel", "padding", "pooling", "batch_norm"):
        return  # about convolutions, of which there are none
    value = MOVES[field] if getattr(before, field) != MOVES[field] else QuickNet.model_fields[field].default
    after = QuickNet.from_architecture(move_slider(net, field, value))
    if field != "growth" or before.blocks > 1:
        assert getattr(after, field) == value


def test_dense_layers_in_blocks_are_no_hidden_ones() -> None:
    """They weigh the maps here: without them, or with other units, the block would not fit itself."""
    weights = (GlobalAvgPool(), Dense(units=2, activation="relu"), Dense(units=4, activation="sigmoid"))
    block = Branches(branches=(weights, (GlobalAvgPool(),)), merge="multiply")
    conv, hidden, answer = Conv(filters=4), Dense(units=9), Dense(units=3, activation="softmax")
    net = Architecture(name="own", input_shape=(12, 8, 1), layers=(conv, block, hidden, answer))
    assert QuickNet.from_architecture(net).dense_units == 9
    assert move_slider(net, "dense_units", 0).layers == (conv, block, answer)
    assert move_slider(net, "dense_units", 7).layers == (conv, block, Dense(units=7), answer)
