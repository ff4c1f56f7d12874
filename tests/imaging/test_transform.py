"""What is done to pictures before a net sees them, against SciPy, OpenCV and NumPy; in the browser: tests/js."""

from typing import Any

import cv2
import numpy as np
import pytest
from scipy import ndimage

from cnnviz.errors import InvalidImage
from cnnviz.imaging.transform import Change, Cover, transform

NUM, HEIGHT, WIDTH = 4, 13, 18


def pictures(channels: int = 3) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (NUM, HEIGHT, WIDTH, channels), np.uint8)


def moved(image: np.ndarray, *, x: float = 0, y: float = 0, turn: float = 0, scale: float = 1) -> np.ndarray:
    """By SciPy: where each pixel of the result comes from, rows before columns."""
    angle = np.deg2rad(turn)
    back = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) / scale
    middle = (np.array(image.shape[:2]) - 1) / 2
    offset = middle - back @ (middle + np.array([y, x]))
    planes = [
        ndimage.affine_transform(image[..., i].astype(float), back, offset, order=1, mode="nearest")
        for i in range(image.shape[2])
    ]
    return np.stack(planes, axis=-1)


def within_one(found: np.ndarray, expected: np.ndarray) -> None:
    """Equal, but for values that lie just at a half."""
    differences = np.abs(found.astype(int) - np.rint(np.clip(expected, 0, 255)).astype(int))
    assert differences.max() <= 1
    assert (differences > 0).mean() < 0.02


def test_pictures_that_nobody_changes_stay_as_they_are() -> None:
    assert np.array_equal(transform(pictures(), Change()), pictures())


def test_a_shift_by_whole_pixels_moves_them_and_the_edge_goes_on() -> None:
    image = np.arange(12, dtype=np.uint8).reshape(1, 3, 4, 1)
    assert transform(image, Change(x=1))[0, ..., 0].tolist() == [[0, 0, 1, 2], [4, 4, 5, 6], [8, 8, 9, 10]]
    assert transform(image, Change(y=-2))[0, ..., 0].tolist() == [[8, 9, 10, 11]] * 3


def test_a_quarter_turn_is_clockwise() -> None:
    image = np.arange(9, dtype=np.uint8).reshape(1, 3, 3, 1)
    assert np.array_equal(transform(image, Change(turn=90))[0, ..., 0], np.rot90(image[0, ..., 0], -1))


@pytest.mark.parametrize(
    "place", [{"x": 2.4, "y": -1.3}, {"turn": 25}, {"scale": 0.7}, {"scale": 2.5, "turn": -130, "x": 0.5, "y": 3}]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_shift_turn_and_scale_are_scipys(place: dict[str, float], channels: int) -> None:
    images = pictures(channels)
    within_one(transform(images, Change(**place)), np.stack([moved(image, **place) for image in images]))


@pytest.mark.parametrize("sigma", [0.4, 1.0, 2.6])
@pytest.mark.parametrize("channels", [1, 3])
def test_blur_is_opencvs(sigma: float, channels: int) -> None:
    images, side = pictures(channels), 2 * int(np.ceil(3 * sigma)) + 1
    expected = [
        cv2.GaussianBlur(image.astype(np.float32), (side, side), sigma, borderType=cv2.BORDER_REPLICATE)
        for image in images
    ]
    within_one(transform(images, Change(blur=sigma)), np.stack(expected).reshape(images.shape))


def test_contrast_and_brightness_are_numpys_and_values_are_cut() -> None:
    values = (pictures().astype(float) - 127.5) * 1.8 + 127.5 + 40
    assert np.array_equal(transform(pictures(), Change(contrast=1.8, brightness=40)), np.rint(np.clip(values, 0, 255)))


def test_noise_has_its_deviation_and_is_the_same_for_the_same_seed() -> None:
    grey, seeds = np.full((2, 60, 50, 3), 127, np.uint8), np.array([1, 2])
    noisy = transform(grey, Change(noise=20), seeds)
    assert noisy.mean() == pytest.approx(127, abs=1)
    assert noisy.std() == pytest.approx(20, rel=0.05)
    assert np.array_equal(noisy, transform(grey, Change(noise=20), seeds))
    assert not np.array_equal(noisy[0], noisy[1])
    assert np.array_equal(transform(grey[:1], Change(noise=20)), noisy[:1])


def test_a_cover_beyond_the_edge_covers_only_what_is_there() -> None:
    images = pictures()
    corner = transform(images, Change(cover=Cover(top=9, left=-1, side=6, grey=200)))
    assert (corner[:, 9:, :5] == 200).all()
    assert np.array_equal(corner[:, :9], images[:, :9])
    assert np.array_equal(corner[:, 9:, 5:], images[:, 9:, 5:])
    for top, left in ((-20, 2), (2, -20), (50, 2), (2, 50)):
        assert np.array_equal(transform(images, Change(cover=Cover(top, left, 6))), images)


@pytest.mark.parametrize(
    "images", [np.zeros((3, 4, 1), np.uint8), np.zeros((1, 3, 4, 1), np.float32)], ids=["one image", "float"]
)
def test_what_are_no_pictures_is_refused(images: Any) -> None:
    with pytest.raises(InvalidImage, match="expected uint8 of shape"):
        transform(images, Change(x=1))
