"""The kernels of a net that sees colours are colours: what each pixel is, worked out by hand."""

import numpy as np

from cnnviz.plots.colour_kernels import colour_kernels, describe_colour_kernels


def pixels(kernels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """RGBA of the cells that belong to a kernel, in reading order, and what hovering tells of them."""
    image = colour_kernels(kernels).data[0]
    z, details = np.asarray(image.z), np.asarray(image.customdata)
    return z[z[..., 3] > 0], details[z[..., 3] > 0]


def test_each_plane_is_its_colour_and_nothing_is_middle_grey() -> None:
    kernels = np.zeros((1, 2, 3, 1), np.float32)
    kernels[0, 0, :, 0] = [2.0, -2.0, 1.0]  # most red, least green, half of the way to full blue
    cells, details = pixels(kernels)
    assert cells.tolist() == [[255, 0, 191, 255], [128, 128, 128, 255]]
    assert details.tolist() == [[1, 1, 1, 2, -2, 1], [1, 1, 2, 0, 0, 0]]


def test_all_kernels_share_one_scale() -> None:
    kernels = np.zeros((1, 1, 3, 2), np.float32)
    kernels[0, 0, 0] = [1.0, 0.5]
    cells, details = pixels(kernels)
    assert cells[:, 0].tolist() == [255, 191]
    assert details[:, 0].tolist() == [1, 2]


def test_between_the_kernels_there_is_nothing() -> None:
    figure = colour_kernels(np.ones((3, 3, 3, 10), np.float32))
    alpha = np.asarray(figure.data[0].z)[..., 3]
    assert (alpha > 0).sum() == 9 * 10
    assert [label.text for label in figure.layout.annotations] == [str(number) for number in range(1, 11)]


def test_a_kernel_that_is_no_number_is_left_out_and_one_of_nothing_is_grey() -> None:
    assert pixels(np.full((2, 2, 3, 1), np.nan, np.float32))[0].size == 0
    assert pixels(np.zeros((2, 2, 3, 1), np.float32))[0].tolist() == [[128, 128, 128, 255]] * 4


def test_how_they_are_read_is_said() -> None:
    kernels = np.zeros((3, 5, 3, 8), np.float32)
    kernels[0, 0, 0, 0] = -0.25
    assert describe_colour_kernels(kernels) == (
        "8 kernels of 3 by 5 weights for red, green and blue each. Grey is 0; more of a colour is a positive weight "
        "for it, less a negative one, up to 0.25 either way."
    )
