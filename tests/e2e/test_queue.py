"""Two people, one worker: the second waits for the first, and sees it; a pause lets the second train."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.curves import positions, wait_until_curve
from tests.e2e.steps import go, start_endless

WAITING = re.compile(r"Waiting: 1 training before yours")


def _start_short(page: Page, url: str) -> None:
    """Launch a training of one epoch."""
    page.goto(f"{url}/training")
    page.get_by_role("slider", name="Epochs").press("Home")
    page.get_by_role("button", name="Start", exact=True).click()


def test_the_second_person_waits_in_the_queue_and_is_trained_when_the_first_ends(
    page: Page, new_visitor: Callable[..., Page], app_url: str
) -> None:
    start_endless(page, app_url)
    expect(page.get_by_text(re.compile(r"Epoch \d+ of 200"))).to_be_visible(timeout=NETS_PATIENCE)
    link = page.url

    second = new_visitor()
    _start_short(second, app_url)
    expect(second.get_by_text(WAITING)).to_be_visible()
    second.get_by_role("button", name="Stop", exact=True).click()
    expect(second.get_by_text("Stopped by hand while it waited in the queue")).to_be_visible()
    second.get_by_role("button", name="Start", exact=True).click()
    expect(second.get_by_text(WAITING)).to_be_visible()

    go(page, "Runs")
    go(page, "Training")
    expect(page.get_by_text("Nothing has been learned yet")).to_be_visible()
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text("One training at a time for each visitor")).to_be_visible()

    page.get_by_role("link", name="Go to your training").click()
    expect(page).to_have_url(link)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile(r"Stopped by hand in epoch \d+"))).to_be_visible(timeout=NETS_PATIENCE)
    expect(second.get_by_text("test images right").first).to_be_visible(timeout=NETS_PATIENCE)


def test_a_pause_lets_the_second_person_train_and_the_first_goes_on_after_that(
    page: Page, new_visitor: Callable[..., Page], app_url: str
) -> None:
    start_endless(page, app_url)
    page.get_by_role("button", name="Pause", exact=True).click(timeout=NETS_PATIENCE)
    expect(page.get_by_text(re.compile(r"Epoch \d+ of \d+, batch \d+ of \d+, paused$"))).to_be_visible()

    second = new_visitor()
    _start_short(second, app_url)
    expect(second.get_by_text("test images right").first).to_be_visible(timeout=NETS_PATIENCE)

    expect(page.get_by_text("paused: the worker is free for others")).to_be_visible()
    page.reload()
    expect(page.get_by_text("paused: the worker is free for others")).to_be_visible()
    held = max(positions(page))
    page.get_by_role("button", name="Resume", exact=True).click()
    wait_until_curve(page, "x.at(-1) > bound", held)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("test images right").first).to_be_visible(timeout=NETS_PATIENCE)
