"""What edits of the browser mean for the weights of the model: by hand."""

import numpy as np
import pytest

from cnnviz.errors import InvalidInput
from cnnviz.models.net_edits import edited, weight_changes


def layer(name: str, kind: str, units: int, activation: str = "relu", **weights: tuple[int, list[int]]) -> dict:
    named = {key: {"variable": variable, "shape": shape} for key, (variable, shape) in weights.items()}
    return {"name": name, "kind": kind, "shape": [4, 4, units], "activation": activation, "weights": named}


NET = {
    "layers": [
        layer("input", "input", 1, "linear"),
        layer("conv_1", "conv", 3, kernel=(0, [1, 2, 2, 3]), bias=(1, [3])),
        layer("pool_1", "max_pool", 3, "linear"),
        layer("depthwise_1", "depthwise_conv", 6, "linear", kernel=(2, [1, 2, 3, 2])),
        layer("transposed_1", "transposed_conv", 2, kernel=(3, [1, 1, 2, 3]), bias=(4, [2])),
        layer("norm_1", "batch_norm", 2, "linear", gamma=(5, [2]), beta=(6, [2]), mean=(7, [2]), variance=(8, [2])),
        layer("dense_1", "dense", 2, "softmax", kernel=(9, [3, 2]), bias=(10, [2])),
    ]
}


def off(index: int, unit: int) -> dict:
    return {"layer": index, "off": unit, "isOff": True}


def test_a_weight_is_named_by_the_variable_of_the_model_and_its_flat_place() -> None:
    edit = {"layer": 6, "weight": "kernel", "at": 5, "value": -0.5, "trained": 1.0}
    assert weight_changes(NET, [edit]) == [(9, [5], -0.5)]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (off(1, 2), [(0, [2, 5, 8, 11], 0.0), (1, [2], 0.0)]),
        (off(3, 1), [(2, [1, 7], 0.0)]),
        (off(4, 1), [(3, [3, 4, 5], 0.0), (4, [1], 0.0)]),
        (off(5, 0), [(5, [0], 0.0), (6, [0], 0.0)]),
    ],
)
def test_a_unit_is_off_when_all_its_own_weights_are_zero(edit: dict, expected: list) -> None:
    assert weight_changes(NET, [edit]) == expected


def test_a_unit_that_is_off_stays_off_whatever_was_typed_into_it() -> None:
    typed = {"layer": 1, "weight": "bias", "at": 2, "value": 7}
    changes = weight_changes(NET, [off(1, 2), typed])
    values = edited([np.ones((1, 2, 2, 3), np.float32), np.ones(3, np.float32)], changes)
    assert values[0][..., 2].tolist() == [[[0, 0], [0, 0]]]
    assert values[0][..., :2].min() == 1
    assert values[1].tolist() == [1, 1, 0]


def test_the_model_itself_is_left_as_it_is() -> None:
    trained = np.zeros(3, np.float32)
    assert edited([trained], [(0, [1], 2.5)])[0].tolist() == [0, 2.5, 0]
    assert trained.tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("index", "title", "received"), [(2, "Max pooling", "max pooling"), (6, "Dense", "dense with softmax")]
)
def test_a_unit_whose_weights_cannot_make_it_zero_is_refused_by_name(index: int, title: str, received: str) -> None:
    said = f"unit 2 of {title} off: its own weights cannot make it 0. Switch it on"
    with pytest.raises(InvalidInput, match=said) as problem:
        weight_changes(NET, [off(index, 1)])
    assert str(problem.value).endswith(f"Received: {received}.")


def test_a_refusal_numbers_layers_as_pages_do_and_knows_the_picture() -> None:
    net = {"layers": [layer("input", "input", 1), *(layer(f"max_pool_{n}", "max_pool", 3, "linear") for n in (1, 2))]}
    for index, title in ((0, "the picture"), (1, "Max pooling 1"), (2, "Max pooling 2")):
        with pytest.raises(InvalidInput, match=f"with unit 1 of {title} off: its own"):
            weight_changes(net, [off(index, 0)])


@pytest.mark.parametrize("edits", [[], None, "all", {"layer": 1}])
def test_nothing_is_not_saved(edits: object) -> None:
    with pytest.raises(InvalidInput, match="There is nothing to save"):
        weight_changes(NET, edits)


@pytest.mark.parametrize(
    "edit",
    [
        None,
        {"layer": 1},
        off(9, 0),
        off(-1, 0),
        off(1, 3),
        {"layer": 1, "off": 0, "isOff": False},
        {"layer": 1, "weight": "gamma", "at": 0, "value": 1},
        {"layer": 1, "weight": "bias", "at": 3, "value": 1},
        {"layer": 1, "weight": "bias", "at": -1, "value": 1},
        {"layer": 1, "weight": "bias", "at": 0, "value": float("nan")},
        {"layer": 1, "weight": "bias", "at": 0, "value": 1e39},
        {"layer": 1, "weight": "bias", "at": 0, "value": "1"},
    ],
)
def test_junk_is_refused(edit: object) -> None:
    with pytest.raises(InvalidInput, match="names nothing of this net"):
        weight_changes(NET, [edit])
