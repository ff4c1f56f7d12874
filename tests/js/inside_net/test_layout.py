"""Where things stand on the page inside a net: nothing jumps, nothing is cut off, what belongs together is level."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator

from tests.js.inside_net.nets import Sample
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
