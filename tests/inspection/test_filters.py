import keras
import numpy as np
import pytest

from cnnviz.architecture.spec import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    DepthwiseConv,
    Flatten,
    SeparableConv,
    TransposedConv,
)
from cnnviz.errors import InvalidKernel, InvalidModel
from cnnviz.evaluation.predict import predict_probabilities
from cnnviz.inspection.filters import first_kernels, kernel_changes, layer_filters, put_kernel_in
from cnnviz.models.build import build_model

NET = Architecture(input_shape=(8, 9, 3), layers=(Conv(filters=4), Flatten(), Dense(units=3, activation="softmax")))
IMAGE = np.random.default_rng(0).integers(0, 256, (8, 9, 3), dtype=np.uint8)
SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def test_the_kernels_are_those_of_the_first_convolution():
    net = Architecture(input_shape=(8, 9, 3), layers=(Conv(filters=4), Conv(filters=2, kernel=2), Flatten()))
    model = build_model(net)
    kernels = np.arange(3 * 3 * 3 * 4, dtype=np.float32).reshape(3, 3, 3, 4)
    model.get_layer("conv_1").set_weights([kernels, np.zeros(4)])
    assert np.array_equal(first_kernels(model), kernels)
    assert first_kernels(model).dtype == np.float32


def test_a_net_without_convolution_has_no_kernels():
    model = build_model(Architecture(input_shape=(4, 5, 1), layers=(Flatten(), Dense(units=2))))
    with pytest.raises(InvalidModel, match=r"no convolution.*dense_1"):
        first_kernels(model)


def by_hand(model: keras.Model, index: int) -> np.ndarray:
    """The kernels with SOBEL in the place of one, as strong as that."""
    weights = first_kernels(model).copy()
    strength = np.linalg.norm(weights[..., index]) / np.linalg.norm(np.stack([SOBEL] * 3))
    weights[..., index] = SOBEL[:, :, None] * strength
    return weights


def maps_of(model: keras.Model) -> np.ndarray:
    return keras.ops.convert_to_numpy(keras.Model(model.inputs[0], model.get_layer("conv_1").output)(IMAGE[None]))[0]


def test_answers_and_maps_are_those_of_the_net_and_of_one_whose_filter_was_set_by_hand():
    model = build_model(NET, seed=1)
    found = put_kernel_in(model, IMAGE, SOBEL, 2)
    assert np.allclose(found.probabilities[0], predict_probabilities(model, IMAGE[None])[0], atol=1e-6)
    assert np.allclose(found.maps[0], maps_of(model)[..., 2], atol=1e-5)
    model.get_layer("conv_1").kernel.assign(by_hand(model, 2))
    assert np.allclose(found.probabilities[1], predict_probabilities(model, IMAGE[None])[0], atol=1e-6)
    assert np.allclose(found.maps[1], maps_of(model)[..., 2], atol=1e-5)
    assert not np.allclose(*found.probabilities, atol=1e-4)


def test_the_change_of_each_filter_is_half_the_sum_of_what_the_probabilities_gain_and_lose():
    model = build_model(NET, seed=1)
    changes = kernel_changes(model, IMAGE, SOBEL)
    assert changes.shape == (4,)
    for index, change in enumerate(changes):
        before, after = put_kernel_in(model, IMAGE, SOBEL, index).probabilities
        assert change == pytest.approx(np.maximum(after - before, 0).sum(), abs=1e-5)


def test_the_model_itself_is_left_as_it_was():
    model = build_model(NET, seed=1)
    weights = first_kernels(model).copy()
    put_kernel_in(model, IMAGE, SOBEL, 0)
    assert np.array_equal(first_kernels(model), weights)


@pytest.mark.parametrize(
    ("kernel", "index", "said"),
    [
        (np.ones((5, 5)), 0, "first filters are 3×3"),
        (np.zeros((3, 3)), 0, "kernel of zeros"),
        (SOBEL, 4, "0 to 3"),
        (SOBEL, -1, "0 to 3"),
    ],
)
def test_what_cannot_be_put_in_is_refused(kernel, index, said):
    with pytest.raises(InvalidKernel, match=said):
        put_kernel_in(build_model(NET), IMAGE, kernel, index)


EVERY_CONVOLUTION = Architecture(
    input_shape=(8, 9, 3),
    layers=(
        Conv(filters=4, bias=False),
        BatchNorm(),
        DepthwiseConv(multiplier=2, padding="same"),
        SeparableConv(filters=5, padding="same"),
        TransposedConv(filters=6),
        Flatten(),
        Dense(units=3, activation="softmax"),
    ),
)


def test_the_filters_of_every_kind_of_convolution_are_given_with_their_planes():
    filters = layer_filters(build_model(EVERY_CONVOLUTION))
    assert [(one.kind, one.kernels.shape[2:], one.reads_picture) for one in filters] == [
        ("conv", (3, 4), True),
        ("depthwise_conv", (1, 8), False),
        ("separable_conv", (8, 5), False),
        ("transposed_conv", (5, 6), False),
    ]
    assert filters[0].bias is None
    assert [one.bias.shape for one in filters[1:]] == [(8,), (5,), (6,)]


def test_a_filter_of_each_kind_is_what_a_single_pixel_of_one_plane_becomes():
    """A 1 in one plane of the layer's input comes out as the filter's kernel of that plane, by whatever steps."""
    model = build_model(EVERY_CONVOLUTION, seed=2)
    for one in layer_filters(model):
        layer = model.get_layer(one.name)
        planes = layer.input.shape[-1]
        pixel = np.zeros((1, 7, 7, planes), np.float32)
        pixel[0, 3, 3, planes - 1] = 1
        answered = np.asarray(layer(pixel))[0]
        if one.kind == "transposed_conv":
            first = 3 * layer.strides[0]
            given = answered[first : first + 3, first : first + 3]
        else:
            inner = answered if len(answered) == 5 else answered[1:-1, 1:-1]
            given = inner[1:4, 1:4][::-1, ::-1]  # the kernel slides over the pixel, so it comes out turned round
        last = one.kernels[:, :, -1]
        if one.kind == "depthwise_conv":  # its last plane feeds its last two filters only
            given, last = given[..., -2:], last[..., -2:]
        np.testing.assert_allclose(given, last, atol=1e-6)


def test_a_net_without_convolution_has_no_filters():
    assert layer_filters(build_model(Architecture(input_shape=(4, 5, 1), layers=(Flatten(), Dense(units=2))))) == []
