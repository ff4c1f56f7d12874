"""Grey, resizing and PNG, against Pillow and OpenCV."""

from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from cnnviz.errors import InvalidImage
from cnnviz.imaging.decode import encode_png, fit_within, resize, to_grey
from tests.imaging.pictures import HEIGHT, WIDTH, assert_close, smooth_picture


def test_grey_weighs_the_colours_as_pillow_does():
    colours = np.random.default_rng(0).integers(0, 256, (30, 40, 3), dtype=np.uint8)
    assert_close(to_grey(colours), np.asarray(Image.fromarray(colours).convert("L")))
    np.testing.assert_array_equal(
        to_grey(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8)), [[76, 150, 29]]
    )


@pytest.mark.parametrize(("height", "width"), [(10, 13), (40, 77), (10, 77), (40, 13), (20, 32), (1, 1)])
@pytest.mark.parametrize("planes", [(), (1,), (3,), (4,)])
def test_resizing_gives_the_wanted_size_and_keeps_the_mean(height, width, planes):
    image = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, *planes), dtype=np.uint8)
    scaled = resize(image, height, width)
    assert scaled.shape == (height, width, *planes)
    assert scaled.dtype == np.uint8
    assert abs(scaled.mean() - image.mean()) < 5


def test_resizing_equals_opencv():
    image = smooth_picture()
    np.testing.assert_array_equal(resize(image, 7, 9), cv2.resize(image, (9, 7), interpolation=cv2.INTER_AREA))
    np.testing.assert_array_equal(resize(image, 50, 90), cv2.resize(image, (90, 50), interpolation=cv2.INTER_LINEAR))


def test_resizing_to_nothing_is_refused():
    with pytest.raises(InvalidImage, match="height=0, width=5"):
        resize(smooth_picture(), 0, 5)


def test_fitting_never_enlarges():
    assert fit_within(smooth_picture(), 100).shape == (HEIGHT, WIDTH, 3)
    assert fit_within(smooth_picture(), 16).shape == (10, 16, 3)


@pytest.mark.parametrize("shape", [(5, 8), (5, 8, 3), (1, 1)])
def test_png_makes_the_round_trip(shape):
    array = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(Image.open(BytesIO(encode_png(array)))), array)
