"""The trained net is changed by hand in the browser, and kept as a net of one's own."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NETS_PATIENCE

SILENT = re.compile("0 everywhere on this picture")


def test_a_filter_is_switched_off_and_the_net_without_it_kept(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/inside")
    canvas = page.locator(".inside-net")
    filters = canvas.locator('.cell[data-layer="2"]')
    filters.first.wait_for(timeout=NETS_PATIENCE)
    expect(canvas.locator(".answer .class-bar.best")).to_be_visible()
    for unit in (1, 2):
        filters.nth(unit).click(modifiers=["Shift"])
    accuracy = canvas.locator(".edit-accuracy")
    expect(accuracy).to_contain_text(re.compile(r"Right on 360 test images: [\d.]+.% → [\d.]+.%"))
    now = float(re.findall(r"[\d.]+", accuracy.inner_text())[-1])
    canvas.get_by_role("button", name="Save as a new net").click()
    expect(page.get_by_text("(edited)", exact=False).first).to_be_visible(timeout=NETS_PATIENCE)
    page.get_by_role("link", name="See it on the Training page").click()
    expect(page).to_have_url(re.compile("training.*run="))
    run_id = page.url.split("run=")[1]
    expect(page.get_by_text(re.compile(f"{now:.1f}")).first).to_be_visible(timeout=NETS_PATIENCE)

    page.goto(f"{app_url}/inside?run={run_id}")
    for unit in (1, 2):
        expect(filters.nth(unit)).to_have_attribute("aria-label", SILENT, timeout=NETS_PATIENCE)
    expect(canvas.locator(".edit-bar")).to_be_hidden()
