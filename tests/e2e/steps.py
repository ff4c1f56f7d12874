"""What a person does on every page."""

import contextlib
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from tests.helpers import PATIENCE, until

TRIES = 5
IS_STILL = """() => document.getAnimations().every((one) =>
    one.playState !== "running" || one.effect.getComputedTiming().endTime === Infinity)"""


def go(page: Page, name: str) -> None:
    """Click a page's name as a person would: again, if nothing happens.

    Streamlit drops a page change that meets a timed redraw of a fragment on a busy machine.
    """
    heading = page.get_by_role("heading", name=name, exact=True)
    for _ in range(TRIES):
        page.get_by_test_id("stSidebarNav").get_by_role("link", name=name).click()
        with contextlib.suppress(PlaywrightTimeout):
            heading.wait_for(timeout=10_000)
            return
    expect(heading).to_be_visible()


def insist(act: Callable[[], object], shown: Locator) -> None:
    """Do something that shows something, as a person would: again, where the page was drawn anew under the pointer."""
    for _ in range(TRIES):
        act()
        with contextlib.suppress(PlaywrightTimeout):
            shown.first.wait_for(timeout=10_000)
            return
    expect(shown.first).to_be_visible()


def wait_for_rest(page: Page) -> None:
    """Wait until a page that stands is not being drawn."""
    page.locator("[data-test-script-state=notRunning]").wait_for()


def choose(page: Page, label: str, option: str | re.Pattern[str]) -> None:
    """Open a list and take an option, once the page has been drawn: that would close the list again.

    It is drawn anew once by itself, when the worker of a new server is ready: then it is opened once more.
    """
    box = page.get_by_role("combobox", name=re.compile(rf"{label}$"))
    expect(box).to_be_enabled()
    wait_for_rest(page)
    wanted = page.get_by_role("option", name=option, exact=True)
    for _ in range(TRIES):
        insist(box.click, wanted)
        with contextlib.suppress(PlaywrightTimeout):
            wanted.click(timeout=10_000)
            return
    raise AssertionError(f"{option} could not be chosen in {label}")


def wait_until_still(page: Page) -> None:
    """Wait until nothing glides to its place or colour any more; what goes on without end is let be."""
    page.wait_for_function(IS_STILL)


def expect_above(part: Locator, bottom: float) -> None:
    """Wait until a part of a page ends above a place, in pixels: what is drawn before it may still move it."""

    def is_above() -> bool:
        box = part.bounding_box()
        return box is not None and box["y"] + box["height"] <= bottom

    until(is_above, PATIENCE / 1000)


def expect_as_wide_as(page: Page, width: int) -> None:
    """Wait until nothing of a page is wider than so many pixels, as something may be while it is drawn."""
    page.wait_for_function("(width) => document.documentElement.scrollWidth === width", arg=width)


def start_endless(page: Page, url: str) -> None:
    """Launch a training that goes on until somebody ends it, however long what comes before that takes: for minutes."""
    page.goto(f"{url}/training")
    page.get_by_role("slider", name="Epochs").press("End")
    page.get_by_role("slider", name="Batch size").press("Home")
    page.get_by_role("button", name="Start", exact=True).click()


def draw(paper: Locator, strokes: list[list[tuple[float, float]]]) -> None:
    """Draw with the mouse; points are shares of the paper's side. It ends once the whole drawing has been told."""
    box = paper.bounding_box()
    mouse = paper.page.mouse
    for stroke in strokes:
        points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
        mouse.move(*points[0])
        mouse.down()
        for point in points[1:]:
            mouse.move(*point, steps=8)
        mouse.up()
    paper.page.evaluate("() => new Promise(requestAnimationFrame)")  # until then it tells at most once a frame


def take_plain_settings(page: Page) -> None:
    """Choose 5 epochs, batches of 64 and a constant learning rate instead of the fast recipe."""
    page.get_by_role("button", name="Plain settings", exact=True).click()
    epochs = page.get_by_role("slider", name="Epochs")
    expect(epochs.and_(page.locator('[aria-valuetext="5"]'))).to_have_count(1)
    expect(epochs).to_have_count(1)  # while the form is drawn anew, the one before may still stand beside it
