"""The address of the page Inside: it says what is shown as soon as the hand rests, and older links go on working."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.steps import go, wait_for_rest


def opened(page: Page, url: str) -> Locator:
    page.goto(url)
    canvas = page.locator(".inside-net")
    expect(canvas.locator(".answer .class-bar.best")).to_be_visible(timeout=NETS_PATIENCE)
    return canvas


def test_images_count_from_1_and_an_older_link_shows_the_one_it_always_did(page: Page, app_url: str) -> None:
    canvas = opened(page, f"{app_url}/inside?index=2")
    expect(canvas.locator(".seen-name")).to_have_text(re.compile("^Test image 3:"))
    expect(page).to_have_url(re.compile(r"[?&]image=3(&|$)"))
    canvas.get_by_role("button", name="Next ›").click()
    expect(page).to_have_url(re.compile(r"[?&]image=4(&|$)"))
    canvas = opened(page, page.url)
    expect(canvas.locator(".seen-name")).to_have_text(re.compile("^Test image 4:"))


def test_what_is_opened_when_the_page_is_left_at_once_is_open_again_after_back(page: Page, app_url: str) -> None:
    canvas = opened(page, f"{app_url}/inside?image=2")
    canvas.locator('.cell[data-layer="2"]').nth(3).click()
    expect(canvas.locator(".opened")).to_be_visible()
    go(page, "Kernels")
    expect(page).to_have_url(re.compile(r"/kernels(\?|$)"))
    assert "layer" not in page.url
    page.go_back()
    expect(page).to_have_url(re.compile(r"/inside\?.*layer=.*unit=4"))
    expect(canvas.locator(".opened")).to_be_visible(timeout=NETS_PATIENCE)


def test_a_link_clicked_at_any_time_after_a_change_leads_to_its_page_alone(page: Page, app_url: str) -> None:
    canvas = opened(page, f"{app_url}/inside")
    for delay in (0, 150, 300, 500, 690, 720, 760):
        wait_for_rest(page)
        link = page.get_by_test_id("stSidebarNav").get_by_role("link", name="Kernels")
        link.hover()
        canvas.get_by_role("button", name="Next ›").evaluate("(next) => next.click()")
        page.wait_for_timeout(delay)
        page.mouse.down()
        page.mouse.up()
        expect(page.get_by_role("heading", name="Kernels", exact=True)).to_be_visible()
        wait_for_rest(page)
        page.wait_for_timeout(900)  # nothing told late leads back
        assert re.fullmatch(r"/kernels(\?kernel=[-_01]*)?", page.url.removeprefix(app_url)), delay
        go(page, "Inside")
        expect(canvas.locator(".answer .class-bar.best")).to_be_visible(timeout=NETS_PATIENCE)
