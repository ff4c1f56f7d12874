"""The maps of a picture change with every epoch of a training, while one draws, pauses and goes on."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from cnnviz.bench.harness import Server
from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.curves import positions, wait_until_curve
from tests.e2e.steps import draw, start_endless

NEWEST = re.compile(r"Epoch (\d+), the newest")


def test_maps_follow_the_epochs_and_not_a_pause(
    page: Page, own_cluster: None, start_server: Callable[..., Server]
) -> None:
    server = start_server()
    start_endless(page, server.url)
    epoch = page.locator(".inside-net .epoch-words strong")
    expect(epoch).to_have_text(NEWEST, timeout=NETS_PATIENCE)
    page.get_by_role("button", name="Draw", exact=True).click()
    draw(page.locator(".inside-net canvas.paper"), [[(0.25, 0.2), (0.75, 0.2), (0.46, 0.85)]])

    def newest() -> int:
        return int(NEWEST.match(epoch.inner_text())[1])

    def expect_more_than(number: int) -> None:
        later = "|".join(map(str, range(number + 1, 201)))
        expect(epoch).to_have_text(re.compile(f"Epoch ({later}), the newest"), timeout=NETS_PATIENCE)

    expect_more_than(newest())
    expect(page.get_by_text("Your drawing", exact=True)).to_be_visible()
    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_text(re.compile(r", paused$"))).to_be_visible()
    page.wait_for_timeout(2_500)  # whatever was on its way has come
    held = newest()
    page.get_by_role("button", name="1 epoch", exact=True).click()
    expect_more_than(held)
    held = newest()
    page.get_by_role("button", name="Resume", exact=True).click()
    expect_more_than(held + 1)
    expect(page.get_by_text("Your drawing", exact=True)).to_be_visible()
    page.get_by_role("button", name="Stop", exact=True).click()
    server.close()


def test_a_training_is_watched_without_a_run_of_the_page_and_ends_by_itself(page: Page, app_url: str) -> None:
    start_endless(page, app_url)
    expect(page.get_by_text(re.compile(r"Epoch ([2-9]|\d\d) of 200"))).to_be_visible(timeout=NETS_PATIENCE)
    heard: list[str] = []  # what Streamlit's own connection is sent from now on
    page.on("websocket", lambda socket: socket.on("framesent", lambda _: heard.append(socket.url)))
    page.reload()
    wait_until_curve(page, "x.length > 20", 0)
    _wait_until_silent(page, heard)  # whatever the page has begun with
    before = len(positions(page))
    wait_until_curve(page, "x.length > bound", before + 20)
    assert heard == [], "no rerun was asked for, and the panel asks nothing at all"

    page.get_by_role("button", name="Pause", exact=True).click()
    expect(page.get_by_role("button", name="Resume", exact=True)).to_be_enabled()
    expect(page.get_by_text(re.compile(r", paused$"))).to_be_visible()
    _wait_until_silent(page, heard)  # the page has run for it
    held = positions(page)
    page.wait_for_timeout(3_000)
    assert (positions(page), heard) == (held, [])
    page.get_by_role("button", name="Resume", exact=True).click()
    wait_until_curve(page, "x.length > bound", len(held))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped by hand")).to_be_visible(timeout=NETS_PATIENCE)
    curve = positions(page)
    assert curve == sorted(set(curve))


def _wait_until_silent(page: Page, heard: list[str]) -> None:
    """Wait until nothing was sent for two seconds."""
    for _ in range(10):
        heard.clear()
        page.wait_for_timeout(2_000)
        if not heard:
            return


def test_curves_and_the_live_canvas_are_in_the_first_screen(page: Page, app_url: str) -> None:
    start_endless(page, app_url)
    expect(page.locator(".inside-net:not(.opening) .class-bar").first).to_be_visible(timeout=NETS_PATIENCE)
    for part in (".stage", ".class-bar", ".timeline"):
        expect(page.locator(f".inside-net {part}").first).to_be_in_viewport(ratio=0.95)
    for curve in ("loss", "accuracy"):
        expect(page.get_by_role("img", name=f"Curve of the {curve}")).to_be_in_viewport(ratio=0.9)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped by hand")).to_be_visible(timeout=NETS_PATIENCE)


def test_the_same_again_shows_the_rate_in_its_field_though_the_drawer_was_never_opened(
    page: Page, app_url: str
) -> None:
    page.goto(f"{app_url}/training")
    epochs = page.get_by_role("slider", name="Epochs")
    epochs.press("Home")
    expect(page.get_by_text(re.compile(r"^digits-fast, 1 epoch of"))).to_be_visible()
    expect(epochs).to_be_focused()  # the form that is drawn anew is the same one: what is typed in it would stay, too
    rate = page.get_by_role("textbox", name="Learning rate")
    rate.fill("0.03")
    rate.press("Enter")
    expect(page.get_by_text(re.compile(r"^digits-fast, 1 epoch of .*, Adam 0.03$"))).to_be_visible()
    page.get_by_role("button", name="Start").click()
    page.get_by_role("button", name="Same again").click(timeout=NETS_PATIENCE)
    expect(page.get_by_text("Nothing has been learned yet.")).to_be_visible()
    expect(rate).to_have_value("0.03")
    expect(page.get_by_role("combobox", name=re.compile("Net$"))).to_have_value("Fast recipe: digits-fast")
