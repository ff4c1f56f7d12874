"""From a cell of the matrix to its images, into the net, and back."""

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.steps import wait_for_rest


def test_a_cell_leads_to_its_images_one_of_them_inside_and_back_to_the_cell(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/evaluation")
    cells = page.get_by_role("application", name=re.compile("^Confusion matrix"))
    cells.wait_for()
    wait_for_rest(page)
    cells.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name=re.compile("^1, recognised: "))).to_be_visible()
    page.wait_for_url("**cell=1%2C1*")
    image = page.get_by_role("link", name=re.compile("^Test image .* Look inside")).first
    number = re.match(r"Test image (\d+)", image.get_attribute("aria-label"))[1]
    image.click()
    expect(page.get_by_text(f"Test image {number}: 1", exact=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("^1, recognised: "))).to_be_visible()


def test_a_part_is_drawn_when_it_is_asked_for(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/evaluation")
    for part in ("Mistakes", "Doubtful labels", "Copies", "Calibration", "ROC and precision-recall"):
        page.get_by_text(part, exact=True).click()
        expect(page.get_by_role("heading", name=part)).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(2)


def test_a_link_to_a_part_shows_it_in_the_first_screen(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/evaluation?part=calibration")
    choice = page.get_by_role("radio", name="Calibration")
    expect(choice).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Calibration", exact=True)).to_be_in_viewport()
    page.get_by_role("heading", name="Evaluation", exact=True).scroll_into_view_if_needed()
    page.goto(f"{app_url}/evaluation")
    expect(page.get_by_role("application", name=re.compile("^Confusion matrix"))).to_be_in_viewport()


def test_a_link_whose_run_is_not_there_shows_first_what_is_said_of_it(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/evaluation?run=000000000000&part=calibration")
    expect(page.get_by_role("heading", name="Calibration", exact=True)).to_be_visible()
    expect(page.get_by_text("The link names a run that is not kept here")).to_be_in_viewport()


def test_a_small_net_answers_changed_images_in_the_browser_and_a_lost_one_is_looked_at_inside(
    page: Page, app_url: str
) -> None:
    page.goto(f"{app_url}/evaluation")
    page.get_by_text("Robustness", exact=True).click()
    part = page.get_by_role("region", name="Robustness", exact=True)
    expect(part.get_by_role("status")).to_contain_text(re.compile("of what it knows"), timeout=NETS_PATIENCE)
    expect(part.locator("[data-id=start]")).to_be_hidden(timeout=NETS_PATIENCE)  # all of it is answered
    figures = part.get_by_role("img", name=re.compile("accuracy by level"))
    expect(figures).to_have_count(8)
    at = re.findall(r": (\d+)\s%", part.get_by_role("img", name=re.compile("^Rotation")).get_attribute("aria-label"))
    assert int(at[0]) > 50 > int(at[6]), "digits that lie on their side are not read"
    part.get_by_role("button", name="Rotation", exact=True).click()
    part.get_by_role("button", name=re.compile("lost at 90")).click()
    shown = part.locator("[data-id=which]")
    expect(shown).not_to_have_text(re.compile("^Test image 1:"))
    number = re.match(r"Test image (\d+)", shown.inner_text())[1]
    part.get_by_role("link", name="Look inside").click()
    expect(page.locator("[data-id=seen-name]")).to_have_text(re.compile(f"^Test image {number}: "))
