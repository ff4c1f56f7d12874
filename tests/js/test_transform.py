"""What a hand does to a picture, in the browser, against SciPy, OpenCV and NumPy."""

from typing import Any

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page
from scipy import ndimage

from cnnviz.evaluation.corruptions import CORRUPTIONS, corrupt, series_of

HEIGHT, WIDTH = 13, 18

RUN = """async ({ pixels, shape, settings }) => {
  const { transform } = await import("/shared/imaging/transform.js");
  return Array.from(transform(pixels, shape, settings));
}"""


def transformed(modules: Page, image: np.ndarray, **settings: Any) -> np.ndarray:
    given = {"pixels": image.ravel().tolist(), "shape": image.shape, "settings": settings}
    return np.array(modules.evaluate(RUN, given)).reshape(image.shape)


def picture(channels: int = 3) -> np.ndarray:
    return np.random.default_rng(5).integers(0, 256, (HEIGHT, WIDTH, channels), np.uint8)


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


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_that_nobody_touches_stays_as_it_is(modules: Page, channels: int) -> None:
    image = picture(channels)
    assert np.array_equal(transformed(modules, image), image)


def test_a_shift_by_whole_pixels_moves_them_and_the_edge_goes_on(modules: Page) -> None:
    image = np.arange(12, dtype=np.uint8).reshape(3, 4, 1)
    right = transformed(modules, image, x=1)[..., 0]
    assert right.tolist() == [[0, 0, 1, 2], [4, 4, 5, 6], [8, 8, 9, 10]]
    down = transformed(modules, image, y=2)[..., 0]
    assert down.tolist() == [[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 2, 3]]


def test_a_quarter_turn_is_clockwise(modules: Page) -> None:
    image = np.arange(9, dtype=np.uint8).reshape(3, 3, 1)
    assert np.allclose(transformed(modules, image, turn=90)[..., 0], np.rot90(image[..., 0], -1), atol=1e-4)


@pytest.mark.parametrize(
    "place",
    [
        {"x": 2.4, "y": -1.3},
        {"turn": 25},
        {"scale": 0.7},
        {"scale": 2.5, "turn": -130, "x": 0.5, "y": 3},
    ],
)
@pytest.mark.parametrize("channels", [1, 3])
def test_shift_turn_and_scale_are_scipys(modules: Page, place: dict[str, float], channels: int) -> None:
    image = picture(channels)
    assert np.allclose(transformed(modules, image, **place), moved(image, **place), atol=1e-3)


@pytest.mark.parametrize("sigma", [0.4, 1.0, 2.6])
@pytest.mark.parametrize("channels", [1, 3])
def test_blur_is_opencvs(modules: Page, sigma: float, channels: int) -> None:
    image = picture(channels)
    side = 2 * int(np.ceil(3 * sigma)) + 1
    expected = cv2.GaussianBlur(image.astype(np.float32), (side, side), sigma, borderType=cv2.BORDER_REPLICATE)
    assert np.allclose(transformed(modules, image, blur=sigma), expected.reshape(image.shape), atol=1e-3)


def test_contrast_brightness_and_invert_are_numpys_and_values_are_cut(modules: Page) -> None:
    image = picture()
    values = (image.astype(float) - 127.5) * 1.8 + 127.5 + 40
    assert np.allclose(transformed(modules, image, contrast=1.8, brightness=40), np.clip(values, 0, 255), atol=1e-3)
    assert np.array_equal(transformed(modules, image, invert=True), 255 - image.astype(float))


def test_noise_has_its_deviation_and_is_the_same_for_the_same_seed(modules: Page) -> None:
    image = np.full((60, 50, 3), 127, np.uint8)
    noisy = transformed(modules, image, noise=20)
    assert noisy.mean() == pytest.approx(127, abs=1)
    assert noisy.std() == pytest.approx(20, rel=0.05)
    assert np.array_equal(noisy, transformed(modules, image, noise=20))
    assert not np.array_equal(noisy, transformed(modules, image, noise=20, seed=2))


def test_the_order_is_move_blur_contrast_invert_cut_cover(modules: Page) -> None:
    image = picture(1)
    place = {"turn": 40, "scale": 1.2, "x": 1.5}
    cover = {"top": 9, "left": -1, "side": 6, "grey": 200}
    found = transformed(modules, image, **place, blur=0.8, contrast=2.5, brightness=-30, invert=True, cover=cover)
    blurred = cv2.GaussianBlur(moved(image, **place).astype(np.float32), (7, 7), 0.8, borderType=cv2.BORDER_REPLICATE)
    expected = np.clip(255 - ((blurred.reshape(image.shape) - 127.5) * 2.5 + 97.5), 0, 255)
    expected[9:, :5] = 200
    assert np.allclose(found, expected, atol=5e-3)


def test_a_cover_beyond_the_edge_covers_only_what_is_there(modules: Page) -> None:
    image = picture()
    for top, left in ((-20, 2), (2, -20), (50, 2), (2, 50)):
        cover = {"top": top, "left": left, "side": 6, "grey": 0}
        assert np.array_equal(transformed(modules, image, cover=cover), image)


CORRUPT = """async ({ pixels, shape, levels, indices }) => {
  const { corrupt } = await import("/shared/imaging/corrupt.js");
  return indices.map((index) => levels.map(({ changes }) => Array.from(corrupt(pixels, shape, changes, index))));
}"""


@pytest.mark.parametrize("name", CORRUPTIONS)
@pytest.mark.parametrize("channels", [1, 3])
def test_every_level_of_every_corruption_is_that_of_the_worker_pixel_by_pixel(
    modules: Page, name: str, channels: int
) -> None:
    image, indices = picture(channels), [0, 1, 2, 3, 4, 4711]
    series = series_of(name, HEIGHT, WIDTH)
    given = {"pixels": image.ravel().tolist(), "shape": image.shape, "indices": indices, **series.as_dict()}
    found = np.array(modules.evaluate(CORRUPT, given)).reshape(len(indices), -1, *image.shape)
    images = np.broadcast_to(image, (len(indices), *image.shape))
    expected = np.stack([corrupt(images, level, np.array(indices)) for level in series.levels], axis=1)
    differences = np.abs(found.astype(int) - expected.astype(int))
    assert differences.max() <= 1, "a value just at a half may be rounded the other way: sines differ in their last bit"
    assert (differences > 0).mean() < 0.001
