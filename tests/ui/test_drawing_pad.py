"""What comes from the drawing pad in the browser: a drawing, or nothing."""

import base64
from typing import Any

import numpy as np
import pytest

from cnnviz.imaging.decode import encode_png
from cnnviz.ui.components.drawing_pad import MAX_POINTS, SIDE, read_drawing

PIXELS = np.full((SIDE, SIDE, 3), 255, np.uint8)
PIXELS[100:110, 50:200] = 0
STROKE = {"tool": "pen", "thickness": 0.06, "points": [[0.1, 0.2], [0.5, 0.25, 0.7]]}


def as_text(image: np.ndarray) -> str:
    return base64.b64encode(encode_png(image)).decode()


MESSAGE = {"strokes": [STROKE], "png": as_text(PIXELS)}


def test_a_drawing_is_read_with_its_strokes() -> None:
    drawing = read_drawing(MESSAGE)
    assert drawing is not None
    assert drawing.strokes == [STROKE]
    assert np.array_equal(drawing.pixels, PIXELS)


def test_an_empty_paper_is_a_drawing_without_pixels() -> None:
    drawing = read_drawing({"strokes": [], "png": ""})
    assert drawing is not None
    assert drawing.pixels is None


@pytest.mark.parametrize(
    "value",
    [
        None,
        7,
        "<script>",
        [MESSAGE],
        {},
        {"strokes": [STROKE]},
        {**MESSAGE, "more": 1},
        {**MESSAGE, "strokes": "all"},
        {**MESSAGE, "strokes": [{**STROKE, "tool": "axe"}]},
        {**MESSAGE, "strokes": [{**STROKE, "thickness": 0}]},
        {**MESSAGE, "strokes": [{**STROKE, "thickness": 1e9}]},
        {**MESSAGE, "strokes": [{**STROKE, "points": []}]},
        {**MESSAGE, "strokes": [{**STROKE, "points": [[0.1]]}]},
        {**MESSAGE, "strokes": [{**STROKE, "points": [[0.1, float("nan")]]}]},
        {**MESSAGE, "strokes": [{**STROKE, "points": [[0.1, 99]]}]},
        {**MESSAGE, "strokes": [{**STROKE, "points": [[0.1, 0.2]] * (MAX_POINTS // 2 + 1)}] * 2},
        {**MESSAGE, "png": "no base64 \N{SNOWMAN}"},
        {**MESSAGE, "png": base64.b64encode(b"GIF89a").decode()},
        {**MESSAGE, "png": base64.b64encode(encode_png(PIXELS)[:60]).decode()},
        {**MESSAGE, "png": as_text(PIXELS[:-1])},
        {**MESSAGE, "png": as_text(np.zeros((9000, 9000), np.uint8))},
        {**MESSAGE, "png": "A" * 10_000_000},
    ],
    ids=range(22),
)
def test_junk_is_no_drawing(value: Any) -> None:
    assert read_drawing(value) is None
