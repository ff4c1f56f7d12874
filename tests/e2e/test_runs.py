"""The Runs page under the hand: rows are chosen, deleted and brought back, and a list is found again by its address."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from cnnviz.access.visitor import new_secret, visitor_with_secret
from cnnviz.runs.records import Status
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.web.visitor_cookie import COOKIE
from tests.e2e.steps import choose, expect_as_wide_as, wait_for_rest
from tests.helpers import DIGITS_NET as NET

ROW = 35  # px


@pytest.fixture(scope="module")
def secret() -> str:
    return new_secret()


@pytest.fixture(scope="module")
def url(start_server: Callable, tmp_path_factory: pytest.TempPathFactory, secret: str) -> Iterator[str]:
    """A server with three runs of this visitor's: "net 0" is the oldest and the best."""
    home: Path = tmp_path_factory.mktemp("home")
    store = RunStore(home)
    for seed in range(3):
        run = store.create(NET, TrainingConfig(seed=seed), name=f"net {seed}", owner=visitor_with_secret(secret).id)
        store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.9 - seed / 10})
    server = start_server(home)
    yield server.url
    server.close()


def opened(
    new_visitor: Callable[..., Page], url: str, secret: str, query: str, size: tuple[int, int] = (1400, 900)
) -> Page:
    page = new_visitor(viewport={"width": size[0], "height": size[1]})
    page.context.add_cookies([{"name": COOKIE, "value": secret, "url": url}])
    page.goto(f"{url}/runs?{query}")
    page.locator(".st-key-runs canvas").first.wait_for()
    wait_for_rest(page)  # its rows move no more
    return page


def expect_nets(page: Page, names: list[str]) -> None:
    """Wait until these stand in the column of the nets, as those hear it who do not see it."""
    cells = page.locator(".st-key-runs [role=gridcell]", has_text=re.compile("^net "))
    expect(cells).to_have_text(names)


def click_row(page: Page, number: int) -> None:
    box = page.locator(".st-key-runs canvas").first.bounding_box()
    page.mouse.click(box["x"] + 16, box["y"] + ROW * number + ROW / 2)


def test_two_rows_are_deleted_and_brought_back(new_visitor: Callable[..., Page], url: str, secret: str) -> None:
    page = opened(new_visitor, url, secret, "scope=Mine")
    for number in (1, 2):
        click_row(page, number)
        expect(page.locator(".st-key-runs [role=row][aria-selected=true]")).to_have_count(number)
    expect(page.get_by_text("2 runs chosen")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 runs deleted.")).to_be_visible()
    expect(page.get_by_role("heading", name="net 0")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("runs deleted.")).to_have_count(0)
    expect(page.get_by_role("heading", name="net 2")).to_be_visible()
    expect_nets(page, ["net 2", "net 1", "net 0"])


def test_search_and_order_stand_in_the_address_and_are_found_again_by_it(
    new_visitor: Callable[..., Page], url: str, secret: str
) -> None:
    page = opened(new_visitor, url, secret, "scope=Mine")
    page.get_by_role("button", name="Sort and filter").click()
    choose(page, "Order", "Test accuracy, highest first")
    page.wait_for_url("**sort=Test*")
    page.keyboard.press("Escape")
    page.get_by_role("searchbox", name="Search").fill("net")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=net*")
    link = page.url.partition("?")[2]
    again = opened(new_visitor, url, secret, link)
    expect(again.get_by_role("searchbox", name="Search")).to_have_value("net")
    expect(again.get_by_role("heading", name="net 0")).to_be_visible()
    expect_nets(again, ["net 0", "net 1", "net 2"])


def test_on_a_phone_the_table_stands_in_the_first_screen_and_nothing_is_wider_than_it(
    new_visitor: Callable[..., Page], url: str, secret: str
) -> None:
    page = opened(new_visitor, url, secret, "scope=Mine", (390, 844))
    expect(page.locator(".st-key-runs canvas").first).to_be_in_viewport(ratio=0.99)
    expect_as_wide_as(page, 390)
