"""Which picture the kernel lab loads, and how it shows what it makes of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

from cnnviz.kernel_lab.settings import LabSettings
from cnnviz.ui.components.kernel_lab import Picture, pack
from tests.js.lab import PICTURES, packet


def test_an_address_from_a_link_is_fetched_only_after_a_press(
    give: Callable[[str, Any], Locator], modules: Page
) -> None:
    address, asked = "http://pictures.test/owl.png", []
    modules.route("**/owl.png", lambda route: (asked.append(route.request.url), route.abort()))
    lab = give("kernel_lab", packet(PICTURES["noise"], LabSettings(url=address)))
    assert lab.get_by_text("press Fetch to load it").is_visible()
    modules.wait_for_timeout(300)
    assert asked == []
    assert lab.locator("[data-id=url]").input_value() == address
    with modules.expect_request(address):
        lab.get_by_role("button", name="Fetch", exact=True).click()


@pytest.mark.parametrize(("middle", "keeps"), [(2.09, True), (1.92, True), (2.2, False), (1.8, False)])
def test_weights_that_sum_to_about_one_keep_the_brightness(modules: Page, middle: float, keeps: bool) -> None:
    weights = [0.05, -0.3, 0.05, -0.3, middle, -0.3, 0.05, -0.3, 0.05]
    found = modules.evaluate(
        """async (weights) => (await import("/kernel_lab/pipeline.js"))
        .natureOf({ branches: [{ kernel: { weights }, share: 1 }] }).isPicture""",
        weights,
    )
    assert found == keeps == (abs(sum(weights) - 1) <= 0.1)


def test_a_drawing_of_which_a_busy_server_has_not_heard_is_on_the_paper_again_and_told(
    give: Callable[[str, Any], Locator], modules: Page
) -> None:
    """Streamlit drops a value that waits for the run before it, when one leaves the page meanwhile."""
    line = {"tool": "pen", "thickness": 0.06, "points": [[0.2, 0.5], [0.8, 0.5]]}
    blank = Picture(np.full((280, 280, 3), 255, np.uint8), "Your drawing", "draw")

    def told_by_a_lab_that_opens_with(strokes: list[dict[str, Any]]) -> list[int]:
        """Of how many strokes each drawing is that Python hears of."""
        picture = replace(blank, strokes=strokes)
        lab = give("kernel_lab", pack(picture, LabSettings(), []))
        modules.wait_for_function("root => root.kernelLab.sources.drawing.isOpen", arg=lab.element_handle())
        assert lab.evaluate("root => root.kernelLab.sources.drawing.paper.strokes.length") == 1
        sent = modules.evaluate("() => sent.filter(([name]) => name === 'drawing')")
        modules.evaluate("() => { root.host.remove(); leave(); }")
        return [len(drawing["strokes"]) for _, drawing in sent]

    modules.evaluate(
        "async (line) => (await import('/shared/drawing_memory.js')).remember([line], 'cnnviz.lab.drawing')", line
    )
    try:
        assert told_by_a_lab_that_opens_with([]) == [1]
        assert told_by_a_lab_that_opens_with([line]) == [], "it knows"
    finally:
        modules.evaluate("() => sessionStorage.clear()")
        give("kernel_lab", pack(blank, LabSettings(), []))  # what the fixture takes away in the end
