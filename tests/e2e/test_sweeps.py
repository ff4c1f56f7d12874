"""A sweep from its plan to the winner's net, in a browser."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.steps import insist


def test_a_sweep_fills_its_plot_and_its_winner_is_opened(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/sweeps")
    values = page.get_by_role("textbox", name="Values")
    values.fill("0.01, 0.00001")
    values.press("Enter")
    expect(page.get_by_text("2 trainings, ")).to_be_visible()
    epochs = page.get_by_role("spinbutton", name="Epochs of each")
    epochs.fill("1")
    epochs.press("Enter")
    expect(page.get_by_role("img", name="0 of 2 known").or_(page.locator(".stPlotlyChart")).first).to_be_in_viewport()
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**sweep=**")
    sweep = page.url
    expect(page.get_by_text("2 of 2 trainings done.")).to_be_visible(timeout=NETS_PATIENCE)
    expect(page.get_by_text("Best: learning rate 0.01 with")).to_be_in_viewport()

    expect(page.locator(".stPlotlyChart .ytick text").first).to_have_text(re.compile("^[0-9.]+\u202f%$"))

    marks = page.locator(".stPlotlyChart .scatterlayer .trace").last.locator(".point")
    expect(marks).to_have_count(2)
    chosen = page.locator(".st-key-sweep_training").get_by_text("learning rate 0.00001: ")
    insist(lambda: marks.nth(0).click(force=True), chosen)  # plotly takes clicks with a layer above its marks
    page.get_by_role("link", name="Its curves").click()
    expect(page.get_by_role("heading", name="Training", exact=True)).to_be_visible()
    page.goto(sweep)
    page.get_by_role("button", name="Open the winner in Architecture").click()
    expect(page.get_by_role("heading", name="Architecture", exact=True)).to_be_visible()
