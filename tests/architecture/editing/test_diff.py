"""Two nets side by side, by hand and over random edits."""

import random

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.editing import edit
from cnnviz.architecture.editing.diff import Change, Delta, align, delta, diff
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import Architecture, AvgPool, BatchNorm, Conv, Dense, Flatten, MaxPool, Residual
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.errors import InvalidArchitecture
from tests.architecture.random_nets import random_net

NET = Architecture(
    input_shape=(10, 14, 1),
    layers=(Conv(filters=4), MaxPool(), Conv(filters=8), Flatten(), Dense(units=3)),
)


def statuses(a: Architecture, b: Architecture) -> list[str]:
    return [row.status for row in diff(a, b).rows]


@pytest.mark.parametrize("name", PRESETS)
def test_a_net_does_not_differ_from_itself(name: str):
    architecture = PRESETS[name].architecture
    result = diff(architecture, architecture)
    assert {row.status for row in result.rows} == {"same"}
    assert delta(analyze(architecture), analyze(architecture)) == Delta(0, 0, 0, 0, 0)


def test_a_changed_setting_shows_with_what_follows_from_it():
    wider = edit.with_settings(NET, (0,), filters=6)
    result = diff(NET, wider)
    assert [row.status for row in result.rows] == ["changed", "changed", "changed", "same", "same"]
    assert result.rows[0].changes == (
        Change("filters", 4, 6),
        Change("output_shape", (8, 12, 4), (8, 12, 6)),
        Change("params", 40, 60),
        Change("macs", 8 * 12 * 36, 8 * 12 * 54),
        Change("memory_bytes", 4 * 8 * 12 * 4, 4 * 8 * 12 * 6),
    )
    assert [change.field for change in result.rows[2].changes] == ["input_shape", "params", "macs"]
    # 2 x 10 more weights in the first convolution, 9 x 2 x 8 in the second
    assert delta(analyze(NET), analyze(wider)).params == result.after.params - result.before.params == 20 + 144


def test_layers_that_came_and_went_stand_where_they_are():
    other = edit.add(edit.remove(NET, (1,)), (3,), BatchNorm())
    rows = diff(NET, other).rows
    assert [(row.status, (row.before or row.after).kind) for row in rows] == [
        ("same", "conv"),
        ("removed", "max_pool"),
        ("changed", "conv"),
        ("changed", "flatten"),
        ("added", "batch_norm"),
        ("changed", "dense"),
    ]


def test_another_kind_is_a_removal_and_an_addition():
    assert statuses(NET, edit.replace(NET, (1,), AvgPool()))[1:3] == ["removed", "added"]


def test_another_name_is_no_difference():
    assert set(statuses(NET, edit.with_settings(NET, (0,), name="edges"))) == {"same"}


def test_a_new_skip_adds_its_sum_and_activation():
    skip = edit.replace(NET, (2,), Residual(layers=(Conv(filters=8),), shortcut="projection"))
    with pytest.raises(InvalidArchitecture, match="no projection"):
        diff(NET, skip)
    padded = edit.with_settings(skip, (2, 0), padding="same")
    assert statuses(NET, padded) == ["same", "same", "changed", "added", "added", "added", "changed", "changed"]


def test_two_tutorial_nets_share_their_first_layers_kinds():
    result = diff(get_preset("conv64-mnist").architecture, get_preset("conv64x2-fashion").architecture)
    assert [row.status for row in result.rows] == [
        "same", "same", "added", "added", "changed", "changed", "changed"
    ]  # fmt: skip
    assert (result.before.params, result.after.params) == (640 + 10_816 * 256 + 256 + 2570, 243_786)


def test_the_delta_of_two_analyses_is_after_minus_before():
    before, after = analyze(NET), analyze(edit.with_settings(NET, (4,), units=5))
    inputs = 2 * 4 * 8
    assert delta(before, after) == Delta(2 * inputs + 2, 2 * inputs + 2, 2 * inputs, 8, 8 * inputs + 8)
    assert delta(after, before).params == -(2 * inputs + 2)


@pytest.mark.parametrize("seed", range(40))
def test_every_layer_of_both_nets_stands_in_one_row_and_in_order(seed: int):
    a, b = random_net(seed), random_net(seed + 1000)
    result = diff(a, b)
    assert [row.before for row in result.rows if row.before] == list(analyze(a).layers)
    assert [row.after for row in result.rows if row.after] == list(analyze(b).layers)
    assert all((row.before is None) == (row.status == "added") for row in result.rows)
    assert all((row.after is None) == (row.status == "removed") for row in result.rows)
    assert all(bool(row.changes) == (row.status == "changed") for row in result.rows)
    assert all(row.before.kind == row.after.kind for row in result.rows if row.before and row.after)


@pytest.mark.parametrize("seed", range(40))
def test_one_removed_layer_is_found_among_random_ones(seed: int):
    layers = list(random_net(seed).layers)
    index = random.Random(seed).randrange(len(layers))
    pairs = align(layers, layers[:index] + layers[index + 1 :])
    (gone,) = [i for i, j in pairs if j is None]
    assert layers[gone] == layers[index]
    assert all(layers[i] == (layers[:index] + layers[index + 1 :])[j] for i, j in pairs if j is not None)


def test_pixels_that_are_scaled_otherwise_are_told_and_nothing_else_differs():
    signed = NET.model_copy(update={"scaling": InputScaling.normalising(0.5, 0.5)})
    result = diff(NET, signed)
    assert result.scaling == Change("scaling", InputScaling(), InputScaling(scale=2 / 255, shift=-1.0))
    assert {row.status for row in result.rows} == {"same"}
    assert diff(signed, signed).scaling is None
