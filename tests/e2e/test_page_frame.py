"""The frame of all pages: content and picture in the first screen, a slim sidebar, nothing wider than the window."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from cnnviz.ui.app.page_frame import ASIDE, PAGES
from tests.e2e.conftest import NETS_PATIENCE
from tests.e2e.steps import expect_above, expect_as_wide_as, insist, wait_for_rest
from tests.helpers import PATIENCE, until

FIRST_LINE = 64  # pixels in which the content begins
SLIM = 160
RAIL = 56  # pixels of a column of icons
SIZES = {"wide": (1400, 900), "phone": (390, 844)}
HEADING = "h1"
IS_RAIL = "(most) => document.querySelector('.stSidebar')?.offsetWidth <= most"
SCROLL = "(main, top) => { main.scrollTo({ top, behavior: 'instant' }); return main.scrollTop; }"
WRITTEN = {
    "kernels": "kernel",
    "architecture": "view",
    "compare": "part",
}  # the last that a page writes into its address at once


def opened(new_visitor: Callable[..., Page], url: str, size: tuple[int, int]) -> Page:
    page = new_visitor(viewport={"width": size[0], "height": size[1]})
    page.goto(url)
    expect(page.locator(".st-key-page_header")).to_have_css("min-height", "36px")
    return page


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_content_begins_in_the_first_line_and_is_as_wide_as_the_window(
    new_visitor: Callable[..., Page], app_url: str, name: str, size: tuple[int, int]
) -> None:
    page = opened(new_visitor, f"{app_url}/{name}", size)
    heading, lead = page.locator(HEADING).bounding_box(), page.locator(".st-key-page_header p").bounding_box()
    assert heading["y"] < FIRST_LINE
    assert lead["y"] < heading["y"] + heading["height"] + 4
    expect_as_wide_as(page, size[0])
    wide = "(least) => document.querySelector('.stMainBlockContainer').getBoundingClientRect().width >= least"
    page.wait_for_function(wide, arg=size[0] - SLIM)  # the sidebar has come to its place


PICTURES = {
    "images": ".stImage img",
    "evaluation": ".confusion-matrix canvas[aria-label]",
    "compare": ".stPlotlyChart .main-svg",
    "runs": ".stPlotlyChart .main-svg",
    "sweeps": ".stPlotlyChart .main-svg",
}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("name", PICTURES)
def test_what_a_page_is_for_stands_in_the_first_screen(
    new_visitor: Callable[..., Page], app_url: str, name: str, size: tuple[int, int]
) -> None:
    page = opened(new_visitor, f"{app_url}/{name}", size)
    picture = page.locator(PICTURES[name]).first
    picture.wait_for()
    expect_above(picture, size[1])


def test_the_sidebar_is_slim_names_all_pages_whole_and_folds_to_icons(
    new_visitor: Callable[..., Page], app_url: str
) -> None:
    page = opened(new_visitor, f"{app_url}/runs", SIZES["wide"])
    sidebar = page.locator(".stSidebar")
    until(lambda: sidebar.bounding_box()["width"] <= SLIM)  # it comes to its place
    for title in (title for name, (title, _) in PAGES.items() if name not in ASIDE):
        name = sidebar.get_by_role("link", name=title).get_by_text(title, exact=True)
        until(lambda name=name: name.evaluate("text => text.scrollWidth <= text.clientWidth"))  # our typeface has come
    sidebar.hover()
    page.get_by_role("button", name="Collapse sidebar").click()
    page.wait_for_function(IS_RAIL, arg=RAIL)
    page.reload()  # it is remembered
    page.get_by_role("button", name="Expand sidebar").hover()
    page.wait_for_function(IS_RAIL, arg=RAIL)
    sidebar.get_by_role("link", name="Images").click()
    expect(page.get_by_role("heading", name="Images", exact=True)).to_be_visible()
    page.get_by_role("button", name="Expand sidebar").click()
    expect(sidebar.get_by_text("Images", exact=True)).to_be_visible()


def test_on_a_phone_nothing_that_is_scrolled_passes_under_the_button_of_the_sidebar(
    new_visitor: Callable[..., Page], app_url: str
) -> None:
    page = opened(new_visitor, f"{app_url}/kernels", SIZES["phone"])
    page.locator(".lab [data-id=output]").wait_for()
    box = page.get_by_role("button", name="Expand sidebar").bounding_box()
    below = """([x, y]) => document.elementsFromPoint(x, y).find((one) => !one.closest(".stAppHeader")).className"""
    for top in (60, 200, 340):
        until(lambda top=top: page.locator(".stMain").evaluate(SCROLL, top) == top)  # it is long enough soon
        for y in (box["y"] + 2, box["y"] + box["height"] - 2):
            assert "stMain " in page.evaluate(below, [box["x"] + box["width"] / 2, y])


@pytest.mark.parametrize("name", [name for name in PAGES if name != "home" and name not in ASIDE])
def test_back_leads_to_the_page_before_in_one_press(new_visitor: Callable[..., Page], app_url: str, name: str) -> None:
    page = opened(new_visitor, app_url, SIZES["wide"])
    home = page.locator(HEADING).inner_text()
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=PAGES[name][0]).click()
    expect(page.get_by_role("heading", name=PAGES[name][0], exact=True)).to_be_visible()
    if name in WRITTEN:
        page.wait_for_url(f"**/{name}?*{WRITTEN[name]}=*")  # the page has put its state into its address
    page.go_back()
    expect(page.get_by_role("heading", name=home, exact=True)).to_be_visible()


@pytest.mark.parametrize("name", PAGES)
def test_in_a_frame_of_another_page_there_is_the_page_alone(
    new_visitor: Callable[..., Page], app_url: str, name: str
) -> None:
    page = opened(new_visitor, f"{app_url}/{'' if name == 'home' else name}?embed=true", SIZES["wide"])
    assert page.locator(HEADING).bounding_box()["y"] < FIRST_LINE
    assert page.locator(".stMainBlockContainer").bounding_box()["width"] == SIZES["wide"][0]
    assert page.locator(".stSidebar").count() == 0


def test_in_a_frame_of_another_page_the_net_is_drawn(new_visitor: Callable[..., Page], app_url: str) -> None:
    page = opened(new_visitor, f"{app_url}/?embed=true", SIZES["wide"])
    page.locator(".home-net .stage[data-drawn]").wait_for()


def test_all_words_stand_in_our_own_typeface(browser: Browser, app_url: str) -> None:
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    fonts: list[str] = []
    page.on("request", lambda request: fonts.append(request.url) if request.resource_type == "font" else None)
    page.goto(app_url)
    page.locator(".home-net .stage[data-drawn]").wait_for()
    assert [url for url in fonts if "Source" in url] == []  # Streamlit's own: 170 kB for nothing
    page.wait_for_function("document.fonts.check('16px Inter')")
    assert "Inter" in page.locator(".home-net").evaluate("(home) => getComputedStyle(home).fontFamily")
    context.close()


def test_enter_and_space_choose_a_run(new_visitor: Callable[..., Page], app_url: str) -> None:
    page = opened(new_visitor, f"{app_url}/runs", SIZES["wide"])
    table = page.locator(".st-key-runs")
    table.locator("canvas").first.wait_for()
    for key, is_chosen in (("Enter", True), (" ", False)):  # the second takes the choice back
        wait_for_rest(page)  # it is not drawn anew meanwhile
        table.locator("canvas").first.focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
        expect(table.locator("[role=row][aria-selected=true]")).to_have_count(int(is_chosen))
        page.wait_for_url("**/runs?*run=*")  # the page is drawn for it


LUMINANCE = """(node) => {
  const paint = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const shares = (text) => {
    paint.fillStyle = text; // however it is written: rgb(), oklch()
    paint.fillRect(0, 0, 1, 1);
    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3).map((byte) => byte / 255);
  };
  const linear = (share) => (share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4);
  const parts = [0.2126, 0.7152, 0.0722];
  const luminance = (text) => shares(text).map(linear).reduce((sum, each, at) => sum + each * parts[at], 0);
  const written = luminance(getComputedStyle(node.querySelector("p") ?? node).color);
  const below = luminance(getComputedStyle(node).backgroundColor);
  return (Math.max(written, below) + 0.05) / (Math.min(written, below) + 0.05);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_stands_on_a_button_that_begins_something_can_be_read(
    new_visitor: Callable[..., Page], app_url: str, scheme: str
) -> None:
    page = new_visitor(color_scheme=scheme)
    page.goto(f"{app_url}/training")
    start = page.get_by_role("button", name="Start")
    expect(start).to_be_enabled()
    until(lambda: start.evaluate(LUMINANCE) >= 4.5)  # WCAG 2.2, 1.4.3; its colour glides from that of one that rests


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_so_can_what_stands_on_one_that_opens_over_the_page(
    new_visitor: Callable[..., Page], app_url: str, scheme: str
) -> None:
    page = new_visitor(color_scheme=scheme)
    page.goto(f"{app_url}/training")
    page.get_by_role("slider", name="Epochs").press("Home")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url("**run=*")
    rewind = page.get_by_role("button", name="Rewind")
    expect(rewind).to_be_enabled(timeout=NETS_PATIENCE)
    begin = page.get_by_test_id("stPopoverBody").get_by_role("button", name="Train on from here")
    insist(rewind.click, begin)
    until(lambda: begin.evaluate(LUMINANCE) >= 4.5)
