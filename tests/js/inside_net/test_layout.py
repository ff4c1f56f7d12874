"""Where things stand on the page inside a net: nothing jumps, nothing is cut off, what belongs together is level."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.js.conftest import ORIGIN, wait_for_frames, wait_until
from tests.js.inside_net.nets import CLASSES, Sample
from tests.js.inside_net.test_inside_net import go

SIZES = {"wide": (1400, 900), "tablet": (1024, 768), "phone": (390, 844)}
TOLERANCE = 2  # pixels


@pytest.fixture
def sized(show, plain: Sample) -> Iterator:
    """The page at a size of SIZES; the window is as wide as ever afterwards."""
    place = show(plain)

    def sized(name: str) -> Locator:
        width, height = SIZES[name]
        place.page.set_viewport_size({"width": width, "height": height})
        return place

    yield sized
    place.page.set_viewport_size({"width": 1400, "height": 900})


def box(place: Locator, selector: str) -> dict[str, float]:
    return place.locator(selector).first.bounding_box()


def middle(place: Locator, selector: str) -> float:
    found = box(place, selector)
    return found["y"] + found["height"] / 2


@pytest.mark.parametrize("size", ["wide", "tablet"])
def test_what_is_below_the_toolbar_stays_where_it_is_at_every_level(sized, size: str) -> None:
    place = sized(size)
    at_rest = box(place, ".toolbar")
    for level in (1, 2):
        go(place, 4, 2, 3, 1, level=level)
        assert box(place, ".toolbar")["height"] == pytest.approx(at_rest["height"], abs=TOLERANCE)
    assert place.locator(".toolbar").evaluate("(bar) => bar.scrollWidth <= bar.clientWidth")


def test_a_filter_with_one_channel_stands_level_with_its_bias_and_its_sum(sized) -> None:
    place = sized("wide")
    go(place, 2, 1, level=1)
    level = middle(place, ".joins circle")
    assert middle(place, ".share-row") == pytest.approx(level, abs=TOLERANCE)
    assert middle(place, ".sum-flow > .then") == pytest.approx(level, abs=TOLERANCE)
    assert place.locator(".joins text").text_content() == "+"  # of the bias


def test_the_numbers_of_a_window_are_all_in_sight_on_a_phone(sized) -> None:
    place = sized("phone")
    go(place, 2, 1, 3, 1)
    cells = place.locator(".window td")
    assert cells.count() == 27
    for found in (cells.nth(at).bounding_box() for at in range(27)):
        assert found["x"] >= 0
        assert found["x"] + found["width"] <= SIZES["phone"][0]


PLACES = """(node) => [...node.querySelectorAll(".seen-picture, .input button, .stage .cell, .tints, .timeline")]
  .map((one) => { const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height]; })"""
IN_BAR = """(node) => [...node.querySelectorAll(".edit-row, .edit-words, .edit-more, .edit-buttons button")]
  .map((one) => { const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height]; })"""


@pytest.mark.parametrize("size", SIZES)
def test_nothing_moves_when_the_net_is_changed_and_when_the_answer_to_that_comes(sized, size: str) -> None:
    place = sized(size)
    wait_for_frames(place.page)
    before = place.evaluate(PLACES)
    place.evaluate("({ insideNet: app }) => app.toggleUnit(2, 0)")
    bar = place.evaluate(IN_BAR)
    expect(place.locator(".edit-more span")).to_contain_text(re.compile("answers? changed"))
    place.evaluate("({ insideNet: app }) => { app.toggleUnit(2, 1); app.toggleUnit(4, 0); }")
    expect(place.locator(".edit-words")).to_contain_text("3 changes: ")
    expect(place.locator(".edit-bar")).not_to_have_class(re.compile("computing"))
    assert place.evaluate(IN_BAR) == bar
    assert place.evaluate(PLACES) == before
    box = place.locator(".edit-bar").bounding_box()
    assert box["y"] + box["height"] <= SIZES[size][1], "it is in sight"


@pytest.mark.parametrize("size", SIZES)
def test_a_weight_that_is_refused_moves_nothing(sized, size: str) -> None:
    place = sized(size)
    go(place, 2, 1, level=1)
    place.get_by_role("button", name="Edit weights").click()
    before = box(place, ".sum-flow")
    place.locator(".weight").first.fill("abc")
    place.locator(".weight").first.press("Enter")
    expect(place.get_by_role("alert").filter(has_text="Received: abc.")).to_be_visible()
    assert box(place, ".sum-flow") == before


def test_the_controls_stand_where_they_stay_before_the_first_picture_has_come(
    modules: Page, give, plain: Sample
) -> None:
    waiting: list[Route] = []
    modules.route(f"{ORIGIN}/nets/*", lambda route: waiting.append(route))
    data = {"net": "/nets/net", "images": "/nets/images", "classes": CLASSES, "shape": plain.architecture.input_shape}
    place = give("inside_net", {**data, "photos": [], "kernels": [], "stops": [], "style": "photo", "index": 0})
    wait_until(modules, lambda: len(waiting) >= 2)
    before = box(place, ".sources")
    for route in waiting:
        route.fulfill(body=plain.image_file if route.request.url.endswith("images") else plain.net)
    modules.unroute(f"{ORIGIN}/nets/*")
    place.locator(".class-bar").first.wait_for()
    assert box(place, ".sources") == before
    assert place.locator("[data-id=answer]").text_content()
