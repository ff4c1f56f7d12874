"""What a learned filter is like: by hand, against all random kernels, and for every kind of convolution."""

import numpy as np
import pytest

from cnnviz.errors import InvalidKernel
from cnnviz.inspection.known_kernels import QUANTILE, chance_level, known_kernels, nearest_known, turned_kernels
from cnnviz.inspection.layer_filters import LayerFilters, like_known
from cnnviz.kernel_lab.kernels import KERNELS

SOBEL = np.array(KERNELS["sobel_x"].matrix)
DIAGONAL = np.array([[-1, -1, 0], [-1, 0, 1], [0, 1, 1]])  # V, one place by the clock


def found(kernel: object) -> tuple[str, float]:
    nearest = nearest_known(np.array(kernel, np.float64))
    assert nearest is not None
    return nearest.known.text, nearest.cosine


@pytest.mark.parametrize("preset", KERNELS.values(), ids=lambda preset: preset.name)
def test_a_known_kernel_is_like_itself_at_any_strength_and_like_its_negative_with_a_minus(preset) -> None:
    kernel = np.array(preset.matrix)
    assert found(0.01 * kernel) == (preset.title, pytest.approx(1))
    assert found(-3 * kernel) == (preset.title, pytest.approx(-1))


def test_an_edge_across_the_corners_is_a_turned_one() -> None:
    assert found(DIAGONAL) == ("Vertical edges (V), turned by 45°", pytest.approx(1))


def test_what_has_no_direction_and_what_is_another_kernel_is_not_turned() -> None:
    turned = turned_kernels([KERNELS["laplacian"], KERNELS["vertical_edges"], KERNELS["horizontal_edges"]])
    assert [(one.title[:1], one.turn) for one in turned] == [("L", 0), ("V", 0), ("H", 0), ("V", 45), ("V", 135)]


def test_a_cosine_by_hand() -> None:
    """A single weight in a corner: Sobel across the corners has the largest share there, -2 of the length sqrt(12)."""
    corner = np.zeros((3, 3))
    corner[0, 0] = 5
    assert found(corner) == ("Sobel x, turned by 45°", pytest.approx(-2 / 12**0.5))


def test_a_filter_over_colours_is_compared_with_the_same_kernel_on_each() -> None:
    """In all three it is that kernel; in one of three the cosine is 1 / sqrt(3)."""
    everywhere = np.stack([SOBEL] * 3, axis=-1)
    only_green = everywhere * [0, 1, 0]
    assert found(everywhere) == ("Sobel x", pytest.approx(1))
    assert found(only_green) == ("Sobel x", pytest.approx(3**-0.5))
    opposed = everywhere * [1, 0, -1]
    assert nearest_known(opposed).cosine == pytest.approx(0)


def test_in_a_larger_kernel_a_known_one_may_lie_anywhere() -> None:
    large = np.zeros((5, 6))
    large[2:5, 1:4] = SOBEL
    nearest = nearest_known(large)
    assert (nearest.known.title, nearest.row, nearest.column) == ("Sobel x", 2, 1)
    assert nearest.cosine == pytest.approx(1)


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (5, 2), (1, 7, 3)])
def test_what_is_smaller_than_the_known_ones_is_compared_with_nothing(shape) -> None:
    assert nearest_known(np.ones(shape)) is None
    assert chance_level(shape[0], shape[1]) is None


def test_zeros_are_like_nothing_and_a_list_of_numbers_is_no_kernel() -> None:
    assert nearest_known(np.zeros((3, 3))) is None
    with pytest.raises(InvalidKernel, match=r"expected \(h, w\)"):
        nearest_known(np.zeros(9))


@pytest.mark.parametrize("shape", [(3, 3, 1), (3, 3, 3), (5, 5, 1)])
def test_of_other_random_kernels_about_one_in_twenty_is_above_chance(shape) -> None:
    drawn = np.random.default_rng(5).normal(size=(600, *shape))
    above = np.mean([abs(nearest_known(kernel).cosine) > chance_level(*shape) for kernel in drawn])
    assert above == pytest.approx(1 - QUANTILE, abs=0.03)


def test_the_list_begins_with_that_of_the_kernels_page() -> None:
    assert [one.title for one in known_kernels()[: len(KERNELS)]] == [preset.title for preset in KERNELS.values()]
    assert all(np.linalg.norm(one.matrix) == pytest.approx(1) for one in known_kernels())


def layer(*filters: object, reads_picture: bool = False) -> LayerFilters:
    kernels = np.stack([np.array(one, np.float32) for one in filters], axis=-1)
    return LayerFilters("conv", "conv", kernels, np.arange(len(filters), dtype=np.float32), reads_picture)


def test_deeper_in_the_net_the_strongest_plane_of_a_filter_is_compared() -> None:
    """Planes of length 1 x sqrt(12) and 2 x sqrt(6): the second has 24 of the 36 summed squares."""
    filters = layer(np.stack([SOBEL, 2 * DIAGONAL], axis=-1), np.stack([SOBEL, 0 * SOBEL], axis=-1))
    first, second = like_known(filters)
    assert (first.plane, first.share) == (1, pytest.approx(24 / 36))
    assert (first.nearest.known.turn, first.bias, first.strength) == (45, 0, pytest.approx(6))
    assert (second.plane, second.nearest.known.title, second.is_known) == (0, "Sobel x", True)


def test_over_the_picture_all_planes_of_a_filter_are_compared() -> None:
    (one,) = like_known(layer(np.stack([SOBEL, SOBEL, 0 * SOBEL], axis=-1), reads_picture=True))
    assert (one.plane, one.share, one.nearest.cosine) == (None, pytest.approx(1), pytest.approx((2 / 3) ** 0.5))
    assert one.is_known


def test_a_filter_no_nearer_than_chance_is_like_nothing_known() -> None:
    corner = np.zeros((3, 3, 1))
    corner[0, 0] = 1
    (one,) = like_known(layer(corner))
    assert not one.is_known
    assert abs(one.nearest.cosine) < chance_level(3, 3)
