"""The runs of a comparison: what moving one asks of the page, and where the keyboard is after that."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Locator, expect


def data(ids: str, note: str = "") -> dict[str, Any]:
    return {"runs": [{"id": one, "letter": one, "name": f"net {one}", "note": note, "colour": "red"} for one in ids]}


def test_the_keyboard_stays_with_a_run_that_is_moved_whatever_is_drawn_before_that(
    give: Callable[[str, Any], Locator],
) -> None:
    place = give("compared_runs", data("AB"))
    place.get_by_role("button", name="Move B, net B forward").click()
    assert place.page.evaluate("() => sent") == [["order", ["B", "A"]]]
    for drawn in (data("AB", "a note that comes late"), data("BA")):  # the page was just being drawn when it was moved
        give("compared_runs", drawn)
        expect(place.get_by_role("button", name="Move B, net B forward")).to_be_focused()


def test_a_run_that_is_taken_out_takes_the_keyboard_nowhere_else(give: Callable[[str, Any], Locator]) -> None:
    place = give("compared_runs", data("ABC"))
    place.get_by_role("button", name="Take A, net A out of the comparison").click()
    give("compared_runs", data("BC"))
    assert place.page.evaluate("() => root.activeElement") is None
