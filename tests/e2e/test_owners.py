"""Two browsers on one server: what one of them trains, the other neither sees nor touches until it is shared."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from cnnviz.web.visitor_cookie import COOKIE
from tests.e2e.conftest import NETS_PATIENCE
from tests.helpers import PATIENCE

RUNNING = re.compile(r"Epoch \d+ of 200")
PAUSED = re.compile(r"Epoch \d+ of 200, .*, paused")
NOT_KEPT = "The link names a run that is not kept here"
READ_ONLY = "This run belongs to somebody else"
COMMANDS = ("Pause", "1 batch", "1 epoch", "Stop")
HELD = ("Resume", "1 batch", "1 epoch", "Stop")  # what a held training can be told
PAGES = ("training", "inside", "evaluation", "runs")


@pytest.fixture
def stranger(new_visitor: Callable[..., Page]) -> Page:
    """A page of another browser."""
    return new_visitor()


def _button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def _secret(context: BrowserContext) -> dict:
    return next(cookie for cookie in context.cookies() if cookie["name"] == COOKIE)


def _share(page: Page, choice: str) -> None:
    _button(page, "Share").click()
    page.get_by_role("radiogroup", name="Who may look at this run?").get_by_text(choice).click()


def test_a_run_is_its_browsers_own_in_all_tabs_and_nobody_elses_until_it_is_shared(
    page: Page, stranger: Page, app_url: str
) -> None:
    page.goto(f"{app_url}/training")
    page.get_by_role("slider", name="Epochs").press("End")
    _button(page, "Start").click()
    expect(page.get_by_text(RUNNING)).to_be_visible(timeout=NETS_PATIENCE)
    _button(page, "Pause").click()  # it lasts for as long as this takes
    expect(page.get_by_text(PAUSED)).to_be_visible()
    link, run_id = page.url, page.url.split("run=")[1]
    secret = _secret(page.context)
    assert secret["httpOnly"]
    assert secret["value"] not in page.evaluate("document.cookie")

    for place in PAGES:
        stranger.goto(f"{app_url}/{place}?run={run_id}")
        expect(stranger.get_by_text(NOT_KEPT)).to_be_visible()
    assert _secret(stranger.context)["value"] != secret["value"]
    expect(stranger.get_by_text("Open on the Training page")).to_be_visible()
    assert stranger.locator(f'a[href*="{run_id}"]').count() == 0

    second = page.context.new_page()
    second.set_default_timeout(PATIENCE)
    for tab in (page, second):
        tab.goto(link)
        expect(tab.get_by_text(RUNNING)).to_be_visible()
        for name in HELD:
            expect(_button(tab, name)).to_be_enabled()
    _button(second, "Resume").click()
    for tab in (page, second):
        expect(_button(tab, "Pause")).to_be_enabled()
    _button(page, "Pause").click()
    for tab in (page, second):
        expect(tab.get_by_text(PAUSED)).to_be_visible()
    _share(second, "Whoever has the link")
    expect(second.get_by_text(f"/training?run={run_id}")).to_be_visible()

    stranger.goto(link)
    expect(stranger.get_by_text(READ_ONLY)).to_be_visible()
    expect(stranger.get_by_text(RUNNING)).to_be_visible()
    for name in COMMANDS:
        expect(_button(stranger, name)).to_be_disabled()
    for name in ("Rewind", "Share", "Learning rate"):
        expect(_button(stranger, name)).to_have_count(0)

    _button(second, "Stop").click()
    stopped = re.compile(r"Stopped by hand in epoch \d+")
    for tab in (second, stranger, page):
        expect(tab.get_by_text(stopped)).to_be_visible(timeout=NETS_PATIENCE)
    second.goto(f"{app_url}/runs?run={run_id}")
    _button(second, "Edit").click()
    second.get_by_role("textbox", name="Name").fill("ours")
    second.get_by_role("textbox", name="Name").press("Enter")
    _button(second, "Keep changes").click()
    expect(second.get_by_role("heading", name="ours on Handwritten digits (small)")).to_be_visible()

    stranger.reload()
    expect(stranger.get_by_text("ours on Handwritten digits (small)")).to_be_visible()
    _button(stranger, "Save").click()
    net = stranger.get_by_role("button", name="Net (.keras)")
    with stranger.expect_download():
        net.click()
    _share(page, "Only me")
    expect(page.get_by_text(f"/training?run={run_id}")).to_have_count(0)
    net.click()
    refused = stranger.get_by_text("There is no run")
    expect(refused.first).to_be_visible()  # by the page, where it was drawn anew meanwhile, or by the file
    page.keyboard.press("Escape")
    _share(page, "Whoever has the link")
    expect(page.get_by_text(f"/training?run={run_id}")).to_be_visible()
    stranger.goto(link)
    _button(stranger, "Train on from here").click()
    _button(stranger, "Copy it and train on").click()
    of_copy = stranger.get_by_text(RUNNING).first  # the panel of the run before stays until the page is drawn
    expect(of_copy).to_be_visible(timeout=NETS_PATIENCE)
    expect(stranger).to_have_url(re.compile(f"run=(?!{run_id})"))
    copy_link = stranger.url
    _button(stranger, "Stop").click()
    expect(stranger.get_by_text(stopped)).to_be_visible(timeout=NETS_PATIENCE)
    page.goto(copy_link)
    expect(page.get_by_text(NOT_KEPT)).to_be_visible()

    _button(second, "More").click()
    _button(second, "Delete").click()
    expect(second.get_by_text("1 run deleted.")).to_be_visible()
    stranger.goto(link)
    expect(stranger.get_by_text("The run that the link names was deleted")).to_be_visible()
