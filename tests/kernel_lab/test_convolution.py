"""Convolution against numbers worked out by hand, loops, OpenCV and Keras; never on square images."""

import itertools

import cv2
import numpy as np
import pytest

from cnnviz.errors import InvalidInput, InvalidKernel, UnknownName
from cnnviz.kernel_lab.convolution import BORDERS, PADDINGS, convolve, output_size, padding_amounts

COUNT = np.arange(12, dtype=np.float32).reshape(3, 4)
CV2_BORDERS = {
    "zero": cv2.BORDER_CONSTANT,
    "reflect": cv2.BORDER_REFLECT_101,
    "replicate": cv2.BORDER_REPLICATE,
    "wrap": cv2.BORDER_WRAP,
}
SETTINGS = list(itertools.product(PADDINGS, BORDERS, (1, 2, 3), (1, 2), (2, 3, 5)))


def random_image(*shape, seed=0):
    return np.random.default_rng(seed).uniform(0, 255, shape).astype(np.float32)


def random_kernel(*shape, seed=1):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def by_loops(image, kernel, *, stride, padding, border, dilation):
    """The definition, pixel by pixel, the border asked of OpenCV."""
    (top, bottom), (left, right) = (
        padding_amounts(size, kernel.shape[axis], stride, padding, dilation) for axis, size in enumerate(image.shape)
    )
    padded = cv2.copyMakeBorder(image, top, bottom, left, right, CV2_BORDERS[border]).astype(np.float64)
    height, width = (
        output_size(size, kernel.shape[axis], stride, padding, dilation) for axis, size in enumerate(image.shape)
    )
    out = np.zeros((height, width))
    for row, column, i, j in itertools.product(range(height), range(width), *map(range, kernel.shape)):
        out[row, column] += kernel[i, j] * padded[row * stride + i * dilation, column * stride + j * dilation]
    return out


def test_a_two_by_two_kernel_worked_out_by_hand():
    image = np.array([[1, 2, 3], [4, 5, 6]])
    kernel = np.array([[1, 10], [100, 1000]])
    np.testing.assert_array_equal(convolve(image, kernel), [[1 + 20 + 400 + 5000, 2 + 30 + 500 + 6000]])


def test_the_kernel_is_not_flipped():
    image = np.array([[0, 0, 0, 0], [0, 0, 9, 0], [0, 0, 0, 0]])
    kernel = np.array([[0, 0, 0], [-1, 0, 1], [0, 0, 0]])
    np.testing.assert_array_equal(convolve(image, kernel, padding="same")[1], [0, 9, 0, -9])


def test_the_result_is_signed_float32():
    out = convolve(np.full((4, 5), 200, dtype=np.uint8), np.full((3, 3), -1.0))
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, np.full((2, 3), -1800))


@pytest.mark.parametrize(
    ("border", "top_left"),
    [
        ("zero", 0 + 1 + 4 + 5),
        ("reflect", 5 + 4 + 5 + 1 + 0 + 1 + 5 + 4 + 5),
        ("replicate", 0 + 0 + 1 + 0 + 0 + 1 + 4 + 4 + 5),
        ("wrap", 11 + 8 + 9 + 3 + 0 + 1 + 7 + 4 + 5),
    ],
)
def test_a_border_worked_out_by_hand(border, top_left):
    assert convolve(COUNT, np.ones((3, 3)), padding="same", border=border)[0, 0] == top_left


@pytest.mark.parametrize(("padding", "shape"), [("valid", (1, 2)), ("same", (3, 4)), ("full", (5, 6))])
def test_the_size_of_a_map(padding, shape):
    assert convolve(COUNT, np.ones((3, 3)), padding=padding).shape == shape


@pytest.mark.parametrize("size", [1, 3, 5, 7])
@pytest.mark.parametrize("border", ["zero", "reflect", "replicate"])
def test_same_padding_equals_opencv(border, size):
    image, kernel = random_image(17, 29), random_kernel(size, size)
    expected = cv2.filter2D(image, cv2.CV_32F, kernel, borderType=CV2_BORDERS[border])
    np.testing.assert_allclose(convolve(image, kernel, padding="same", border=border), expected, atol=1e-3)


@pytest.mark.parametrize(("padding", "border", "stride", "dilation", "size"), SETTINGS)
def test_every_setting_equals_the_definition(padding, border, stride, dilation, size):
    image, kernel = random_image(11, 14), random_kernel(size, size)
    settings = {"stride": stride, "padding": padding, "border": border, "dilation": dilation}
    expected = by_loops(image, kernel, **settings)
    np.testing.assert_allclose(convolve(image, kernel, **settings), expected, rtol=1e-6, atol=1e-4)


@pytest.mark.parametrize("border", BORDERS)
@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (2, 3)])
def test_a_kernel_larger_than_the_image_still_has_a_border_to_stand_on(shape, border):
    image, kernel = random_image(*shape), random_kernel(7, 7)
    settings = {"stride": 1, "padding": "same", "border": border, "dilation": 1}
    np.testing.assert_allclose(convolve(image, kernel, **settings), by_loops(image, kernel, **settings), atol=1e-3)


@pytest.fixture(scope="module")
def keras_conv():
    import keras

    def conv(image, kernel, **settings):
        out = keras.ops.conv(
            image[None, ..., None],
            kernel[..., None, None],
            strides=settings["stride"],
            padding=settings["padding"],
            dilation_rate=settings["dilation"],
        )
        return keras.ops.convert_to_numpy(out)

    return conv


@pytest.mark.parametrize("padding", ["valid", "same"])
# Keras refuses a stride together with a dilation.
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 1), (1, 2), (1, 3)])
@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (2, 5)])
def test_every_padding_stride_and_dilation_equals_keras(keras_conv, padding, stride, dilation, shape):
    settings = {"stride": stride, "padding": padding, "dilation": dilation}
    for image in (random_image(16, 23), random_image(17, 20)):
        kernel = random_kernel(*shape)
        expected = keras_conv(image, kernel, **settings)[0, ..., 0]
        np.testing.assert_allclose(convolve(image, kernel, **settings), expected, rtol=1e-4, atol=1e-3)


def test_the_planes_of_a_colour_image_sum_to_the_convolution_keras_makes(keras_conv):
    import keras

    image, kernel = random_image(9, 12, 3), random_kernel(3, 3, 3)
    expected = keras.ops.convert_to_numpy(keras.ops.conv(image[None], kernel[..., None], padding="same"))[0, ..., 0]
    partial = convolve(image, kernel, padding="same")
    assert partial.shape == (9, 12, 3)
    np.testing.assert_allclose(partial.sum(axis=-1), expected, rtol=1e-4, atol=1e-3)


def test_one_kernel_serves_every_plane():
    image, kernel = random_image(6, 9, 3), random_kernel(3, 3)
    out = convolve(image, kernel, stride=2, padding="same")
    for plane in range(3):
        np.testing.assert_array_equal(out[..., plane], convolve(image[..., plane], kernel, stride=2, padding="same"))


def test_a_row_then_a_column_equals_their_outer_product():
    image, row, column = random_image(8, 13), random_kernel(1, 3), random_kernel(3, 1)
    np.testing.assert_allclose(convolve(convolve(image, row), column), convolve(image, column @ row), atol=1e-3)


def test_same_padding_puts_the_odd_value_after_as_tensorflow_does():
    assert padding_amounts(28, 3, 2, "same", 1) == (0, 1)
    assert padding_amounts(28, 4, 1, "same", 1) == (1, 2)
    assert padding_amounts(27, 3, 2, "same", 1) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((28, 3), 26),
        ((28, 3, 2, "valid"), 13),
        ((28, 3, 2, "same"), 14),
        ((27, 3, 2, "same"), 14),
        ((28, 3, 1, "full"), 30),
        ((28, 3, 1, "valid", 2), 24),
        ((3, 3, 5, "valid"), 1),
    ],
)
def test_an_output_size_worked_out_by_hand(arguments, expected):
    assert output_size(*arguments) == expected


@pytest.mark.parametrize("dilation", [1, 2])
def test_a_kernel_that_does_not_fit_is_refused_with_the_way_out(dilation):
    with pytest.raises(InvalidKernel, match=r"spans \d+ pixels and the image has 3\. Use padding 'same'"):
        convolve(COUNT, np.ones((5, 5)), dilation=dilation)


@pytest.mark.parametrize("kernel", [np.full((3, 3), np.nan), np.full((3, 3), np.inf), np.ones(3), np.ones((0, 0))])
def test_a_kernel_that_is_no_grid_of_finite_numbers_is_refused(kernel):
    with pytest.raises(InvalidKernel, match="grid of finite numbers"):
        convolve(COUNT, kernel)


def test_kernels_for_other_planes_than_the_image_has_are_refused():
    with pytest.raises(InvalidKernel, match="as many kernels as the image has planes"):
        convolve(random_image(4, 5, 3), np.ones((3, 3, 2)))


@pytest.mark.parametrize("image", [np.ones(4), np.ones((0, 4)), np.ones((1, 2, 3, 4))])
def test_an_array_that_is_no_image_is_refused(image):
    with pytest.raises(InvalidInput, match="An image has the shape"):
        convolve(image, np.ones((1, 1)))


@pytest.mark.parametrize("settings", [{"stride": 0}, {"dilation": 0}, {"stride": -1}])
def test_a_stride_or_dilation_below_one_is_refused(settings):
    with pytest.raises(InvalidInput, match="at least 1"):
        convolve(COUNT, np.ones((3, 3)), **settings)


@pytest.mark.parametrize(("settings", "known"), [({"padding": "some"}, "full, same, valid"), ({"border": "x"}, "wrap")])
def test_an_unknown_padding_or_border_is_refused_with_the_known_ones(settings, known):
    with pytest.raises(UnknownName, match=known):
        convolve(COUNT, np.ones((3, 3)), **settings)
