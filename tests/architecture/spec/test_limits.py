"""What is no net: nesting without end, too many layers, settings out of range, each refused with a sentence."""

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import MAX_DEPTH, Architecture, BatchNorm, Repeat
from cnnviz.errors import InvalidArchitecture


def nested(depth: int) -> dict:
    layer: dict = {"kind": "flatten"}
    for _ in range(depth):
        layer = {"kind": "repeat", "layers": [layer], "times": 1}
    return {"input_shape": [8, 9, 1], "layers": [layer]}


def test_blocks_may_nest_as_deep_as_the_limit_and_no_deeper():
    assert analyze(Architecture.from_fields(nested(MAX_DEPTH))).layers[0].depth == MAX_DEPTH
    with pytest.raises(InvalidArchitecture, match=f"more than {MAX_DEPTH} deep.*Received: "):
        Architecture.from_fields(nested(MAX_DEPTH + 1))


@pytest.mark.parametrize("depth", [100, 240, 5000])
def test_text_that_nests_without_end_is_refused_with_a_sentence(depth: int):
    text = '{"input_shape":[8,9,1],"layers":[' + '{"kind":"repeat","layers":[' * depth
    text += '{"kind":"flatten"}' + "]}" * depth + "]}"
    with pytest.raises(InvalidArchitecture, match=r"This is no net: .*Received: ") as caught:
        Architecture.from_json(text)
    assert len(str(caught.value)) < 600


def test_values_that_hold_themselves_are_refused_with_a_sentence():
    layer: dict = {"kind": "repeat", "times": 2}
    layer["layers"] = [layer]
    with pytest.raises(InvalidArchitecture, match=r"This is no net: .*Received: "):
        Architecture.from_fields({"input_shape": [8, 9, 1], "layers": [layer]})


def test_repetitions_count_against_the_limit_of_layers():
    rounds = Repeat(layers=(Repeat(layers=(BatchNorm(),), times=25),), times=30)
    with pytest.raises(InvalidArchitecture, match="more than 700 layers"):
        Architecture.from_fields({"input_shape": (8, 9, 1), "layers": (rounds,)})


@pytest.mark.parametrize(
    ("layer", "place"),
    [
        ({"kind": "residual", "layers": []}, "layers.0.residual.layers"),
        ({"kind": "branches", "branches": [[]]}, "layers.0.branches.branches"),
        ({"kind": "repeat", "layers": [{"kind": "conv", "filters": -1}]}, "layers.0.repeat.layers.0.conv.filters"),
        ({"kind": "repeat", "layers": [{"kind": "flatten"}], "times": -2}, "times"),
        ({"kind": "backbone", "network": "AlexNet"}, "network"),
        ({"kind": "add"}, "layers.0"),
        ({"kind": "conv", "filters": 2, "l2": -0.1}, "l2"),
        ({"kind": "conv", "filters": 2, "l1": float("inf")}, "l1"),
    ],
)
def test_a_bad_setting_in_a_block_is_refused_with_its_place(layer: dict, place: str):
    with pytest.raises(InvalidArchitecture, match=place):
        Architecture.from_fields({"input_shape": (8, 9, 1), "layers": [layer]})


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"layers": [{"kind": "flatten"}] * 10_000}, "layers: there are 10000, and 400 are the most"),
        ({"layers": []}, "layers: there are 0, and 1 are the fewest"),
        ({"layers": [{"kind": "lstm"}]}, "layers.0: there is no kind 'lstm'; use one of 'conv', "),
        ({"layers": [{"filters": 3}]}, "layers.0: a layer needs its kind"),
        ({"layers": [{"kind": "conv", "filters": -3}]}, "layers.0.conv.filters: it must be 1 or more"),
        ({"layers": [{"kind": "flatten", "inputs": ["a"]}]}, "layers.0.flatten.inputs: there is no such setting"),
        ({"input_shape": [8, 9, 7]}, "input_shape.2: it must be 4 or less"),
    ],
)
def test_what_is_no_net_is_said_in_words_that_name_the_place(fields: dict, words: str):
    with pytest.raises(InvalidArchitecture) as caught:
        Architecture.from_fields({"input_shape": [8, 9, 1], "layers": [{"kind": "flatten"}], **fields})
    assert str(caught.value).startswith(f"This is no net: {words}")


def test_text_that_is_no_json_is_said():
    with pytest.raises(InvalidArchitecture, match=r"^This is no net: the text: it is no JSON \(key must "):
        Architecture.from_json("{no}")
