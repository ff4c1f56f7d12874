"""The report of several runs in Chromium, from a folder: one picture through all nets, curves, cells, paper."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cnnviz.evaluation.scores import TestPredictions
from cnnviz.reports.html import contents
from cnnviz.reports.html_report import comparison_html
from cnnviz.runs.store import RunStore
from tests.js.inside_net.nets import CLASSES, PLAIN, Sample, make
from tests.reports.html.conftest import OpenReport
from tests.reports.html.runs import CONFIG, OnlyImages, keep_run

NETS = "section.compare-nets"
ALIVE = """() => document.querySelector('#nets-place').shadowRoot?.querySelector('section').compareNets.columns
    .every(({ live, seen }) => live && seen)"""
ANSWERS = "root => root.compareNets.columns.map(({ live }) => [...live.values(live.layers.length - 1)])"


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return [make(PLAIN, seed=seed) for seed in (3, 4)]


@pytest.fixture
def opened(
    open_report: OpenReport, samples: list[Sample], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Page]:
    monkeypatch.setattr(contents, "FIRST_IMAGES", 4)  # the others come along because they are shown

    def open_(**options: Any) -> Page:
        store, (first, _) = RunStore(tmp_path / "home"), samples
        labels = first.labels.astype(np.int64)
        runs = [
            keep_run(
                store,
                sample.net,
                TestPredictions(np.asarray(sample.model(first.images)), labels, CLASSES),
                architecture=PLAIN,
                config=CONFIG.model_copy(update={"seed": seed}),
            )
            for seed, sample in enumerate(samples)
        ]
        page = open_report(comparison_html(OnlyImages(store, first.images, labels), runs), **options)
        page.wait_for_function(ALIVE)
        return page

    return open_


def test_each_net_has_the_numbers_of_keras_for_the_same_picture(
    opened: Callable[..., Page], samples: list[Sample]
) -> None:
    found = opened().locator(NETS).evaluate(ANSWERS)
    for sample, answer in zip(samples, found, strict=True):
        expected = np.asarray(sample.model(samples[0].images[:1]))[0]
        assert np.abs(np.array(answer) - expected).max() <= 1e-5 * expected.max()


def test_the_curves_of_all_runs_stand_on_the_same_axes(opened: Callable[..., Page]) -> None:
    page = opened()
    words = "Curves of the validation loss: A · small, seed 0 ends at 1.25; B · small, seed 1 ends at 1.25."
    expect(page.get_by_role("img", name=words)).to_be_visible()
    expect(page.locator("#curves-place section canvas")).to_have_count(4)


def test_an_image_on_which_they_disagree_goes_through_all(opened: Callable[..., Page]) -> None:
    page = opened()
    shot = page.locator("#split button.shot").last
    index = int(shot.get_attribute("data-index"))
    shot.click()
    expect(page.locator(NETS).locator("[data-id=seen-name]")).to_contain_text(f"Test image {index + 1}")


def test_a_cell_of_the_second_matrix_shows_its_images(opened: Callable[..., Page]) -> None:
    page = opened()
    matrix = page.locator("#matrix-1-place section.confusion-matrix")
    matrix.get_by_role("button", name="Counts", exact=True).click()
    matrix.locator(".worst button").first.click()
    expect(page.locator("#matrix-1-images").get_by_role("status")).to_contain_text("came along.")
    expect(page.locator("#matrix-1-images .shot").first).to_be_visible()
    expect(page.locator("#matrix-0-images .shot")).to_have_count(0)


def test_no_link_leads_nowhere_and_paper_is_white(opened: Callable[..., Page]) -> None:
    page = opened(dark=True)
    assert [link for link in page.locator("a").all() if link.is_visible()] == []
    page.emulate_media(media="print")
    expect(page.locator("html")).to_have_attribute("data-printing", "")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    controls = page.locator("main").locator("select, input, button:not(.shot, .cell, .worst button)")
    assert [control for control in controls.all() if control.is_visible()] == []


def test_a_phone_needs_no_scrolling_sideways(opened: Callable[..., Page]) -> None:
    page = opened(width=390, height=844)
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("dark", [False, True])
def test_it_breaks_no_rule_of_axe(opened: Callable[..., Page], dark: bool) -> None:
    page = opened(dark=dark, reads_for_axe=True)
    found = Axe().run(page).response["violations"]
    assert [(rule["id"], node["html"][:120]) for rule in found for node in rule["nodes"]] == []
