"""The kernel lab on its page: by mouse, touch and keyboard, with links, pictures from elsewhere and the camera."""

import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any, ClassVar

import cv2
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from cnnviz.imaging.decode import encode_png, to_grey
from cnnviz.imaging.samples import load_sample
from cnnviz.kernel_lab.convolution import convolve
from cnnviz.kernel_lab.kernels import KERNELS
from cnnviz.kernel_lab.settings import LabSettings
from tests.e2e.steps import draw, expect_as_wide_as, go, wait_for_rest
from tests.helpers import until
from tests.js.lab import PICTURES, TOLERANCE, give_picture, output
from tests.kernel_lab.reference import lab_output

PIXEL = PICTURES["noise"][:1, :1]


@pytest.fixture
def lab(page: Page, app_url: str) -> Locator:
    return open_lab(page, f"{app_url}/kernels")


def open_lab(page: Page, url: str) -> Locator:
    page.emulate_media(reduced_motion="reduce")  # the window stands until a test moves it
    page.goto(url)
    lab = page.locator(".lab")
    expect(lab.locator("[data-id=input-size]")).to_contain_text(" × ")
    return lab


def test_pointing_at_either_picture_moves_both_windows(lab: Locator) -> None:
    give_picture(lab, PICTURES["cat"])
    window = lab.locator("[data-id=window-title]")
    lab.locator("[data-id=output]").hover(position=middle_of(lab, "output", row=3, column=3))
    expect(window).to_have_text("The result's pixel in row 4, column 4")
    lab.locator("[data-id=input]").hover(position=middle_of(lab, "input", row=79, column=129))
    expect(window).to_have_text("The result's pixel in row 78, column 128")


def middle_of(lab: Locator, view: str, *, row: int, column: int) -> Any:
    """Where on its canvas a pixel stands, in CSS pixels."""
    cell, left, top = lab.evaluate(
        """(root, view) => {
        const { frame: { cell, left, top } } = root.kernelLab.views[view];
        return [cell, left, top].map((length) => length / devicePixelRatio); }""",
        view,
    )
    return {"x": left + (column + 0.5) * cell, "y": top + (row + 0.5) * cell}


def test_arrow_keys_move_the_window_and_the_table_adds_up(lab: Locator) -> None:
    image = PICTURES["cat"]
    give_picture(lab, image)
    canvas = lab.locator("[data-id=input]")
    canvas.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "Shift+ArrowLeft"):
        canvas.press(key)
    row, column = 32 + 1, 52 + 2 - 10
    expect(lab.locator("[data-id=window-title]")).to_have_text(title(row, column))
    value = int(convolve(to_grey(image), np.array(KERNELS["vertical_edges"].matrix))[row, column])
    expect(lab.locator(".total")).to_have_text(f"Sum {value}".replace("-", "\N{MINUS SIGN}"))


def title(row: int, column: int) -> str:
    return f"The result's pixel in row {row + 1}, column {column + 1}"


def test_a_typed_dragged_and_wheeled_weight_shows_at_once_and_reaches_the_link(lab: Locator, page: Page) -> None:
    cell = lab.get_by_label("Weight in row 2, column 2")
    cell.fill("1/9")
    expect(lab.locator("[data-id=preset]")).to_have_value("custom")
    assert kernel(lab)[1][1] == pytest.approx(1 / 9)
    cell.fill("2")
    cell.hover()
    page.mouse.wheel(0, -100)
    until(lambda: kernel(lab)[1][1] == 3)
    drag(page, lab.get_by_label("Weight in row 1, column 1"), by=-40)
    assert kernel(lab)[0][0] == 4
    expect(page).to_have_url(re.compile("kernel=4_0_1_-1_3_1_-1_0_1"))


def test_a_cell_without_a_number_says_so_and_keeps_the_picture(lab: Locator) -> None:
    cell = lab.get_by_label("Weight in row 3, column 1")
    problem = lab.locator("[data-id=kernel-problem]")
    before = output(lab)
    for text, said in (("", "is empty"), ("abc", "holds no number"), ("NaN", "holds no number"), ("1e9", "too large")):
        cell.fill(text)
        expect(problem).to_contain_text("row 3, column 1")
        expect(problem).to_contain_text(said)
    np.testing.assert_array_equal(output(lab), before)
    cell.fill("5")
    expect(problem).to_be_hidden()


def test_the_link_restores_picture_kernel_and_settings(page: Page, app_url: str) -> None:
    link = (
        "kernels_sample=Coins&kernel=1_2_1_2_4_2_1_2_1&divisor=auto&stride=2&padding=same&border=wrap&bias=-20&flip=1"
    )
    lab = open_lab(page, f"{app_url}/kernels?{link}")
    settings = LabSettings(
        kernels=[[[1, 2, 1], [2, 4, 2], [1, 2, 1]]],
        divisor="auto",
        stride=2,
        padding="same",
        border="wrap",
        bias=-20,
        flip=True,
    )
    np.testing.assert_allclose(output(lab), lab_output(load_sample("coins"), settings), atol=TOLERANCE)


def test_settings_survive_a_visit_to_another_page(lab: Locator, page: Page) -> None:
    lab.get_by_label("Weight in row 1, column 2").fill("7")
    expect(page).to_have_url(re.compile("kernel=-1_7_1"))
    go(page, "Architecture")
    go(page, "Kernels")
    expect(page.get_by_label("Weight in row 1, column 2")).to_have_value("7")


@pytest.mark.parametrize("press", [0, 90])
def test_a_link_clicked_at_any_time_after_a_change_leads_to_its_page_alone(
    press: int, new_visitor: Callable[..., Page], app_url: str
) -> None:
    """Until 500 ms the lab rests, then Python hears of it, and what comes of that meets the click."""
    page = new_visitor()
    for delay in (0, 150, 300, 500, 520, 560, 620, 700):
        lab = open_lab(page, f"{app_url}/kernels")
        wait_for_rest(page)
        link = page.get_by_test_id("stSidebarNav").get_by_role("link", name="Images")
        link.hover()
        lab.get_by_role("button", name="Kernel of 5 by 5").evaluate("(size) => size.click()")
        page.wait_for_timeout(delay)
        page.mouse.down()
        page.wait_for_timeout(press)
        page.mouse.up()
        expect(page.get_by_role("heading", name="Images", exact=True)).to_be_visible()
        wait_for_rest(page)
        page.wait_for_timeout(700)  # nothing told late leads back
        assert page.url == f"{app_url}/images", delay
        go(page, "Kernels")
        expect(page.get_by_role("table", name="Products").locator("td")).to_have_count(25)


def test_nothing_impossible_can_be_set_on_a_small_picture(lab: Locator) -> None:
    give_picture(lab, PICTURES["tall"][:5, :5])
    expect(lab.get_by_role("button", name="Kernel of 7 by 7")).to_be_disabled()
    padding = lab.get_by_role("combobox", name="Padding")
    padding.select_option("same")
    lab.get_by_role("button", name="Kernel of 7 by 7").click()
    expect(padding.locator("option[value=valid]")).to_be_disabled()
    expect(lab.locator("[data-id=formula]")).to_contain_text("Width: ⌊(5 + 3 + 3 − 7) / 1⌋ + 1 = 5")
    give_picture(lab, PICTURES["tall"][:3, :3])
    assert output(lab).shape == (3, 3, 1)


def test_sliding_fills_the_result_and_waits_while_the_mouse_is_on_a_picture(lab: Locator, page: Page) -> None:
    give_picture(lab, PICTURES["cat"])
    lab.get_by_role("button", name="Slide").click()
    page.wait_for_function("root => root.kernelLab.player.filled > 200", arg=lab.element_handle())
    whole = lab.get_by_role("switch", name="Whole picture")
    expect(whole).to_have_attribute("aria-checked", "false")
    lab.locator("[data-id=output]").hover()
    expect(lab.get_by_role("button", name="Waits")).to_be_visible()
    held = lab.evaluate("root => root.kernelLab.player.filled")
    page.wait_for_timeout(200)
    assert lab.evaluate("root => root.kernelLab.player.filled") == held
    whole.click()
    expect(whole).to_have_attribute("aria-checked", "true")
    assert lab.evaluate("root => root.kernelLab.player.filled") is None


def test_a_reader_who_wants_no_motion_goes_step_by_step(lab: Locator) -> None:
    window = lab.locator("[data-id=window-title]")
    expect(lab.get_by_role("button", name="Slide")).to_be_visible()
    expect(window).to_have_text(title(0, 0))
    lab.get_by_role("button", name="Step").click()
    expect(window).to_have_text(title(0, 1))


def test_the_products_and_their_sum_stand_in_the_first_screen(new_visitor: Callable[..., Page], app_url: str) -> None:
    """The sum comes last: pictures, kernel and products stand above it."""
    for width, height in ((1400, 900), (390, 844)):
        lab = open_lab(new_visitor(viewport={"width": width, "height": height}), f"{app_url}/kernels")
        for side in (3, 5, 7):
            lab.get_by_role("button", name=f"Kernel of {side} by {side}").click()
            expect(lab.get_by_role("table", name="Products").locator("td")).to_have_count(side**2)
            box = lab.locator(".total").bounding_box()
            assert box
            assert box["y"] + box["height"] <= height, side


# where in the lab the tabs below the products begin, and the products that are wider than their cell
PLACE_OF_TABS = "root => root.querySelector('.tabs').getBoundingClientRect().top - root.getBoundingClientRect().top"
CUT = "cells => cells.filter((cell) => cell.scrollWidth > cell.clientWidth).map((cell) => cell.textContent)"


@pytest.mark.parametrize("width", [1400, 800, 390])
def test_no_kernel_moves_what_stands_below_its_products(
    width: int, new_visitor: Callable[..., Page], app_url: str
) -> None:
    lab = open_lab(new_visitor(viewport={"width": width, "height": 900}), f"{app_url}/kernels")
    give_picture(lab, PICTURES["cat"])
    before, kernels = lab.evaluate(PLACE_OF_TABS), lab.get_by_role("combobox", name="Kernel", exact=True)
    products = lab.get_by_role("table", name="Products").locator("td")
    for name in KERNELS:
        kernels.select_option(name)
        assert lab.evaluate(PLACE_OF_TABS) == before, name
        assert products.evaluate_all(CUT) == [], name
    for side in (5, 7):
        lab.get_by_role("button", name=f"Kernel of {side} by {side}").click()
        lab.get_by_label("Weight in row 1, column 1").fill("-99.5")
        expect(products).to_have_count(side**2)
        assert lab.evaluate(PLACE_OF_TABS) == before, side
        assert products.evaluate_all(CUT) == [], side


class Web(BaseHTTPRequestHandler):
    """Pictures of another site: path -> status, type, body, whether other pages may read it."""

    answers: ClassVar = {
        "/cat.png": (200, "image/png", encode_png(PICTURES["cat"]), True),
        "/missing.png": (404, "text/plain", b"no", True),
        "/page.html": (200, "text/html", b"<p>", True),
        "/broken.png": (200, "image/png", b"no picture", True),
        "/closed.png": (200, "image/png", encode_png(PICTURES["cat"]), False),
    }

    def do_GET(self) -> None:
        status, content_type, body, is_open = self.answers[self.path]
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if is_open:
            self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent."""


@pytest.fixture
def web() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Web)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_pictures_from_addresses_fail_with_distinct_sentences(lab: Locator, web: str) -> None:
    before = output(lab)
    lab.get_by_role("button", name="Address").click()
    for url, said in (
        ("http://", "This is no address"),
        (f"{web}/missing.png", "not found"),
        (f"{web}/page.html", "leads to a page"),
        (f"{web}/broken.png", "no picture that the browser can read"),
        (f"{web}/closed.png", "CORS"),
        ("http://127.0.0.1:9/cat.png", "cannot be reached"),
    ):
        lab.get_by_label("Address of a picture on the web").fill(url)
        lab.get_by_role("button", name="Fetch").click()
        expect(lab.locator("[data-id=picture-problem]")).to_contain_text(said)
    np.testing.assert_array_equal(output(lab), before)


def test_a_picture_from_an_address_is_shown_and_restored_by_the_link(lab: Locator, page: Page, web: str) -> None:
    lab.get_by_role("button", name="Address").click()
    lab.get_by_label("Address of a picture on the web").fill(f"{web}/cat.png")
    lab.get_by_role("button", name="Fetch").click()
    expect(page).to_have_url(re.compile("cat.png"))
    expected = lab_output(PICTURES["cat"], LabSettings())
    np.testing.assert_allclose(output(lab), expected, atol=TOLERANCE)
    lab = open_lab(page, page.url)
    lab.get_by_role("button", name="Fetch").click()  # a link alone fetches nothing from elsewhere
    expect(lab.locator("[data-id=input-size]")).to_have_text("130 × 80")
    np.testing.assert_allclose(output(lab), expected, atol=TOLERANCE)


def test_a_finger_moves_the_window_and_not_the_page(new_visitor: Callable[..., Page], app_url: str) -> None:
    page = new_visitor(viewport={"width": 390, "height": 844}, has_touch=True)
    lab = open_lab(page, f"{app_url}/kernels")
    canvas = lab.locator("[data-id=input]")
    assert canvas.evaluate("node => getComputedStyle(node).touchAction") == "none"
    canvas.tap(position={"x": 5, "y": 5})
    expect(lab.locator("[data-id=window-title]")).to_have_text(title(0, 0))
    expect_as_wide_as(page, 390)


HAND_OVER = """async (root, { how, type, bytes }) => {
  const data = new DataTransfer();
  data.items.add(new File([new Uint8Array(bytes)], "picture", { type }));
  const options = { bubbles: true, cancelable: true };
  if (how === "paste") document.dispatchEvent(new ClipboardEvent("paste", { ...options, clipboardData: data }));
  else root.dispatchEvent(new DragEvent("drop", { ...options, dataTransfer: data }));
}"""


@pytest.mark.parametrize("how", ["paste", "drop"])
def test_a_pasted_or_dropped_picture_is_taken_and_a_bad_one_leaves_it(lab: Locator, how: str) -> None:
    def hand_over(data: bytes) -> None:
        lab.evaluate(HAND_OVER, {"how": how, "type": "image/png", "bytes": list(data)})

    hand_over(encode_png(PICTURES["noise"]))
    expect(lab.locator("[data-id=input-size]")).to_have_text("31 × 23")
    expected = lab_output(PICTURES["noise"], LabSettings())
    np.testing.assert_allclose(output(lab), expected, atol=TOLERANCE)
    for data, said in ((b"no picture", "no picture that the browser can read"), (encode_png(PIXEL), "too small")):
        hand_over(data)
        expect(lab.locator("[data-id=picture-problem]")).to_contain_text(said)
    np.testing.assert_allclose(output(lab), expected, atol=TOLERANCE)
    lab.get_by_role("button", name="Digit 3").click()
    expect(lab.locator("[data-id=input-size]")).to_have_text("8 × 8")


def test_a_huge_picture_is_scaled_down_and_that_is_said(lab: Locator) -> None:
    huge = np.zeros((300, 4000, 3), np.uint8)
    lab.evaluate(HAND_OVER, {"how": "drop", "type": "image/png", "bytes": list(encode_png(huge))})
    expect(lab.locator("[data-id=notice]")).to_have_text("Scaled down from 4000 × 300 to 1024 × 77.")


def test_the_wheel_zooms_only_where_the_picture_has_the_focus_and_pixels_show_their_numbers(
    lab: Locator, page: Page
) -> None:
    factor = "root => root.kernelLab.zoom.factor"
    give_picture(lab, PICTURES["cat"])
    canvas = lab.locator("[data-id=input]")
    canvas.hover()
    page.mouse.wheel(0, 50)
    assert lab.evaluate(factor) == 1
    canvas.click()
    canvas.hover()
    page.mouse.wheel(0, -300)
    page.wait_for_function(factor.replace("factor", "factor > 1.5"), arg=lab.element_handle())
    lab.get_by_role("button", name="Numbers").click()
    assert lab.evaluate("root => root.kernelLab.views.input.frame.cell") >= 30
    canvas.press("0")
    assert lab.evaluate(factor) == 1


def test_turns_and_presets_change_the_kernel(lab: Locator) -> None:
    lab.get_by_role("combobox", name="Kernel", exact=True).select_option("vertical_edges")
    lab.get_by_role("button", name="Transpose").click()
    expect(lab.locator("[data-id=preset]")).to_have_value("horizontal_edges")
    lab.get_by_role("button", name="Rotate").click()
    assert kernel(lab) == [[1, 0, -1]] * 3
    lab.get_by_role("button", name="Flip left and right").click()
    expect(lab.locator("[data-id=preset]")).to_have_value("vertical_edges")
    lab.get_by_role("button", name="Kernel of 5 by 5").click()
    assert kernel(lab)[2] == [0, -1, 0, 1, 0]


def test_least_squares_and_gradient_descent_find_the_hidden_kernel(lab: Locator, page: Page) -> None:
    lab.get_by_role("tab", name="Learn a kernel").click()
    for how in ("Least squares", "▶ Gradient descent"):
        lab.get_by_role("button", name=how).click()
        page.wait_for_function("root => root.kernelLab.panels.learn.errors.at(-1) < 0.05", arg=lab.element_handle())
        found, hidden = lab.evaluate(
            "({ kernelLab: { panels: { learn } } }) => [learn.state.weights, learn.hidden.weights]"
        )
        np.testing.assert_allclose(found, hidden, atol=0.05)
        lab.get_by_role("button", name="New challenge").click()


def test_a_kernel_is_learned_from_a_pair_of_one_s_own(lab: Locator, page: Page, tmp_path: Path) -> None:
    """The target went through OpenCV and was rounded: the kernel comes back nearly, the bias too."""
    image = PICTURES["cat"]
    give_picture(lab, image)
    blur = np.array([[0, 1, 0], [1, 3, 1], [0, 1, 0]]) / 8
    target = cv2.filter2D(to_grey(image).astype(np.float64), -1, blur) + 20
    (tmp_path / "target.png").write_bytes(encode_png(np.clip(np.rint(target), 0, 255).astype(np.uint8)))
    lab.get_by_role("tab", name="Learn a kernel").click()
    lab.get_by_role("combobox", name="Target").select_option("own")
    lab.get_by_label("Target picture").set_input_files(tmp_path / "target.png")
    lab.get_by_role("button", name="Least squares").click()
    page.wait_for_function("root => root.kernelLab.panels.learn.how", arg=lab.element_handle())
    found = lab.evaluate("root => root.kernelLab.panels.learn.state.weights")
    np.testing.assert_allclose(np.reshape(found, (3, 3)), blur, atol=0.02)
    expect(lab.locator("[data-id=learn]")).to_contain_text("and a bias of")


def test_the_camera_runs_through_the_kernel(lab: Locator) -> None:
    lab.get_by_role("button", name="Camera", exact=True).click()
    before = lab.locator(".bench").bounding_box()["y"]
    expect(lab.locator("[data-id=rate]")).to_contain_text("frames a second")
    assert lab.locator(".bench").bounding_box()["y"] == before, "nothing moves down"
    expect(lab.locator("[data-id=output-size]")).to_have_text("318 × 238")
    stop = lab.get_by_role("button", name="Stop", exact=True)
    assert stop.locator("span").evaluate("words => words.scrollWidth <= words.clientWidth"), "its word is whole"
    stop.click()
    expect(lab.locator("[data-id=rate]")).to_be_empty()


def test_a_refused_camera_is_said_in_a_sentence(lab: Locator, page: Page) -> None:
    page.evaluate(
        """() => { navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(Object.assign(new Error("no"), { name: "NotAllowedError" })); }"""
    )
    lab.get_by_role("button", name="Camera", exact=True).click()
    expect(lab.locator("[data-id=picture-problem]")).to_contain_text("The camera was refused")


def test_the_result_is_saved_as_a_png_of_its_own_size(lab: Locator, page: Page) -> None:
    lab.get_by_role("button", name="Chelsea").click()
    expect(lab.locator("[data-id=input-size]")).to_have_text("451 × 300")
    with page.expect_download() as waiting:
        lab.get_by_role("button", name="Save").click()
    saved = cv2.imread(str(waiting.value.path()))
    assert saved.shape == (298, 449, 3)


def test_a_file_is_taken_by_the_browser_or_else_by_the_server(lab: Locator, page: Page) -> None:
    size = lab.locator("[data-id=input-size]")
    file = lab.locator("[data-id=file]")
    file.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": encode_png(PICTURES["noise"])})
    expect(size).to_have_text("31 × 23")
    tiff = BytesIO()
    Image.fromarray(PICTURES["tall"]).save(tiff, "TIFF")
    file.set_input_files({"name": "a.tif", "mimeType": "image/tiff", "buffer": tiff.getvalue()})
    expect(size).to_have_text("9 × 40")
    np.testing.assert_allclose(output(lab), lab_output(PICTURES["tall"], LabSettings()), atol=TOLERANCE)
    expect(lab.get_by_role("button", name="Upload")).to_have_attribute("aria-pressed", "true")
    file.set_input_files({"name": "a.tif", "mimeType": "image/tiff", "buffer": b"II*\0 and nothing more"})
    expect(page.get_by_test_id("stAlert")).to_be_visible()
    expect(size).to_have_text("9 × 40")


def kernel(lab: Locator) -> list[list[float]]:
    return lab.evaluate("root => root.kernelLab.settings.values.kernels[0]")


def drag(page: Page, target: Locator, *, by: int) -> None:
    box = target.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for part in range(1, 6):
        page.mouse.move(x, y + by * part / 5)
    page.mouse.up()


def test_a_drawing_is_there_again_when_its_page_is_loaded_anew(lab: Locator, page: Page) -> None:
    lab.get_by_role("button", name="Draw", exact=True).click()
    draw(lab.locator("[data-id=drawing] canvas"), [[(0.2, 0.3), (0.8, 0.6)]])
    expect(page).to_have_url(re.compile("kernels_sample=drawing"))
    drawn = output(lab)
    assert np.ptp(drawn) > 0
    lab = open_lab(page, page.url)
    page.wait_for_function(
        "root => root.kernelLab.sources.drawing.paper?.strokes.length === 1", arg=lab.element_handle()
    )
    np.testing.assert_array_equal(output(lab), drawn)
