"""Every page opens cold by a link, with its query: the first request that a fresh server gets."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.steps import go, wait_for_rest

LINKS = {
    "": "See inside a neural network",
    "kernels?kernel=0_0_0_0_1_0_0_0_0": "Kernels",
    "architecture?net=rubbish": "Architecture",
    "training?run=nothere": "Training",
    "feature_maps?maps_index=5": "Inside",
    "evaluation?run=..%2F..": "Evaluation",
    "compare?runs=nothere,neither": "Compare",
    "runs": "Runs",
}


def test_a_fresh_server_serves_a_deep_link_with_its_frame(page: Page, start_server: Callable) -> None:
    """With a `pages` folder beside the script, Streamlit would run the bare page at the very first request."""
    server = start_server()
    page.goto(f"{server.url}/architecture?net=rubbish")
    expect(page.get_by_role("heading", name="Architecture")).to_be_visible()
    expect(page.get_by_role("link", name="Inside")).to_be_visible()
    expect(page.get_by_text("This link")).to_be_visible()
    server.close()


@pytest.mark.parametrize("link", [*LINKS, "architecture"])
def test_every_page_opens_by_its_link_and_one_press_of_back_leaves_it(page: Page, app_url: str, link: str) -> None:
    page.goto(f"{app_url}/_stcore/health")
    page.goto(f"{app_url}/{link}")
    expect(page.get_by_role("heading", name=LINKS.get(link, "Architecture"), exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Runs")).to_be_visible()
    wait_for_rest(page)
    page.go_back()
    assert page.url == f"{app_url}/_stcore/health"


def test_the_query_of_a_page_that_was_opened_is_not_left_on_the_one_before(page: Page, app_url: str) -> None:
    for _ in range(3):  # Streamlit changes query and path in either order
        page.goto(app_url)
        go(page, "Architecture")
        page.wait_for_url("**/architecture?net=*")
        wait_for_rest(page)
        page.go_back()
        expect(page.get_by_role("heading", name=LINKS[""])).to_be_visible()
        expect(page).to_have_url(f"{app_url}/")
        wait_for_rest(page)
        assert page.url == f"{app_url}/"


def test_a_page_that_does_not_exist_leads_home(page: Page, app_url: str) -> None:
    page.goto(f"{app_url}/nothing-here")
    expect(page.get_by_role("heading", name="See inside a neural network")).to_be_visible()
