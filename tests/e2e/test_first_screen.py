"""The Training page's first screen: the curves to come, Start near thumb and keyboard, and the focus after it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.steps import wait_for_rest
from tests.helpers import PATIENCE, until

SIZES = {"wide": (1400, 900), "phone": (390, 844)}
MOST_TABS = 12
MOST_MOVED = 2  # pixels
FOCUSED = """() => document.activeElement.innerText.trim().split("\\n").at(-1)"""


def opened(new_visitor: Callable[..., Page], url: str, size: tuple[int, int]) -> Page:
    page = new_visitor(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{url}/training")
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_enabled()
    return page


def _is_left_of(one: FloatRect | None, other: FloatRect | None) -> bool:
    """Whether a box ends before another one begins; None: it is just being drawn."""
    return one is not None and other is not None and one["x"] + one["width"] <= other["x"]


def _top(part: Locator) -> float:
    """Where a part of the page begins, in pixels; not a number, and so nowhere, where it is just being drawn."""
    box = part.bounding_box()
    return float("nan") if box is None else box["y"]


def _bottom(part: Locator) -> float:
    """Where it ends."""
    box = part.bounding_box()
    return float("nan") if box is None else box["y"] + box["height"]


def _room_between(upper: FloatRect | None, lower: FloatRect | None) -> float:
    """Pixels between two boxes; without end where one is just being drawn."""
    return float("inf") if upper is None or lower is None else lower["y"] - upper["y"] - upper["height"]


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_axes_of_both_curves_and_start_are_in_the_first_screen(
    new_visitor: Callable[..., Page], app_url: str, size: tuple[int, int]
) -> None:
    page = opened(new_visitor, app_url, size)
    start = page.get_by_role("button", name="Start", exact=True)
    expect(start).to_be_in_viewport(ratio=1)
    beside = page.get_by_text("digits-fast, 8 epochs of Handwritten digits (small), batch 32, Adam 0.004")
    expect(beside).to_be_in_viewport(ratio=1)
    plots = page.locator(".empty-curves .plot")
    expect(plots).to_have_count(2)
    for plot in plots.all():
        expect(plot).to_be_in_viewport(ratio=1)
    if size == SIZES["phone"]:
        bar = page.locator(".st-key-training_bar")
        until(lambda: _top(start) > size[1] / 2)  # where the thumb is
        until(lambda: all(_bottom(plot) <= _top(bar) for plot in plots.all()))
    else:
        form = page.get_by_role("combobox", name=re.compile("Net$"))
        until(lambda: _is_left_of(plots.last.bounding_box(), form.bounding_box()))
        until(lambda: _top(form) < size[1] / 4)  # it stands beside the curves


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_start_is_reached_by_few_tabs_and_leaves_the_focus_on_what_can_be_pressed_next(
    new_visitor: Callable[..., Page], app_url: str, size: tuple[int, int]
) -> None:
    page = opened(new_visitor, app_url, size)
    page.get_by_role("slider", name="Epochs").press("End")
    expect(page.get_by_text("digits-fast, 200 epochs")).to_be_visible()
    wait_for_rest(page)  # the keyboard's place is not drawn anew
    page.get_by_role("link", name="Skip to main content").focus()
    tabs = 1  # it is the first of the page
    while page.evaluate(FOCUSED) != "Start":
        page.keyboard.press("Tab")
        tabs += 1
        assert tabs <= MOST_TABS
    page.keyboard.press("Enter")
    page.wait_for_url("**run=**")
    pause = page.get_by_role("button", name="Pause", exact=True)
    expect(pause).to_be_focused(timeout=NETS_PATIENCE)
    expect(pause).to_be_in_viewport(ratio=1)
    assert pause.evaluate("button => button.matches(':focus-visible')")
    page.keyboard.press("Enter")
    resume = page.get_by_role("button", name="Resume", exact=True)
    expect(resume).to_be_focused()
    for curve in ("loss", "accuracy") if size == SIZES["wide"] else ("loss",):
        expect(page.get_by_role("img", name=f"Curve of the {curve}")).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped by hand")).to_be_visible(timeout=NETS_PATIENCE)
    settings = page.get_by_role("button", name="Settings")
    expect(settings).to_be_in_viewport(ratio=1)
    if size == SIZES["wide"]:
        settings.click()
        drawer = page.get_by_test_id("stPopoverBody")
        expect(drawer.get_by_role("combobox", name="Net")).to_be_visible()
        curve = page.get_by_role("img", name="Curve of the loss")
        until(lambda: _is_left_of(curve.bounding_box(), drawer.bounding_box()), PATIENCE / 1000)  # it stays in sight
        page.keyboard.press("Escape")
    row = page.locator(".st-key-training_controls .stHorizontalBlock").first
    until(lambda: row.evaluate("row => row.scrollWidth <= row.clientWidth"))  # every button of the bar is whole
    if size == SIZES["phone"]:
        header, words = page.locator(".st-key-page_header"), page.get_by_text("Stopped by hand").first
        until(lambda: _room_between(header.bounding_box(), words.bounding_box()) < 44)  # no empty line above them


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_the_end_of_a_training_moves_no_curve_and_leaves_start_in_sight(
    new_visitor: Callable[..., Page], app_url: str, size: tuple[int, int]
) -> None:
    page = opened(new_visitor, app_url, size)
    page.get_by_role("slider", name="Epochs").press("End")
    expect(page.get_by_text("digits-fast, 200 epochs")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    stop, rewind = (page.get_by_role("button", name=name, exact=True) for name in ("Stop", "Rewind"))
    expect(stop).to_be_enabled(timeout=NETS_PATIENCE)
    place = stop.bounding_box()
    expect(rewind).to_be_enabled(timeout=NETS_PATIENCE)
    assert stop.bounding_box() == place, "nothing comes under the thumb while a training begins"
    row, figures = page.locator(".st-key-transport_steered"), page.locator(".live-run .figures")
    # in a wide window what can be trained next comes into the bar above all; on a phone the bar is at the foot
    end_of_bar = page.locator(".st-key-training_bar") if size == SIZES["wide"] else None

    def top() -> float:
        box = end_of_bar.bounding_box() if end_of_bar else None
        return _top(figures) - (box["y"] + box["height"] if box else 0)

    before = top()
    stop.click()
    row.evaluate("row => { row.scrollLeft = row.scrollWidth; }")
    expect(page.get_by_text("Stopped by hand")).to_be_visible(timeout=NETS_PATIENCE)
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_in_viewport(ratio=1)
    until(lambda: abs(top() - before) <= MOST_MOVED)
