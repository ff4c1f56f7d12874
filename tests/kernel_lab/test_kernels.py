"""Kernel presets, the grid a person types into, and the text of a link."""

import numpy as np
import pytest

from cnnviz.errors import InvalidKernel, InvalidLink
from cnnviz.kernel_lab.convolution import convolve
from cnnviz.kernel_lab.kernels import KERNELS, kernel_from_link, kernel_to_link, parse_kernel

FLAT = np.full((5, 7), 100.0)
# Dark left half, light right half.
STEP = np.repeat([[0.0, 0, 0, 100, 100, 100]], 5, axis=0)


@pytest.mark.parametrize("name", KERNELS)
def test_every_preset_is_a_grid_with_one_line_of_meaning(name):
    preset = KERNELS[name]
    assert preset.name == name
    assert preset.title
    assert preset.meaning.endswith(".")
    assert "\n" not in preset.meaning
    assert parse_kernel(preset.matrix).shape == (3, 3)


def test_the_presets_are_the_promised_ones():
    assert list(KERNELS) == [
        "identity",
        "vertical_edges",
        "horizontal_edges",
        "sobel_x",
        "sobel_y",
        "laplacian",
        "blur",
        "gaussian",
        "sharpen",
        "emboss",
    ]


@pytest.mark.parametrize("name", ["identity", "blur", "gaussian", "sharpen", "emboss"])
def test_a_preset_that_keeps_brightness_leaves_a_flat_picture_as_it_is(name):
    np.testing.assert_allclose(convolve(FLAT, KERNELS[name].matrix), 100, rtol=1e-6)


@pytest.mark.parametrize("name", ["vertical_edges", "horizontal_edges", "sobel_x", "sobel_y", "laplacian"])
def test_an_edge_preset_makes_a_flat_picture_zero(name):
    np.testing.assert_allclose(convolve(FLAT, KERNELS[name].matrix), 0, atol=1e-6)


@pytest.mark.parametrize(
    ("upright", "level", "peak"), [("vertical_edges", "horizontal_edges", 300), ("sobel_x", "sobel_y", 400)]
)
def test_an_upright_line_shows_in_one_preset_and_a_level_one_in_its_transpose(upright, level, peak):
    assert convolve(STEP, KERNELS[upright].matrix).max() == peak
    assert convolve(STEP.T, KERNELS[level].matrix).max() == peak
    assert not convolve(STEP, KERNELS[level].matrix).any()
    np.testing.assert_array_equal(np.transpose(KERNELS[upright].matrix), KERNELS[level].matrix)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1", 1),
        (" -2 ", -2),
        ("+3", 3),
        ("\N{MINUS SIGN}4", -4),
        ("1/9", 1 / 9),
        ("-1 / 16", -1 / 16),
        ("0,5", 0.5),
        (".5", 0.5),
        ("2.", 2),
        ("1,5/2,5", 0.6),
        ("1e-3", 0.001),
        (7, 7),
        (-0.25, -0.25),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        ("1000", 1000),
    ],
)
def test_a_cell_is_read(cell, value):
    kernel = parse_kernel([[cell]])
    assert kernel.dtype == np.float32
    assert kernel.item() == np.float32(value)


@pytest.mark.parametrize(
    ("cell", "complaint"),
    [
        ("abc", "holds no number"),
        ("", "is empty"),
        ("   ", "is empty"),
        (None, "is empty"),
        (float("nan"), "holds no number"),
        ("nan", "holds no number"),
        (float("inf"), "holds no number"),
        ("-inf", "holds no number"),
        ("1e99", "is too large"),
        ("1/0", "holds no number"),
        ("1//9", "holds no number"),
        ("1 2", "holds no number"),
        ("1_0", "holds no number"),
        ("1,000.5", "holds no number"),
        ("--1", "holds no number"),
        ("0x10", "holds no number"),
        ("__import__('os')", "holds no number"),
        ("9" * 400, "holds no number"),
        (True, "holds no number"),
        ([1], "holds no number"),
        (1001, "is too large"),
        ("-1000.5", "is too large"),
    ],
)
def test_a_cell_that_is_no_weight_is_refused_by_row_and_column(cell, complaint):
    cells = [[0, 0, 0], [0, 0, cell], [0, 0, 0]]
    with pytest.raises(InvalidKernel, match=f"row 2, column 3 {complaint}"):
        parse_kernel(cells)


@pytest.mark.parametrize(
    "cells", [[], [[]], [[1, 2], [3, 4]], [[1, 2, 3]], [[1, 2, 3], [4, 5], [6, 7, 8]], np.ones((33, 33))]
)
def test_a_grid_that_is_not_square_of_odd_size_is_refused(cells):
    with pytest.raises(InvalidKernel, match="square grid of odd size"):
        parse_kernel(cells)


def test_a_link_is_short_and_readable():
    assert kernel_to_link(KERNELS["sobel_x"].matrix) == "-1_0_1_-2_0_2_-1_0_1"
    assert kernel_to_link([[-0.0]]) == "0"


@pytest.mark.parametrize("name", KERNELS)
def test_every_preset_makes_the_round_trip_through_a_link(name):
    kernel = parse_kernel(KERNELS[name].matrix)
    np.testing.assert_array_equal(kernel_from_link(kernel_to_link(kernel)), kernel)


def test_any_kernel_makes_the_round_trip_through_a_link():
    rng = np.random.default_rng(0)
    for side in (1, 3, 5, 7, 31):
        kernel = (rng.normal(size=(side, side)) * 10.0 ** rng.integers(-8, 3, (side, side))).clip(-1000, 1000)
        np.testing.assert_array_equal(kernel_from_link(kernel_to_link(kernel)), kernel.astype(np.float32))


@pytest.mark.parametrize(
    "text", ["", "_", "abc", "1_2", "1_2_3_4", "1_2_3_4_5_6_7_8_x", "nan", "1e9", "1_" * 9, "9" * 20_000, "\0"]
)
def test_a_link_with_rubbish_is_refused(text):
    with pytest.raises(InvalidLink, match="cannot be read") as caught:
        kernel_from_link(text)
    assert "'" not in str(caught.value)


def test_emboss_lights_what_is_bright_from_the_upper_left_as_its_meaning_says() -> None:
    bump = np.zeros((9, 9))
    bump[3:6, 3:6] = 100.0
    shown = convolve(bump, np.array(KERNELS["emboss"].matrix))
    assert shown[1, 1] == 200  # 2 x 100: only the lower right neighbour is bright
    assert shown[5, 5] == -200
    assert "from the upper left" in KERNELS["emboss"].meaning
