"""Several pictures go through the net of the Home page, side by side."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NETS_PATIENCE


def test_what_three_pictures_of_a_class_share_goes_when_one_is_swapped(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/inside")
    canvas = page.locator(".inside-net")
    canvas.locator(".cell").first.wait_for(timeout=NETS_PATIENCE)
    canvas.get_by_role("button", name="Several pictures").click()
    expect(page).to_have_url(re.compile("view=journey"))  # a link to it
    alike = canvas.locator('.number[data-name="alike in all"]')
    expect(alike).not_to_be_empty()
    together = float(alike.inner_text())
    canvas.get_by_role("button", name="Other class").nth(1).click()
    expect(canvas.locator(".journey tfoot th .hint")).to_have_text(f"was {together:.2f}")
    assert float(alike.inner_text()) < together
    canvas.locator(".journey-cell").nth(5).click()
    expect(canvas.locator(".opened .lead")).to_have_text("Of each window of 2 × 2 pixels the largest value goes on.")
    page.keyboard.press("Escape")
    expect(canvas.locator(".journey-cell").nth(5)).to_be_focused()
