"""Buttons that save files: what is saved, what stands there meanwhile, and what goes wrong."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.js.conftest import ORIGIN

Give = Callable[[str, Any], Locator]
LOST = "The server does not answer. Try again, or load the page again."


def data(*urls: str, look: str = "menu") -> dict[str, Any]:
    files = [{"title": f"File {at}", "name": f"file-{at}.bin", "help": "", "url": url} for at, url in enumerate(urls)]
    return {"look": look, "groups": [{"title": "Net", "files": files}]}


@pytest.fixture
def asked(modules: Page) -> Iterator[list[Route]]:
    """The files that the page asks for, which a test answers when it wants to."""
    asked: list[Route] = []
    modules.route(f"{ORIGIN}/files/**", lambda route: asked.append(route))
    yield asked
    modules.unroute(f"{ORIGIN}/files/**")


def test_a_click_saves_what_the_server_gives_once_however_often_it_is_clicked(give: Give, asked: list[Route]) -> None:
    place = give("save_files", data("/files/a", ""))
    expect(place.get_by_role("list", name="Net").get_by_role("listitem")).to_have_count(2)
    expect(place.get_by_role("button", name="File 1")).to_be_disabled()
    button = place.get_by_role("button", name="File 0")
    with place.page.expect_request("**/files/a"):
        button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()
    give("save_files", data("/files/a", ""))  # drawn again, with the same
    expect(button).to_have_attribute("aria-busy", "true")
    with place.page.expect_download() as saved:
        asked.pop().fulfill(body=b"\0\xffall of it")
    assert saved.value.suggested_filename == "file-0.bin"
    assert saved.value.path().read_bytes() == b"\0\xffall of it"
    expect(button).not_to_have_attribute("aria-busy", "true")
    assert asked == []


def test_a_file_is_saved_also_where_another_page_is_opened_meanwhile(give: Give, asked: list[Route]) -> None:
    place = give("save_files", data("/files/a"))
    page = place.page
    with page.expect_request("**/files/a"):
        place.get_by_role("button", name="File 0").click()
    page.evaluate("() => root.host.remove()")
    with page.expect_download():
        asked.pop().fulfill(body=b"a")
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
    give: Give, asked: list[Route], answer: dict[str, Any] | None, said: str
) -> None:
    place = give("save_files", data("/files/a", "/files/b"))
    button = place.get_by_role("button", name="File 1")
    with place.page.expect_request("**/files/b"):
        button.click()
    asked[0].abort() if answer is None else asked[0].fulfill(**answer)
    expect(place.get_by_role("listitem").nth(1).get_by_role("alert")).to_have_text(said)
    with place.page.expect_request("**/files/b"):
        button.click()
    expect(place.get_by_text(said)).to_have_count(0)
    with place.page.expect_download():
        asked[1].fulfill(body="")


def test_the_keyboard_stays_at_its_button_where_other_files_come(give: Give) -> None:
    place = give("save_files", data("/files/a", "/files/b"))
    place.get_by_role("button", name="File 1").focus()
    give("save_files", data("/files/c", "/files/d", "/files/e"))
    expect(place.get_by_role("button", name="File 1")).to_be_focused()
