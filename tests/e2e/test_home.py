"""Home: what is drawn is read while it is drawn, in the browser alone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from cnnviz.runs.files import MODEL_FILE
from cnnviz.runs.shipped import HOME_NET
from tests.e2e.steps import draw, expect_as_wide_as, go, wait_for_rest, wait_until_still

PAPER = ".home-net canvas.paper"
SEVEN = [[(0.25, 0.2), (0.75, 0.2), (0.46, 0.85)]]
ONE = [[(0.58, 0.15), (0.5, 0.85)]]
BAR_OF_SEVEN = [[(0.28, 0.17), (0.58, 0.15)]]
ITSELF, HOW = "it draws by itself until you do", "with mouse, pen or finger"
SCHEMES = ("light", "dark")


@pytest.fixture
def visit(new_visitor: Callable[..., Page], app_url: str) -> Callable[..., Page]:
    """Opens Home for a new visitor, with options as `browser.new_context` takes them; ends when it is alive."""

    def open_(**options: Any) -> Page:
        page = new_visitor(**options)
        page.goto(app_url)
        page.locator(".home-net .stage[data-drawn]").wait_for()
        expect(page.locator(".st-key-page_header")).to_have_css("min-height", "36px")  # nothing moves any more
        return page

    return open_


def said(page: Page) -> Locator:
    return page.locator(".home-net .said")


def probabilities(page: Page) -> list[float]:
    return page.locator(".home-net .class-bar").evaluate_all("rows => rows.map(row => Number(row.dataset.value))")


def test_the_bars_follow_the_pen_without_a_word_to_the_server(visit) -> None:
    page = visit()
    expect(page.get_by_text(re.compile(r"· (ready|\d+ training)"))).to_be_visible()
    page.reload()  # until a page is drawn whose worker was ready before, its status line asks now and then
    page.locator(".home-net .stage[data-drawn]").wait_for()
    page.get_by_role("button", name="Draw a 3").click()
    expect(said(page)).to_have_text("Most like a 3")
    sent: list[Any] = []
    page.evaluate("""() => { const send = WebSocket.prototype.send; window.sent = [];
        WebSocket.prototype.send = function (...all) { window.sent.push(1); return send.apply(this, all); }; }""")
    page.on("request", lambda request: sent.append(request.url))
    page.get_by_role("button", name="Clear").click()
    expect(said(page)).to_have_text("Draw a digit")
    draw(page.locator(PAPER), ONE)
    expect(said(page)).to_have_text("Most like a 1")
    names = page.locator(".home-net .class-name").all_inner_texts()
    draw(page.locator(PAPER), BAR_OF_SEVEN)
    expect(said(page)).to_have_text("Most like a 7")
    assert page.locator(".home-net .class-name").all_inner_texts() == names == list("0123456789")
    page.get_by_role("button", name="Undo").click()
    expect(said(page)).to_have_text("Most like a 1")
    assert not sent
    assert page.evaluate("window.sent") == []


def test_the_bars_move_while_the_pen_is_still_down(visit) -> None:
    page = visit()
    box = page.locator(PAPER).bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in SEVEN[0]]
    page.mouse.move(*at[0])
    page.mouse.down()
    for point in at[1:]:
        page.mouse.move(*point, steps=8)
    expect(said(page)).to_have_text("Most like a 7")
    page.mouse.up()


def test_the_numbers_are_those_of_keras(visit) -> None:
    from cnnviz.models.files import model_from_bytes

    page = visit()
    model = model_from_bytes((HOME_NET / MODEL_FILE).read_bytes())
    for digit in range(10):
        page.get_by_role("button", name=f"Draw a {digit}").click()
        expect(said(page)).to_have_text(f"Most like a {digit}")
        seen = page.locator(".home-net .step-list canvas").last.evaluate("""canvas => Array.from(
            canvas.getContext("2d").getImageData(0, 0, 28, 28).data.filter((_, i) => i % 4 === 0))""")
        expected = model(np.reshape(seen, (1, 28, 28, 1)).astype(np.uint8), training=False)[0]
        assert np.abs(np.array(probabilities(page)) - expected).max() <= 1e-5 * np.max(expected)


def test_it_draws_by_itself_until_somebody_touches_the_paper(visit) -> None:
    page = visit()
    expect(page.get_by_text(ITSELF)).to_be_visible()
    expect(said(page)).to_have_text("Most like a 1")
    expect(said(page)).to_have_text("Most like a 7")
    page.locator(PAPER).click(position={"x": 40, "y": 40})
    expect(page.get_by_text(HOW)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(said(page)).to_have_text("Draw a digit")  # nothing of what it had drawn by itself is left


def test_where_motion_is_unwanted_a_digit_stands_there(visit) -> None:
    page = visit(reduced_motion="reduce")
    expect(said(page)).to_have_text("Most like a 7")
    draw(page.locator(PAPER), ONE)
    expect(said(page)).to_have_text("Most like a 1")


def test_the_drawing_survives_a_change_of_page_and_a_reload(visit) -> None:
    page = visit()
    draw(page.locator(PAPER), SEVEN)
    expect(said(page)).to_have_text("Most like a 7")
    before = probabilities(page)
    go(page, "Kernels")
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Home").click()
    expect(said(page)).to_have_text("Most like a 7")
    assert probabilities(page) == before
    page.reload()
    expect(said(page)).to_have_text("Most like a 7")
    expect(page.get_by_text(HOW)).to_be_visible()


def test_the_strokes_of_a_drawing_that_survived_can_still_be_taken_back(visit) -> None:
    page = visit()
    draw(page.locator(PAPER), [*ONE, *BAR_OF_SEVEN])
    expect(said(page)).to_have_text("Most like a 7")
    page.reload()
    expect(said(page)).to_have_text("Most like a 7")
    for left in ("Most like a 1", "Draw a digit"):
        page.get_by_role("button", name="Undo").click()
        expect(said(page)).to_have_text(left)
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_on_a_phone_paper_buttons_and_answer_are_in_one_view(visit) -> None:
    page = visit(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    paper = page.locator(PAPER).bounding_box()
    assert paper["width"] >= 350
    assert paper["height"] == pytest.approx(paper["width"], abs=1)
    shown = [page.get_by_role("button", name=name, exact=True) for name in ("Undo", "Clear", "Draw a 9")]
    for part in (*shown, page.locator(".home-net .answer"), *page.locator(".home-net .class-name").all()):
        box = part.bounding_box()
        assert box["y"] >= paper["y"] + paper["height"]
        assert box["y"] + box["height"] <= 844
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    expect_as_wide_as(page, 390)
    page.touchscreen.tap(paper["x"] + 100, paper["y"] + 100)
    expect(page.get_by_text(HOW)).to_be_visible()
    draw(page.locator(PAPER), SEVEN)
    expect(said(page)).to_contain_text("7")


def test_every_column_opens_into_its_page_in_the_same_session(visit) -> None:
    page = visit(reduced_motion="reduce")
    column = page.get_by_role("link", name=re.compile("16 kernels"))
    assert re.search(r"\?run=\w+&layer=conv_1&picture=drawing$", column.get_attribute("href"))
    page.evaluate("window.isSame = true")
    column.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Inside", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("layer=conv_1"))
    assert page.evaluate("window.isSame")  # no new load


def test_a_map_is_opened_with_the_drawing_that_was_on_the_paper(visit) -> None:
    page = visit()
    draw(page.locator(PAPER), [*ONE, *BAR_OF_SEVEN])
    expect(said(page)).to_have_text("Most like a 7")
    page.get_by_role("link", name=re.compile("16 kernels")).click(position={"x": 50, "y": 52 + 38})  # the first map
    inside = page.locator(".inside-net")
    expect(inside.locator(".crumbs")).to_contain_text("filter 1")
    expect(page).to_have_url(re.compile("unit=1$|unit=1&"))
    expect(inside.get_by_role("button", name="Draw", exact=True)).to_have_attribute("aria-pressed", "true")
    expect(inside.locator("[data-id=seen-name]")).to_have_text("Your drawing")
    expect(inside.locator("[data-id=answer]")).to_contain_text("The net says 7")
    page.reload()
    expect(inside.locator("[data-id=seen-name]")).to_have_text("Your drawing")


def test_where_nothing_was_drawn_a_map_is_opened_with_a_test_image(visit) -> None:
    page = visit(reduced_motion="reduce")
    page.get_by_role("link", name="Look inside every layer").click()
    expect(page.locator(".inside-net [data-id=seen-name]")).to_have_text("Test image 1: 7")


def test_a_little_kernel_opens_on_the_page_of_kernels(visit) -> None:
    page = visit(reduced_motion="reduce")
    first = {"x": 6 + 9, "y": 52 + 38}  # left of the first map
    page.get_by_role("link", name=re.compile("16 kernels")).click(position=first)
    expect(page.get_by_role("heading", name="Kernels", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"kernel=(-?[\d.]+_){8}"))


@pytest.mark.parametrize(
    ("action", "heading"), [("See its layers", "Architecture"), ("Watch how", "Training"), ("See what", "Evaluation")]
)
def test_what_is_said_of_the_net_leads_to_more_of_it(visit, action: str, heading: str) -> None:
    page = visit(reduced_motion="reduce")
    page.get_by_role("link", name=action).click()
    expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"56,714|98\.\d+\s%")).filter(visible=True).first).to_be_visible()


def test_one_can_draw_by_keys_alone_and_hears_the_answer_once_the_pen_rests(visit) -> None:
    page = visit()
    paper = page.locator(PAPER)
    paper.focus()
    for key in ("ArrowUp",) * 9:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    for key in ("ArrowDown",) * 18:
        page.keyboard.press(key)
    page.keyboard.press("Space")
    expect(page.locator(".home-net [role=status]")).to_have_text(
        re.compile(r"^Most like a 1\. Of the ten digits: .+\.$")
    )
    outline = paper.evaluate("canvas => getComputedStyle(canvas).outlineStyle")
    assert outline == "solid"


def test_where_the_net_does_not_arrive_its_place_says_so_and_what_to_do(page: Page, app_url: str) -> None:
    page.route("**/nets/**", lambda route: route.abort())
    page.goto(app_url)
    problem = page.locator(".home-net [role=alert]")
    expect(problem).to_contain_text("The net did not arrive")
    assert "Received" not in problem.inner_text()
    expect(page.get_by_text("The net answers while you draw.")).to_be_hidden()
    expect(page.locator(".home-net .answer")).to_be_hidden()
    paper, said_at = page.locator(PAPER).bounding_box(), problem.bounding_box()
    assert said_at["x"] >= paper["x"] + paper["width"], "beside the paper, where the net would stand"
    assert said_at["y"] < paper["y"] + paper["height"]
    draw(page.locator(PAPER), SEVEN)
    page.unroute("**/nets/**")
    problem.get_by_role("button", name="Try again").click()
    expect(said(page)).to_have_text("Most like a 7")
    expect(problem).to_be_hidden()


def test_an_empty_paper_leads_to_nothing_and_says_what_to_do(visit) -> None:
    page = visit(reduced_motion="reduce")
    expect(said(page)).to_have_text("Most like a 7")
    hint = page.get_by_text("Draw something: each step appears here.")
    expect(hint).to_be_hidden()
    between = """canvas => { // pixels of the lines from the neurons, the last column that is a link, to the answer
        const { left, width } = canvas.getBoundingClientRect();
        const from = [...canvas.parentElement.querySelectorAll(".column")].at(-1).getBoundingClientRect().right - left;
        const [start, end] = [from, width - 40].map((x) => Math.round((x * canvas.width) / width));
        const { data } = canvas.getContext("2d").getImageData(start, 0, end - start, canvas.height);
        return data.filter((value, i) => i % 4 === 3 && value > 0).length; }"""
    picture = page.locator(".home-net [data-id=picture]")
    assert picture.evaluate(between) > 100
    draw(page.locator(PAPER), ONE)
    expect(said(page)).to_have_text("Most like a 1")
    page.get_by_role("button", name="Clear").click()
    expect(said(page)).to_have_text("Draw a digit")
    assert picture.evaluate(between) == 0
    expect(hint).to_be_visible()
    expect(page.locator(".home-net .step-list canvas")).to_have_count(0)


def test_a_new_installation_is_alive_and_its_net_a_run_like_any_other(
    page: Page, start_server: Callable, tmp_path: Path
) -> None:
    server = start_server(tmp_path)
    page.goto(server.url)
    expect(said(page)).to_have_text("Most like a 1")
    go(page, "Evaluation")
    expect(page.get_by_text("98.9\u202f%", exact=True).first).to_be_visible()
    go(page, "Inside")
    expect(page.get_by_role("heading", name="Convolution 2")).to_be_visible()
    go(page, "Runs")
    expect(page.get_by_role("heading", name="Home page's net")).to_be_visible()
    server.close()


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("size", [(1400, 900), (390, 844)], ids=["wide", "phone"])
def test_axe_finds_nothing_to_complain_of(visit, scheme: str, size: tuple[int, int]) -> None:
    viewport = dict(zip(("width", "height"), size, strict=True))
    page = visit(viewport=viewport, color_scheme=scheme, reduced_motion="reduce")
    expect(said(page)).to_have_text("Most like a 7")
    wait_for_rest(page)
    wait_until_still(page)
    found = Axe().run(page).response
    targets = [target for rule in found["passes"] for node in rule["nodes"] for target in node["target"]]
    assert any(isinstance(target, list) for target in targets)  # it looked into the component
    assert [(rule["id"], [node["target"] for node in rule["nodes"]]) for rule in found["violations"]] == []
