"""Layers of plain arithmetic, layers without a bias and other ways to merge, by hand numbers."""

import pytest

from cnnviz.architecture.analysis.analyze import LayerReport, analyze
from cnnviz.architecture.spec import (
    Architecture,
    Branches,
    Clip,
    Conv,
    Cropping,
    Dense,
    DepthwiseConv,
    Flatten,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
    PReLU,
    Reshape,
    Scaling,
    SeparableConv,
    TransposedConv,
    UpSampling,
    ZeroPadding,
)
from cnnviz.errors import InvalidArchitecture


def last(*layers: Layer, shape: tuple[int, int, int] = (10, 14, 3)) -> LayerReport:
    return analyze(Architecture(input_shape=shape, layers=layers)).layers[-1]


@pytest.mark.parametrize(
    ("layer", "shape", "params", "formula"),
    [
        (
            ZeroPadding(top=1, bottom=2, left=3, right=4),
            (13, 21, 3),
            0,
            "height: 10 + 1 + 2 = 13, width: 14 + 3 + 4 = 21",
        ),
        (Cropping(top=1, bottom=2, left=3, right=4), (7, 7, 3), 0, "height: 10 - 1 - 2 = 7, width: 14 - 3 - 4 = 7"),
        (UpSampling(size=3), (30, 42, 3), 0, "height: 10 × 3 = 30, width: 14 × 3 = 42"),
        (Scaling(scale=(1.0, 2.0, 3.0), offset=-1.0), (10, 14, 3), 0, ""),
        (PReLU(), (10, 14, 3), 3, ""),
        (PReLU(shared="values"), (10, 14, 3), 420, ""),
        (Clip(), (10, 14, 3), 0, ""),
        (Reshape(shape=(420,)), (420,), 0, "10 × 14 × 3 = 420 = 420"),
        (Reshape(shape=(14, 10, 3)), (14, 10, 3), 0, "10 × 14 × 3 = 14 × 10 × 3 = 420"),
        (GlobalAvgPool(keep_sides=True), (1, 1, 3), 0, "one mean for each of 3 maps = 3"),
        (GlobalMaxPool(keep_sides=True), (1, 1, 3), 0, "one maximum for each of 3 maps = 3"),
    ],
)
def test_shape_and_parameters_by_hand(layer: Layer, shape: tuple, params: int, formula: str):
    report = last(layer)
    assert (report.output_shape, report.params, report.trainable_params) == (shape, params, params)
    assert report.shape_formula == formula
    assert report.macs == 0


@pytest.mark.parametrize(
    ("layer", "params", "formula"),
    [
        (Conv(filters=8, bias=False), 216, "3 × 3 × 3 × 8 = 216"),
        (DepthwiseConv(multiplier=2, bias=False), 54, "3 × 3 × 3 × 2 = 54"),
        (SeparableConv(filters=8, bias=False), 51, "3 × 3 × 3 + 3 × 8 = 51"),
        (TransposedConv(filters=2, bias=False), 54, "3 × 3 × 3 × 2 = 54"),
    ],
)
def test_a_layer_without_bias_has_only_its_kernel_and_as_many_products(layer: Conv, params: int, formula: str):
    report = last(layer)
    assert (report.params, report.params_formula) == (params, formula)
    assert report.macs == last(layer.model_copy(update={"bias": True})).macs


def test_a_dense_layer_without_bias_by_hand():
    report = last(Flatten(), Dense(units=2, bias=False))
    assert (report.params, report.params_formula) == (840, "420 × 2 = 840")


@pytest.mark.parametrize(
    ("layers", "field"),
    [
        ((ZeroPadding(top=5), Conv(filters=1)), 3),
        ((Cropping(), Conv(filters=1)), 3),
        # each value stands twice: a window of two sees two pixels at most
        ((UpSampling(), Conv(filters=1, kernel=2)), 2),
        ((UpSampling(), Conv(filters=1, kernel=3)), 2),
        ((UpSampling(interpolation="bilinear"),), 2),
        ((Conv(filters=1), PReLU(), Clip(), Scaling()), 3),
        # neighbours in the new maps may come from anywhere: 14 pixels are the longer side
        ((Reshape(shape=(14, 10, 3)), Conv(filters=1)), 14),
    ],
)
def test_the_receptive_field_by_hand(layers: tuple, field: int):
    assert last(*layers).receptive_field == field


@pytest.mark.parametrize("merge", ["add", "multiply", "average", "maximum"])
def test_paths_that_are_merged_value_by_value_keep_their_shape(merge: str):
    report = last(Branches(branches=((Conv(filters=3, kernel=5, padding="same"),), ()), merge=merge))
    assert (report.name, report.kind, report.output_shape) == (f"branches_1.{merge}", merge, (10, 14, 3))
    assert (report.receptive_field, report.params) == (5, 0)


def test_maps_of_one_place_are_taken_at_every_place():
    squeeze = (GlobalAvgPool(keep_sides=True), Conv(filters=3, kernel=1, activation="sigmoid"))
    report = last(Branches(branches=(squeeze, ()), merge="multiply"))
    assert report.output_shape == (10, 14, 3)
    assert report.receptive_field == 14


@pytest.mark.parametrize(
    ("layers", "words"),
    [
        ((Cropping(top=5, bottom=5),), "Cropping leaves nothing of maps of 10 × 14"),
        ((Scaling(scale=(1.0, 2.0)),), "Scaling has 2 numbers as its scale, but 3 channels"),
        ((Reshape(shape=(7,)),), "Other shape cannot make 7 of 10 × 14 × 3: that are 7 values of 420"),
        ((Flatten(), UpSampling()), "Up-sampling needs maps"),
        ((Branches(branches=((Conv(filters=4),), ()), merge="add"),), "Branches end in 8 × 12 × 4 and 10 × 14 × 3"),
        ((Branches(branches=((GlobalAvgPool(),), ()), merge="multiply"),), "can only be multiplied value by value"),
    ],
)
def test_what_cannot_be_is_said_with_the_layer(layers: tuple, words: str):
    with pytest.raises(InvalidArchitecture, match=r"Received: ") as refused:
        last(*layers)
    assert words in str(refused.value)
    assert refused.value.layer == (len(layers) - 1,)
