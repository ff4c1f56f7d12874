"""Buttons that save files: what is saved, what stands there meanwhile, and what goes wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.js.conftest import ORIGIN, wait_until

Give = Callable[[str, Any], Locator]
LOST = "The server does not answer. Try again, or load the page again."


def data(*urls: str, look: str = "menu") -> dict[str, Any]:
    files = [{"title": f"File {at}", "name": f"file-{at}.bin", "help": "", "url": url} for at, url in enumerate(urls)]
    return {"look": look, "groups": [{"title": "Net", "files": files}]}


class Asked:
    """The files that the page asks for, which a test answers when it wants to."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.routes: list[Route] = []

    def hold(self, route: Route) -> None:
        self.routes.append(route)

    def next(self) -> Route:
        """The request that a click has just made: it comes here after the page has sent it, not with that."""
        wait_until(self.page, lambda: self.routes)
        return self.routes.pop(0)


@pytest.fixture
def asked(modules: Page) -> Iterator[Asked]:
    asked = Asked(modules)
    modules.route(f"{ORIGIN}/files/**", asked.hold)
    yield asked
    modules.unroute(f"{ORIGIN}/files/**")


def test_a_click_saves_what_the_server_gives_once_however_often_it_is_clicked(give: Give, asked: Asked) -> None:
    place = give("save_files", data("/files/a", ""))
    expect(place.get_by_role("list", name="Net").get_by_role("listitem")).to_have_count(2)
    expect(place.get_by_role("button", name="File 1")).to_be_disabled()
    button = place.get_by_role("button", name="File 0")
    button.click()
    asking = asked.next()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()
    give("save_files", data("/files/a", ""))  # drawn again, with the same
    expect(button).to_have_attribute("aria-busy", "true")
    with place.page.expect_download() as saved:
        asking.fulfill(body=b"\0\xffall of it")
    assert saved.value.suggested_filename == "file-0.bin"
    assert saved.value.path().read_bytes() == b"\0\xffall of it"
    expect(button).not_to_have_attribute("aria-busy", "true")
    assert asked.routes == []


def test_a_file_that_cannot_be_had_says_why_where_it_is_pressed(give: Give, asked: Asked) -> None:
    why = "No model card has been written yet."
    files = [{"title": "Model card", "name": "card.md", "help": why, "url": ""}]
    place = give("save_files", {"look": "menu", "groups": [{"title": "Report", "files": files}]})
    button = place.get_by_role("button", name="Model card")
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", why)
    button.click(force=True)
    expect(place.get_by_role("alert").filter(has_text=why)).to_be_visible()
    assert asked.routes == []


def test_a_file_is_saved_also_where_another_page_is_opened_meanwhile(give: Give, asked: Asked) -> None:
    place = give("save_files", data("/files/a"))
    place.get_by_role("button", name="File 0").click()
    asking = asked.next()
    place.page.evaluate("() => root.host.remove()")
    with place.page.expect_download():
        asking.fulfill(body=b"a")
    give("save_files", data())


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"status": 422, "json": {"problem": "There is no run 'abc'."}}, "There is no run 'abc'."),
        (
            {"status": 502, "body": "<h1>Bad gateway</h1>"},
            f"{LOST} Received: status 502.",
        ),
        (None, LOST),
    ],
)
def test_what_goes_wrong_stands_under_the_button_until_the_next_click(
    give: Give, asked: Asked, answer: dict[str, Any] | None, said: str
) -> None:
    place = give("save_files", data("/files/a", "/files/b"))
    button = place.get_by_role("button", name="File 1")
    button.click()
    asked.next().abort() if answer is None else asked.next().fulfill(**answer)
    expect(place.get_by_role("listitem").nth(1).get_by_role("alert")).to_have_text(said)
    button.click()
    expect(place.get_by_text(said)).to_have_count(0)
    with place.page.expect_download():
        asked.next().fulfill(body="")


def test_the_keyboard_stays_at_its_button_where_other_files_come(give: Give) -> None:
    place = give("save_files", data("/files/a", "/files/b"))
    place.get_by_role("button", name="File 1").focus()
    give("save_files", data("/files/c", "/files/d", "/files/e"))
    expect(place.get_by_role("button", name="File 1")).to_be_focused()
