"""A new kind of layer that one table has forgotten fails here."""

from typing import get_args

import pytest

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.input_regions import STEPS_BACK
from cnnviz.architecture.analysis.receptive_field import receptive_rectangle
from cnnviz.architecture.analysis.rules import RULES
from cnnviz.architecture.editing.repair import explain
from cnnviz.architecture.export.keras_calls import KERAS_CALLS
from cnnviz.architecture.export.keras_code import keras_functional
from cnnviz.architecture.export.torch_code import torch_module
from cnnviz.architecture.export.torch_steps import TORCH_STEPS
from cnnviz.architecture.layer_family import FAMILIES
from cnnviz.architecture.layer_kinds import LAYER_KINDS, MENU
from cnnviz.architecture.spec import (
    MERGES,
    Architecture,
    Block,
    Clip,
    Conv,
    Dense,
    GlobalAvgPool,
    Layer,
    Reshape,
    Scaling,
    layer_from_fields,
)
from cnnviz.plots.diagram.diagram import VIEWS, diagram_alt, diagram_svg, thumbnail_svg
from tests.architecture.random_nets import random_net


def kinds(*specs: type) -> set[str]:
    return {spec.model_fields["kind"].default for spec in specs}


WRITTEN = kinds(*get_args(get_args(Layer)[0]))  # what a net may hold
BLOCKS = kinds(*get_args(Block))
NOT_OFFERED = kinds(Clip, Reshape, Scaling)  # they come of nets that were made elsewhere
# what a net is taken apart into; a backbone is a net of its own
STEPS = (WRITTEN - BLOCKS - {"backbone"}) | set(MERGES)


def test_the_kinds_are_those_of_the_spec():
    assert set(LAYER_KINDS) == WRITTEN | set(MERGES)
    assert set(MENU) == WRITTEN - NOT_OFFERED
    assert {kind for kind, record in LAYER_KINDS.items() if record.around} == BLOCKS


@pytest.mark.parametrize("table", [STEPS_BACK, KERAS_CALLS, TORCH_STEPS], ids=["field", "keras", "torch"])
def test_every_table_of_steps_knows_every_kind(table: dict):
    assert set(table) == STEPS


def test_there_is_a_rule_for_every_layer_with_one_input():
    assert set(RULES) == STEPS - set(MERGES)


def test_every_keras_layer_knows_every_kind_and_is_known_again():
    from cnnviz.models.layers import KERAS_LAYERS, keras_layer, layer_kind

    assert set(KERAS_LAYERS) == STEPS
    for kind in STEPS - kinds(Clip):  # of a ReLU nobody knows why it has a limit
        layer = (
            LAYER_KINDS[kind].new(None) if kind in MENU else {**MERGES, "scaling": Scaling, "reshape": Reshape}[kind]()
        )
        assert layer_kind(keras_layer(layer, "x", (8, 9, 3))) == kind


@pytest.mark.parametrize("kind", LAYER_KINDS)
def test_a_record_is_complete_and_its_colour_that_of_its_family(kind: str):
    record = LAYER_KINDS[kind]
    assert record.title
    assert record.words
    assert record.explanation.endswith(".")
    assert record.colour == FAMILIES[record.family]


def test_families_are_told_apart_by_colour_and_all_are_used():
    assert len(set(FAMILIES.values())) == len(FAMILIES)
    assert {record.family for record in LAYER_KINDS.values()} == set(FAMILIES)


@pytest.mark.parametrize("kind", MENU)
def test_a_newly_added_layer_of_every_kind_is_one_and_can_be_shown(kind: str):
    layer = LAYER_KINDS[kind].new((64, 48, 3))
    assert layer.kind == kind
    assert layer_from_fields(layer.model_dump()) == layer
    start = (GlobalAvgPool(),) if kind == "dense" else ()
    net = Architecture(input_shape=(64, 48, 3), layers=(*start, layer))
    assert analyze(net).layers
    place = (1, 1) if len(analyze(net).layers[-1].output_shape) == 3 else (0, 0)  # padding depends on nothing
    top, _, bottom, _ = receptive_rectangle(net, (len(start),), *place)
    assert bottom > top
    assert all(diagram_svg(net, view=view).svg for view in VIEWS)
    assert diagram_alt(net)
    assert thumbnail_svg(net)
    assert keras_functional(net)
    assert torch_module(net)


@pytest.mark.parametrize("kind", sorted(BLOCKS))
@pytest.mark.parametrize("shape", [(64, 48, 3), (7,)])
def test_a_newly_added_block_suits_what_comes_in(kind: str, shape: tuple[int, ...]):
    before = (Dense(units=7),) if shape == (7,) else ()
    start = (GlobalAvgPool(),) if shape == (7,) else ()
    net = Architecture(input_shape=(64, 48, 3), layers=(*start, *before, LAYER_KINDS[kind].new(shape)))
    assert analyze(net).blocks[0].kind == kind


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_a_block_put_around_a_layer_holds_it(kind: str):
    layer = Conv(filters=2, padding="same")
    block = LAYER_KINDS[kind].around(layer)
    assert block.kind == kind
    assert (block.branches[0] if kind == "branches" else block.layers) == (layer,)


def test_random_nets_meet_every_kind():
    met = {report.kind for seed in range(150) for report in analyze(random_net(seed)).layers}
    assert met == STEPS


@pytest.mark.parametrize(
    ("layers", "problem"),
    [
        ([Dense(units=3)], "Dense needs one vector, but gets maps."),
        (
            [Conv(filters=1, kernel=11)],
            "Convolution turns 10 × 14 into 0 × 4: a 11×11 kernel with 'valid' padding is larger than its input.",
        ),
        (
            [Conv(filters=1)],
            "The net ends with maps, so it has no answer: expected a vector with a value for each class.",
        ),
    ],
)
def test_an_error_says_its_problem_apart_from_its_remedy(layers: list, problem: str):
    error = explain(Architecture(input_shape=(10, 14, 1), layers=layers))
    assert error.problem == problem
    assert str(error).startswith(f"{problem} ")
    assert "Received: " in str(error)
