"""The receptive field component: the place under pointer or arrow keys, and the pixels that it sees."""

import base64
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from cnnviz.imaging.decode import encode_png

ROWS, COLUMNS = 4, 6  # places; each sees 3 x 3 pixels of a picture of 6 x 8
DATA = {
    "rows": [(place, place + 3) for place in range(ROWS)],
    "columns": [(place, place + 3) for place in range(COLUMNS)],
    "name": "conv_1",
    "shape": "4 × 6 × 8",
    "unit": None,
    "size": [6, 8],
}


@pytest.fixture
def field(give: Callable[[str, Any], Locator]) -> Callable[..., Locator]:
    """Give data, some of it changed."""
    png = encode_png(np.full((6, 8), 200, np.uint8))
    picture = "data:image/png;base64," + base64.b64encode(png).decode()
    return lambda **changed: give("receptive_field", {**DATA, "picture": picture, **changed})


def words(row: int, column: int) -> str:
    return (
        f"Row {row + 1}, column {column + 1} of conv_1 sees rows {row + 1} to {row + 3} and columns {column + 1} to "
        f"{column + 3}: 3 × 3 = 9 pixels."
    )


def test_arrow_keys_move_the_place_and_stop_at_the_border(field: Callable[..., Locator]) -> None:
    root = field()
    said = root.get_by_role("status")
    expect(said).to_have_text(words(2, 3))
    expect(root.locator("[data-id=size]")).to_have_text("6 × 8")
    root.get_by_role("application").press("ArrowUp")
    expect(said).to_have_text(words(1, 3))
    for _ in range(COLUMNS):
        root.get_by_role("application").press("ArrowRight")
    expect(said).to_have_text(words(1, COLUMNS - 1))


def test_a_click_keeps_the_place_while_the_pointer_moves_on(field: Callable[..., Locator], modules: Page) -> None:
    root = field()
    said = root.get_by_role("status")
    expect(said).to_have_text(words(2, 3))
    box = root.get_by_role("application").bounding_box()
    assert box

    def move(row: int, column: int) -> None:
        modules.mouse.move(
            box["x"] + (column + 0.5) * box["width"] / COLUMNS, box["y"] + (row + 0.5) * box["height"] / ROWS
        )

    move(0, 0)
    expect(said).to_have_text(words(0, 0))
    modules.mouse.down()
    modules.mouse.up()
    move(3, 5)
    expect(said).to_have_text(words(0, 0))


def test_other_data_keep_the_place_of_the_same_layer_where_it_exists(field: Callable[..., Locator]) -> None:
    root = field()
    said = root.get_by_role("status")
    expect(said).to_have_text(words(2, 3))
    root.get_by_role("application").press("ArrowDown")
    field(shape="4 × 6 × 9")
    expect(said).to_have_text(words(3, 3))
    field(rows=DATA["rows"][:2])
    expect(said).to_have_text(words(1, 3))


def test_a_value_of_a_vector_has_no_places_to_point_at(field: Callable[..., Locator]) -> None:
    root = field(rows=[(0, 6)], columns=[(0, 8)], name="dense_1", unit=17)
    expect(root.get_by_role("status")).to_have_text(
        "Value 18 of dense_1 sees rows 1 to 6 and columns 1 to 8: 6 × 8 = 48 pixels."
    )
    expect(root.get_by_role("application")).to_be_hidden()


def test_what_is_not_seen_lies_in_the_shade_and_the_place_is_marked(field: Callable[..., Locator]) -> None:
    root = field()
    expect(root.get_by_role("status")).to_have_text(words(2, 3))

    def colour(name: str, row: float, column: float, of: tuple[int, int]) -> list[int]:
        return root.locator(f"canvas[data-id={name}]").evaluate(
            """(canvas, [x, y]) => {
            const pixel = [x * canvas.width, y * canvas.height, 1, 1];
            return [...canvas.getContext("2d").getImageData(...pixel).data]; }""",
            [column / of[1], row / of[0]],
        )

    assert colour("picture", 3.5, 4.5, (6, 8)) == [200, 200, 200, 255]
    assert colour("picture", 0.5, 0.5, (6, 8)) == [110, 110, 110, 255]  # 55 % of 200
    assert colour("map", 2.5, 3.5, (ROWS, COLUMNS)) == [230, 159, 0, 255]
    assert colour("map", 0.5, 0.5, (ROWS, COLUMNS)) == [0, 0, 0, 0]
