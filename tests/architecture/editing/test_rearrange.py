"""Layers beside others and a place on, in and out of blocks; what would make no net is refused."""

import pytest

from cnnviz.architecture.analysis.analyze import output_units
from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.rearrange import place_after, place_before, place_beside, rearranged
from cnnviz.architecture.spec import Architecture, BatchNorm, Branches, Conv, Dense, Flatten, MaxPool, Residual
from cnnviz.architecture.spec.paths import layer_at, walk
from cnnviz.errors import InvalidArchitecture
from tests.architecture.random_nets import random_net

SAME = Conv(filters=16, padding="same")
NET = Architecture(
    input_shape=(20, 23, 3),
    layers=(
        Conv(filters=16, name="edges"),
        MaxPool(),
        Residual(layers=(SAME, BatchNorm())),
        Branches(branches=((Conv(filters=1, padding="same"),), ())),
        Flatten(),
        Dense(units=4),
    ),
)


@pytest.mark.parametrize(
    ("path", "beside", "after", "place"),
    [
        ((0,), (1,), True, (1,)),
        ((0,), (2,), False, (1,)),
        ((1,), (0,), False, (0,)),
        ((1,), (0,), True, (1,)),
        ((1,), (2, 0), False, (1, 0)),
        ((2, 1), (0,), True, (1,)),
        ((2, 1), (2, 0), False, (2, 0)),
        ((1,), (3, 0, 0), True, (2, 0, 1)),
        ((0,), (0,), True, (0,)),
    ],
)
def test_a_place_beside_a_layer_is_counted_without_the_one_that_moves(
    path: tuple, beside: tuple, after: bool, place: tuple
) -> None:
    assert place_beside(path, beside, after=after) == place


@pytest.mark.parametrize("seed", range(12))
def test_a_moved_layer_stands_right_beside_the_other(seed: int) -> None:
    net = random_net(seed)
    marked = Conv(filters=3, name="marked")
    layers = (*net.layers[:1], marked, *net.layers[1:])
    net = net.model_copy(update={"layers": layers})
    for beside, other in walk(net.layers):
        for after in (False, True):
            if beside == (1,):
                continue
            to = place_beside((1,), beside, after=after)
            moved = edit.move(net, (1,), to)
            assert layer_at(moved, to) == marked
            step = -1 if after else 1
            assert layer_at(moved, (*to[:-1], to[-1] + step)) == other


def test_a_block_cannot_go_into_itself() -> None:
    with pytest.raises(InvalidArchitecture, match="cannot be moved into itself"):
        place_beside((2,), (2, 1), after=True)


def test_the_first_of_a_block_goes_before_it_and_the_last_after_it() -> None:
    assert [place_before(NET, path) for path in ((2, 1), (2, 0), (3, 0, 0), (0,))] == [(2, 0), (2,), (3,), None]
    assert [place_after(NET, path) for path in ((2, 0), (2, 1), (3, 0, 0), (5,))] == [(2, 1), (3,), (4,), None]


def test_a_move_that_makes_no_net_says_why_and_one_that_does_is_made() -> None:
    with pytest.raises(InvalidArchitecture, match=r"Dense cannot stand there\. Dense needs one vector, but gets maps"):
        rearranged(NET, (5,), (0,))
    moved = rearranged(NET, (1,), (0,))
    assert [layer.kind for layer in moved.layers[:2]] == ["max_pool", "conv"]
    assert output_units(moved) == 4
    assert rearranged(NET, (1,), (1,)) is NET


def test_in_a_net_that_is_impossible_already_layers_may_be_moved_step_by_step() -> None:
    broken = NET.model_copy(update={"layers": (Dense(units=4), Conv(filters=2), MaxPool(), Flatten())})
    assert rearranged(broken, (2,), (1,)).layers[1] == MaxPool()


@pytest.mark.parametrize("path", [(9,), (2, 7), (0, 0)])
def test_a_place_that_does_not_exist_is_refused(path: tuple) -> None:
    with pytest.raises(InvalidArchitecture, match="no layer at"):
        rearranged(NET, path, (0,))
