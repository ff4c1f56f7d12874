"""The diagram component: layers are reached, found, moved and folded, told about, and the picture is saved."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.layer_titles import path_titles
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.naming import path_names
from cnnviz.architecture.spec.paths import path_text
from cnnviz.plots.diagram.diagram import VIEWS, View, diagram_svg
from cnnviz.plots.diagram.elements import IMAGE_WORDS
from cnnviz.plots.diagram.folding import default_folds

NET = get_preset("lenet5").architecture
DEEP = get_preset("resnet-like").architecture
Give = Callable[[str, Any], Locator]


def data_of(net: Architecture, view: View = "blocks", folds: frozenset[str] = frozenset(), **more: Any) -> dict:
    """What Python gives the component for a net whose first layer is selected."""
    drawings = [diagram_svg(net, view=view, selected=(0,), width=width, folds=folds)._asdict() for width in (900, 390)]
    names = path_names(net)
    layers = [
        {"path": path_text(path), "name": title, "code": names[path], "kind": title.split()[0], "shape": "9 × 9"}
        for path, title in path_titles(net.layers).items()
    ]
    hints = {layer.name: [f"All of {layer.name}", "5 × 5"] for layer in analyze(net).layers}
    plain = {"name": "LeNet 5", "view": view, "views": VIEWS, "note": "", "said": ""}
    return {"drawings": drawings, "hints": hints, "layers": layers, **plain, **more}


@pytest.fixture
def diagram(give: Give) -> Locator:
    return give("net_diagram", data_of(NET))


def sent(modules: Page) -> list:
    return modules.evaluate("() => sent")


def drag(modules: Page, layer: Locator, goal: Locator, *, share: float) -> None:
    """Take a box at its middle and hold it over another one, at a share of its width."""
    start, end = layer.bounding_box(), goal.bounding_box()
    assert start is not None
    assert end is not None
    modules.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    modules.mouse.down()
    modules.mouse.move(end["x"] + share * end["width"], end["y"] + end["height"] / 2, steps=6)


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


def test_one_tab_leads_to_the_diagram_and_one_past_it(diagram: Locator, modules: Page) -> None:
    diagram.get_by_role("button", name="Larger").focus()
    modules.keyboard.press("Tab")
    expect(diagram.locator('.layer[data-path="0"]')).to_be_focused()
    modules.keyboard.press("ArrowRight")
    modules.keyboard.press("Tab")
    expect(diagram.get_by_role("button", name="Full screen")).to_be_focused()
    modules.keyboard.press("Shift+Tab")
    expect(diagram.locator('.layer[data-path="1"]')).to_be_focused()


def test_pointing_at_a_layer_tells_its_lines(diagram: Locator, modules: Page) -> None:
    for layer in analyze(NET).layers[:2]:
        diagram.locator(f'.layer[data-layer="{layer.name}"]').hover()
        expect(diagram.get_by_role("status").locator("div")).to_have_text([f"All of {layer.name}", "5 × 5"])


def test_pointing_at_the_image_tells_what_it_is(diagram: Locator) -> None:
    diagram.locator('.layer[data-path=""]').hover()
    expect(diagram.get_by_role("status").locator("div")).to_have_text([IMAGE_WORDS])


def test_the_drawing_of_which_all_is_seen_the_largest_is_shown(give: Give) -> None:
    def shown(*sizes: tuple[int, int]) -> str | None:
        drawings = [
            {"svg": f'<svg id="of-{width}" viewBox="0 0 {width} {height}"></svg>', "width": width}
            for width, height in sizes
        ]
        frame = give("net_diagram", {**data_of(NET), "drawings": drawings, "hints": {}})
        return frame.locator(".frame svg").first.get_attribute("id")

    assert shown((9000, 300), (600, 350), (300, 900)) == "of-600"
    assert shown((1200, 300), (600, 350)) == "of-1200"
    assert shown((9000, 300), (8000, 300)) == "of-8000", "the one that is the least too wide"


def test_a_layer_is_dragged_to_another_place(diagram: Locator, modules: Page) -> None:
    layers = diagram.locator(".layer")
    drag(modules, layers.nth(1), layers.nth(3), share=0.9)
    expect(diagram.get_by_role("status")).to_contain_text("Release to put Convolution 1 after Convolution 2.")
    expect(diagram.locator(".drop")).to_have_count(1)
    modules.mouse.up()
    assert sent(modules) == [["moved", {"path": "0", "beside": "2", "isAfter": True}]], "and no click on the box"
    expect(diagram.locator(".drop")).to_have_count(0)
    drag(modules, layers.nth(4), layers.nth(1), share=0.1)
    modules.mouse.up()
    assert sent(modules)[1] == ["moved", {"path": "3", "beside": "0", "isAfter": False}]


def test_escape_leaves_a_dragged_layer_where_it_is_and_the_image_is_not_dragged(
    diagram: Locator, modules: Page
) -> None:
    layers = diagram.locator(".layer")
    drag(modules, layers.nth(1), layers.nth(3), share=0.9)
    modules.keyboard.press("Escape")
    modules.mouse.up()
    drag(modules, layers.nth(0), layers.nth(3), share=0.9)
    modules.mouse.up()
    assert [event for event, _ in sent(modules)].count("moved") == 0


@pytest.mark.parametrize(("key", "is_after"), [("Alt+ArrowRight", True), ("Alt+ArrowUp", False)])
def test_alt_and_an_arrow_move_the_layer_in_focus(diagram: Locator, modules: Page, key: str, is_after: bool) -> None:
    diagram.locator(".layer").nth(2).focus()
    modules.keyboard.press(key)
    assert sent(modules) == [["moved", {"path": "1", "beside": "", "isAfter": is_after}]]


def test_a_layer_that_was_moved_by_key_keeps_the_focus(give: Give, modules: Page) -> None:
    diagram = give("net_diagram", data_of(NET))
    diagram.locator(".layer").nth(2).focus()
    modules.keyboard.press("Alt+ArrowLeft")
    swapped = NET.model_copy(update={"layers": (NET.layers[1], NET.layers[0], *NET.layers[2:])})
    give("net_diagram", data_of(swapped))  # Python has moved and selected it
    expect(diagram.locator('.layer[data-path="0"]')).to_be_focused()


@pytest.mark.parametrize("view", VIEWS)
def test_a_folded_block_is_opened_by_a_click_and_folded_by_its_handle(give: Give, modules: Page, view: View) -> None:
    folds = default_folds(DEEP)
    diagram = give("net_diagram", data_of(DEEP, view, folds))
    diagram.locator('.layer[data-fold="3"]').click()
    give("net_diagram", data_of(DEEP, view, folds - {"3"}))
    diagram.locator('.fold[data-fold="3"]').click()
    diagram.locator('.fold[data-fold="3"]').press("Enter")
    assert sent(modules) == [["fold", "3"]] * 3


def test_the_search_finds_by_name_and_kind_and_goes_there(diagram: Locator, modules: Page) -> None:
    field = diagram.get_by_role("combobox", name="Find a layer")
    found = diagram.get_by_role("listbox").get_by_role("option")
    field.fill("AVG 2")
    expect(found).to_have_count(1)
    field.fill("conv")
    expect(found).to_have_count(2)
    field.press("ArrowDown")
    expect(diagram.get_by_role("listbox").get_by_role("option", selected=True)).to_have_text(
        "Convolution 2 conv_29 × 9"
    )
    field.press("Enter")
    assert sent(modules) == [["picked", "2"]]
    expect(diagram.get_by_role("listbox")).to_be_hidden()
    field.fill("transformer")
    expect(diagram.get_by_role("listbox")).to_contain_text("No layer has this name or kind.")


def test_a_layer_that_was_found_is_brought_into_sight(give: Give) -> None:
    layers = NET.layers[:1] * 60
    long = NET.model_copy(update={"layers": tuple(layer.model_copy(update={"padding": "same"}) for layer in layers)})
    diagram = give("net_diagram", data_of(long))
    far = diagram.locator('.layer[data-path="55"]')
    inside = "(layer) => layer.getBoundingClientRect().top < layer.closest('.frame').getBoundingClientRect().bottom"
    assert not far.evaluate(inside)
    diagram.get_by_role("combobox", name="Find a layer").fill("conv_56")
    diagram.get_by_role("combobox", name="Find a layer").press("Enter")
    assert far.evaluate(inside)


def test_the_diagram_is_enlarged_around_its_middle_and_shown_as_a_whole_again(diagram: Locator) -> None:
    def width() -> float:
        return float(diagram.locator(".frame svg").get_attribute("width") or 0)

    before = width()
    diagram.get_by_role("button", name="Larger").click()
    assert width() == pytest.approx(1.3 * before)
    diagram.locator(".layer").first.press("-")
    assert width() == pytest.approx(before)
    for _ in range(5):
        diagram.get_by_role("button", name="Larger").click()
    frame = diagram.locator(".frame")
    assert frame.evaluate("(frame) => frame.scrollWidth > frame.clientWidth && frame.scrollLeft > 0")
    diagram.get_by_role("button", name="Fit").click()
    assert not frame.evaluate("(frame) => frame.scrollWidth > frame.clientWidth")


def test_the_ground_is_dragged_to_see_another_part(diagram: Locator, modules: Page) -> None:
    for _ in range(4):
        diagram.get_by_role("button", name="Larger").click()
    frame = diagram.locator(".frame")
    x, y = frame.evaluate("""(frame) => {
        const box = frame.getBoundingClientRect();
        for (let y = box.top + 5; y < box.bottom - 30; y += 5)
            for (let x = box.left + 150; x < box.right - 100; x += 10)
                if (!root.elementFromPoint(x, y).closest(".layer")) return [x, y];
    }""")
    before = frame.evaluate("(frame) => frame.scrollLeft")
    modules.mouse.move(x, y)
    modules.mouse.down()
    modules.mouse.move(x - 80, y, steps=4)
    modules.mouse.up()
    assert frame.evaluate("(frame) => frame.scrollLeft") == pytest.approx(before + 80, abs=1)
    assert sent(modules) == []


def test_why_a_move_was_refused_is_said_until_one_points_elsewhere(give: Give, modules: Page) -> None:
    modules.mouse.move(1, 1)
    diagram = give("net_diagram", data_of(NET, said="Dense cannot stand there."))
    hint = diagram.get_by_role("status")
    expect(hint).to_have_text("Dense cannot stand there.")
    expect(hint).to_have_class(re.compile("refused"))
    diagram.locator(".layer").nth(2).hover()
    expect(hint).not_to_have_class(re.compile("refused"))


def test_the_other_view_is_asked_for(diagram: Locator, modules: Page) -> None:
    expect(diagram.get_by_role("radio", name="Boxes")).to_be_checked()
    diagram.get_by_text("Flow").click()
    assert sent(modules) == [["view", "flow"]]


WIDER = NET.model_copy(update={"layers": (NET.layers[0].model_copy(update={"filters": 200}), *NET.layers[1:])})
HOLD_FRAMES = """() => {
  Object.assign(window, { held: [], askFrame: requestAnimationFrame });
  window.requestAnimationFrame = (act) => held.push(act);
}"""
GO_ON = """() => {
  window.requestAnimationFrame = askFrame;
  for (const act of held) requestAnimationFrame(act);
}"""
FRONT = "(layer) => layer.querySelector('polygon').getAttribute('points')"


def test_a_box_grows_to_its_new_size(give: Give, modules: Page) -> None:
    modules.emulate_media(reduced_motion="no-preference")
    diagram = give("net_diagram", data_of(NET))
    box = diagram.locator('.layer[data-layer="conv_1"]')
    old = box.evaluate(FRONT)
    modules.evaluate(HOLD_FRAMES)
    give("net_diagram", data_of(WIDER))
    assert box.evaluate(FRONT) != diagram_front(WIDER), "it is on its way"
    modules.evaluate(GO_ON)
    expect(box).not_to_have_attribute("transform", re.compile(".*"))
    assert box.evaluate(FRONT) == diagram_front(WIDER) != old


def test_without_motion_it_has_its_size_at_once(give: Give, modules: Page) -> None:
    modules.emulate_media(reduced_motion="reduce")
    try:
        diagram = give("net_diagram", data_of(NET))
        give("net_diagram", data_of(WIDER))
        assert diagram.locator('.layer[data-layer="conv_1"]').evaluate(FRONT) == diagram_front(WIDER)
    finally:
        modules.emulate_media(reduced_motion="no-preference")  # None would change nothing


def diagram_front(net: Architecture) -> str:
    """The corners of the front of the first convolution, as Python draws it."""
    svg = data_of(net)["drawings"][0]["svg"]
    found = re.search(r'data-layer="conv_1".*?<polygon points="([^"]+)"', svg)
    assert found is not None
    return found[1]


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
    assert 'class="fold"' not in text
