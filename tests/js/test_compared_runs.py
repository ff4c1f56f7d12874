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
    place.get_by_role("button", name="Move B, net B one place earlier").click()
    assert place.page.evaluate("() => sent") == [["order", ["B", "A"]]]
    for drawn in (data("AB", "a note that comes late"), data("BA")):  # the page was just being drawn when it was moved
        give("compared_runs", drawn)
        expect(place.get_by_role("button", name="Move B, net B one place earlier")).to_be_focused()


def test_after_a_run_is_taken_out_the_keyboard_is_at_the_one_in_its_place(give: Callable[[str, Any], Locator]) -> None:
    place = give("compared_runs", data("ABC"))
    place.get_by_role("button", name="Take A, net A out of the comparison").click()
    give("compared_runs", data("BC"))
    expect(place.get_by_role("button", name="Take B, net B out of the comparison")).to_be_focused()
    place.get_by_role("button", name="Take C, net C out of the comparison").click()
    give("compared_runs", data("B"))  # the last one cannot be taken out
    expect(place.get_by_role("listitem")).to_be_focused()


def test_clicks_that_come_before_the_page_has_answered_add_up(give: Callable[[str, Any], Locator]) -> None:
    place = give("compared_runs", data("ABC"))
    for _ in range(3):  # the third finds it at the end
        place.get_by_role("button", name="Move A, net A one place later").click()
    place.get_by_role("button", name="Take B, net B out of the comparison").click()
    for name in "CA":  # the last one stays
        place.get_by_role("button", name=f"Take {name}, net {name} out of the comparison").click()
    told = [order for _, order in place.page.evaluate("() => sent")]
    assert told == [["B", "A", "C"], ["B", "C", "A"], ["C", "A"], ["A"]]


def test_a_move_between_two_answers_of_the_page_goes_on_from_what_it_was_told_last(
    give: Callable[[str, Any], Locator],
) -> None:
    place = give("compared_runs", data("ABCD"))
    for _ in range(2):
        place.get_by_role("button", name="Move A, net A one place later").click()
    give("compared_runs", data("BACD"))  # the answer to the first
    place.get_by_role("button", name="Move D, net D one place earlier").click()
    for drawn in ("BCAD", "BCDA", "BCDA"):
        give("compared_runs", data(drawn))
    place.get_by_role("button", name="Move A, net A one place earlier").click()
    give("compared_runs", data("DCBAE"))  # one was added, in another order
    place.get_by_role("button", name="Take E, net E out of the comparison").click()
    told = ["".join(order) for _, order in place.page.evaluate("() => sent")]
    assert told == ["BACD", "BCAD", "BCDA", "BCAD", "DCBA"]
