"""The report of a run in Chromium, from a folder: the same numbers as Keras, a hand that draws, images, paper."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cnnviz.evaluation.scores import TestPredictions
from cnnviz.reports.html import contents
from cnnviz.reports.html_report import run_html
from cnnviz.runs.store import RunStore
from tests.js.conftest import wait_for_frames
from tests.js.inside_net.nets import CLASSES, EVERY_KIND, PLAIN, Sample, make
from tests.reports.html.conftest import OpenReport
from tests.reports.html.runs import OnlyImages, keep_run

MATRIX = "#confusion_matrix-place section"
RUN = "#live_run-place section"
NET = "section.inside-net"
ALIVE = "() => document.querySelector('#inside_net-place').shadowRoot?.querySelector('section').insideNet?.hasFrame"
VALUES = "root => root.insideNet.layers.map(({ name }, index) => [name, [...root.insideNet.values(index)]])"


@pytest.fixture(scope="module")
def plain() -> Sample:
    return make(PLAIN)


def report_of(sample: Sample, folder: Path, **given: Any) -> bytes:
    test = TestPredictions(np.asarray(sample.model(sample.images)), sample.labels.astype(np.int64), CLASSES)
    store = RunStore(folder)
    run = keep_run(store, sample.net, test, architecture=sample.architecture)
    return run_html(OnlyImages(store, sample.images, sample.labels), run, **given)


@pytest.fixture
def opened(
    open_report: OpenReport, plain: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Page]:
    monkeypatch.setattr(contents, "FIRST_IMAGES", 4)  # the others come along because they are shown

    def open_(**options: Any) -> Page:
        page = open_report(report_of(plain, tmp_path / "home"), **options)
        page.wait_for_function(ALIVE)
        return page

    return open_


@pytest.mark.parametrize("architecture", [PLAIN, EVERY_KIND], ids=lambda net: net.name)
def test_every_layer_has_the_numbers_of_keras(open_report: OpenReport, architecture: Any, tmp_path: Path) -> None:
    sample = make(architecture)
    page = open_report(report_of(sample, tmp_path / "home"))
    page.wait_for_function(ALIVE)
    found = dict(page.locator(NET).evaluate(VALUES))
    known = [name for name in sample.values if name in found]
    assert len(known) > 5
    assert known[-1] == list(sample.values)[-1]
    for name in known:
        expected = sample.values[name].ravel()
        assert np.abs(np.array(found[name]) - expected).max() <= 1e-5 * np.abs(expected).max()


def test_a_stroke_changes_the_answer_within_the_frame(opened: Callable[..., Page]) -> None:
    page = opened()
    net = page.locator(NET)
    net.get_by_role("button", name="Draw", exact=True).click()
    expect(net.locator(".seen-name")).to_have_text("The empty paper")
    wait_for_frames(page)
    before = dict(net.evaluate(VALUES))
    box = net.locator("canvas.paper").bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 90, box["y"] + 100, steps=6)
    page.mouse.up()
    expect(net.locator(".seen-name")).to_have_text("Your drawing")
    wait_for_frames(page)
    after = dict(net.evaluate(VALUES))
    assert before["conv_1"] != after["conv_1"]


def test_a_shown_image_goes_through_the_net(opened: Callable[..., Page]) -> None:
    page = opened()
    shot = page.locator("#images button.shot").last
    index = int(shot.get_attribute("data-index"))
    shot.click()
    expect(page.locator(NET).locator(".seen-name")).to_contain_text(f"Test image {index + 1}: ")
    expect(page.locator(NET).locator(".verdict")).to_contain_text("Right.")


def test_a_cell_of_the_matrix_shows_its_images(opened: Callable[..., Page], plain: Sample) -> None:
    page = opened()
    said = np.asarray(plain.model(plain.images)).argmax(1)
    wrong = np.flatnonzero(said != plain.labels)
    cell = int(plain.labels[wrong[0]]), int(said[wrong[0]])
    count = int(((plain.labels == cell[0]) & (said == cell[1])).sum())
    canvas = page.locator(f"{MATRIX} canvas")
    side = canvas.bounding_box()["width"] / len(CLASSES)
    canvas.click(position={"x": (cell[1] + 0.5) * side, "y": (cell[0] + 0.5) * side})
    images = page.locator("#confusion_matrix-images")
    words = f"{CLASSES[cell[0]]}, taken for {CLASSES[cell[1]]}: {count} of {count}"
    expect(images.get_by_role("status")).to_contain_text(words)
    expect(images.locator("button.shot")).to_have_count(count)
    images.locator("button.shot").first.click()
    expect(page.locator(NET).locator(".verdict")).to_contain_text(f"Wrong: it is {CLASSES[cell[0]]}.")


def test_the_curves_are_those_of_the_run(opened: Callable[..., Page]) -> None:
    run = opened().locator(RUN)
    lines = run.evaluate("root => root.liveRun.lines('loss').map(({ name, points }) => [name, points])")
    assert dict(lines)["training"] == [[0.5, 2], [1.5, 1]]
    assert dict(lines)["validation"] == [[1, 2.5], [2, 1.25]]
    expect(run.get_by_role("img", name="Curve of the loss over 2 epochs")).to_be_visible()


def test_what_needs_a_server_is_not_offered(opened: Callable[..., Page]) -> None:
    page = opened()
    net = page.locator(NET)
    net.evaluate("root => root.insideNet.toggleUnit(2, 0)")
    expect(net.locator(".edit-words")).to_contain_text("1 change")
    expect(net.get_by_role("button", name="Reset", exact=True)).to_be_visible()
    expect(net.get_by_role("button", name="Save as a new net")).to_be_hidden()
    expect(net.locator(".timeline")).to_be_hidden()


def test_light_and_dark_follow_the_system_and_then_the_hand(opened: Callable[..., Page]) -> None:
    page = opened(dark=True)
    ground = "() => getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(18, 22, 28)"
    page.get_by_role("button", name="Light colours").click()
    assert page.evaluate(ground) == "rgb(255, 255, 255)"
    expect(page.get_by_role("button", name="Dark colours")).to_be_visible()


def test_paper_is_white_and_has_no_controls_and_the_screen_comes_back(opened: Callable[..., Page]) -> None:
    page = opened(dark=True)
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_attribute("data-printing", "")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    for place in (NET, RUN, MATRIX):
        controls = page.locator(place).locator("select, input, button:not(.cell, .worst button)")
        assert [control for control in controls.all() if control.is_visible()] == []
    expect(page.locator(MATRIX).locator("canvas")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="screen")
    expect(page.locator(NET).get_by_role("button", name="Draw", exact=True)).to_be_visible()


def test_a_phone_needs_no_scrolling_sideways(opened: Callable[..., Page]) -> None:
    page = opened(width=390, height=844)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390
    box = page.locator(NET).locator(".seen-picture").bounding_box()
    assert box["y"] + box["height"] < 844


@pytest.mark.parametrize("dark", [False, True])
def test_it_breaks_no_rule_of_axe(opened: Callable[..., Page], dark: bool) -> None:
    page = opened(dark=dark, reads_for_axe=True)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
