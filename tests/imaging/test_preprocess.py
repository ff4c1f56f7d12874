"""From a drawing to what the net sees, step by step."""

import cv2
import numpy as np
import pytest

from cnnviz.errors import InvalidImage
from cnnviz.imaging.preprocess import BOX, STROKE, centre_mass, fit_box, prepare, prepare_digit, prepare_photo


def seven(*, pen: int = 9, size: tuple[int, int] = (180, 240), at: tuple[int, int] = (60, 30)) -> np.ndarray:
    """A 7 of 80x110, black on white, on paper of (height, width)."""
    x, y = at
    corners = np.array([(x, y), (x + 80, y), (x + 30, y + 110)], np.int32)
    return cv2.polylines(np.full(size, 255, np.uint8), [corners], False, 0, pen, cv2.LINE_AA)


def difference(first: np.ndarray, second: np.ndarray) -> float:
    """Mean distance of the pixels, as a share of the ink."""
    a, b = first.astype(float), second.astype(float)
    return float(abs(a - b).sum() / a.sum())


def stroke_of(image: np.ndarray) -> float:
    """Width of the long stroke of a prepared 7, in pixels: ink of its middle rows, times the cosine of its slope."""
    rows = image[12:20, :, 0].sum(axis=1) / 255
    return float(rows.mean() * 110 / np.hypot(110, 50))


def test_the_steps_are_named_in_order_and_end_in_the_image() -> None:
    prepared = prepare_digit(seven())
    assert [name for name, _ in prepared.steps] == ["grey", "ink", "crop", "stroke", "box", "centre"]
    assert all(step.ndim == 2 and step.dtype == np.uint8 for _, step in prepared.steps)
    assert prepared.image.shape == (28, 28, 1)
    assert prepared.image.dtype == np.uint8
    assert np.array_equal(prepared.steps[-1][1], prepared.image[..., 0])


def test_each_step_does_what_its_name_says() -> None:
    steps = dict(prepare_digit(seven(pen=1)).steps)
    assert steps["grey"].shape == steps["ink"].shape == (180, 240)
    assert steps["grey"][0, 0] == 255
    assert steps["ink"][0, 0] == 0
    assert steps["ink"].max() == 255
    assert abs(steps["crop"].shape[0] - 111) <= 2
    assert abs(steps["crop"].shape[1] - 81) <= 2
    assert (steps["stroke"] > 127).mean() > 2 * (steps["crop"] > 127).mean()
    assert max(steps["box"].shape) == BOX
    assert steps["box"].shape[0] > steps["box"].shape[1]
    assert steps["centre"].shape == (28, 28)


def test_the_centre_of_mass_is_in_the_middle() -> None:
    image = prepare_digit(seven()).image[..., 0].astype(float)
    assert abs((image.sum(axis=1) @ np.arange(28)) / image.sum() - 14) <= 0.5
    assert abs((image.sum(axis=0) @ np.arange(28)) / image.sum() - 14) <= 0.5


def test_where_it_is_drawn_does_not_matter() -> None:
    moved = prepare_digit(seven(at=(120, 55)))
    assert np.array_equal(prepare_digit(seven()).image, moved.image)


def test_the_size_of_the_paper_does_not_matter() -> None:
    assert np.array_equal(prepare_digit(seven()).image, prepare_digit(seven(size=(500, 300))).image)


def test_light_ink_on_dark_is_the_same_as_dark_on_light() -> None:
    assert np.array_equal(prepare_digit(seven()).image, prepare_digit(255 - seven()).image)


@pytest.mark.parametrize("factor", [0.5, 2, 3, 4])
def test_the_size_it_is_drawn_in_hardly_matters(factor: float) -> None:
    smooth = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    other = cv2.resize(seven(), None, fx=factor, fy=factor, interpolation=smooth)
    first, second = prepare_digit(seven()).image, prepare_digit(other).image
    assert abs(stroke_of(first) - stroke_of(second)) < 0.25  # pixels of 28
    assert difference(first, second) < 0.08


@pytest.mark.parametrize("pen", [1, 2, 5, 15])
def test_thin_and_thick_pens_end_up_alike(pen: int) -> None:
    assert STROKE[0] - 0.7 < stroke_of(prepare_digit(seven(pen=pen)).image) < STROKE[1] + 0.7


def test_without_the_stroke_step_a_thin_and_a_thick_pen_would_differ() -> None:
    thin, thick = (dict(prepare_digit(seven(pen=pen)).steps)["crop"] for pen in (2, 15))
    raw = difference(centre_mass(fit_box(thick)), centre_mass(fit_box(thin)))
    even = difference(prepare_digit(seven(pen=15)).image, prepare_digit(seven(pen=2)).image)
    assert raw > 0.7
    assert even < raw / 1.5


def test_a_hair_line_of_a_large_drawing_keeps_its_full_brightness() -> None:
    drawing = cv2.line(np.full((1000, 900), 255, np.uint8), (100, 50), (800, 900), 0, 1)
    assert prepare_digit(drawing).image.max() == 255


def test_colour_transparency_and_grey_give_the_same_picture() -> None:
    grey = seven()
    rgb = np.repeat(grey[..., None], 3, axis=2)
    black_on_nothing = np.dstack([np.zeros_like(rgb), 255 - grey])
    white_on_nothing = np.dstack([np.full_like(rgb, 255), 255 - grey])
    opaque = np.dstack([rgb, np.full_like(grey, 255)])
    expected = prepare_digit(grey).image
    for drawing in (grey[..., None], rgb, opaque, black_on_nothing, white_on_nothing):
        assert np.array_equal(prepare_digit(drawing).image, expected)


def test_coloured_ink_counts_as_much_as_black() -> None:
    red = np.repeat(seven()[..., None], 3, axis=2)
    red[..., 0] = 255
    assert difference(prepare_digit(seven()).image, prepare_digit(red).image) < 0.05


def test_dust_noise_and_shadow_of_a_photo_are_left_out() -> None:
    rng = np.random.default_rng(0)
    shadow = np.linspace(0, 30, 240)[None, :]
    photo = np.clip(seven() * 0.6 + 60 + shadow + rng.normal(0, 4, (180, 240)), 0, 255)
    photo[4:6, 200:202] = 20
    assert difference(prepare_digit(seven()).image, prepare_digit(photo.astype(np.uint8)).image) < 0.15


def test_separate_strokes_are_all_kept() -> None:
    drawing = seven()
    cv2.line(drawing, (20, 110), (60, 110), 0, 9)
    assert prepare_digit(drawing).steps[2][1].shape[1] > 110


@pytest.mark.parametrize("shade", [0, 128, 255])
@pytest.mark.parametrize("shape", [(50, 80), (50, 80, 3), (50, 80, 4), (1, 1)])
def test_an_empty_drawing_is_refused(shade: int, shape: tuple[int, ...]) -> None:
    with pytest.raises(InvalidImage, match=r"Nothing is drawn here.*Draw a digit first.*Received"):
        prepare_digit(np.full(shape, shade, np.uint8))


@pytest.mark.parametrize(
    "drawing",
    [np.zeros((5, 5)), np.zeros((0, 5), np.uint8), np.zeros((5, 5, 2), np.uint8), np.zeros(5, np.uint8)],
    ids=["float", "no rows", "two channels", "a row"],
)
def test_what_is_no_picture_is_refused(drawing: np.ndarray) -> None:
    with pytest.raises(InvalidImage, match="Received"):
        prepare_digit(drawing)


@pytest.mark.parametrize(
    "points", [[(5, 5)], [(5, 5), (50, 5)], [(5, 5), (5, 30)]], ids=["a dot", "a level line", "a plumb line"]
)
@pytest.mark.parametrize("pen", [1, 7])
def test_a_dot_and_straight_lines_are_drawings_too(points: list[tuple[int, int]], pen: int) -> None:
    drawing = cv2.polylines(np.full((40, 60), 255, np.uint8), [np.array(points * 2, np.int32)], False, 0, pen)
    image = prepare_digit(drawing).image
    assert image.max() > 200
    assert 1 <= np.count_nonzero(image.any(axis=(1, 2))) <= BOX


def test_a_drawing_that_fills_its_paper_is_cut_off_nowhere() -> None:
    ring = cv2.ellipse(np.zeros((60, 90), np.uint8), ((45, 30), (84, 54), 0), 255, 5)
    image = prepare_digit(ring).image[..., 0]
    assert np.count_nonzero(image.any(axis=0)) == BOX
    assert image[14, 14] == 0


def test_fit_box_keeps_the_aspect_and_centre_mass_keeps_every_pixel() -> None:
    box = fit_box(np.full((80, 40), 255, np.uint8))
    assert box.shape == (20, 10)
    picture = centre_mass(box)
    assert int(picture.sum()) == 200 * 255
    lopsided = np.zeros((20, 20), np.uint8)
    lopsided[0] = 255
    lopsided[19, 0] = 1
    assert int(centre_mass(lopsided).sum()) == int(lopsided.sum())


def test_a_photo_is_cut_in_the_middle_and_scaled_by_area() -> None:
    photo = np.zeros((4, 8, 3), np.uint8)
    photo[:, 2:6] = (40, 80, 120)
    photo[0, 2] = (200, 80, 120)
    expected = [[[80, 80, 120], [40, 80, 120]], [[40, 80, 120], [40, 80, 120]]]
    assert prepare_photo(photo, (2, 2, 3)).tolist() == expected


@pytest.mark.parametrize("shape", [(25, 25, 1), (32, 32, 3), (24, 48, 3), (60, 20, 1)])
@pytest.mark.parametrize("size", [(1, 1), (7, 31), (300, 41), (41, 300, 4), (20, 30, 1)])
def test_any_photo_gets_the_shape_that_the_net_takes(shape: tuple[int, int, int], size: tuple[int, ...]) -> None:
    photo = prepare_photo(np.full(size, 90, np.uint8), shape)
    assert photo.shape == shape
    assert photo.dtype == np.uint8
    if len(size) == 2:
        assert (photo == 90).all()


def test_grey_is_the_eyes_grey() -> None:
    green = np.zeros((6, 4, 3), np.uint8)
    green[..., 1] = 200
    assert (prepare_photo(green, (3, 2, 1)) == round(0.587 * 200)).all()


def test_the_style_of_a_data_set_decides_how_a_picture_is_prepared() -> None:
    digit = prepare(seven(), (28, 28, 1), style="digit")
    photo = prepare(seven(), (16, 24, 3), style="photo")
    assert digit.image.shape == (28, 28, 1)
    assert digit.steps
    assert photo.image.shape == (16, 24, 3)
    assert photo.steps == ()
