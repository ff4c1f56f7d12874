"""What of a signed map is shown."""

import numpy as np
import pytest

from cnnviz.errors import InvalidInput, UnknownName
from tests.kernel_lab.display import DISPLAY_MODES, NEGATIVE, POSITIVE, ZERO, to_display

VALUES = np.array([[-100, 0, 100], [51, 255, 300]], dtype=np.float32)


@pytest.mark.parametrize(
    ("mode", "expected", "value_range"),
    [
        ("clip", [[0, 0, 100], [51, 255, 255]], (0, 255)),
        ("absolute", [[100, 0, 100], [51, 255, 255]], (0, 255)),
        ("rescale", [[0, 64, 128], [96, 226, 255]], (-100, 300)),
    ],
)
def test_a_map_shown_worked_out_by_hand(mode, expected, value_range):
    image, received = to_display(VALUES, mode=mode)
    assert image.dtype == np.uint8
    assert received == value_range
    np.testing.assert_allclose(image.astype(int), expected, atol=1)


def test_signed_colours_are_symmetric_around_zero():
    image, value_range = to_display(np.array([[-300.0, 0, 300], [-150, 0, 150]]), mode="signed")
    assert value_range == (-300, 300)
    assert [tuple(map(int, colour)) for colour in image[0]] == [NEGATIVE, ZERO, POSITIVE]
    np.testing.assert_allclose(image[1, 0], (np.array(NEGATIVE) + ZERO) / 2, atol=0.5)


def test_a_map_without_negative_values_has_no_red():
    image, value_range = to_display(np.array([[0.0, 10]]), mode="signed")
    assert value_range == (-10, 10)
    assert tuple(map(int, image[0, 0])) == ZERO


@pytest.mark.parametrize(("value", "grey"), [(0, 0), (7, 7), (255, 255), (-3, 0)])
def test_rescaling_a_constant_map_shows_it_as_it_is(value, grey):
    image, value_range = to_display(np.full((2, 3), value), mode="rescale")
    assert value_range == (value, value)
    assert (image == grey).all()


@pytest.mark.parametrize("mode", DISPLAY_MODES)
def test_every_mode_shows_an_all_zero_map(mode):
    image, (low, high) = to_display(np.zeros((2, 5)), mode=mode)
    assert image.dtype == np.uint8
    assert image.shape[:2] == (2, 5)
    assert low <= 0 <= high


def test_colour_maps_keep_their_planes():
    assert to_display(np.ones((2, 3, 3)), mode="clip").image.shape == (2, 3, 3)


def test_signed_colours_of_several_planes_are_refused():
    with pytest.raises(InvalidInput, match="one map"):
        to_display(np.ones((2, 3, 3)), mode="signed")


def test_an_unknown_mode_is_refused():
    with pytest.raises(UnknownName, match="absolute, clip, rescale, signed"):
        to_display(VALUES, mode="loud")
