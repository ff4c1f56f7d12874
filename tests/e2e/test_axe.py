"""No page breaks a rule of axe-core (WCAG and good practice), in either theme and on a phone."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cnnviz.ui.app.page_frame import PAGES
from tests.e2e.steps import wait_for_rest, wait_until_still

LOOKS = {
    "light": {"viewport": {"width": 1400, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1400, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
}
PICTURES = {
    "home": ".home-net .stage[data-drawn]",
    "kernels": ".lab [data-id=output]",
    "architecture": ".net-diagram svg",
    "images": ".stImage img",
    "training": ".stButton button:visible",
    "inside": ".inside-net .cell",
    "evaluation": ".confusion-matrix canvas[aria-label]",
    "compare": ".stPlotlyChart .main-svg",
    "runs": ".stPlotlyChart .main-svg",
    "sweeps": ".stPlotlyChart .main-svg",
    "tutorials": ".tutorial-table",
}
"""What each page is for: once it stands, the page does."""


@pytest.fixture(params=LOOKS.values(), ids=LOOKS)
def look(request: pytest.FixtureRequest, new_visitor: Callable[..., Page]) -> Page:
    return new_visitor(**request.param)


def violations(page: Page, picture: str) -> list[str]:
    """What axe-core finds on a page that has been drawn to its end: rule, element, what is wrong."""
    page.locator(picture).first.wait_for()
    expect(page.locator(".stSpinner")).to_have_count(0)
    wait_for_rest(page)
    wait_until_still(page)  # half-way between two colours a button may be hard to read
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]} {node['failureSummary']}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_rule_of_axe(look: Page, app_url: str, name: str) -> None:
    look.goto(app_url if name == "home" else f"{app_url}/{name}")
    assert violations(look, PICTURES[name]) == []


def test_a_finished_run_on_the_training_page_breaks_no_rule_of_axe(look: Page, app_url: str) -> None:
    look.goto(f"{app_url}/runs")
    look.get_by_role("link", name="Open on the Training page").click()
    assert violations(look, ".inside-net .cell") == []


def test_the_images_of_a_cell_on_the_evaluation_page_break_no_rule_of_axe(look: Page, app_url: str) -> None:
    look.goto(f"{app_url}/evaluation?cell=3,3")
    assert violations(look, ".image-cards img") == []


def test_the_robustness_of_a_net_breaks_no_rule_of_axe(look: Page, app_url: str) -> None:
    look.goto(f"{app_url}/evaluation")
    look.get_by_text("Robustness", exact=True).click()
    look.get_by_role("heading", name="Which class suffers most").wait_for()
    assert violations(look, ".robustness .strip canvas") == []


def test_one_picture_through_the_nets_of_a_comparison_breaks_no_rule_of_axe(look: Page, app_url: str) -> None:
    look.goto(f"{app_url}/compare?part=one-picture")
    assert violations(look, ".compare-nets .net-why canvas") == []
