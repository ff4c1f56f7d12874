"""Paper and ink of photos, found locally."""

import cv2
import numpy as np
import pytest

from cnnviz.bench.photographed import PHOTOS, photographed
from cnnviz.imaging.paper_lines import without_lines
from cnnviz.imaging.paper_marks import strokes_alone
from cnnviz.imaging.photo_paper import find_sheet, flatten_photo
from cnnviz.imaging.preprocess import prepare, prepare_digit
from tests.imaging.paper_photos import KINDS, photo

SHAPE = (28, 28, 1)


def three(pen: int) -> np.ndarray:
    """A 3 on white paper, 300 x 400 pixels, RGB."""
    paper = np.full((300, 400, 3), 255, np.uint8)
    cv2.ellipse(paper, (190, 105), (48, 42), 0, -150, 90, (10, 10, 10), pen, cv2.LINE_AA)
    cv2.ellipse(paper, (190, 195), (56, 48), 0, -90, 150, (10, 10, 10), pen, cv2.LINE_AA)
    return paper


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """How much two prepared digits differ, as a share of the ink of the first."""
    return float(abs(first.astype(float) - second.astype(float)).sum() / first.astype(float).sum())


@pytest.mark.parametrize("pen", [2, 7, 18])
@pytest.mark.parametrize("kind", PHOTOS)
def test_a_photographed_digit_looks_to_the_net_like_the_clean_one(kind: str, pen: int) -> None:
    clean = prepare_digit(three(pen)).image
    photo = prepare(photographed(three(pen), kind), SHAPE, style="digit", is_photo=True).image
    assert distance(clean, photo) < 0.35


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", KINDS)
def test_shadows_holes_margins_and_dots_are_no_ink(kind: str, seed: int) -> None:
    pen = (3, 9, 18)[seed % 3]
    shown = prepare(photo(three(pen), kind, seed), SHAPE, style="digit", is_photo=True).image
    assert distance(prepare_digit(three(pen)).image, shown) < 0.35


def test_the_strokes_of_a_wide_marker_are_no_shadow() -> None:
    photo_of_it = prepare(photo(three(36), "a soft shadow", 1), SHAPE, style="digit", is_photo=True).image
    assert distance(prepare_digit(three(36)).image, photo_of_it) < 0.35


def test_a_line_is_found_at_any_slope_that_paper_has() -> None:
    for rise in (-12, -3, 0, 5, 11):
        ink = np.zeros((200, 300), np.uint8)
        cv2.line(ink, (0, 100 - rise // 2), (299, 100 + rise - rise // 2), 200, 2)
        without = without_lines(ink, np.ones(ink.shape, bool), 50)
        assert (without > 0).sum() < 0.02 * (ink > 0).sum()


def test_a_hole_is_no_stroke_but_a_one_at_the_margin_is() -> None:
    page = np.zeros((300, 400), np.uint8)
    cv2.circle(page, (20, 80), 9, 255, -1)
    cv2.circle(page, (20, 220), 9, 255, -1)
    cv2.line(page, (60, 60), (60, 240), 255, 9)
    kept = strokes_alone(page, reaching_in=False)
    assert not kept[:, :40].any()
    assert np.array_equal(kept[:, 40:], page[:, 40:])


def test_a_hard_shadow_is_no_ink() -> None:
    picture = three(9).astype(float)
    picture[:, :230] *= 0.6
    photo = prepare(picture.astype(np.uint8), SHAPE, style="digit", is_photo=True).image
    assert distance(prepare_digit(three(9)).image, photo) < 0.35


def test_chalk_on_an_unevenly_lit_board_is_ink() -> None:
    board = (255 - three(9)) * np.linspace(0.6, 1, 400)[None, :, None] * 0.8 + 30
    photo = prepare(board.astype(np.uint8), SHAPE, style="digit", is_photo=True).image
    assert distance(prepare_digit(three(9)).image, photo) < 0.35


def test_a_box_around_the_digit_is_left_out() -> None:
    boxed = three(9)
    cv2.rectangle(boxed, (110, 40), (280, 265), (60, 60, 60), 2)
    photo = prepare(boxed, SHAPE, style="digit", is_photo=True).image
    assert np.array_equal(photo, prepare_digit(three(9)).image)


def test_a_clean_drawing_stays_as_it_was() -> None:
    assert np.array_equal(prepare(three(9), SHAPE, style="digit", is_photo=True).image, prepare_digit(three(9)).image)


def test_a_small_digit_of_a_data_set_stays_as_it_was() -> None:
    small = prepare_digit(three(9)).image
    again = prepare(small, SHAPE, style="digit", is_photo=True).image
    assert np.array_equal(again, prepare_digit(small).image)


def test_a_sheet_is_found_only_where_one_lies() -> None:
    lying = np.full((200, 300), 60, np.uint8)
    lying[40:160, 50:250] = 240
    sheet = find_sheet(lying)
    assert sheet is not None
    assert sheet[100, 150]
    assert not sheet[[20, 100, 180], [150, 20, 280]].any()
    assert not sheet[41, 60]  # its edge
    shaded = np.tile(np.linspace(60, 240, 300), (200, 1)).astype(np.uint8)
    assert find_sheet(shaded) is None
    assert find_sheet(np.full((200, 300), 240, np.uint8)) is None


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2), (28, 28), (12, 900)])
def test_an_empty_photo_of_any_size_is_all_paper(size: tuple[int, int]) -> None:
    assert (flatten_photo(np.full(size, 130, np.uint8)) == 255).all()
