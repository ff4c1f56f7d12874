"""Drawings and photos prepared in the browser, held against cnnviz.imaging.preprocess."""

from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page

from cnnviz.bench.photographed import PHOTOS, photographed
from cnnviz.imaging.conversion import conversion
from cnnviz.imaging.preprocess import prepare, prepare_digit, prepare_photo
from tests.imaging.paper_photos import KINDS, photo
from tests.js.transfer import packed, unpacked
from tests.shared_data import drawn_digits

PREPARE = """async ({ pixels, width, height, shape, isPhoto }) => {
  const { prepare } = await import("/shared/prepare_image.js");
  const { packed, unpacked } = await import("/transfer.js");
  const data = new Uint8ClampedArray(await unpacked(pixels));
  const style = shape ? "photo" : "digit";
  const { image, problem, steps } = prepare({ width, height, data }, shape ?? [28, 28, 1], style, { isPhoto });
  const named = steps.map(async ({ name, width, height, data }) => [name, [height, width], await packed(data)]);
  return { image: [...image], problem, steps: await Promise.all(named) };
}"""


def prepared(page: Page, rgba: np.ndarray, shape: tuple[int, int, int] | None = None, *, is_photo: bool = False) -> Any:
    """What the browser makes of a picture (H, W, 4): for a net of this input, or of a digit."""
    height, width = rgba.shape[:2]
    pixels = packed(rgba.tobytes())
    found = page.evaluate(
        PREPARE, {"pixels": pixels, "width": width, "height": height, "shape": shape, "isPhoto": is_photo}
    )
    found["image"] = np.array(found["image"])
    found["steps"] = [(name, _array(text, shape)) for name, shape, text in found["steps"]]
    return found


def _array(text: str, shape: list[int]) -> np.ndarray:
    return np.frombuffer(unpacked(text), np.uint8).reshape(shape)


def opaque(image: np.ndarray) -> np.ndarray:
    """(H, W) or (H, W, 3) -> (H, W, 4)."""
    rgb = np.repeat(image[..., None], 3, axis=2) if image.ndim == 2 else image
    return np.dstack([rgb, np.full(rgb.shape[:2], 255, np.uint8)])


def drawing(seed: int) -> np.ndarray:
    """A random line of five corners, and dust, on paper of a random size: opaque, or black or white on nothing."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(20, 400, 2)
    paper = np.full((height, width), 255, np.uint8)
    corners = rng.integers(0, (width, height), (5, 2)).astype(np.int32)
    cv2.polylines(paper, [corners], False, int(rng.integers(0, 120)), int(rng.integers(1, 20)), cv2.LINE_AA)
    paper[1, 1] = 0
    black = np.zeros((height, width, 3), np.uint8)
    return [opaque(paper), np.dstack([black, 255 - paper]), np.dstack([255 - black, 255 - paper]), opaque(255 - paper)][
        seed % 4
    ]


def assert_same_digit(page: Page, rgba: np.ndarray) -> None:
    expected, found = prepare_digit(rgba), prepared(page, rgba)
    assert found["problem"] == ""
    assert [name for name, *_ in found["steps"]] == [name for name, _ in expected.steps]
    for (name, pixels), (_, step) in zip(found["steps"], expected.steps, strict=True):
        assert pixels.shape == step.shape, name
        difference = np.abs(pixels - step.astype(int))
        assert (difference <= 2).mean() >= 0.99, name
        assert difference.max() <= 8, name
    assert np.array_equal(found["image"], found["steps"][-1][1].ravel())


@pytest.mark.parametrize("seed", range(24))
def test_every_step_of_a_drawing_is_that_of_python(modules: Page, seed: int) -> None:
    assert_same_digit(modules, drawing(seed))


def test_what_people_drew_looks_to_a_net_as_python_shows_it(modules: Page) -> None:
    """All 140 drawings: at most one pixel in a hundred is two levels off, and in sum they are nearly the same."""
    wrong = 0
    for path, _ in drawn_digits():
        rgba = opaque(np.asarray(Image.open(path).convert("RGB")))
        expected = prepare_digit(rgba).image.ravel().astype(int)
        difference = np.abs(prepared(modules, rgba)["image"] - expected)
        assert (difference <= 2).mean() >= 0.99, path.name
        wrong += int((difference > 0).sum())
    assert wrong <= 140 * 784 // 1000


@pytest.mark.parametrize("kind", [*PHOTOS, *KINDS])
def test_a_photo_of_what_people_drew_looks_to_a_net_as_python_shows_it(modules: Page, kind: str) -> None:
    for seed, (path, _) in enumerate(drawn_digits()[::20]):
        drawn = np.asarray(Image.open(path).convert("RGB"))
        rgba = opaque(photographed(drawn, kind) if kind in PHOTOS else photo(drawn, kind, seed))
        expected = prepare(rgba, (28, 28, 1), style="digit", is_photo=True).image.ravel().astype(int)
        found = prepared(modules, rgba, is_photo=True)
        assert found["problem"] == ""
        assert (np.abs(found["image"] - expected) <= 2).mean() >= 0.99, path.name


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("size", [(50, 80), (1, 1)])
def test_an_empty_paper_is_told_as_python_tells_it(modules: Page, shade: int, size: tuple[int, int]) -> None:
    empty = opaque(np.full(size, shade, np.uint8))
    with pytest.raises(Exception, match="Nothing is drawn here") as problem:
        prepare_digit(empty)
    found = prepared(modules, empty)
    assert found["problem"] == str(problem.value)
    assert found["steps"] == []
    assert found["image"].tolist() == [0] * 784


@pytest.mark.parametrize("points", [[(5, 5)], [(5, 5), (50, 5)], [(5, 5), (5, 30)]], ids=["dot", "level", "plumb"])
def test_dots_and_straight_lines_are_drawings_too(modules: Page, points: list[tuple[int, int]]) -> None:
    paper = cv2.polylines(np.full((40, 60), 255, np.uint8), [np.array(points * 2, np.int32)], False, 0, 7)
    assert_same_digit(modules, opaque(paper))


def test_a_photo_is_cut_in_the_middle_and_scaled_by_area(modules: Page) -> None:
    photo = np.zeros((4, 8, 3), np.uint8)
    photo[:, 2:6] = (40, 80, 120)
    photo[0, 2] = (200, 80, 120)
    expected = [80, 80, 120, 40, 80, 120, 40, 80, 120, 40, 80, 120]
    assert prepared(modules, opaque(photo), (2, 2, 3))["image"].tolist() == expected


@pytest.mark.parametrize("shape", [(28, 28, 1), (32, 32, 3), (24, 48, 3), (60, 20, 1), (9, 7, 2), (7, 9, 4)])
@pytest.mark.parametrize("size", [(1, 1), (7, 31), (300, 41), (41, 300), (20, 30), (96, 64), (480, 640)])
@pytest.mark.parametrize("is_transparent", [False, True])
def test_any_picture_becomes_what_python_makes_of_it(
    modules: Page, shape: tuple[int, int, int], size: tuple[int, int], is_transparent: bool
) -> None:
    rgba = np.random.default_rng(sum(size)).integers(0, 256, (*size, 4)).astype(np.uint8)
    rgba = cv2.GaussianBlur(rgba, (0, 0), 1.5)
    if not is_transparent:
        rgba[..., 3] = 255
    difference = np.abs(prepared(modules, rgba, shape)["image"] - prepare_photo(rgba, shape).ravel().astype(float))
    assert (difference <= 1).all()
    if min(size) >= 60:  # it only shrinks: the same, but where a sum ends in a half
        assert (difference == 0).mean() > 0.9


OWN = """async ({ picture, shape, style, isOwn }) => {
  const { prepare } = await import("/shared/prepare_image.js");
  const { conversion } = await import("/shared/picture_input/photos.js");
  const [height, width] = picture.shape;
  const { unpacked } = await import("/transfer.js");
  const data = new Uint8ClampedArray(await unpacked(picture.pixels));
  const { steps, image } = prepare({ width, height, data }, shape, style, { isPhoto: true, isOwn });
  const words = conversion({ width, height }, shape, { style, isOwn, isGrey: picture.isGrey });
  return { read: steps.length, image: [...image], words };
}"""


@pytest.mark.parametrize("is_own", [True, False])
@pytest.mark.parametrize("style", ["digit", "photo"])
@pytest.mark.parametrize("size", [(28, 28), (30, 28), (60, 20)])
@pytest.mark.parametrize("is_grey", [True, False])
def test_a_picture_for_a_net_of_digits_is_read_and_told_as_by_python(
    modules: Page, size: tuple[int, int], style: str, is_own: bool, is_grey: bool
) -> None:
    picture = cv2.line(np.full((*size, 3), 255, np.uint8), (4, 4), (15, 20), (20, 20, 20 if is_grey else 90), 3)
    pixels = packed(opaque(picture).tobytes())
    given = {"shape": size, "pixels": pixels, "isGrey": is_grey}
    found = modules.evaluate(OWN, {"picture": given, "shape": (28, 28, 1), "style": style, "isOwn": is_own})
    expected = prepare(picture, (28, 28, 1), style=style, is_photo=True, is_own=is_own)
    assert found["read"] == len(expected.steps)
    assert (np.abs(np.array(found["image"]) - expected.image.ravel().astype(int)) <= 2).mean() >= 0.99
    assert found["words"] == conversion(picture, (28, 28, 1), style=style, is_own=is_own)
