"""Hand numbers for shapes, parameters, MACs, memory and receptive fields, and one independent recount."""

import json
import random
from dataclasses import FrozenInstanceError
from typing import get_args

import pytest

from cnnviz.architecture.analysis.analyze import MAX_PARAMS, Analysis, LayerReport, analyze, output_units
from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.analysis.rules import RULES
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    AvgPool,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Layer,
    MaxPool,
)
from cnnviz.errors import InvalidArchitecture


def net(*layers: Layer, shape: tuple[int, int, int] = (10, 14, 3)) -> Architecture:
    return Architecture(input_shape=shape, layers=layers)


def last(*layers: Layer, shape: tuple[int, int, int] = (10, 14, 3)) -> LayerReport:
    return analyze(net(*layers, shape=shape)).layers[-1]


def column(analysis: Analysis, name: str) -> list:
    return [getattr(report, name) for report in analysis.layers]


def test_every_kind_of_layer_has_a_rule_or_is_taken_apart():
    union = get_args(get_args(Layer)[0])
    taken_apart = {"residual", "branches", "repeat", "backbone"}
    assert {kind.model_fields["kind"].default for kind in union} == {*RULES, *taken_apart}


def test_the_mnist_tutorial_is_reproduced_layer_by_layer():
    analysis = analyze(get_preset("conv32-64-128-mnist").architecture)
    assert column(analysis, "name") == [
        "conv_1",
        "max_pool_1",
        "conv_2",
        "max_pool_2",
        "conv_3",
        "flatten_1",
        "dense_1",
    ]
    assert column(analysis, "output_shape") == [
        (26, 26, 32),
        (13, 13, 32),
        (11, 11, 64),
        (5, 5, 64),
        (3, 3, 128),
        (1152,),
        (10,),
    ]
    assert column(analysis, "params") == [320, 0, 18_496, 0, 73_856, 0, 11_530]
    assert column(analysis, "macs") == [194_688, 0, 2_230_272, 0, 663_552, 0, 11_520]
    assert column(analysis, "receptive_field") == [3, 4, 8, 10, 18, 18, 26]
    assert analysis.totals.params == analysis.totals.trainable_params == 104_202
    assert analysis.totals.weight_bytes == 416_808
    assert analysis.totals.memory_bytes == 4 * (26 * 26 * 32 + 13 * 13 * 32 + 11 * 11 * 64 + 5 * 5 * 64 + 2 * 1152 + 10)


def test_the_formulas_show_the_numbers():
    conv_1, _, conv_2, pool_2, _, flatten, dense = analyze(get_preset("conv32-64-128-mnist").architecture).layers
    assert conv_1.shape_formula == "(28 − 3) / 1 + 1 = 26"
    assert conv_2.params_formula == "3 × 3 × 32 × 64 + 64 = 18,496"
    assert pool_2.shape_formula == "floor((11 − 2) / 2) + 1 = 5"
    assert pool_2.params_formula == ""
    assert flatten.shape_formula == "3 × 3 × 128 = 1,152"
    assert dense.params_formula == "1,152 × 10 + 10 = 11,530"


@pytest.mark.parametrize(
    ("layer", "shape", "formula"),
    [
        (Conv(filters=2, stride=2, padding="same"), (28, 28, 1), "ceil(28 / 2) = 14"),
        (Conv(filters=2, dilation=2), (28, 28, 1), "(28 − (2 × (3 − 1) + 1)) / 1 + 1 = 24"),
        (Conv(filters=2), (94, 125, 3), "height: (94 − 3) / 1 + 1 = 92, width: (125 − 3) / 1 + 1 = 123"),
        (MaxPool(size=3, stride=2), (9, 12, 1), "height: (9 − 3) / 2 + 1 = 4, width: floor((12 − 3) / 2) + 1 = 5"),
    ],
)
def test_a_shape_formula_tells_border_dilation_and_each_side(layer: Layer, shape: tuple, formula: str):
    assert last(layer, shape=shape).shape_formula == formula


@pytest.mark.parametrize(
    ("layer", "output", "params", "trainable", "macs"),
    [
        (Conv(filters=5, kernel=3), (8, 12, 5), 140, 140, 8 * 12 * 5 * 27),
        (Conv(filters=4, kernel=5, stride=3, padding="same"), (4, 5, 4), 304, 304, 4 * 5 * 4 * 75),
        (Conv(filters=1, kernel=3, dilation=4), (2, 6, 1), 28, 28, 2 * 6 * 27),
        (MaxPool(), (5, 7, 3), 0, 0, 0),
        (MaxPool(size=3, stride=1), (8, 12, 3), 0, 0, 0),
        (AvgPool(size=4, padding="same"), (3, 4, 3), 0, 0, 0),
        (BatchNorm(), (10, 14, 3), 12, 6, 0),
        (ActivationLayer(), (10, 14, 3), 0, 0, 0),
        (Dropout(rate=0.5), (10, 14, 3), 0, 0, 0),
        (Flatten(), (420,), 0, 0, 0),
        (GlobalAvgPool(), (3,), 0, 0, 0),
    ],
)
def test_one_layer_on_a_ten_by_fourteen_image(layer: Layer, output: tuple, params: int, trainable: int, macs: int):
    report = last(layer)
    assert (report.input_shape, report.output_shape) == ((10, 14, 3), output)
    assert (report.params, report.trainable_params, report.macs) == (params, trainable, macs)


def test_flattening_twice_changes_nothing():
    assert last(Flatten(), Flatten()).output_shape == (420,)


def test_a_dense_layer_reaches_what_all_maps_before_it_reach():
    analysis = analyze(net(Conv(filters=2), MaxPool(), GlobalAvgPool(), Dense(units=4)))
    # 14 wide -> 12 -> 6: a pooled value sees 4 pixels, six of them two apart see 4 + 5 * 2 = 14
    assert column(analysis, "receptive_field") == [3, 4, 14, 14]
    assert last(Flatten(), Dense(units=2)).receptive_field == 14


def test_the_receptive_field_is_not_clipped_at_the_border():
    assert last(Conv(filters=1, kernel=31, padding="same"), shape=(8, 9, 1)).receptive_field == 31


@pytest.mark.parametrize("seed", range(20))
def test_receptive_fields_equal_those_of_index_sets_carried_through_the_net(seed: int):
    rng = random.Random(seed)
    layers: list[Layer] = []
    extents = [(i, i) for i in range(200)]  # first and last input index that each value depends on
    for _ in range(rng.randint(1, 4)):
        size, dilation = rng.randint(1, 4), rng.randint(1, 3)
        stride = 1 if dilation > 1 else rng.randint(1, 3)
        layers.append(Conv(filters=1, kernel=size, stride=stride, dilation=dilation))
        starts = range(0, len(extents) - dilation * (size - 1), stride)
        taps = [[extents[start + dilation * tap] for tap in range(size)] for start in starts]
        extents = [(min(t[0] for t in tap), max(t[1] for t in tap)) for tap in taps]
    analysis = analyze(net(*layers, Flatten(), Dense(units=2), shape=(200, 199, 1)))
    assert analysis.layers[-3].output_shape[0] == len(extents)
    assert analysis.layers[-3].receptive_field == extents[0][1] - extents[0][0] + 1
    assert analysis.layers[-1].receptive_field == extents[-1][1] - extents[0][0] + 1


def test_names_are_counted_by_kind_and_given_names_stay():
    architecture = net(Conv(filters=1), Conv(filters=1, name="edges"), Conv(filters=1), MaxPool(), BatchNorm())
    assert column(analyze(architecture), "name") == ["conv_1", "edges", "conv_3", "max_pool_1", "batch_norm_1"]


def test_a_counted_name_gives_way_to_a_given_one():
    architecture = net(Conv(filters=1), Conv(filters=1, name="conv_1"), Conv(filters=1))
    assert column(analyze(architecture), "name") == ["conv_2", "conv_1", "conv_3"]


@pytest.mark.parametrize("name", PRESETS)
def test_the_report_is_plain_json_with_the_fields_of_the_contract(name: str):
    report = analyze(PRESETS[name].architecture).to_dict()
    assert json.loads(json.dumps(report)) == report
    wanted = {"name", "kind", "output_shape", "params", "macs", "memory_bytes", "receptive_field"}
    assert all(wanted <= set(layer) for layer in report["layers"])
    assert report["totals"]["params"] == sum(layer["params"] for layer in report["layers"])


def test_output_units_is_the_length_of_the_last_vector():
    assert output_units(net(Flatten(), Dense(units=7), ActivationLayer(function="softmax"))) == 7
    assert output_units(net(Conv(filters=9), GlobalAvgPool())) == 9


def test_a_net_that_ends_with_maps_has_no_output_units():
    with pytest.raises(InvalidArchitecture, match=r"ends with maps.*Add flatten.*Received: output=\(8, 12, 9\)"):
        output_units(net(Conv(filters=9)))


def test_a_kernel_larger_than_its_input_is_refused_in_the_words_of_the_style_page():
    layers = (Conv(filters=8, padding="same"), Conv(filters=8, kernel=5))
    with pytest.raises(InvalidArchitecture) as caught:
        analyze(net(*layers, shape=(4, 4, 3)))
    assert str(caught.value) == (
        "Convolution 2 turns 4 × 4 into 0 × 0: a 5×5 kernel with 'valid' padding is larger than its input. "
        "Use padding 'same' or a kernel of 4 or less. Received: input=(4, 4, 8), kernel=(5, 5)."
    )


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([Conv(filters=1, kernel=11)], r"turns 10 × 14 into 0 × 4: a 11×11 kernel .* a kernel of 10 or less"),
        ([Conv(filters=1, dilation=5)], r"3×3 kernel with dilation 5 spans 11×11 .* a kernel of 2 or less"),
        ([MaxPool(size=12)], r"Max pooling turns 10 × 14 into 0 × 1: a 12×12 window"),
        ([AvgPool(size=10), AvgPool()], r"Average pooling 2 turns 1 × 1 into 0 × 0.* a window of 1\. Received"),
        ([Conv(filters=1, stride=2, dilation=2)], r"Set one of them to 1. Received: stride=2, dilation=2"),
        ([Dense(units=3)], r"Dense needs one vector.* flatten or global average pooling .*\(10, 14, 3\)"),
        ([Flatten(), Conv(filters=1)], r"Convolution needs maps.*Received: input=\(420,\)"),
        ([Flatten(), MaxPool()], r"Max pooling needs maps"),
        ([GlobalAvgPool(), GlobalAvgPool()], r"Global average 2 needs maps"),
        ([BatchNorm(name="a"), Dropout(name="a")], r"2 layers are called 'a'.*Rename"),
        ([BatchNorm(name="rescaling")], r"No layer can be called 'rescaling'"),
        (
            [Flatten(), Dense(units=16384), Dense(units=16384)],
            r"275,\d+,\d+ parameters, 97\u202f% of them in Dense 2",
        ),
        ([Conv(filters=2048, padding="same")] * 4, r"113,\d+,\d+ parameters, 33\u202f% of them in Convolution 2"),
    ],
)
def test_an_impossible_net_is_refused_with_the_reason_and_the_way_out(layers: list[Layer], message: str):
    with pytest.raises(InvalidArchitecture, match=message) as caught:
        analyze(net(*layers))
    assert "Received: " in str(caught.value)


def test_a_net_whose_maps_fill_the_memory_is_refused():
    with pytest.raises(InvalidArchitecture, match=r"2,147,483,648 bytes for its maps.*pool earlier"):
        analyze(net(Conv(filters=2048, kernel=1, padding="same"), shape=(512, 512, 1)))


def test_the_largest_accepted_net_is_above_every_preset():
    assert max(analyze(preset.architecture).totals.params for preset in PRESETS.values()) < MAX_PARAMS


def test_a_field_formula_writes_out_how_a_window_adds_to_what_is_seen():
    net = get_preset("conv64x2-fashion").architecture
    formulas = [layer.field_formula for layer in analyze(net).layers]
    assert formulas[:5] == [
        "1 + (3 − 1) × 1 × 1 = 3",
        "3 + (2 − 1) × 1 × 1 = 4",
        "4 + (3 − 1) × 1 × 2 = 8",
        "8 + (2 − 1) × 1 × 2 = 10",
        "",
    ]
    wide = Architecture(input_shape=(20, 31, 1), layers=(MaxPool(), Conv(filters=2, kernel=3, dilation=4)))
    assert analyze(wide).layers[1].field_formula == "2 + (3 − 1) × 4 × 2 = 18"


def test_a_field_formula_ends_in_the_receptive_field():
    for preset in PRESETS.values():
        for layer in analyze(preset.architecture).layers:
            if layer.field_formula:
                assert layer.field_formula.endswith(f" = {layer.receptive_field}")


def test_results_are_shared_and_cannot_be_changed():
    net = get_preset("resnet-like").architecture
    same = Architecture.from_json(net.to_json())
    assert analyze(net) is analyze(same)
    assert trace(net) is trace(same)
    assert hash(analyze(net)) == hash(analyze(same)), "all parts of a result are immutable, down to the last one"
    assert hash(trace(net)) == hash(trace(same))
    with pytest.raises(FrozenInstanceError):
        analyze(net).layers[0].params = 0
