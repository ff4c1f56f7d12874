"""Hand numbers for blocks (residual, branches, repeat) and for the kinds of layers that came with them."""

import json
import pickle

import pytest

from cnnviz.architecture.analysis.analyze import Analysis, LayerReport, analyze
from cnnviz.architecture.spec import (
    Architecture,
    Backbone,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    LayerNorm,
    MaxPool,
    Repeat,
    Residual,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)
from cnnviz.architecture.spec.naming import list_names
from cnnviz.architecture.spec.paths import layer_at, parse_path, path_text, walk
from cnnviz.errors import InvalidArchitecture


def net(*layers: Layer, shape: tuple[int, int, int] = (10, 14, 3)) -> Architecture:
    return Architecture(input_shape=shape, layers=layers)


def column(analysis: Analysis, name: str) -> list:
    return [getattr(report, name) for report in analysis.layers]


def last(*layers: Layer) -> LayerReport:
    return analyze(net(*layers)).layers[-1]


def same(filters: int, **settings: object) -> Conv:
    return Conv(filters=filters, padding="same", **settings)


@pytest.mark.parametrize(
    ("layer", "output", "params", "trainable", "macs", "formula"),
    [
        (DepthwiseConv(), (8, 12, 3), 30, 30, 8 * 12 * 27, "3 × 3 × 3 + 3 = 30"),
        (DepthwiseConv(multiplier=2, stride=2, padding="same"), (5, 7, 6), 60, 60, 35 * 54, "3 × 3 × 3 × 2 + 6 = 60"),
        (SeparableConv(filters=5), (8, 12, 5), 47, 47, 96 * 42, "3 × 3 × 3 + 3 × 5 + 5 = 47"),
        (TransposedConv(filters=4), (20, 28, 4), 112, 112, 140 * 108, "3 × 3 × 3 × 4 + 4 = 112"),
        (TransposedConv(filters=4, padding="valid"), (21, 29, 4), 112, 112, 140 * 108, "3 × 3 × 3 × 4 + 4 = 112"),
        (LayerNorm(), (10, 14, 3), 6, 6, 0, "2 × 3 = 6"),
        (SpatialDropout(), (10, 14, 3), 0, 0, 0, ""),
        (GlobalMaxPool(), (3,), 0, 0, 0, ""),
    ],
)
def test_one_layer_on_a_ten_by_fourteen_image(
    layer: Layer, output: tuple, params: int, trainable: int, macs: int, formula: str
):
    report = last(layer)
    assert (report.output_shape, report.params, report.trainable_params) == (output, params, trainable)
    assert (report.macs, report.params_formula) == (macs, formula)


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (Conv(filters=5), "8 × 12 × 3 × 3 × 3 × 5 = 12,960"),
        (SeparableConv(filters=5), "8 × 12 × (3 × 3 × 3 + 3 × 5) = 4,032"),
        (TransposedConv(filters=4), "10 × 14 × 3 × 3 × 3 × 4 = 15,120"),
    ],
)
def test_the_multiplications_are_written_out(layer: Layer, formula: str):
    assert last(layer).macs_formula == formula


@pytest.mark.parametrize(
    ("layer", "formula"),
    [
        (TransposedConv(filters=1), "height: 10 × 2 = 20, width: 14 × 2 = 28"),
        (
            TransposedConv(filters=1, padding="valid"),
            "height: 10 × 2 + max(3 − 2, 0) = 21, width: 14 × 2 + max(3 − 2, 0) = 29",
        ),
        (GlobalMaxPool(), "one maximum for each of 3 maps = 3"),
    ],
)
def test_the_new_shapes_are_written_out(layer: Layer, formula: str):
    assert last(layer).shape_formula == formula


def test_a_residual_block_is_its_layers_the_shortcut_the_sum_and_the_activation():
    block = Residual(layers=(same(8, stride=2), BatchNorm(), same(8)), shortcut="projection")
    analysis = analyze(net(same(4), block, Flatten()))
    assert column(analysis, "name") == [
        "conv_1",
        "residual_1.conv_1",
        "residual_1.batch_norm_1",
        "residual_1.conv_2",
        "residual_1.shortcut",
        "residual_1.add",
        "residual_1.activation",
        "flatten_1",
    ]
    assert column(analysis, "output_shape")[1:] == [(5, 7, 8)] * 6 + [(280,)]
    assert column(analysis, "params") == [112, 296, 32, 584, 40, 0, 0, 0]
    assert column(analysis, "macs")[1:5] == [35 * 288, 0, 35 * 576, 35 * 32]
    # 3x3, then 3x3 with stride 2, then 3x3 on maps two pixels apart: 3 + 2 + 4; the 1x1 shortcut sees 3
    assert column(analysis, "receptive_field") == [3, 5, 5, 9, 3, 9, 9, 9]
    assert column(analysis, "depth") == [0, 1, 1, 1, 1, 1, 1, 0]
    assert column(analysis, "path") == [(0,), (1, 0), (1, 1), (1, 2), (1,), (1,), (1,), (2,)]
    assert analysis.layers[4].inputs == ("conv_1",)
    assert analysis.layers[5].inputs == ("residual_1.conv_2", "residual_1.shortcut")
    (summary,) = analysis.blocks
    assert (summary.name, summary.kind, summary.path, summary.first, summary.stop) == (
        "residual_1", "residual", (1,), 1, 7
    )  # fmt: skip
    assert (summary.input_shape, summary.output_shape) == ((10, 14, 4), (5, 7, 8))
    assert summary.totals.params == 296 + 32 + 584 + 40


def test_an_identity_shortcut_adds_what_came_in():
    analysis = analyze(net(Residual(layers=(same(3),), activation="linear")))
    assert column(analysis, "name") == ["residual_1.conv_1", "residual_1.add"]
    assert analysis.layers[1].inputs == ("residual_1.conv_1", "image")
    assert column(analysis, "params") == [84, 0]


def test_a_residual_block_of_dense_layers_is_projected_by_a_dense_layer():
    analysis = analyze(net(Flatten(), Residual(layers=(Dense(units=7),), shortcut="projection")))
    assert column(analysis, "kind") == ["flatten", "dense", "dense", "add", "activation"]
    assert analysis.layers[2].params == 420 * 7 + 7


def test_branches_put_their_maps_together():
    inception = Branches(
        branches=((same(4, kernel=1),), (same(2), same(6, kernel=5)), (MaxPool(stride=1, padding="same"),), ())
    )
    analysis = analyze(net(inception))
    assert column(analysis, "name") == [
        "branches_1.1.conv_1",
        "branches_1.2.conv_1",
        "branches_1.2.conv_2",
        "branches_1.3.max_pool_1",
        "branches_1.concat",
    ]
    report = analysis.layers[-1]
    assert report.output_shape == (10, 14, 4 + 6 + 3 + 3)
    assert report.shape_formula == "4 + 6 + 3 + 3 = 16"
    assert report.receptive_field == 7
    assert report.inputs == (
        "branches_1.1.conv_1", "branches_1.2.conv_2", "branches_1.3.max_pool_1", "image"
    )  # fmt: skip
    assert analysis.layers[2].path == (0, 1, 1)


def test_a_repeated_block_has_new_weights_each_time():
    analysis = analyze(net(Repeat(layers=(same(3, name="edges"), BatchNorm()), times=3), Flatten()))
    assert column(analysis, "name")[:4] == [
        "repeat_1.1.edges",
        "repeat_1.1.batch_norm_1",
        "repeat_1.2.edges",
        "repeat_1.2.batch_norm_1",
    ]
    assert analysis.totals.params == 3 * (84 + 12)
    assert analysis.blocks[0].totals.params == analysis.totals.params
    assert column(analysis, "path")[::2][:3] == [(0, 0)] * 3
    assert analysis.layers[-2].receptive_field == 7


def test_blocks_stand_in_blocks():
    inner = Residual(layers=(same(6),), activation="linear")
    outer = Repeat(layers=(Branches(branches=((same(3),), (same(3, stride=1),))), inner), times=2)
    analysis = analyze(net(outer))
    names = column(analysis, "name")
    assert names[3:5] == ["repeat_1.1.residual_1.conv_1", "repeat_1.1.residual_1.add"]
    assert names[5] == "repeat_1.2.branches_1.1.conv_1"
    assert analysis.layers[3].path == (0, 1, 0)
    assert analysis.layers[0].path == (0, 0, 0, 0)
    assert column(analysis, "depth") == [2, 2, 2, 2, 2] * 2
    assert [(block.name, block.depth) for block in analysis.blocks] == [
        ("repeat_1", 0),
        ("repeat_1.1.branches_1", 1),
        ("repeat_1.1.residual_1", 1),
        ("repeat_1.2.branches_1", 1),
        ("repeat_1.2.residual_1", 1),
    ]


def test_the_report_of_a_net_with_blocks_is_plain_json():
    report = analyze(net(Residual(layers=(same(3),)), Flatten())).to_dict()
    assert json.loads(json.dumps(report)) == report
    assert report["blocks"][0]["totals"]["params"] == 84


def test_a_transposed_convolution_halves_the_jump_and_never_sees_more_than_the_whole():
    analysis = analyze(
        net(Conv(filters=2), TransposedConv(filters=2, kernel=2), Conv(filters=1), Flatten(), Dense(units=2))
    )
    # a pixel of the enlarged maps comes of one value (3 pixels); three neighbours come of two (4 pixels)
    assert column(analysis, "receptive_field")[:3] == [3, 3, 4]
    assert analysis.layers[-1].receptive_field == 14


def test_a_backbone_brings_its_own_parameters_and_says_where_they_are_from():
    analysis = analyze(net(Backbone(), GlobalAvgPool(), Dense(units=2), shape=(96, 128, 3)))
    report = analysis.layers[0]
    assert report.output_shape == (3, 4, 1280)
    assert (report.params, report.trainable_params) == (2_257_984, 0)
    assert report.params_formula == "MobileNetV2 without its head: 2,257,984"
    assert analysis.totals.trainable_params == 1280 * 2 + 2


def test_the_published_costs_of_the_backbones_are_met():
    # the papers and Keras's table: 300 M, 15.3 G and 3.9 G multiply-adds at 224 x 224, heads included
    macs = {
        name: analyze(net(Backbone(network=name), shape=(224, 224, 3))).totals.macs
        for name in ("MobileNetV2", "VGG16", "ResNet50")
    }
    assert macs["MobileNetV2"] == pytest.approx(300e6, rel=0.02)
    assert macs["VGG16"] == pytest.approx(15.35e9, rel=0.01)
    assert macs["ResNet50"] == pytest.approx(3.86e9, rel=0.01)


@pytest.mark.parametrize(
    ("layers", "path", "message"),
    [
        ((same(4), Residual(layers=(same(8),))), (1,), "Residual block cannot add 10 × 14 × 8 to 10 × 14 × 4"),
        ((Residual(layers=(Conv(filters=3),)),), (0,), r"padding 'same'.*Received: block=\(8, 12, 3\)"),
        ((Residual(layers=(Flatten(),), shortcut="projection"),), (0,), "no 1×1 convolution makes 420 of 10 × 14 × 3"),
        ((Residual(layers=(Conv(filters=3),), shortcut="projection"),), (0,), "no projection"),
        ((Branches(branches=((same(3),), (MaxPool(),))),), (0,), "end in 10 × 14 × 3 and 5 × 7 × 3, but"),
        ((Branches(branches=((same(3),), (Flatten(),))),), (0,), "end in 10 × 14 × 3 and 420, but"),
        ((Repeat(layers=(MaxPool(),), times=4),), (0, 0), r"Max pooling 4 turns 1 × 1 into 0 × 0"),
        ((Branches(branches=((same(3),), (same(3), Conv(filters=1, kernel=12)))),), (0, 1, 1), "Convolution 3 turns"),
        ((Flatten(), DepthwiseConv()), (1,), "Depthwise convolution needs maps"),
        ((Flatten(), SpatialDropout()), (1,), "needs maps"),
        ((SeparableConv(filters=2, stride=2, dilation=2),), (0,), "Set one of them to 1"),
        ((SeparableConv(filters=2, kernel=11),), (0,), "a 11×11 kernel with 'valid' padding"),
        ((same(3), Backbone()), (1,), "must be the first layer"),
        ((Backbone(),), (0,), "at least 32 × 32"),
        ((Dense(units=3),), (0,), "Dense needs one vector"),
        ((same(2), Residual(layers=(same(2, name="add"),))), (1, 0), "No layer can be called 'add' here"),
        ((same(2, name="a"), same(2), same(2, name="a")), (2,), "2 layers are called 'a'"),
        ((same(2, name="image"),), (0,), "No layer can be called 'image'"),
        ((Flatten(), Dense(units=16384), Dense(units=16384)), (2,), "97\u202f% of them in Dense 2"),
    ],
)
def test_an_impossible_net_tells_at_which_layer(layers: tuple, path: tuple, message: str):
    with pytest.raises(InvalidArchitecture, match=message) as caught:
        analyze(net(*layers))
    assert caught.value.layer == path
    assert "Received: " in str(caught.value)


def test_the_error_travels_between_processes_with_its_layer_and_fix():
    error = InvalidArchitecture("No.", "Received: 1.", layer=(1, 0), fix="repaired")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.problem, again.layer, again.fix) == ("No. Received: 1.", "No.", (1, 0), "repaired")
    assert InvalidArchitecture("plain").layer is None


def test_names_of_the_outermost_layers_stay_short():
    assert list_names(net(Residual(layers=(same(3),)), Repeat(layers=(same(3),))).layers) == ("residual_1", "repeat_1")


def test_every_path_leads_to_its_layer_and_survives_as_text():
    architecture = net(same(3), Branches(branches=((same(3),), (Residual(layers=(same(3), BatchNorm())),))))
    found = dict(walk(architecture.layers))
    assert list(found) == [(0,), (1,), (1, 0, 0), (1, 1, 0), (1, 1, 0, 0), (1, 1, 0, 1)]
    assert found[1, 1, 0, 1] == layer_at(architecture, (1, 1, 0, 1)) == BatchNorm()
    assert all(parse_path(path_text(path)) == path for path in found)
    with pytest.raises(InvalidArchitecture, match=r"no layer at '1\.2'"):
        layer_at(architecture, (1, 2))


@pytest.mark.parametrize("text", ["", "a", "1.", "-1", "1..2", "1.99999999", "²"])
def test_text_that_is_no_path_is_refused(text: str):
    with pytest.raises(InvalidArchitecture, match="names no place"):
        parse_path(text)
