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
from cnnviz.inspection.filters import first_kernels, layer_filters, predict_with_kernel
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


def test_the_answers_are_those_of_the_net_and_of_one_whose_filter_was_set_by_hand():
    model = build_model(NET, seed=1)
    weights = first_kernels(model)
    before, after = predict_with_kernel(model, IMAGE, SOBEL, 2)
    assert np.allclose(before, predict_probabilities(model, IMAGE[None])[0])
    strength = np.linalg.norm(weights[..., 2]) / np.linalg.norm(np.stack([SOBEL] * 3))
    by_hand = weights.copy()
    by_hand[..., 2] = SOBEL[:, :, None] * strength
    model.get_layer("conv_1").kernel.assign(by_hand)
    assert np.allclose(after, predict_probabilities(model, IMAGE[None])[0], atol=1e-6)
    assert not np.allclose(before, after, atol=1e-4)


def test_the_model_itself_is_left_as_it_was():
    model = build_model(NET, seed=1)
    weights = first_kernels(model).copy()
    predict_with_kernel(model, IMAGE, SOBEL, 0)
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
        predict_with_kernel(build_model(NET), IMAGE, kernel, index)


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
