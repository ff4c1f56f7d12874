"""The confusion matrix in the browser: numbers, orders, keys, clicks, epochs, and many classes."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

CLASSES = ["ant", "bee", "cow"]
ORDERS = {"class": [0, 1, 2], "error": [2, 0, 1], "cluster": [1, 0, 2]}
CELLS = [[0, 0, 40], [0, 2, 10], [1, 0, 1], [1, 1, 19]]
EPOCHS = [
    {"title": "Epoch 1, validation images", "cells": [[0, 0, 3], [1, 0, 4]], "epoch": 1, "kept": True},
    {"title": "Epoch 2, validation images", "cells": [[0, 0, 5], [1, 1, 2]], "epoch": 2, "kept": False},
]
TEST_STOP = {"title": "Test images", "cells": CELLS, "epoch": 0, "kept": False}


def data_of(**changed: Any) -> dict[str, Any]:
    return {
        "id": "run",
        "classes": CLASSES,
        "labels": CLASSES,
        "stops": [TEST_STOP],
        "orders": ORDERS,
        "worst": [{"cell": [0, 2], "text": "ant taken for cow: 10 images"}],
        "cell": None,
        **changed,
    }


@pytest.fixture
def matrix(give: Callable[[str, Any], Locator]) -> Callable[..., Locator]:
    def show(**changed: Any) -> Locator:
        root = give("confusion_matrix", data_of(**changed))
        expect(root.get_by_role("status")).not_to_be_empty()
        return root

    return show


def sent(page: Page) -> list[Any]:
    return page.evaluate("() => sent")


def colour(root: Locator, row: int, column: int, size: int = 3) -> list[int]:
    """Of a cell near its corner, where no number is."""
    return root.locator("canvas").evaluate(
        """(canvas, [row, column, size]) => {
        const cell = canvas.width / size;
        return [...canvas.getContext("2d").getImageData((column + 0.12) * cell, (row + 0.12) * cell, 1, 1).data]; }""",
        [row, column, size],
    )[:3]


def is_grey(pixel: list[int]) -> bool:
    return max(pixel) - min(pixel) < 25


def test_only_mistakes_have_a_colour_and_what_never_happened_is_empty(matrix: Callable[..., Locator]) -> None:
    root = matrix()
    for cell in ((0, 0), (1, 1)):
        assert is_grey(colour(root, *cell))
    assert colour(root, 2, 2) == colour(root, 0, 1) == [247, 247, 247]
    red, green, blue = colour(root, 0, 2)
    assert red > green > blue
    assert colour(root, 1, 0)[2] > blue, "one mistake is paler than ten"


def test_the_ground_is_as_light_in_the_dark_theme(matrix: Callable[..., Locator]) -> None:
    root = matrix()
    root.evaluate("root => root.style.setProperty('--st-background-color', '#000')")
    assert colour(root, 0, 1) == [247, 247, 247]


def test_arrow_keys_move_and_enter_asks_for_the_images(matrix: Callable[..., Locator], modules: Page) -> None:
    root = matrix()
    cells, said = root.get_by_role("application"), root.get_by_role("status")
    expect(said).to_have_text("59 of 70 images right, 84.3\u202f%. Click a cell to see its images.")
    cells.press("ArrowRight")
    expect(said).to_have_text(
        re.compile("^ant, recognised: 40 images, 80.0\u202f% of class ant, 97.6\u202f% of what it called ant")
    )
    for key in ("ArrowUp", "ArrowRight", "ArrowRight", "ArrowRight"):
        cells.press(key)
    expect(said).to_have_text(
        "ant, taken for cow: 10 images, 20.0\u202f% of class ant, 100.0\u202f% of what it called cow."
    )
    cells.press("ArrowDown")
    cells.press("ArrowDown")
    expect(said).to_have_text("cow, recognised: 0 images, no image is of class cow, 0.0\u202f% of what it called cow.")
    cells.press("ArrowUp")
    cells.press("Enter")
    assert sent(modules) == [["cell", [1, 2]]]


def test_a_click_asks_for_the_cell_under_it_in_every_order(matrix: Callable[..., Locator], modules: Page) -> None:
    root = matrix()
    box = root.get_by_role("application").bounding_box()
    assert box
    for order, expected in (("class", [0, 2]), ("error", [2, 1]), ("cluster", [1, 2])):
        root.get_by_label("Order").select_option(order)
        root.get_by_role("application").click(position={"x": box["width"] * 0.9, "y": box["height"] * 0.1})
        assert sent(modules)[-1] == ["cell", expected]
        labels = root.locator(".rows span").all_text_contents()
        assert labels == [CLASSES[place] for place in ORDERS[order]]


def test_shares_of_rows_and_columns_take_the_place_of_counts(matrix: Callable[..., Locator]) -> None:
    root = matrix()
    expect(root.locator("[data-id=most]")).to_have_text("10 images")
    root.get_by_role("button", name="% of row").click()
    expect(root.get_by_role("button", name="% of row")).to_have_attribute("aria-pressed", "true")
    expect(root.locator("[data-id=most]")).to_have_text("20 % of the true class")
    root.get_by_role("button", name="% of column").click()
    expect(root.locator("[data-id=most]")).to_have_text("100 % of what the net called so")


def test_the_worst_confusions_are_buttons_in_words(matrix: Callable[..., Locator], modules: Page) -> None:
    root = matrix()
    root.get_by_role("button", name="ant taken for cow").click()
    assert sent(modules) == [["cell", [0, 2]]]
    expect(root.get_by_role("button", name="ant taken for cow")).to_have_attribute("aria-pressed", "true")
    expect(root.get_by_role("application")).to_have_attribute("aria-label", re.compile("Most often: ant taken for cow"))


def test_the_cell_of_a_link_is_chosen_at_once(matrix: Callable[..., Locator]) -> None:
    root = matrix(cell=[1, 0])
    expect(root.get_by_role("status")).to_have_text(re.compile("^bee, taken for ant: 1 image, 5.0\u202f% of class bee"))
    assert root.locator(".marked").all_text_contents() == ["bee", "ant"]


def test_one_scrubs_and_plays_through_the_epochs(matrix: Callable[..., Locator], modules: Page) -> None:
    root = matrix(stops=[*EPOCHS, TEST_STOP])
    slider, said = root.get_by_role("slider", name="Epoch of the matrix"), root.get_by_role("status")
    expect(slider).to_have_value("2")
    slider.fill("0")
    expect(said).to_have_text(re.compile("^Epoch 1, validation images: 3 of 7 images right, 42.9\u202f%"))
    expect(slider).to_have_attribute("aria-valuetext", "Epoch 1, validation images")
    root.get_by_role("application").click(position={"x": 10, "y": 10})
    assert sent(modules) == [], "the images of the validation are not kept"
    expect(root.get_by_role("button", name="Evaluate this epoch")).to_be_visible()
    slider.fill("1")
    expect(root.get_by_role("button", name="Evaluate this epoch")).to_be_hidden()
    slider.fill("0")
    root.get_by_role("button", name="Evaluate this epoch").click()
    assert sent(modules) == [["epoch", 1]]
    root.get_by_role("button", name="Play epochs").click()
    expect(said).not_to_have_text(re.compile("^Epoch"))
    expect(slider).to_have_value("2")
    expect(root.get_by_role("button", name="Play epochs")).to_have_text("Play epochs")


def test_another_net_begins_with_its_test_images_and_keeps_the_order(matrix: Callable[..., Locator]) -> None:
    root = matrix(stops=[*EPOCHS, TEST_STOP])
    root.get_by_label("Order").select_option(label="worst first")
    root.get_by_role("slider").fill("0")
    matrix(id="other", stops=[EPOCHS[0], TEST_STOP])
    expect(root.get_by_role("slider")).to_have_value("1")
    expect(root.get_by_label("Order")).to_have_value("error")


DIFFERENCE = {"title": "other net", "cells": [[0, 0, 30], [0, 2, -30], [1, 0, 4.5]], "accuracy": 0.8}


def test_minus_another_net_more_is_blue_less_is_red_and_the_same_is_light(matrix: Callable[..., Locator]) -> None:
    root = matrix(difference=DIFFERENCE, stops=[*EPOCHS, TEST_STOP])
    expect(root.get_by_role("button", name="Difference")).to_have_attribute("aria-pressed", "true")
    expect(root.get_by_role("status")).to_contain_text(
        "4.3 points more of the test images are right than with other net."
    )
    assert colour(root, 0, 0) == [33, 102, 172]
    assert colour(root, 0, 2) == [178, 24, 43]
    assert colour(root, 1, 1) == [247, 247, 247]
    assert root.locator(".legend span").all_text_contents() == ["\u221230", "+30 points of % of the true class"]
    expect(root.get_by_role("slider")).to_be_hidden()
    for _ in range(3):
        root.get_by_role("application").press("ArrowRight")
    expect(root.get_by_role("status")).to_have_text(
        "ant is taken for cow less often than by other net: 30.0 points of class ant."
    )


def test_on_a_dark_page_the_ground_is_dark_and_every_colour_means_the_same(
    matrix: Callable[..., Locator], modules: Page
) -> None:
    modules.evaluate("() => { document.documentElement.style.colorScheme = 'dark'; }")
    root = matrix(difference=DIFFERENCE)
    assert max(colour(root, 1, 1)) < 60, "as often as the other net"
    more, less = colour(root, 0, 0), colour(root, 0, 2)
    assert more[2] > more[0]
    assert less[0] > less[2]
    root.get_by_role("button", name="Counts").click()
    assert max(colour(root, 2, 2)) < 60, "no image"
    assert is_grey(colour(root, 0, 0))
    mistake = colour(root, 0, 2)
    assert mistake[0] > 150 > mistake[2]
    modules.evaluate("() => { document.documentElement.style.colorScheme = ''; }")


def test_the_difference_leads_to_the_images_of_this_net_and_leaves_with_the_other_one(
    matrix: Callable[..., Locator], modules: Page
) -> None:
    root = matrix(difference=DIFFERENCE)
    root.get_by_role("application").click(position={"x": 5, "y": 5})
    assert sent(modules) == [["cell", [0, 0]]]
    root.get_by_role("button", name="% of row").click()
    matrix(difference=DIFFERENCE, cell=[0, 0])
    expect(root.get_by_role("button", name="% of row")).to_have_attribute("aria-pressed", "true")
    root.get_by_role("button", name="Difference").click()
    matrix(cell=[0, 0])
    expect(root.get_by_role("button", name="Counts")).to_have_attribute("aria-pressed", "true")
    expect(root.get_by_role("button", name="Difference")).to_be_hidden()


@pytest.mark.parametrize("size", [2, 10, 25, 60, 100])
def test_from_2_to_100_classes_cells_are_square_and_names_do_not_overlap(
    matrix: Callable[..., Locator], size: int
) -> None:
    rng = np.random.default_rng(size)
    classes = [f"kind {number}" for number in range(size)]
    cells = [[row, row, 50] for row in range(size)] + [
        [int(r), int(c), 2] for r, c in rng.integers(0, size, (3 * size, 2)) if r != c
    ]
    order = list(range(size))
    root = matrix(
        classes=classes, labels=classes, worst=[], orders={"class": order, "error": order[::-1], "cluster": order},
        stops=[{**TEST_STOP, "cells": [list(cell) for cell in {tuple(cell[:2]): cell for cell in cells}.values()]}],
    )  # fmt: skip
    box = root.get_by_role("application").bounding_box()
    assert box
    assert box["width"] == box["height"]
    assert 200 <= box["width"] <= 560
    for axis, side in (("rows", "y"), ("columns", "x")):
        names = root.locator(f".{axis} span")
        assert min(size, 20) <= names.count() <= 60
        boxes = names.evaluate_all("spans => spans.map((span) => span.getBoundingClientRect().toJSON())")
        length = "height" if side == "y" else "width"
        starts = sorted((one[side], one[length]) for one in boxes)
        assert all(a + size_a <= b + 3 for (a, size_a), (b, _) in pairwise(starts))
    cell = box["width"] / size
    root.get_by_role("application").click(position={"x": 7.5 * cell % box["width"], "y": 1.5 * cell})
    expect(root.get_by_role("status")).to_have_text(re.compile("^kind 1,"))
    assert "kind 1" in root.locator(".rows .marked").all_text_contents()


def test_cards_lead_inside_and_say_what_the_net_answered(give: Callable[[str, Any], Locator], modules: Page) -> None:
    answers = [
        {"name": "3", "share": 0.9, "text": "90.0\u202f%", "is_true": False},
        {"name": "8", "share": 0.1, "text": "10.0\u202f%", "is_true": True},
    ]
    pixel = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    card = {"index": 219, "picture": pixel, "true": "8", "answers": answers, "url": "/inside?run=a&index=219"}
    root = give("image_cards", {"title": "8, taken for 3", "cards": [card]})
    link = root.get_by_role("link", name="Test image 220, 8. The net says 3 90.0\u202f%, 8 10.0\u202f%. Look inside.")
    expect(link).to_have_attribute("href", "/inside?run=a&index=219")
    expect(root.get_by_role("list", name="8, taken for 3")).to_be_visible()
    address = modules.url
    link.click()
    assert sent(modules) == [["open", 219]]
    assert modules.url == address
