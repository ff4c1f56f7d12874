"""What was done to a picture is said; one of a brought net's own size is taken as it is."""

import numpy as np
import pytest

from cnnviz.imaging.conversion import conversion
from cnnviz.imaging.preprocess import prepare

DIGIT = (28, 28, 1)
RNG = np.random.default_rng(0)
GREY, COLOURED = RNG.integers(0, 256, (28, 28), np.uint8), RNG.integers(0, 256, (40, 20, 3), np.uint8)
AS_DRAWING = (
    "Read as a drawing: what stands out from its paper was taken for strokes and brought to the net's 28 × 28 pixels."
)


def test_a_grey_picture_of_a_brought_net_s_size_is_taken_as_it_is() -> None:
    seen = prepare(GREY, DIGIT, style="digit", is_photo=True, is_own=True)
    assert np.array_equal(seen.image[..., 0], GREY)
    assert conversion(GREY, DIGIT, style="digit", is_own=True) == ""


@pytest.mark.parametrize(("size", "is_own", "is_photo"), [((28, 28), False, True), ((28, 27), True, True)])
def test_other_pictures_for_digits_are_read_as_drawings(size: tuple[int, int], is_own: bool, is_photo: bool) -> None:
    picture = np.full(size, 255, np.uint8)
    picture[3:9, 5] = 0
    seen = prepare(picture, DIGIT, style="digit", is_photo=is_photo, is_own=is_own)
    assert len(seen.steps) == 6
    assert conversion(picture, DIGIT, style="digit", is_own=is_own) == AS_DRAWING


def test_a_drawing_of_just_that_size_is_still_a_drawing() -> None:
    picture = np.full((28, 28), 255, np.uint8)
    picture[3:9, 5] = 0
    assert len(prepare(picture, DIGIT, style="digit", is_own=True).steps) == 6


@pytest.mark.parametrize(
    ("picture", "shape", "words"),
    [
        (GREY, (28, 28, 1), ""),
        (GREY, (28, 28, 3), "Brought from grey to three equal planes."),
        (GREY, (14, 14, 1), "Brought from 28 × 28 to the net's 14 × 14 pixels."),
        (COLOURED, (40, 20, 3), ""),
        (COLOURED, (40, 20, 1), "Brought to grey."),
        (COLOURED, (32, 32, 3), "Its middle was brought from 20 × 40 to the net's 32 × 32 pixels."),
        (COLOURED, (8, 4, 1), "Brought from 20 × 40 to the net's 4 × 8 pixels and to grey."),
    ],
)
def test_what_is_done_to_a_photo_is_said(picture: np.ndarray, shape: tuple[int, int, int], words: str) -> None:
    assert conversion(picture, shape, style="photo") == words
