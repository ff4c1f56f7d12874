"""Moves on the list of layers, their history and how they are told."""

import random

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.history import MAX_MOVES, History, describe
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import (
    Architecture,
    AvgPool,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    Repeat,
    Residual,
)
from cnnviz.architecture.spec.paths import layer_at, walk
from cnnviz.errors import InvalidArchitecture, InvalidInput
from tests.architecture.random_nets import random_layer, random_net

FORK = Branches(branches=((Conv(filters=1),), ()))
NET = Architecture(
    input_shape=(20, 23, 3),
    layers=(
        Conv(filters=16, name="edges"),
        MaxPool(),
        Residual(layers=(Conv(filters=16, padding="same"), BatchNorm())),
        FORK,
        Flatten(),
        Dense(units=4),
    ),
)


def kinds(architecture: Architecture) -> list[str]:
    return [layer.kind for layer in architecture.layers]


@pytest.mark.parametrize(
    ("path", "expected"),
    [((0,), ["dropout", "conv"]), ((1,), ["conv", "dropout"]), ((6,), ["flatten", "dense", "dropout"])],
)
def test_a_layer_is_put_before_what_stands_there_or_at_the_end(path: tuple, expected: list):
    after = kinds(edit.add(NET, path, Dropout()))
    assert len(after) == 7
    assert after[: len(expected)] == expected or after[-len(expected) :] == expected


def test_a_layer_can_be_put_into_blocks_and_into_an_empty_branch():
    inside = edit.add(NET, (2, 2), Dropout())
    assert [layer.kind for layer in inside.layers[2].layers] == ["conv", "batch_norm", "dropout"]
    branch = edit.add(NET, (3, 1, 0), AvgPool(size=3, stride=1))
    assert [len(inside) for inside in branch.layers[3].branches] == [1, 1]
    assert layer_at(branch, (3, 1, 0)).kind == "avg_pool"


def test_a_copy_stands_after_its_model_and_gives_up_the_name():
    after = edit.duplicate(NET, (0,))
    assert after.layers[:2] == (NET.layers[0], Conv(filters=16))
    assert edit.duplicate(NET, (2,)).layers[3] == NET.layers[2]


def test_a_layer_is_removed_wherever_it_stands():
    assert kinds(edit.remove(NET, (1,))) == ["conv", "residual", "branches", "flatten", "dense"]
    assert layer_at(edit.remove(NET, (2, 0)), (2, 0)) == BatchNorm()
    assert edit.remove(NET, (3, 0, 0)).layers[3].branches == ((), ())


@pytest.mark.parametrize(
    ("path", "to", "expected"),
    [
        ((0,), (1,), ["max_pool", "conv", "residual", "branches", "flatten", "dense"]),
        ((5,), (0,), ["dense", "conv", "max_pool", "residual", "branches", "flatten"]),
        ((4,), (4,), ["conv", "max_pool", "residual", "branches", "flatten", "dense"]),
    ],
)
def test_a_moved_layer_stands_where_it_was_sent(path: tuple, to: tuple, expected: list):
    after = edit.move(NET, path, to)
    assert kinds(after) == expected
    assert layer_at(after, to) == layer_at(NET, path)


def test_a_layer_moves_into_a_block_and_out_again():
    into = edit.move(NET, (1,), (1, 1))  # counted without it, the residual block is the second layer
    assert [layer.kind for layer in into.layers[1].layers] == ["conv", "max_pool", "batch_norm"]
    assert edit.move(into, (1, 1), (1,)) == NET


def test_a_layer_gets_other_settings_or_gives_way_to_another():
    assert edit.with_settings(NET, (2, 0), filters=32).layers[2].layers[0].filters == 32
    assert edit.replace(NET, (1,), AvgPool()).layers[1] == AvgPool()
    assert edit.with_input(NET, (30, 31, 1)).input_shape == (30, 31, 1)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: edit.add(NET, (7,), Flatten()), "no layer at '7'"),
        (lambda: edit.add(NET, (), Flatten()), "no layer at ''"),
        (lambda: edit.add(NET, (0, 0), Flatten()), "no layer at '0'"),
        (lambda: edit.add(NET, (3, 0), Flatten()), "no layer at '3'"),
        (lambda: edit.add(NET, (3, 2, 0), Flatten()), r"no layer at '3\.2'"),
        (lambda: edit.add(NET, (3, 0, 2), Flatten()), r"no layer at '3\.0\.2'"),
        (lambda: edit.remove(NET, (6,)), "no layer at '6'"),
        (lambda: edit.remove(NET, (-1,)), "no layer at '-1'"),
        (lambda: edit.remove(NET, (3, 1, 0)), "no layer at"),
        (lambda: edit.duplicate(NET, (9,)), "no layer at '9'"),
        (lambda: edit.move(NET, (0,), (6,)), "no layer at '6'"),
        (lambda: edit.replace(NET, (6,), Flatten()), "no layer at '6'"),
        (lambda: edit.with_settings(NET, (0,), filters=0), "filters"),
        (lambda: edit.with_settings(NET, (1,), filters=8), "filters"),
        (lambda: edit.with_input(NET, (0, 5, 1)), "input_shape"),
    ],
)
def test_a_move_that_makes_no_net_is_refused(act, message: str):
    with pytest.raises(InvalidArchitecture, match=message) as caught:
        act()
    assert "Received: " in str(caught.value)


def test_the_last_layer_of_a_net_or_block_stays():
    with pytest.raises(InvalidArchitecture, match=r"only layer of the net.*Received: flatten"):
        edit.remove(Architecture(input_shape=(4, 5, 1), layers=(Flatten(),)), (0,))
    with pytest.raises(InvalidArchitecture, match=r"only layer of its block.*Remove the block"):
        edit.remove(edit.remove(NET, (2, 0)), (2, 0))


def test_a_net_cannot_grow_beyond_its_limits():
    full = Architecture(input_shape=(4, 5, 1), layers=[BatchNorm()] * 400)
    with pytest.raises(InvalidArchitecture, match="400"):
        edit.duplicate(full, (0,))
    rounds = Architecture(input_shape=(4, 5, 1), layers=[Repeat(layers=[BatchNorm()] * 7, times=99)])
    with pytest.raises(InvalidArchitecture, match="more than 700 layers"):
        edit.duplicate(edit.duplicate(rounds, (0, 0)), (0, 0))


@pytest.mark.parametrize("seed", range(60))
def test_what_is_added_and_removed_again_leaves_the_net_as_it_was(seed: int):
    rng = random.Random(seed)
    net = random_net(seed)
    path, _ = rng.choice(list(walk(net.layers)))
    layer = Architecture.from_fields({"input_shape": (8, 9, 1), "layers": [random_layer(rng)]}).layers[0]
    added = edit.add(net, path, layer)
    assert layer_at(added, path) == layer
    assert edit.remove(added, path) == net
    copied = edit.duplicate(net, path)
    assert edit.remove(copied, (*path[:-1], path[-1] + 1)) == net
    assert edit.replace(edit.replace(net, path, layer), path, layer_at(net, path)) == net


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (edit.add(NET, (2,), Conv(filters=8)), "Added Convolution 2"),
        (edit.add(NET, (2, 1), Conv(filters=8)), "Added Convolution 3"),
        (edit.add(NET, (3, 1, 0), MaxPool()), "Added Max pooling 2"),
        (edit.duplicate(NET, (2,)), "Added Residual block 2"),
        (edit.remove(NET, (1,)), "Removed Max pooling"),
        (edit.remove(NET, (2,)), "Removed Residual block"),
        (edit.move(NET, (1,), (3,)), "Moved Max pooling"),
        (edit.move(NET, (2, 1), (3, 0, 0)), "Moved Batch normalisation"),
        (edit.replace(NET, (1,), AvgPool()), "Replaced Max pooling by Average pooling"),
        (edit.with_settings(NET, (0,), filters=32), "filters of Convolution 1: 16 → 32"),
        (
            edit.with_settings(NET, (0,), kernel=5, padding="same"),
            "kernel of Convolution 1: 3 → 5; padding of Convolution 1: valid → same",
        ),
        (edit.with_settings(NET, (1,), stride=1), "stride of Max pooling: as set by size → 1"),
        (edit.with_settings(NET, (2,), shortcut="projection"), "shortcut of Residual block: identity → projection"),
        (edit.with_settings(NET, (0,), name=None), "Called Convolution 1 conv_1"),
        (edit.with_input(NET, (32, 40, 1)), "Input: 20 × 23 × 3 → 32 × 40 × 1"),
        (NET.model_copy(update={"name": "other"}), "Called the net other"),
        (NET, ""),
    ],
)
def test_a_move_is_told_in_words(after: Architecture, words: str):
    assert describe(NET, after) == words


def test_many_changes_are_told_shortly():
    words = describe(get_preset("lenet5").architecture, get_preset("tiny-vgg").architecture)
    assert words.startswith("Input: 28 × 28 × 1 → 64 × 64 × 3; Called the net tiny-vgg; ")
    assert words.endswith(" more")
    assert len(words) < 150


def test_impossible_nets_are_told_as_well():
    twice = edit.replace(NET, (1,), Conv(name="edges", filters=2))
    assert describe(NET, twice) == "Replaced Max pooling by Convolution 2"


def test_moves_are_undone_and_redone_in_order():
    history = History.start(NET)
    history = history.push(edit.with_settings(NET, (0,), filters=32))
    history = history.push(edit.remove(history.present, (1,)))
    assert history.words == ("Started with my-net", "filters of Convolution 1: 16 → 32", "Removed Max pooling")
    assert not history.can_redo
    back = history.go_to(1).go_to(0)
    assert back.present == NET
    assert not back.can_undo
    assert back.go_to(1).go_to(2) == history
    assert back.go_to(2).present == history.present


def test_a_new_move_after_undoing_forgets_what_was_undone():
    history = History.start(NET).push(edit.remove(NET, (1,))).go_to(0).push(edit.remove(NET, (5,)))
    assert history.words[1:] == ("Removed Dense",)
    assert not history.can_redo


def test_the_same_net_again_is_no_move():
    history = History.start(NET)
    assert history.push(NET) is history


def test_only_the_last_moves_are_kept():
    history = History.start(NET)
    for index in range(MAX_MOVES + 5):
        history = history.push(edit.with_settings(NET, (0,), filters=index % 2 + 1), words=f"move {index}")
    assert len(history.moves) == MAX_MOVES
    assert history.words[-1] == f"move {MAX_MOVES + 4}"


@pytest.mark.parametrize("position", [-1, 1, 7])
def test_there_is_no_going_where_no_move_is(position: int):
    with pytest.raises(InvalidInput, match=rf"no move to go to.*Received: move {position + 1}"):
        History.start(NET).go_to(position)


def test_the_fashion_net_can_be_built_by_hand_from_a_single_layer():
    net = Architecture(name="conv64x2-fashion", input_shape=(28, 28, 1), layers=(Flatten(),))
    net = edit.add(net, (1,), Dense(units=128, activation="relu"))
    net = edit.add(net, (2,), Dense(units=10, activation="softmax"))
    net = edit.add(net, (0,), Conv(filters=64, activation="relu"))
    net = edit.add(net, (1,), MaxPool())
    net = edit.move(edit.duplicate(net, (0,)), (1,), (2,))
    net = edit.add(net, (3,), MaxPool())
    assert net == PRESETS["conv64x2-fashion"].architecture
    flatten: Layer = next(report for report in analyze(net).layers if report.kind == "flatten")
    assert flatten.output_shape == (1600,)
