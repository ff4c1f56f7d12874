"""The diagram component: layers are reached by arrow keys, chosen, told about, and the picture is saved."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.plots.diagram.diagram import diagram_svg
from cnnviz.plots.diagram.elements import IMAGE_WORDS

NET = get_preset("lenet5").architecture


@pytest.fixture
def diagram(give: Callable[[str, Any], Locator]) -> Locator:
    drawings = [diagram_svg(NET, view="blocks", selected=(0,), width=width)._asdict() for width in (900, 390)]
    hints = {layer.name: [f"All of {layer.name}", "5 × 5"] for layer in analyze(NET).layers}
    return give("net_diagram", {"drawings": drawings, "hints": hints, "name": "LeNet 5"})


def test_arrow_keys_go_from_layer_to_layer_and_enter_chooses(diagram: Locator, modules: Page) -> None:
    layers = diagram.locator(".layer")
    layers.first.focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft"):
        modules.keyboard.press(key)
    expect(layers.nth(1)).to_be_focused()
    modules.keyboard.press("Enter")
    path = layers.nth(1).get_attribute("data-path")
    assert modules.evaluate("() => sent") == [["picked", path]]
    layers.nth(2).click()
    assert modules.evaluate("() => sent.length") == 2


def test_pointing_at_a_layer_tells_its_lines(diagram: Locator, modules: Page) -> None:
    for layer in analyze(NET).layers[:2]:
        diagram.locator(f'.layer[data-layer="{layer.name}"]').hover()
        expect(diagram.get_by_role("status").locator("div")).to_have_text([f"All of {layer.name}", "5 × 5"])


def test_pointing_at_the_image_tells_what_it_is(diagram: Locator) -> None:
    diagram.locator('.layer[data-path=""]').hover()
    expect(diagram.get_by_role("status").locator("div")).to_have_text([IMAGE_WORDS])


def test_the_widest_drawing_that_can_be_read_is_shown(give: Callable[[str, Any], Locator], modules: Page) -> None:
    def shown(*widths: int) -> str | None:
        drawings = [{"svg": f'<svg id="of-{width}" viewBox="0 0 9 9"></svg>', "width": width} for width in widths]
        frame = give("net_diagram", {"drawings": drawings, "hints": {}, "name": "a net"})
        return frame.locator("svg").first.get_attribute("id")

    assert shown(100_000, 300, 200) == "of-300"
    assert shown(310, 300) == "of-310"
    assert shown(100_000, 90_000) == "of-90000", "the narrowest, where none fits"


@pytest.mark.parametrize(("paper", "fill"), [("white", "#ffffff"), ("dark", "#14181f"), ("none", None)])
def test_the_diagram_is_saved_on_its_paper_without_the_selection(
    diagram: Locator, modules: Page, paper: str, fill: str | None
) -> None:
    expect(diagram.locator(".mark")).to_have_count(1)
    diagram.get_by_role("combobox", name="Paper").select_option(paper)
    with modules.expect_download() as waiting:
        diagram.get_by_role("button", name="Save SVG").click()
    assert waiting.value.suggested_filename == "LeNet_5.svg"
    text = Path(waiting.value.path()).read_text("utf-8")
    sheets = re.findall(r'<rect width="\d+" height="\d+" fill="(#\w+)"/>', text)
    assert sheets == ([fill] if fill else [])
    assert 'class="mark"' not in text
